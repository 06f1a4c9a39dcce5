// Taking rejected events out of columns, in place, so that what follows sees living ones only. They
// are few, so the living ones between two of them are moved as a whole.

/** The first line from `from` on whose status is 0, or is not 0. */
@inline
function nextLine(status: u32, from: u32, n: u32, alive: bool): u32 {
  let i = from;
  while (i < n) {
    if (!alive && n - i >= 16 && !v128.any_true(v128.load(status + i))) {
      i += 16;
      continue;
    }
    if ((load<u8>(status + i) == 0) == alive) return i;
    i += 1;
  }
  return n;
}

/** Moves the elements of 2^`shift` bytes whose status is 0 to the front; returns how many. */
export function compact(column: u32, shift: u32, status: u32, n: u32): u32 {
  let kept = nextLine(status, 0, n, false);
  let from = kept;
  while (from < n) {
    from = nextLine(status, from, n, true);
    const to = nextLine(status, from, n, false);
    memory.copy(column + (kept << shift), column + (from << shift), (to - from) << shift);
    kept += to - from;
    from = to;
  }
  return kept;
}
