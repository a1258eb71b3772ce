/** Plain text as blocks: words, quotes, and the tail of quote and signature that is folded (page.md §5). Linear in its input (S32). */
export interface TextBlock {
  kind: 'text' | 'quote';
  text: string;
}

export interface PlainText {
  blocks: TextBlock[];
  /** What stands behind the button "Show quoted text". */
  tail: TextBlock[];
}

/** RFC 3676 §4.3. */
const SIGNATURE = '-- ';

export function parsePlainText(text: string): PlainText {
  const lines = text.replaceAll('\r\n', '\n').trimEnd().split('\n');
  const signature = lines.lastIndexOf(SIGNATURE);
  const end = signature > 0 ? signature : lines.length;
  const blocks = toBlocks(lines.slice(0, end));
  const tail = signature > 0 ? toBlocks(lines.slice(signature)) : [];
  const last = blocks.at(-1);
  if (blocks.length > 1 && last?.kind === 'quote') tail.unshift(...attributed(blocks));
  return { blocks, tail };
}

function toBlocks(lines: readonly string[]): TextBlock[] {
  const blocks: { kind: TextBlock['kind']; lines: string[] }[] = [];
  for (const line of lines) {
    const kind = line.startsWith('>') ? 'quote' : 'text';
    const last = blocks.at(-1);
    // An empty line does not end a quote that goes on after it.
    if (last && (last.kind === kind || (last.kind === 'quote' && line.trim() === ''))) last.lines.push(line);
    else blocks.push({ kind, lines: [line] });
  }
  return blocks
    .map(({ kind, lines: own }) => ({ kind, text: own.join('\n').trimEnd() }))
    .filter((block) => block.text.trim() !== '');
}

/** Takes the closing quote off, and with it the line that says whose it is: "On Monday Anna wrote:". */
function attributed(blocks: TextBlock[]): TextBlock[] {
  const quote = blocks.pop();
  const before = blocks.at(-1);
  if (!quote) return [];
  const cut = before?.text.lastIndexOf('\n\n') ?? -1;
  const lead = before?.text.slice(cut + 1).trim() ?? '';
  if (!before || !lead.endsWith(':') || lead.length > 300) return [quote];
  before.text = before.text.slice(0, Math.max(0, cut)).trimEnd();
  if (before.text === '') blocks.pop();
  return [{ kind: 'text', text: lead }, quote];
}

export function unquoted(text: string): { depth: number; text: string }[] {
  const runs: { depth: number; lines: string[] }[] = [];
  for (const line of text.split('\n')) {
    const marks = /^(?:> ?){0,50}/.exec(line)?.[0] ?? '';
    const depth = marks.replaceAll(' ', '').length;
    const last = runs.at(-1);
    if (last?.depth === depth) last.lines.push(line.slice(marks.length));
    else runs.push({ depth, lines: [line.slice(marks.length)] });
  }
  return runs.map(({ depth, lines }) => ({ depth, text: lines.join('\n') }));
}
