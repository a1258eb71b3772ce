/** Other programs: Bearer and Basic with an app password; in fixed-server mode Basic with the mail login itself. */
import { getAccount, listAccounts } from '@/lib/account/records';
import { MailError, RequestError } from '@/lib/errors';
import { clientAddress } from '@/lib/net/peer';
import { takeAppPassword } from './app-passwords';
import type { Control } from './control';
import { enterAttempt } from './rate-limit';
import { remembered } from './remembered';
import { admit, checkCredentials } from './sign-in';
import type { Principal } from './types';

const LONGEST = 4_096;

/** @throws notSignedIn, rateLimit, or why the mail server could not be asked */
export async function programPrincipal(
  control: Control,
  authorization: string,
  headers: Headers,
): Promise<Principal> {
  const [scheme = '', value = ''] = authorization.trim().split(/\s+/, 2);
  if (authorization.length > LONGEST) throw refused();
  if (/^bearer$/i.test(scheme)) return byAppPassword(control, value, null, headers);
  if (!/^basic$/i.test(scheme)) throw refused();
  const text = Buffer.from(value, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 1) throw refused();
  const [login, password] = [text.slice(0, colon), text.slice(colon + 1)];
  if (!control.config.fixed || (await takeAppPassword(control.db, password))) {
    return byAppPassword(control, password, login, headers);
  }
  return byMailLogin(control, login, password, headers);
}

async function byAppPassword(
  control: Control,
  secret: string,
  login: string | null,
  headers: Headers,
): Promise<Principal> {
  const { db, config } = control;
  const attempt = { login: login ?? 'bearer', host: 'app-password', address: clientAddress(headers, config) };
  const found = await takeAppPassword(db, secret);
  const accounts = found ? await listAccounts(db, found.userId) : [];
  const [first] = accounts;
  const fits =
    login === null || accounts.some((account) => account.address.toLowerCase() === login.toLowerCase());
  if (!found || !first || !fits) {
    await enterAttempt(db, config, attempt);
    throw refused();
  }
  const via = login === null ? 'bearer' : 'basic';
  return { userId: found.userId, via, sessionId: found.id, username: first.address, mailOnly: true };
}

async function byMailLogin(
  control: Control,
  login: string,
  password: string,
  headers: Headers,
): Promise<Principal> {
  const { db, config } = control;
  const ask = () => verified(control, login, password, clientAddress(headers, config));
  const id = remembered().accountOf(login, password) ?? (await remembered().once(login, password, ask));
  const account = await getAccount(db, id);
  return { userId: account.userId, via: 'basic', sessionId: account.id, username: account.address };
}

/** The id of the account. @throws notSignedIn, rateLimit, or why the mail server could not be asked */
async function verified(control: Control, login: string, password: string, client: string): Promise<string> {
  try {
    const checked = await checkCredentials(control, { address: login, password }, client, 'incomingOnly');
    const { id } = await admit(control, checked, password);
    remembered().add(login, password, id);
    control.entered(id);
    return id;
  } catch (error) {
    const judged = [
      'wrongPassword',
      'appPasswordNeeded',
      'protocolDisabled',
      'oauthNeeded',
      'invalidArguments',
    ];
    if (error instanceof MailError && judged.includes(error.code)) throw refused();
    throw error;
  }
}

function refused(): RequestError {
  return new RequestError('notSignedIn', 'the credentials are not known');
}
