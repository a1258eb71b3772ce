/**
 * HTML to plain text, for previews, search and text alternatives. Works on htmlparser2's tokens and not on its tree:
 * the parser looks through all open elements at every end tag, which hostile nests make quadratic (security.md S28).
 */
import { Tokenizer } from 'htmlparser2';
import { MAX_HTML, MAX_TEXT } from './limits';

export interface HtmlTextOptions {
  /** Characters of text that are made at most. */
  limit?: number;
  /** Quoted mails (`blockquote`) are left out: previews. */
  dropQuotes?: boolean;
}

const BREAKS = new Set(
  'address article aside blockquote center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tbody tfoot thead tr ul'.split(
    ' ',
  ),
);
const PARAGRAPHS = new Set('blockquote h1 h2 h3 h4 h5 h6 ol p table ul'.split(' '));
const SKIPPED = new Set(
  'head script style title template noscript svg math textarea select iframe object'.split(' '),
);
const TOKENIZER_OPTIONS = { xmlMode: false, decodeEntities: true };

export function htmlToText(html: string, options: HtmlTextOptions = {}): string {
  const writer = new TextWriter(options.limit ?? MAX_TEXT, options.dropQuotes ?? false);
  const source = html.length > MAX_HTML ? html.slice(0, MAX_HTML) : html;
  const tokenizer = new Tokenizer(
    TOKENIZER_OPTIONS,
    callbacks(source, writer, () => tokenizer.pause()),
  );
  tokenizer.write(source);
  tokenizer.end();
  return writer.text();
}

function callbacks(
  source: string,
  writer: TextWriter,
  stop: () => void,
): ConstructorParameters<typeof Tokenizer>[1] {
  let tag = '';
  const nothing = () => {};
  return {
    onattribdata: nothing,
    onattribentity: nothing,
    onattribend: nothing,
    onattribname: nothing,
    oncdata: nothing,
    oncomment: nothing,
    ondeclaration: nothing,
    onend: nothing,
    onprocessinginstruction: nothing,
    onselfclosingtag: () => writer.openTag(tag),
    onopentagname: (start, end) => {
      tag = source.slice(start, Math.min(end, start + 20)).toLowerCase();
    },
    onopentagend: () => writer.openTag(tag),
    onclosetag: (start, end) => writer.closeTag(source.slice(start, Math.min(end, start + 20)).toLowerCase()),
    ontextentity: (codePoint) => writer.write(String.fromCodePoint(codePoint)),
    ontext: (start, end) => {
      writer.write(source.slice(start, end));
      if (writer.isFull) stop();
    },
  };
}

class TextWriter {
  readonly #limit: number;
  readonly #dropQuotes: boolean;
  #pieces: string[] = [];
  #length = 0;
  /** Line ends to write before the next text. */
  #breaks = 0;
  #space = false;
  #skipped = '';
  #skipDepth = 0;

  constructor(limit: number, dropQuotes: boolean) {
    this.#limit = limit;
    this.#dropQuotes = dropQuotes;
  }

  get isFull(): boolean {
    return this.#length >= this.#limit;
  }

  openTag(tag: string): void {
    if (this.#skipped !== '') {
      if (tag === this.#skipped) this.#skipDepth += 1;
      return;
    }
    if (tag === 'body') return;
    if (SKIPPED.has(tag) || (this.#dropQuotes && tag === 'blockquote')) {
      this.#skipped = tag;
      this.#skipDepth = 1;
    }
    this.#break(tag);
    if (tag === 'br') this.#breaks = Math.min(this.#breaks + 1, 2);
    if (tag === 'li') this.write('- ');
    if (tag === 'td' || tag === 'th') this.#space = true;
  }

  closeTag(tag: string): void {
    if (this.#skipped !== '') {
      if (tag === this.#skipped) this.#skipDepth -= 1;
      if (this.#skipDepth === 0) this.#skipped = '';
      return;
    }
    this.#break(tag);
  }

  write(text: string): void {
    if (this.#skipped !== '' || this.isFull) return;
    const words = text.replace(/[\s\u00a0]+/g, ' ');
    const body = words.trim();
    if (words.startsWith(' ')) this.#space = true;
    if (body === '') return;
    this.#push(this.#separator() + body);
    this.#space = words.endsWith(' ');
    this.#breaks = 0;
  }

  text(): string {
    return this.#pieces.join('').slice(0, this.#limit);
  }

  #separator(): string {
    if (this.#length === 0) return '';
    return this.#breaks > 0 ? '\n'.repeat(this.#breaks) : this.#space ? ' ' : '';
  }

  #break(tag: string): void {
    if (BREAKS.has(tag)) this.#breaks = Math.max(this.#breaks, PARAGRAPHS.has(tag) ? 2 : 1);
  }

  #push(text: string): void {
    this.#pieces.push(text);
    this.#length += text.length;
  }
}
