/** What mends a sending that stopped, by its code: beside sending again and editing, which every one offers. */
export type NextStep = 'inParts' | 'withoutPromise' | 'signIn' | 'servers' | 'senders';

const STEPS: Readonly<Record<string, NextStep>> = {
  tooManyRecipients: 'inParts',
  tlsNotPromised: 'withoutPromise',
  senderRefused: 'senders',
  wrongPassword: 'signIn',
  appPasswordNeeded: 'signIn',
  oauthNeeded: 'signIn',
  protocolDisabled: 'signIn',
  hostNotFound: 'servers',
  connectionRefused: 'servers',
  connectionTimeout: 'servers',
  addressForbidden: 'servers',
  tlsFailed: 'servers',
  tlsRequired: 'servers',
  protocolViolation: 'servers',
  forbidden: 'servers',
  notFound: 'servers',
};

export const nextStep = (code: string | null | undefined): NextStep | null => STEPS[code ?? ''] ?? null;

/** Keys under `outbox`: what editing is for, where that is known. */
const EDITS = {
  senderRefused: 'changeSender',
  tooLarge: 'makeSmaller',
  recipientsRefused: 'correctRecipients',
  contentRefused: 'changeText',
} as const;

export function editLabel(code: string | null | undefined): (typeof EDITS)[keyof typeof EDITS] | 'edit' {
  return code && code in EDITS ? EDITS[code as keyof typeof EDITS] : 'edit';
}
