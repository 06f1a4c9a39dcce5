// A range table as bytes: which text each address has. What a database of addresses says of one field, made
// once (`shared/lookup/range-table.ts`), sent to workers as it is, and searched by the kernel where it lies
// (`range-table.ts`). Both compilers read this file, as they do `parse-layout.ts`.
//
// A head of u32, then the parts it points to, by offsets from the head and each of them at a multiple of 16:
//
//   IPv4    starts (u32), in order; which text (u32) each range has; the index
//   IPv6    starts (u64 of the high groups, u64 of the low ones), in order; which text (u32); the index
//   texts   where each begins (u32), and where the last ends, in the bytes; the bytes. The first is empty
//
// Ranges cover everything: the first starts at the lowest address, and each goes on to the next. Of an address
// that the database does not know the text is empty. An index has, for every value of the first sixteen bits
// of an address and one more, the range that the lowest of those addresses is in; of the one more the last.
//
// In place of a text a range of IPv6 may have `rangeEmbedded` and a number of bits: its addresses hold one of IPv4
// behind so many bits, whose text is theirs.

export const rangeCount4 = 0;
export const rangeStarts4 = 4;
export const rangeTexts4 = 8;
export const rangeIndex4 = 12;
export const rangeCount6 = 16;
export const rangeStarts6 = 20;
export const rangeTexts6 = 24;
export const rangeIndex6 = 28;
export const rangeTextOffsets = 32;
export const rangeTextBytes = 36;
export const rangeHeadBytes = 48;

/** Added to the number of bits, 0 to 96. */
export const rangeEmbedded = 0x40000000;

/** Elements of an index. */
export const rangeIndexLength = 65537;
