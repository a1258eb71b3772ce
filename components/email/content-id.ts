/** The Content-ID that a `cid:` address names (RFC 2392 §2): percent-encoded by some programs, and by some not as UTF-8. */
export function contentIdOf(url: string): string {
  const cid = url.slice('cid:'.length);
  try {
    return decodeURIComponent(cid);
  } catch (error) {
    if (error instanceof URIError) return cid;
    throw error;
  }
}
