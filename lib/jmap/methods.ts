/** Every method there is, by name. */
import type { Method } from './method';
import { blob } from './methods/blob';
import { core } from './methods/core';
import { emailCopy } from './methods/email-copy';
import { emailGet } from './methods/email-get';
import { emailImport } from './methods/email-import';
import { emailParse } from './methods/email-parse';
import { emailQuery } from './methods/email-query';
import { emailRedirect } from './methods/email-redirect';
import { emailSet } from './methods/email-set';
import { gatepost } from './methods/gatepost';
import { identity } from './methods/identity';
import { mailboxGet } from './methods/mailbox-get';
import { mailboxQuery } from './methods/mailbox-query';
import { mailboxSet } from './methods/mailbox-set';
import { mdn } from './methods/mdn';
import { pushSubscription } from './methods/push-subscription';
import { quota } from './methods/quota';
import { searchSnippet } from './methods/search-snippet';
import { sieveScript } from './methods/sieve-script';
import { submissionGet } from './methods/submission-get';
import { submissionSet } from './methods/submission-set';
import { thread } from './methods/thread';
import { vacationResponse } from './methods/vacation-response';

/** A Map: a name like `constructor` finds nothing in it. */
export const METHODS: ReadonlyMap<string, Method> = new Map(
  [
    core,
    blob,
    pushSubscription,
    vacationResponse,
    sieveScript,
    quota,
    mailboxGet,
    mailboxQuery,
    mailboxSet,
    thread,
    emailGet,
    emailQuery,
    emailSet,
    emailImport,
    emailCopy,
    emailParse,
    searchSnippet,
    mdn,
    identity,
    submissionGet,
    submissionSet,
    gatepost,
    emailRedirect,
  ].flatMap((family) => Object.entries(family)),
);
