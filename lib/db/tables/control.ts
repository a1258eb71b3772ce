export type ControlTables = Record<never, never>;
