// Types of what the kernel exports for parsing, see `assembly/parse.ts`. Pointers are byte offsets
// in kernel memory; a column is an array there with one element a line and room for 16 more bytes
// than it needs. Structures are drawn in `assembly/parse-layout.ts`.

export interface ParseExports {
  /** Cuts at most `capacity` events from the cursor on; fewer only at the end of the text. */
  tokeniseRsyslog(cursor: number, program: number, capacity: number): number;
  tokeniseAccessLog(cursor: number, program: number, capacity: number): number;
  /** The same from an event on, up to a line that the program has given to the caller. */
  tokeniseDelimited(cursor: number, program: number, first: number, capacity: number): number;
  tokeniseJson(cursor: number, program: number, capacity: number): number;
  /** `program` is drawn in `assembly/pattern-layout.ts`. */
  tokenisePattern(cursor: number, program: number, capacity: number): number;
  /** `program` is drawn in `assembly/docker-layout.ts`. */
  tokeniseDocker(cursor: number, program: number, capacity: number): number;
  tokeniseCri(cursor: number, program: number, capacity: number): number;
  /** `program` is drawn in `assembly/syslog-layout.ts`. */
  tokeniseSyslog(cursor: number, program: number, capacity: number): number;
  /** @param root of the tree of what is asked for */
  tokenisePairs(cursor: number, root: number, capacity: number): number;

  /** Counts and samples the events whose status is not 0; returns how many there are. */
  rejectRows(rejects: number, status: number, lines: number, n: number, values: number): number;
  /** Flags of lines that end before a field; returns how many there are. */
  flagMissing(spans: number, n: number, flags: number): number;
  /** Status of lines of a mask (0: all) that have a flag and none yet; returns how many got one. */
  judge(
    flags: number,
    mask: number,
    n: number,
    missing: number,
    bad: number,
    status: number,
  ): number;
  /** Lines of a mask (0: all) without a status. */
  maskCounted(mask: number, status: number, n: number, out: number): void;

  /** Spans of addresses in their one spelling, and flags of what is none; returns how many have one. */
  canonicalAddresses(cursor: number, spans: number, n: number, flags: number): number;
  /** Spans of what a table of `assembly/range-layout.ts` has of addresses; they lie in the table. */
  lookUpAddresses(table: number, spans: number, n: number, out: number): void;
  /**
   * Seconds since the epoch (i64), and which are local times (u8); returns how many are. Nanoseconds of the
   * second (u32) where `nanos` is not 0.
   */
  decodeTimestamps(
    spans: number,
    n: number,
    seconds: number,
    local: number,
    status: number,
    nanos: number,
  ): number;
  /** The same of times that a program says how to read; see `assembly/time-layout.ts`. */
  decodeTimes(
    program: number,
    spans: number,
    n: number,
    seconds: number,
    local: number,
    status: number,
    nanos: number,
  ): number;
  /** Nanoseconds since the epoch (i64) of seconds and the nanoseconds behind them. */
  joinInstants(seconds: number, nanos: number, n: number, out: number): void;
  /** Spans of two fields joined by a blank. */
  joinFields(cursor: number, left: number, right: number, n: number, out: number): void;
  /** Ids (u32) of the intervals that hold the values; returns the first line without one, or n. */
  lookUp(
    values: number,
    n: number,
    from: number,
    intervals: number,
    count: number,
    ids: number,
  ): number;
  /** Local times become UTC; returns the first line that no interval holds, or n. */
  subtractOffsets(
    values: number,
    local: number,
    n: number,
    from: number,
    intervals: number,
    count: number,
  ): number;
  /** Integers of 10^-scale (i64), and which lines have one (u8); returns how many are empty. */
  decodeDecimals(
    spans: number,
    n: number,
    scale: number,
    values: number,
    valid: number,
    status: number,
  ): number;
  /** Flags of lines with the greatest value, which is no least one; returns how many there are. */
  flagGreatest(values: number, n: number, flags: number): number;
  /** First words of murmur3 x64 128 (u64), and which values are not empty; returns how many are. */
  hashSpans(spans: number, n: number, hashes: number, valid: number): number;

  /** Spans of computed values; see `assembly/computed.ts`. */
  spreadSpans(
    spans: number,
    flags: number,
    ids: number,
    table: number,
    n: number,
    out: number,
  ): void;
  passMissing(spans: number, n: number, out: number): void;
  /** Keys (u64) and their spans. */
  pairNumbers(left: number, right: number, n: number, keys: number, spans: number): void;
  selectSpans(mask: number, one: number, other: number, n: number, out: number): void;
  coalesceSpans(one: number, other: number, n: number, out: number): void;
  prefixSpans(spans: number, n: number, bytes: number, out: number): void;
  trimSpans(spans: number, n: number, out: number): void;
  /** The 26 letters from `first` on in the other case; `cursor` has memory for what changes. */
  changeCase(cursor: number, spans: number, n: number, first: number, out: number): void;
  urlHosts(cursor: number, spans: number, n: number, out: number): void;
  urlPaths(spans: number, n: number, out: number): void;

  /** Lines and elements (u32) of lines that are repeated; see `assembly/explode.ts`. */
  explodeLines(
    ids: number,
    mask: number,
    n: number,
    starts: number,
    elements: number,
    state: number,
    capacity: number,
    lines: number,
    out: number,
  ): number;
  gather8(column: number, lines: number, n: number, out: number): void;
  gather32(column: number, lines: number, n: number, out: number): void;
  gather64(column: number, lines: number, n: number, out: number): void;

  /** Masks; `comparison` is one of `compare…` in `parse-layout.ts`. */
  compareText(
    spans: number,
    n: number,
    comparison: number,
    literal: number,
    bytes: number,
    out: number,
  ): void;
  /** As a mask; `table` is drawn in `assembly/regex-layout.ts`. */
  matchSpans(table: number, spans: number, n: number, out: number): void;
  /** As a mask; values that are no decimals compare in no way. */
  compareNumber(spans: number, n: number, comparison: number, literal: number, out: number): void;
  maskAnd(a: number, b: number, out: number, n: number): void;
  maskOr(a: number, b: number, out: number, n: number): void;
  maskNot(a: number, out: number, n: number): void;
  maskFill(out: number, value: number, n: number): void;
  maskCount(mask: number, n: number): number;
  /** `out[i] = flags[ids[i]]`. */
  maskGather(ids: number, flags: number, n: number, out: number): void;
}
