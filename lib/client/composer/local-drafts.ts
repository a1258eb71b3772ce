/**
 * What is being written, in this browser's IndexedDB until the server has it (security.md S35, R28). Drafts of accounts that the
 * session does not have are somebody else's: they are deleted, never shown.
 */
import { BrowserStore } from '@/lib/client/browser-store';
import type { ComposeIntent } from '@/lib/client/compose';
import type { Draft } from '@/lib/client/draft/draft';
import type { Id } from '@/lib/jmap/types';

export interface LocalDraft {
  key: string;
  intent: ComposeIntent;
  draft: Draft;
  /** By line: typed as recipients, and none yet. Absent in what older versions kept. */
  texts?: [string, string][];
  /** Its composer was on the screen. */
  open: boolean;
  /** Written here, not yet on the server. */
  unsaved: boolean;
  /** It was on its way to the Outbox. Absent in what older versions kept. */
  sending?: boolean;
}

const GOING = 'gatepost-going-';

export class LocalDrafts extends BrowserStore<LocalDraft> {
  constructor() {
    super('gatepost', 'drafts');
  }

  /** Of a page that goes: the browser may undo its last write to IndexedDB with it, never what this tab has of its own. */
  keepGoing(draft: LocalDraft): void {
    try {
      sessionStorage.setItem(GOING + draft.key, JSON.stringify(draft));
    } catch (error) {
      // Too large, or forbidden: then IndexedDB alone has to do.
      if (!(error instanceof DOMException)) throw error;
    }
  }

  /** What a page kept that came back instead of going is older. */
  override async put(draft: LocalDraft): Promise<void> {
    sessionStorage.removeItem(GOING + draft.key);
    await super.put(draft);
  }

  override async remove(key: string): Promise<void> {
    sessionStorage.removeItem(GOING + key);
    await super.remove(key);
  }

  async #takeBack(): Promise<void> {
    for (const name of Object.keys(sessionStorage).filter((one) => one.startsWith(GOING))) {
      const kept = sessionStorage.getItem(name);
      if (kept !== null) await this.put(JSON.parse(kept) as LocalDraft);
    }
  }

  async ofAccounts(accountIds: readonly Id[]): Promise<LocalDraft[]> {
    await this.#takeBack();
    const all = await this.all();
    const foreign = all.filter(({ draft }) => !accountIds.includes(draft.accountId));
    for (const { key } of foreign) await this.remove(key);
    return all.filter((draft) => !foreign.includes(draft));
  }
}

/** One connection for the page, made when it looks for what was kept: a page that goes has no time left to make one (R28). */
export const localDrafts = new LocalDrafts();
