// How many rows a table frame says that it has, without reading the rest of it: for metrics. Whoever
// uses the rows themselves decodes the frame, which checks it.

const rowsOffset = 8;

/** Rows of a frame as FORMAT.md draws it; 0 for what is too short to be one. */
export function frameRows(frame: Uint8Array): number {
  if (frame.length < rowsOffset + 4) return 0;
  return new DataView(frame.buffer, frame.byteOffset, frame.length).getUint32(rowsOffset, true);
}
