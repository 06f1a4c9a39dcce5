// Offsets of the tree by which values are found that lie within each other, in kernel memory. Read by both
// compilers, as `parse-layout.ts` is.
//
// The root is the line itself; a node's children are the members and elements of a value that somebody asks
// for, or asks for something within.

/**
 * Addresses of u32 span columns: those of the value itself, behind them those of the value as it is written (a
 * string in its quotes), and behind these those of all within.
 */
export const nodeColumns = 0;
export const nodeOwnEnd = 4;
export const nodeColumnsEnd = 8;
/** Address and number of the members that are asked for. */
export const nodeMembers = 12;
export const nodeMemberCount = 16;
/** Address and number of the elements that are asked for. */
export const nodeElements = 20;
export const nodeElementCount = 24;
export const nodeWrittenEnd = 28;
export const nodeBytes = 32;

/** Member: its key as far as it goes into 8 bytes, which of those it fills, and all of it. */
export const memberHead = 0;
export const memberHeadMask = 8;
export const memberKeyLength = 16;
export const memberKey = 20;
export const memberNode = 24;
export const memberBytes = 32;

/** Element: its index, and its node. */
export const elementIndex = 0;
export const elementNode = 4;
export const elementBytes = 8;
