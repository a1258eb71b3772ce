export type IndexTables = Record<never, never>;
