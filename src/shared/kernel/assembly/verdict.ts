// What one summary makes of a vector of lines: a status a line, 0 while it counts. Each summary judges
// by what it needs itself, so that a line that one cannot count is counted by the others.

import { MISSING_FIELD } from "./rejects";

/**
 * Gives lines that have a flag, and a place in the mask if there is one, a status unless they have one:
 * `missing` where the flag says that the line ends before the field, else `bad`. Returns how many got one.
 */
export function judge(
  flags: u32,
  mask: u32,
  n: u32,
  missing: u32,
  bad: u32,
  status: u32,
): u32 {
  let judged: u32 = 0;
  for (let i: u32 = 0; i < n; i += 1) {
    // Most blocks have no flag; what is read behind the last line may only cost a skip.
    if (i % 16 == 0 && !v128.any_true(v128.load(flags + i))) {
      i += 15;
      continue;
    }
    const flag = u32(load<u8>(flags + i));
    if (!flag || load<u8>(status + i) || (mask && !load<u8>(mask + i))) continue;
    store<u8>(status + i, u8(flag == MISSING_FIELD + 1 ? missing : bad));
    judged += 1;
  }
  return judged;
}

/** The lines of a mask (0: all lines) that have no status. */
export function maskCounted(mask: u32, status: u32, n: u32, out: u32): void {
  const zeros = i8x16.splat(0);
  const ones = i8x16.splat(1);
  for (let i: u32 = 0; i < n; i += 16) {
    const counted = v128.and(i8x16.eq(v128.load(status + i), zeros), ones);
    v128.store(out + i, mask ? v128.and(counted, v128.load(mask + i)) : counted);
  }
}
