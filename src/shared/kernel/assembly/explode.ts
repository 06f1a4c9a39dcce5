// Lines that count for each of several values: a line is repeated for every element of its entry's list, and its
// columns are gathered by where it stood.

/** The line, and which of its elements, that is next. u32 each. */
const STATE_LINE: usize = 0;
const STATE_ELEMENT: usize = 4;

/**
 * Repeats the lines of a mask (0: all) for the elements of their entries, at most `capacity` at a time: `lines` gets
 * the line and `out` the element of each. Entry `e` has `elements[starts[e]]` up to `elements[starts[e + 1]]`.
 * Returns how many there are; fewer than `capacity` only at the end. Goes on from `state`, which begins with zeros.
 */
export function explodeLines(
  ids: u32,
  mask: u32,
  n: u32,
  starts: u32,
  elements: u32,
  state: u32,
  capacity: u32,
  lines: u32,
  out: u32,
): u32 {
  let count: u32 = 0;
  let line = load<u32>(state, STATE_LINE);
  let skip = load<u32>(state, STATE_ELEMENT);
  for (; line < n; line += 1) {
    if (mask && !load<u8>(mask + line)) continue;
    const start = starts + (load<u32>(ids + (line << 2)) << 2);
    const end = load<u32>(start, 4);
    let element = load<u32>(start) + skip;
    for (; element < end && count < capacity; element += 1) {
      store<u32>(lines + (count << 2), line);
      store<u32>(out + (count << 2), load<u32>(elements + (element << 2)));
      count += 1;
    }
    if (element < end) {
      skip = element - load<u32>(start);
      break;
    }
    skip = 0;
  }
  store<u32>(state, line, STATE_LINE);
  store<u32>(state, skip, STATE_ELEMENT);
  return count;
}

/** `out[i]` = the element of the column that stands at `lines[i]`; elements of 1, 4 and 8 bytes. */
export function gather8(column: u32, lines: u32, n: u32, out: u32): void {
  for (let i: u32 = 0; i < n; i += 1) {
    store<u8>(out + i, load<u8>(column + load<u32>(lines + (i << 2))));
  }
}

export function gather32(column: u32, lines: u32, n: u32, out: u32): void {
  for (let i: u32 = 0; i < n; i += 1) {
    store<u32>(out + (i << 2), load<u32>(column + (load<u32>(lines + (i << 2)) << 2)));
  }
}

export function gather64(column: u32, lines: u32, n: u32, out: u32): void {
  for (let i: u32 = 0; i < n; i += 1) {
    store<u64>(out + (i << 3), load<u64>(column + (load<u32>(lines + (i << 2)) << 3)));
  }
}
