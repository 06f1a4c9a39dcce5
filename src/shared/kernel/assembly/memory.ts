// The arena that everything in the kernel lives in: blocks of power-of-two sizes with a free list
// per size. A pointer is a byte offset; no block moves, so pointers stay good until `free` or
// `reset`. The last bytes of memory are never handed out, so that loads of up to 64 bytes may run
// past the end of any block. A block is not cleared when it is handed out. What is reserved lies below
// all blocks and stays where it is and as it is over every `reset`.

/** Throws in JavaScript, so it does not return: the kernel has no exceptions of its own. */
@external("kernel", "outOfMemory")
declare function outOfMemory(bytes: f64): void;

const BLOCK_BYTES_MIN: u64 = 16;
const BLOCK_BYTES_MAX: u64 = 1 << 31;
const GUARD_BYTES: u64 = 64;
const PAGE_BYTES: u64 = 65536;
/** Memory grows by at least this many pages, and by an eighth of itself. */
const GROWTH_PAGES_MIN: u64 = 16;

/** Heads of the free lists, by log2 of the block's size. A free block begins with the next one. */
const freeBlocks: usize = memory.data(32 * 4, 16);

/** Where blocks begin: behind what is reserved. */
let bottom: u64 = (u64(__heap_base) + 15) & ~15;
let top: u64 = bottom;
let liveBytes: u64 = 0;

@inline
function classOf(bytes: u64): u32 {
  return 64 - u32(clz(max(bytes, BLOCK_BYTES_MIN) - 1));
}

/** Bytes that a block for `bytes` bytes really takes. */
export function blockBytes(bytes: u64): u64 {
  return u64(1) << classOf(bytes);
}

function growTo(end: u64): bool {
  const pages = u64(memory.size());
  const needed = (end + GUARD_BYTES + PAGE_BYTES - 1) / PAGE_BYTES;
  if (needed <= pages) return true;
  if (needed > 65536) return false;
  const wanted = min(max(needed, pages + max(GROWTH_PAGES_MIN, pages >> 3)), 65536);
  if (memory.grow(i32(wanted - pages)) >= 0) return true;
  return memory.grow(i32(needed - pages)) >= 0;
}

/** A 16-aligned block of at least `bytes` bytes. Out of memory is an error in JavaScript. */
export function allocate(bytes: u64): u32 {
  if (bytes > BLOCK_BYTES_MAX) outOfMemory(f64(bytes));
  const cls = classOf(bytes);
  const size = u64(1) << cls;
  const head = freeBlocks + (cls << 2);
  const block = load<u32>(head);
  if (block) {
    store<u32>(head, load<u32>(block));
    liveBytes += size;
    return block;
  }
  if (!growTo(top + size)) outOfMemory(f64(bytes));
  const fresh = u32(top);
  top += size;
  liveBytes += size;
  return fresh;
}

export function alloc(bytes: u32): u32 {
  return allocate(bytes);
}

/** Gives back a block; `bytes` is what was asked for. Freeing 0 does nothing. */
export function release(ptr: u32, bytes: u64): void {
  if (!ptr) return;
  const cls = classOf(bytes);
  const head = freeBlocks + (cls << 2);
  store<u32>(ptr, load<u32>(head));
  store<u32>(head, ptr);
  liveBytes -= u64(1) << cls;
}

export function free(ptr: u32, bytes: u32): void {
  release(ptr, bytes);
}

/** Moves the first `used` bytes of a block to a larger one and gives the old one back. */
export function regrow(ptr: u32, bytes: u64, used: u64, larger: u64): u32 {
  const grown = allocate(larger);
  memory.copy(grown, ptr, usize(used));
  release(ptr, bytes);
  return grown;
}

/** Zeroes a short block; `bytes` is a multiple of 16. (A call of memory.fill costs more.) */
@inline
export function clearBlocks(ptr: u32, bytes: u32): void {
  const end = ptr + bytes;
  for (let at = ptr; at < end; at += 16) v128.store(at, i64x2.splat(0));
}

/** Copies a short string in blocks of 16 bytes: up to 15 more are written behind it. */
@inline
export function copyLoosely(to: u32, from: u32, bytes: u32): void {
  for (let offset: u32 = 0; offset < bytes; offset += 16) {
    v128.store(to + offset, v128.load(from + offset));
  }
}

/**
 * Takes memory that no `reset` gives back, for what is the same in every batch. Forgets every block, as
 * `reset` does, since it lies where they began.
 */
export function reserve(bytes: u32): u32 {
  reset();
  const end = (bottom + u64(bytes) + 15) & ~15;
  if (!growTo(end)) outOfMemory(f64(bytes));
  const reserved = u32(bottom);
  bottom = end;
  top = end;
  return reserved;
}

/** Forgets every block at once; pointers from before are void. Memory is kept for what comes. */
export function reset(): void {
  top = bottom;
  liveBytes = 0;
  memory.fill(freeBlocks, 0, 32 * 4);
}

/** Bytes of blocks handed out and not given back. */
export function allocatedBytes(): f64 {
  return f64(liveBytes);
}

/** Bytes from the first to the last block ever handed out since the last reset. */
export function arenaBytes(): f64 {
  return f64(top - bottom);
}
