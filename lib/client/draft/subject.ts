/** Reply and forward prefixes as the mail programs of the world write them; one prefix never piles on another. */
const WORDS = [
  ...[
    're',
    'r',
    'res',
    'rif',
    'sv',
    'vs',
    'aw',
    'antw',
    'antwort',
    'odp',
    'ynt',
    'vá',
    'atb',
    'bls',
    'tl',
    'rv',
  ],
  ...[
    'fwd?',
    'fs',
    'wg',
    'vb',
    'vl',
    'tr',
    'i',
    'enc',
    'doorst',
    'pd',
    'ilt',
    'i̇lt',
    'továbbítás',
    'trs',
    'cti',
  ],
  ...['отв', 'ответ', 'на', 'пересл', 'переслать', 'пер', 'відп', 'переадр', 'отг', 'препр'],
  ...['απ', 'σχετ', 'πρθ', 'תגובה', 'השב', 'הועבר', 'رد', 'إعادة توجيه'],
  ...['回复', '回覆', '答复', '答覆', '转发', '轉寄', '轉發', '返信', '転送', '회신', '답장', '전달'],
];
/** `Re[2]:`, `Re(2):`, `Re^2:`, and the full-width colon of Chinese and Japanese. */
const PREFIX = new RegExp(
  `^\\s*(?:(?:${WORDS.join('|')})(?:\\[\\d+\\]|\\(\\d+\\)|\\^\\d+)?\\s*[:：]\\s*)+`,
  'iu',
);

export function bareSubject(subject: string): string {
  return subject.replace(PREFIX, '').trim();
}

export const replySubject = (subject: string | null) => `Re: ${bareSubject(subject ?? '')}`.trim();
export const forwardSubject = (subject: string | null) => `Fwd: ${bareSubject(subject ?? '')}`.trim();
