/** Pictures in the text: `cid:` in the mail (RFC 2392), an address of ours on the screen. Knows both of each. */
export class InlineImages {
  #shown = new Map<string, string>();
  #cids = new Map<string, string>();

  add(cid: string, url: string): void {
    this.#shown.set(cid, url);
    this.#cids.set(url, cid);
  }

  urlOf = (cid: string): string | null => this.#shown.get(cid) ?? null;

  /** HTML of the editor as it goes into the mail; in attributes `&` is written `&amp;`. */
  stored(html: string): string {
    let text = html;
    for (const [url, cid] of this.#cids) {
      text = text.replaceAll(`"${url.replaceAll('&', '&amp;')}"`, `"cid:${cid}"`);
    }
    return text;
  }
}

export function newCid(): string {
  return `${crypto.randomUUID()}@gatepost`;
}
