/** The tables of the two databases (design decision 4); each area keeps its part in tables/. */
import type { ControlTables } from './tables/control';
import type { FeedTables } from './tables/feed';
import type { IndexTables } from './tables/index';
import type { JmapTables } from './tables/jmap';
import type { RemoteTables } from './tables/remote';
import type { SubmissionTables } from './tables/submission';

export type { IndexTables };

/** `gatepost.db`, schema `gatepost`: what must last. The index tables in it are those of local accounts. */
export interface MainTables
  extends IndexTables,
    ControlTables,
    SubmissionTables,
    FeedTables,
    JmapTables,
    RemoteTables {}
