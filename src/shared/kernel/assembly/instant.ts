// Instants: nanoseconds since the epoch, which 64 bits hold for all times that are read (see `time-parts.ts`).

const SECOND: i64 = 1_000_000_000;

/** `out[i]` (i64) = the seconds (i64) and the nanoseconds (u32) behind them. */
export function joinInstants(seconds: u32, nanos: u32, n: u32, out: u32): void {
  for (let i: u32 = 0; i < n; i += 1) {
    const instant = load<i64>(seconds + (i << 3)) * SECOND + i64(load<u32>(nanos + (i << 2)));
    store<i64>(out + (i << 3), instant);
  }
}
