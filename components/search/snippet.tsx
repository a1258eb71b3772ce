/** A SearchSnippet (RFC 8621 §5) as text nodes: its only markup is `<mark>`, its entities are the five of XML (S4). */
const ENTITIES: Record<string, string> = {
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
  '&quot;': '"',
  '&#39;': "'",
};

export function Snippet({ text }: { text: string }) {
  return snippetParts(text).map(({ text: part, marked, at }) =>
    marked ? <mark key={at}>{part}</mark> : <span key={at}>{part}</span>,
  );
}

export function snippetParts(text: string): { text: string; marked: boolean; at: number }[] {
  let at = 0;
  return text
    .split(/(<mark>[^<]*<\/mark>)/)
    .filter((part) => part !== '')
    .map((part) => {
      const marked = part.startsWith('<mark>');
      const inner = marked ? part.slice('<mark>'.length, -'</mark>'.length) : part;
      at += part.length;
      return {
        text: inner.replace(/&(?:lt|gt|amp|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity),
        marked,
        at,
      };
    });
}
