/** A refused password, in the light of the provider: most want an app password, some take no password at all. */
import { AuthenticationError, type ErrorCode } from '@/lib/errors';
import { presetForHost } from './presets';

/** A server that says which of the two it is about. */
const APP_PASSWORD =
  /app(lication)?[- ]?(specific)?[- ]?password|InvalidSecondFactor|5\.7\.9|web (browser|login)|пароль приложения/i;
const DISABLED =
  /\b(imap|pop3?|smtp)\b.{0,60}(disabled|not enabled|turned off|switched off)|(disabled|not enabled) (for )?(imap|pop|smtp)/i;
const OAUTH =
  /basic ?auth(entication)? is (disabled|blocked)|SmtpClientAuthentication is disabled|oauth|LogonDenied-BasicAuthBlocked/i;

export function refinedBy(
  host: string,
  protocol: string,
  error: AuthenticationError,
  params: Record<string, string | number>,
): AuthenticationError {
  const preset = presetForHost(host);
  const code = refinedCode(error, preset?.signIn, protocol);
  const { message, serverText } = error;
  return new AuthenticationError(code, message, {
    cause: error,
    ...(serverText ? { serverText } : {}),
    params: { ...params, ...(preset ? { provider: preset.name } : {}) },
  });
}

function refinedCode(error: AuthenticationError, signIn: string | undefined, protocol: string): ErrorCode {
  const said = error.serverText ?? '';
  if (error.code !== 'wrongPassword') return error.code;
  if (OAUTH.test(said)) return 'oauthNeeded';
  // `Login failure or POP3 disabled` may be either: the app password is the likelier where one is asked for.
  if (APP_PASSWORD.test(said)) return 'appPasswordNeeded';
  if (DISABLED.test(said) && said.toLowerCase().includes(protocol.slice(0, 3))) return 'protocolDisabled';
  if (signIn === 'oauthOnly') return 'oauthNeeded';
  return signIn === 'appPassword' ? 'appPasswordNeeded' : 'wrongPassword';
}
