// Taking rejected events out of columns, in place, so that what follows sees living ones only.

/** Moves the elements of `width` 1, 4 or 8 bytes whose status is 0 to the front; returns how many. */
export function compact(column: u32, width: u32, status: u32, n: u32): u32 {
  let kept: u32 = 0;
  for (let i: u32 = 0; i < n; i += 1) {
    if (load<u8>(status + i)) continue;
    if (width == 8) store<u64>(column + (kept << 3), load<u64>(column + (i << 3)));
    else if (width == 4) store<u32>(column + (kept << 2), load<u32>(column + (i << 2)));
    else store<u8>(column + kept, load<u8>(column + i));
    kept += 1;
  }
  return kept;
}
