/**
 * What an RTF document says: the HTML or the plain text that Outlook has put into it (MS-OXRTFEX), else its words. Formatting
 * of its own is left out.
 */
import { charsetOfCodepage, decodeCharset } from './charset';

export interface RtfText {
  isHtml: boolean;
  text: string;
}

/** Groups within groups; deeper ones say nothing. */
const MAX_DEPTH = 200;
const MAX_FONTS = 1_000;
/** Groups that hold no words of the document. */
const SILENT = new Set(['fonttbl', 'colortbl', 'stylesheet', 'info', 'pict', 'object', 'header', 'footer']);
const WORDS: Record<string, string> = {
  ...{ par: '\r\n', line: '\r\n', tab: '\t', lquote: '‘', rquote: '’', ldblquote: '“', rdblquote: '”' },
  ...{ bullet: '•', endash: '–', emdash: '—', cell: '\t', row: '\r\n', page: '\r\n' },
};
const SYMBOLS: Record<string, string> = { '{': '{', '}': '}', '\\': '\\', '~': '\u00a0', _: '\u00ad' };
/** `\fcharset` (RTF 1.9.1): the code pages of the alphabets that mail has. */
const CODEPAGES: Record<number, number> = {
  ...{ 0: 1252, 128: 932, 129: 949, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258 },
  ...{ 177: 1255, 178: 1256, 186: 1257, 204: 1251, 222: 874, 238: 1250 },
};
const TOKEN = /\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-f]{2})|\\([^a-z])|([{}])|[\r\n]+|[^\\{}\r\n]+/giy;

interface Group {
  isSilent: boolean;
  /** Says what is HTML, and is not shown otherwise. */
  isTag: boolean;
  /** Shown by readers of RTF only. */
  isRtfOnly: boolean;
  isFonts: boolean;
  font: number;
  /** How many characters stand for one of `\u`. */
  unicodeSkip: number;
}

export function rtfText(rtf: Buffer): RtfText {
  const reader = new RtfReader();
  const source = rtf.toString('latin1');
  TOKEN.lastIndex = 0;
  for (let token = TOKEN.exec(source); token; token = TOKEN.exec(source)) reader.take(token);
  return reader.end();
}

class RtfReader {
  readonly #groups: Group[] = [];
  readonly #fonts = new Map<number, number>();
  #group: Group = {
    isSilent: false,
    isTag: false,
    isRtfOnly: false,
    isFonts: false,
    font: -1,
    unicodeSkip: 1,
  };
  #tooDeep = 0;
  #codepage = 1252;
  #isHtml = false;
  #isStarred = false;
  #skip = 0;
  #bytes: number[] = [];
  #text: string[] = [];

  take([token, word, parameter, hex, symbol, brace]: RegExpExecArray): void {
    if (brace !== undefined) this.#turn(brace);
    else if (this.#tooDeep > 0) return;
    else if (word !== undefined)
      this.#word(word.toLowerCase(), parameter === undefined ? null : Number(parameter));
    else if (hex !== undefined) this.#byte(Number.parseInt(hex, 16));
    else if (symbol === '*') this.#isStarred = true;
    else if (symbol !== undefined) this.#say(SYMBOLS[symbol] ?? '');
    else if (token !== undefined && !/^[\r\n]/.test(token))
      for (const char of token) this.#byte(char.charCodeAt(0));
  }

  end(): RtfText {
    this.#flush();
    return { isHtml: this.#isHtml, text: this.#text.join('') };
  }

  #turn(brace: string): void {
    this.#flush();
    this.#isStarred = false;
    this.#skip = 0;
    if (brace === '{') {
      if (this.#groups.length >= MAX_DEPTH) this.#tooDeep += 1;
      else {
        this.#groups.push(this.#group);
        this.#group = { ...this.#group };
      }
    } else if (this.#tooDeep > 0) this.#tooDeep -= 1;
    else this.#group = this.#groups.pop() ?? this.#group;
  }

  #word(word: string, parameter: number | null): void {
    const isStarred = this.#isStarred;
    this.#isStarred = false;
    const group = this.#group;
    if (word === 'htmltag' && isStarred) group.isTag = true;
    else if (SILENT.has(word) || isStarred) group.isSilent = true;
    if (word === 'fonttbl') group.isFonts = true;
    if (word === 'fromhtml') this.#isHtml = parameter !== 0;
    else if (word === 'htmlrtf') this.#toggle(parameter !== 0);
    else if (word === 'ansicpg') this.#codepage = parameter ?? 1252;
    else if (word === 'uc') group.unicodeSkip = Math.min(Math.max(parameter ?? 1, 0), 16);
    else if (word === 'f') this.#font(parameter ?? 0);
    else if (word === 'fcharset') this.#charset(parameter ?? 0);
    else if (word === 'u') this.#unicode(parameter ?? 0);
    else this.#say(WORDS[word] ?? '');
  }

  #toggle(isRtfOnly: boolean): void {
    this.#flush();
    this.#group.isRtfOnly = isRtfOnly;
  }

  #font(font: number): void {
    this.#flush();
    this.#group.font = font;
  }

  /** In the table of fonts. */
  #charset(charset: number): void {
    const codepage = CODEPAGES[charset];
    if (this.#group.isFonts && codepage && this.#fonts.size < MAX_FONTS)
      this.#fonts.set(this.#group.font, codepage);
  }

  /** Negative above 32,767. */
  #unicode(code: number): void {
    this.#say(String.fromCharCode(code & 0xffff));
    this.#skip = this.#group.unicodeSkip;
  }

  #say(text: string): void {
    if (text === '') return;
    if (this.#skip > 0) {
      this.#skip -= 1;
      return;
    }
    this.#flush();
    if (this.#isHeard) this.#text.push(text);
  }

  #byte(byte: number): void {
    if (this.#skip > 0) this.#skip -= 1;
    else if (this.#isHeard) this.#bytes.push(byte);
  }

  get #isHeard(): boolean {
    const { isSilent, isTag, isRtfOnly } = this.#group;
    if (isSilent) return false;
    return isTag ? this.#isHtml : !(this.#isHtml && isRtfOnly);
  }

  #flush(): void {
    if (this.#bytes.length === 0) return;
    const codepage = this.#fonts.get(this.#group.font) ?? this.#codepage;
    this.#text.push(decodeCharset(Buffer.from(this.#bytes), charsetOfCodepage(codepage)).value);
    this.#bytes = [];
  }
}
