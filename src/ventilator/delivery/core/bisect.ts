// Takes apart what was given up: the payload of a batch is cut at line ends into pieces of about the
// same size, which are batches of their own. What is good in it counts, and what is bad is cut again,
// until a line stands alone.
//
// Sixteen pieces and not two, because each level costs the bad piece a worker, or a time-out, and the
// good ones next to nothing: a batch of 1 MiB with 9,000 lines takes 4 levels where halves take 14. One
// bad line so costs 2 lost workers for the batch, 1 for each level but the last, and 3 for the line
// itself: 8 in all, whatever the batch holds besides.

export const piecesMax = 16;

const newline = 0x0a;

/** A piece of the payload, `[from, to)`. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  readonly isLine: boolean;
}

/** Cuts whole lines into at most `piecesMax` pieces, without a gap; one piece if it is one line. */
export function cutIntoPieces(payload: Uint8Array): Piece[] {
  const pieces: Piece[] = [];
  const share = Math.max(1, Math.ceil(payload.length / piecesMax));
  let from = 0;
  while (from < payload.length) {
    // The line that the share ends in goes with it.
    const wanted = Math.min(payload.length, from + share);
    const end = payload.indexOf(newline, wanted - 1);
    const to = end < 0 ? payload.length : end + 1;
    pieces.push({ from, to, isLine: isOneLine(payload.subarray(from, to)) });
    from = to;
  }
  // Long lines at the end can leave the rest of a payload in one piece, which then has several.
  return pieces.length === 1 && !pieces[0]!.isLine ? halves(payload) : pieces;
}

/** A last line without its line feed is one, too. */
function isOneLine(bytes: Uint8Array): boolean {
  const end = bytes.indexOf(newline);
  return end < 0 || end === bytes.length - 1;
}

/** Cuts behind the first line. */
function halves(payload: Uint8Array): Piece[] {
  const to = payload.indexOf(newline) + 1;
  return [
    { from: 0, to, isLine: true },
    { from: to, to: payload.length, isLine: isOneLine(payload.subarray(to)) },
  ];
}
