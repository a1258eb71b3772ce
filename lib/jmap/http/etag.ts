/** Entity tags of what a client may have already (RFC 9110 §13.1.2). */

/** True when the client says that it has this very content. */
export function isKnown(request: Pick<Request, 'headers'>, etag: string): boolean {
  const given = request.headers.get('if-none-match');
  if (given === null) return false;
  return given.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}
