export type FeedTables = Record<never, never>;
