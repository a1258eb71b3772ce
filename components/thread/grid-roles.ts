/** A list of any length as an ARIA grid: its rows are placed one by one, which the elements of a table cannot be. */
export const GRID = { role: 'grid' } as const;
export const ROW = { role: 'row' } as const;
export const CELL = { role: 'gridcell' } as const;
