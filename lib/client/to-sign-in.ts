/** The ways from the page to the sign-in page. */
let leaving = false;

/** The page ends its own session; what is refused because of that is no news. */
export async function leave(end: () => Promise<void>): Promise<void> {
  leaving = true;
  try {
    await end();
  } catch (error) {
    leaving = false;
    throw error;
  }
  window.location.assign('/sign-in?signedOut');
}

/** The session ended elsewhere, or by time: the person comes back to this place. */
export function toSignIn(): void {
  if (typeof window === 'undefined' || leaving) return;
  // Each request is refused on its own: the second must not break off the way that the first one took.
  leaving = true;
  const back = window.location.pathname + window.location.search;
  window.location.assign(`/sign-in?expired&next=${encodeURIComponent(back)}`);
}
