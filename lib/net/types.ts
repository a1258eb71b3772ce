/** A host the user or discovery named, before any policy looked at it. */
export type Security = 'tls' | 'starttls' | 'none';

export interface Endpoint {
  host: string;
  port: number;
  /** `none` is refused unless the operator allows the host (ALLOW_HOSTS, or named in MAIL_*). */
  security: Security;
}

export interface ServerLogin extends Endpoint {
  user: string;
}

export interface Secret {
  password: string;
  /** OAuth access token (XOAUTH2); used instead of the password where it is given. */
  accessToken?: string;
}
