/** Text of format=flowed as it was meant (RFC 3676 §4.2): lines that end in a blank go on in the next. */
interface Paragraph {
  quoted: number;
  text: string;
  goesOn: boolean;
}

/** @param delSp the blank at the break is none of the text's: languages that write without any (§4.5). */
export function unflowed(text: string, delSp: boolean): string {
  const paragraphs: Paragraph[] = [];
  for (const line of text.split(/\r?\n/)) {
    const quoted = /^>*/.exec(line)?.[0].length ?? 0;
    const words = line.slice(quoted).replace(/^ /, '');
    const goesOn = words.endsWith(' ') && words !== '-- ';
    const said = goesOn && delSp ? words.slice(0, -1) : words;
    const before = paragraphs.at(-1);
    if (before?.goesOn && before.quoted === quoted && words !== '-- ') {
      before.text += said;
      before.goesOn = goesOn;
    } else paragraphs.push({ quoted, text: said, goesOn });
  }
  return paragraphs.map(lineOf).join('\n');
}

function lineOf({ quoted, text, goesOn }: Paragraph): string {
  const words = goesOn ? text.trimEnd() : text;
  if (quoted === 0) return words;
  return `${'>'.repeat(quoted)}${words === '' ? '' : ` ${words}`}`;
}
