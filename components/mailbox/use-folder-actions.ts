'use client';
/** What a person does to folders: sent, told by a toast where it cannot be seen, taken back where nothing was lost. */
import { go } from '@/components/shell/use-route';
import { roleMailbox } from '@/lib/client/actions';
import {
  createMailbox,
  destroyMailboxes,
  type MailboxPlace,
  refusalOf,
  renameMailbox,
  subtree,
} from '@/lib/client/folders';
import { useAccounts, useClient } from '@/lib/client/hooks';
import { faultOf, LinkFault } from '@/lib/client/jmap';
import { mailboxRoute } from '@/lib/client/route';
import type { Id, Mailbox } from '@/lib/jmap/types';

export type Removal = 'done' | 'asks' | 'refused';

/** Somebody put mail or a folder into it since it was shown as empty. */
const FILLED = ['mailboxHasEmail', 'mailboxHasChild'];

export function useFolderActions(accountId: Id) {
  const client = useClient();
  const host = useAccounts().find(({ id }) => id === accountId)?.incomingHost;

  const refused = (error: unknown) => {
    const fault = faultOf(error);
    if (fault instanceof LinkFault) client.store.setLink({ offline: true });
    client.toasts.show({
      ...refusalOf(fault),
      values: { ...(host && { host }), ...fault.params },
      tone: 'error',
    });
  };

  /** null: refused, and told. */
  const create = async (place: MailboxPlace): Promise<Id | null> => {
    try {
      return await createMailbox(client, accountId, place);
    } catch (error) {
      refused(error);
      return null;
    }
  };

  const rename = async (id: Id, name: string): Promise<boolean> => {
    try {
      await renameMailbox(client, accountId, id, name);
      return true;
    } catch (error) {
      refused(error);
      return false;
    }
  };

  const inbox = () => roleMailbox(client.store.view(accountId), 'inbox');

  const undoable = ({ name, parentId }: Mailbox) => {
    const step = { undo: () => void create({ name, parentId }) };
    client.history.push(step);
    return () => {
      client.toasts.dismiss();
      client.history.undo(step);
    };
  };

  /** `asked`: a person knows that what is inside goes for ever. */
  const remove = async (mailbox: Mailbox, asked: boolean): Promise<Removal> => {
    const ids = asked
      ? subtree(client.store.view(accountId)?.mailboxes ?? new Map(), mailbox.id).map(({ id }) => id)
      : [mailbox.id];
    try {
      await destroyMailboxes(client, accountId, ids, asked);
    } catch (error) {
      if (!asked && FILLED.includes(faultOf(error).code)) return 'asks';
      refused(error);
      return 'refused';
    }
    const told = { message: 'folders.deleted', values: { name: mailbox.name } };
    client.toasts.show(asked ? told : { ...told, undo: undoable(mailbox) });
    return 'done';
  };

  /** Out of a folder that is about to go: its list has nothing to ask the server for any more. */
  const leave = (drawer: boolean) => {
    const to = inbox();
    if (to) go({ ...mailboxRoute(accountId, to.id), folders: drawer }, { replace: true });
  };

  return { create, rename, remove, leave };
}
