// How the automata of regular expressions lie in kernel memory. Read by both compilers, as `parse-layout.ts` is.
// Rows are named by their offset in the table.

/** u8 for each byte: its class. */
export const byteClass = 0;

// Whether a text matches: u32 each.
/** The row to begin with. */
export const matcherFirst = 256;
/** Rows before this one go nowhere else: first the one of what matches no more, then that of what has matched. */
export const matcherDecided = 260;
/** Rows: u32, 1 if the text may end here, and then for each class the row that a byte of it leads to. */
export const matcherRows = 264;
