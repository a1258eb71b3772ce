/**
 * Whether a request ended because its caller went away: Node ends the body of such a request with `aborted`. A mail server that
 * resets its connection says `read ECONNRESET`, and is another matter.
 */
export function hasLeft(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && error.code === 'ECONNRESET' && error.message === 'aborted'
  );
}
