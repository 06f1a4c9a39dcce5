// Types of what the kernel exports for memory and tables, see `assembly/table.ts`. Pointers are
// byte offsets in kernel memory; a column is an array there with one entry a line; a mask of 0
// means every line.

export interface TableExports {
  /** 16-aligned, not cleared. Out of memory throws `LogmillError` kernel_memory. */
  alloc(bytes: number): number;
  /** `bytes` is what was asked for. */
  free(ptr: number, bytes: number): void;
  /** Memory below all blocks, which no reset gives back. Forgets everything, as `reset` does. */
  reserve(bytes: number): number;
  /** Forgets everything; every pointer and handle from before is void. */
  reset(): void;
  /** Bytes of blocks handed out and not freed. */
  allocatedBytes(): number;
  /** Bytes that blocks have reached to since the last reset. */
  arenaBytes(): number;
  seedHash(low: number, high: number): void;

  dictNew(): number;
  dictFree(dict: number): void;
  /** Forgets the entries and keeps the memory. */
  dictClear(dict: number): void;
  dictSize(dict: number): number;
  /** Column of the entries' spans (u64); moves when the dictionary grows. */
  dictSpans(dict: number): number;
  dictBytes(dict: number): number;
  /** New entries point into the caller's memory. Lines that the mask leaves out keep their id. */
  dictEncode(dict: number, spans: number, n: number, mask: number, ids: number): void;
  /** The bytes of new entries are copied. */
  dictEncodeCopy(dict: number, spans: number, n: number, mask: number, ids: number): void;

  /**
   * @param schema u32 each: dimensions, 1 if bucketed, metrics, then a word a metric: its type
   *   (count 1, sum 2, min 3, max 4, hll 5, squares 6, first 7, last 8) | scale or log2m << 8 | regwidth << 16.
   */
  tableNew(schema: number): number;
  tableFree(table: number): void;
  tableRows(table: number): number;
  /** Handle of a dimension's dictionary. */
  tableDictionary(table: number, dimension: number): number;
  /** The dimension uses this dictionary from now on; such a table is never freed by itself. */
  tableShareDictionary(table: number, dimension: number, dict: number): void;
  tableBytes(table: number): number;
  /** Bytes of new blocks at most when so many rows in a frame of so many bytes are merged. */
  tableGrowth(table: number, rows: number, frameBytes: number): number;
  /**
   * Finds or adds the row (u32) of every line that the mask names; the others get 0xffffffff.
   * `idColumns`: u32 a key, pointer to its column; a bucketed table's first key is the bucket.
   */
  tableGroup(table: number, idColumns: number, n: number, mask: number, rows: number): void;

  aggCount(table: number, metric: number, rows: number, mask: number, n: number): void;
  /** Adds i64 values where `valid` (u8) is not 0; `valid` 0 = everywhere. */
  aggSum(
    table: number,
    metric: number,
    rows: number,
    values: number,
    valid: number,
    n: number,
  ): void;
  aggMin(
    table: number,
    metric: number,
    rows: number,
    values: number,
    valid: number,
    n: number,
  ): void;
  aggMax(
    table: number,
    metric: number,
    rows: number,
    values: number,
    valid: number,
    n: number,
  ): void;
  /** Adds the squares of i64 values. */
  aggSquares(
    table: number,
    metric: number,
    rows: number,
    values: number,
    valid: number,
    n: number,
  ): void;
  /** Keeps the i64 value of the least instant (i64); of several at one, the least. */
  aggFirst(
    table: number,
    metric: number,
    rows: number,
    values: number,
    valid: number,
    n: number,
    instants: number,
  ): void;
  aggLast(
    table: number,
    metric: number,
    rows: number,
    values: number,
    valid: number,
    n: number,
    instants: number,
  ): void;
  /** Adds 64-bit hashes (u64). */
  aggHll(
    table: number,
    metric: number,
    rows: number,
    hashes: number,
    mask: number,
    n: number,
  ): void;

  /** Writes all rows; returns the frame. */
  tableEncode(table: number): number;
  /** Orders the rows of a bucketed table by bucket; the view must be given back by `bucketsEnd`. */
  bucketsBegin(table: number, buckets: number): number;
  bucketRows(view: number, bucket: number): number;
  /** Writes the rows of a bucket; returns the frame, as `tableEncode`. */
  bucketEncode(view: number, bucket: number): number;
  bucketsEnd(view: number): void;
  /** Bytes of the frame written last, without its checksum. */
  frameBytes(): number;
  frameFree(): void;
  /** Returns 0, or what is wrong with the frame; the table is unchanged then. */
  tableMerge(
    table: number,
    frame: number,
    bytes: number,
    dimensions: number,
    keep: number,
    from: number,
    to: number,
  ): number;
  /** Address at which the last frame was found wrong. */
  frameFaultAt(): number;

  /** Begins to sort a table by key; the view must be given back by `sortEnd`. @param window rows asked for at a time. */
  sortBegin(table: number, window: number): number;
  /** Sorts some thousand rows; to be called until it returns 0. */
  sortStep(view: number): number;
  /** Makes `n` rows come next, or as many as are left; returns how many there are. */
  sortFill(view: number, n: number): number;
  /** How many of the next `n` rows make a frame that has at most `keyBytes` bytes of keys. */
  sortCut(view: number, n: number, keyBytes: number): number;
  /** Writes the next `n` rows; returns the frame, as `tableEncode`. */
  sortEncode(view: number, n: number): number;
  /** Puts the rows within a limit first, both parts in their order; returns how many they are. */
  sortPartition(view: number, hashes: number, limit: number): number;
  sortEnd(view: number): void;

  /** Fills a column (u64 a row) with the hashes of the keys, which do not depend on the seed. */
  tableHashRows(table: number, hashes: number): void;
  /**
   * Fills `limit` (16 bytes) with the `k`-th smallest of `n` hashes: u64 the hash, u32 how many of
   * its equals are within; the operations that apply a limit count these down.
   */
  hashLimit(hashes: number, n: number, k: number, limit: number): void;
  /** Moves the hashes within a limit to the front; returns how many they are. */
  hashKeep(hashes: number, n: number, limit: number): number;
}
