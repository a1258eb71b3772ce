/** format=flowed (RFC 3676): long lines are wrapped softly, with a blank before the break. */
const WIDTH = 72;

export function flowText(text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map(flowLine)
    .join('\n');
}

function flowLine(line: string): string {
  // The signature separator is the one fixed line that ends in a blank (§4.3).
  if (line === '-- ') return line;
  const [quote] = /^>+ ?|^/.exec(line) ?? [''];
  const words = line
    .slice(quote.length)
    .trimEnd()
    .split(/(?<= )(?=[^ ])/);
  const lines: string[] = [];
  let current = '';
  for (const word of words) {
    if (current !== '' && quote.length + current.length + word.trimEnd().length > WIDTH) {
      lines.push(current);
      current = '';
    }
    current += word;
  }
  lines.push(current);
  // A quoted line is told from a stuffed one by its mark (§4.5).
  return lines.map((one) => (quote === '' ? stuff(one) : (quote + one).replace(/^(>+) $/, '$1'))).join('\n');
}

/** §4.4: a line that starts with a blank, `>` or `From ` and means it gets one more blank. */
function stuff(line: string): string {
  return /^( |>|From )/.test(line) ? ` ${line}` : line;
}
