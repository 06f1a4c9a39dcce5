// Offsets of the shapes that lines of JSON had, in kernel memory. Read by both compilers, as `parse-layout.ts` is.

/** Slot whose shape was that of the last line, and slot that is learned next. */
export const shapesLast = 0;
export const shapesNext = 4;
/** i32: what lines that have a known shape have earned, and learning costs; lines left without shapes when it is used up. */
export const shapesCredit = 8;
export const shapesRest = 12;
export const shapesSlots = 16;

export const shapeSlotCount = 4;
/** Slot: number of its parts (0: it is empty), the parts, and their text. */
export const shapePartCount = 0;
export const shapeParts = 16;
export const shapePartsMax = 96;
/** Part: what is written before a value (address, bytes), the value's node, and whether it is in quotes. */
export const partText = 0;
export const partBytes = 4;
export const partNode = 8;
export const partIsQuoted = 12;
export const partStride = 16;
export const shapeText = shapeParts + shapePartsMax * partStride;
export const shapeTextBytes = 4096;
/** With as much behind the text as may be read of it at a time. */
export const shapeSlotBytes = shapeText + shapeTextBytes + 16;

/** Where the nodes of containers are noted while a shape is learned. */
export const shapesContainers = shapesSlots + shapeSlotCount * shapeSlotBytes;
export const shapesContainersMax = 32;
export const shapesBytes = shapesContainers + shapesContainersMax * 4;
