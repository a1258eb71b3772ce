/** What a composer shows. */
import type { Draft } from '@/lib/client/draft/draft';
import type { JmapFault } from '@/lib/client/jmap';
import type { Identity } from '@/lib/jmap/types';

/** "Saved" only after the server's answer; "kept" only after the browser's. */
export type Kept = { at: 'nowhere' | 'device' | 'saving' } | { at: 'server'; time: number };

export interface ComposerView {
  draft: Draft | null;
  identity: Identity | null;
  kept: Kept;
  sending: boolean;
  /** What stopped opening, saving or sending last. */
  fault: JmapFault | null;
  /** Another device replaced or deleted this draft meanwhile: both are kept. */
  forked: boolean;
  /** 0 to 1 of each file on its way. */
  uploads: ReadonlyMap<string, number>;
}

export const NOTHING_YET: ComposerView = {
  draft: null,
  identity: null,
  kept: { at: 'nowhere' },
  sending: false,
  fault: null,
  forked: false,
  uploads: new Map(),
};
