/** Deeper levels are told by the tooltip: an indent without end leaves no room for names. */
const MAX_INDENT = 5;

export const indentOf = (depth: number): string => `${Math.min(depth, MAX_INDENT)}rem`;
