/** Who calls. Every route handler, server action and server component gets it from lib/auth and checks ownership by it (security.md S19). */
export interface Principal {
  userId: string;
  via: 'cookie' | 'bearer' | 'basic';
  /** The session row of a cookie, or the app password's id. */
  sessionId: string;
  /** The address shown to the user; `username` of the JMAP session. */
  username: string;
  /** An app password reaches mail and nothing that would outlive it (security.md S22). */
  mailOnly?: boolean;
}
