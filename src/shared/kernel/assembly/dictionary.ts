// A dictionary gives every distinct byte string a dense number, in order of first appearance.
// It is exact: strings are equal only if their bytes are. Entries either point into the caller's
// memory (a worker's batch, dropped as a whole) or are copied into chunks of the dictionary's own.
//
// Slots are u64: the entry's hash in the high half, its number + 1 in the low half, 0 = empty;
// linear probing at a load of at most one half; the slot is the hash's first bits, so growing never
// reads the strings again.

import { allocate, blockBytes, clearBlocks, copyLoosely, regrow, release } from "./memory";
import { equalBytes, hashBlock, hashBytes, loadMasked } from "./hash";

// Fields of the dictionary's block.
const SIZE: usize = 0;
const CAPACITY: usize = 4;
const SPANS: usize = 8;
const SLOTS: usize = 12;
/** 32 - log2 of the number of slots. */
const SHIFT: usize = 16;
/** Chunk that copies go to: u32 chunk before it, u32 its size, then bytes. */
const CHUNK: usize = 20;
const CHUNK_USED: usize = 24;
const BYTES_HELD: usize = 32;
/** Memo of `dictEncode`, or 0. */
const MEMO: usize = 40;
const DICTIONARY_BYTES: u32 = 64;

// Small, since a sink may hold a hundred thousand tables of a few rows each.
const ENTRIES_FIRST: u32 = 4;
const SLOT_BITS_FIRST: u32 = 3;
const SLOT_BITS_MAX: u32 = 28;
// The memo is a small table with one place for a string of up to 16 bytes: its bytes padded with
// zeros, u32 length, u32 number. Most lines are answered by it, with no slot and no span to follow.
const MEMO_BITS: u32 = 9;
const MEMO_ENTRY_BYTES: u32 = 32;
const MEMO_BYTES: u32 = MEMO_ENTRY_BYTES << MEMO_BITS;
/** In a dictionary of many more entries few lines would find theirs. */
const MEMO_ENTRIES_MAX: u32 = 8 << MEMO_BITS;

const CHUNK_BYTES_FIRST: u32 = 128;
const CHUNK_BYTES_MAX: u32 = 1 << 20;
const CHUNK_HEADER_BYTES: u32 = 8;
/** Left free at a chunk's end, for what `copyLoosely` writes behind a string. */
const CHUNK_SLACK_BYTES: u32 = 16;

@inline
function slotBytes(shift: u32): u64 {
  return u64(8) << (32 - shift);
}

export function dictNew(): u32 {
  const dict = allocate(DICTIONARY_BYTES);
  memory.fill(dict, 0, DICTIONARY_BYTES);
  const shift = 32 - SLOT_BITS_FIRST;
  const slots = allocate(slotBytes(shift));
  clearBlocks(slots, u32(slotBytes(shift)));
  store<u32>(dict, ENTRIES_FIRST, CAPACITY);
  store<u32>(dict, allocate(ENTRIES_FIRST * 8), SPANS);
  store<u32>(dict, slots, SLOTS);
  store<u32>(dict, shift, SHIFT);
  return dict;
}

export function dictFree(dict: u32): void {
  let chunk = load<u32>(dict, CHUNK);
  while (chunk) {
    const before = load<u32>(chunk);
    release(chunk, load<u32>(chunk, 4));
    chunk = before;
  }
  release(load<u32>(dict, SPANS), u64(load<u32>(dict, CAPACITY)) * 8);
  release(load<u32>(dict, SLOTS), slotBytes(load<u32>(dict, SHIFT)));
  release(load<u32>(dict, MEMO), MEMO_BYTES);
  release(dict, DICTIONARY_BYTES);
}

/** Forgets the entries; memory for them is kept, chunks of copies are not. */
export function dictClear(dict: u32): void {
  let chunk = load<u32>(dict, CHUNK);
  while (chunk) {
    const before = load<u32>(chunk);
    release(chunk, load<u32>(chunk, 4));
    chunk = before;
  }
  store<u32>(dict, 0, CHUNK);
  store<u32>(dict, 0, CHUNK_USED);
  store<u64>(dict, 0, BYTES_HELD);
  store<u32>(dict, 0, SIZE);
  release(load<u32>(dict, MEMO), MEMO_BYTES);
  store<u32>(dict, 0, MEMO);
  memory.fill(load<u32>(dict, SLOTS), 0, usize(slotBytes(load<u32>(dict, SHIFT))));
}

export function dictSize(dict: u32): u32 {
  return load<u32>(dict, SIZE);
}

/** The column of the entries' spans, u64 each; moves when the dictionary grows. */
export function dictSpans(dict: u32): u32 {
  return load<u32>(dict, SPANS);
}

export function dictBytes(dict: u32): f64 {
  return f64(
    blockBytes(DICTIONARY_BYTES) +
      blockBytes(u64(load<u32>(dict, CAPACITY)) * 8) +
      slotBytes(load<u32>(dict, SHIFT)) +
      load<u64>(dict, BYTES_HELD) +
      (load<u32>(dict, MEMO) ? MEMO_BYTES : 0),
  );
}

/** Entries, and slots, that there is room for. */
export function dictCapacity(dict: u32): u32 {
  return load<u32>(dict, CAPACITY);
}

export function dictSlots(dict: u32): u64 {
  return slotBytes(load<u32>(dict, SHIFT)) / 8;
}

function growSlots(dict: u32): void {
  const oldShift = load<u32>(dict, SHIFT);
  const old = load<u32>(dict, SLOTS);
  // Beyond 2^28 slots the load rises towards one; memory ends before it gets there.
  if (oldShift <= u32(32) - SLOT_BITS_MAX) return;
  const shift = oldShift - 1;
  const mask = u32((u64(1) << (32 - shift)) - 1);
  const slots = allocate(slotBytes(shift));
  memory.fill(slots, 0, usize(slotBytes(shift)));
  const end = old + u32(slotBytes(oldShift));
  for (let at = old; at < end; at += 8) {
    const entry = load<u64>(at);
    if (!entry) continue;
    let slot = u32(entry >> 32) >> shift;
    while (load<u64>(slots + (slot << 3))) slot = (slot + 1) & mask;
    store<u64>(slots + (slot << 3), entry);
  }
  release(old, slotBytes(oldShift));
  store<u32>(dict, slots, SLOTS);
  store<u32>(dict, shift, SHIFT);
}

function copyIn(dict: u32, ptr: u32, bytes: u32): u32 {
  let chunk = load<u32>(dict, CHUNK);
  const used = load<u32>(dict, CHUNK_USED);
  if (!chunk || u64(used) + u64(bytes) + CHUNK_SLACK_BYTES > u64(load<u32>(chunk, 4))) {
    // Chunks grow with what is held, so that small dictionaries stay small.
    const held = load<u64>(dict, BYTES_HELD);
    const usual = min(max(held, u64(CHUNK_BYTES_FIRST)), u64(CHUNK_BYTES_MAX));
    const size = blockBytes(max(u64(bytes) + (CHUNK_HEADER_BYTES + CHUNK_SLACK_BYTES), usual));
    const fresh = allocate(size);
    store<u32>(fresh, chunk);
    store<u32>(fresh, u32(size), 4);
    store<u32>(dict, fresh, CHUNK);
    store<u32>(dict, CHUNK_HEADER_BYTES + bytes, CHUNK_USED);
    store<u64>(dict, held + size, BYTES_HELD);
    copyLoosely(fresh + CHUNK_HEADER_BYTES, ptr, bytes);
    return fresh + CHUNK_HEADER_BYTES;
  }
  store<u32>(dict, used + bytes, CHUNK_USED);
  copyLoosely(chunk + used, ptr, bytes);
  return chunk + used;
}

/** Puts a string that is not there yet in the empty slot that probing ended at. */
function insert(dict: u32, slot: u32, hash: u32, span: u64, copied: bool): u32 {
  const id = load<u32>(dict, SIZE);
  const capacity = load<u32>(dict, CAPACITY);
  if (id == capacity) {
    const spans = load<u32>(dict, SPANS);
    const larger = regrow(spans, u64(capacity) * 8, u64(capacity) * 8, u64(capacity) * 16);
    store<u32>(dict, larger, SPANS);
    store<u32>(dict, capacity * 2, CAPACITY);
  }
  const bytes = u32(span >> 32);
  const ptr = copied ? copyIn(dict, u32(span), bytes) : u32(span);
  store<u64>(load<u32>(dict, SPANS) + (id << 3), u64(ptr) | (u64(bytes) << 32));
  store<u64>(load<u32>(dict, SLOTS) + (slot << 3), (u64(hash) << 32) | u64(id + 1));
  store<u32>(dict, id + 1, SIZE);
  if (u64(id + 1) * 2 > u64(1) << (32 - load<u32>(dict, SHIFT))) growSlots(dict);
  return id;
}

/** The number of one string, which is added if it is new. */
@inline
function numberOf(dict: u32, span: u64, copied: bool): u32 {
  const ptr = u32(span);
  const bytes = u32(span >> 32);
  const shift = load<u32>(dict, SHIFT);
  const slots = load<u32>(dict, SLOTS);
  const spans = load<u32>(dict, SPANS);
  const mask = u32((u64(1) << (32 - shift)) - 1);
  if (bytes <= 16) {
    const value = loadMasked(ptr, bytes);
    const hash = hashBlock(value, bytes);
    let slot = hash >> shift;
    while (true) {
      const entry = load<u64>(slots + (slot << 3));
      if (!entry) return insert(dict, slot, hash, span, copied);
      if (u32(entry >> 32) == hash) {
        const id = u32(entry) - 1;
        const held = load<u64>(spans + (id << 3));
        if (u32(held >> 32) == bytes) {
          const difference = v128.xor(value, loadMasked(u32(held), bytes));
          if (!v128.any_true(difference)) return id;
        }
      }
      slot = (slot + 1) & mask;
    }
  }
  const hash = hashBytes(ptr, bytes);
  let slot = hash >> shift;
  while (true) {
    const entry = load<u64>(slots + (slot << 3));
    if (!entry) return insert(dict, slot, hash, span, copied);
    if (u32(entry >> 32) == hash) {
      const id = u32(entry) - 1;
      const held = load<u64>(spans + (id << 3));
      if (u32(held >> 32) == bytes && equalBytes(ptr, u32(held), bytes)) return id;
    }
    slot = (slot + 1) & mask;
  }
}

function memoOf(dict: u32): u32 {
  let memo = load<u32>(dict, MEMO);
  if (!memo) {
    memo = allocate(MEMO_BYTES);
    // No string is as long as an empty place says.
    memory.fill(memo, 0xff, MEMO_BYTES);
    store<u32>(dict, memo, MEMO);
  }
  return memo;
}

/** The place of a string in the memo. Who makes strings share places gains nothing but misses. */
@inline
function memoPlace(memo: u32, value: v128): u32 {
  const low = u64(i64x2.extract_lane(value, 0));
  const high = u64(i64x2.extract_lane(value, 1));
  const mixed = (low + high * 0x9e3779b97f4a7c15) * 0x9e3779b97f4a7c15;
  return memo + u32(mixed >> u64(64 - MEMO_BITS)) * MEMO_ENTRY_BYTES;
}

/**
 * Numbers a column of strings: `ids[i]` for every line whose `mask` is not 0 (no mask: every line).
 * New strings are added and point into the caller's memory, which must outlive the dictionary.
 */
export function dictEncode(dict: u32, spans: u32, n: u32, mask: u32, ids: u32): void {
  const memo = load<u32>(dict, SIZE) <= MEMO_ENTRIES_MAX ? memoOf(dict) : 0;
  for (let i: u32 = 0; i < n; i += 1) {
    if (mask && !load<u8>(mask + i)) continue;
    const span = load<u64>(spans + (i << 3));
    const bytes = u32(span >> 32);
    if (!memo || bytes > 16) {
      store<u32>(ids + (i << 2), numberOf(dict, span, false));
      continue;
    }
    const value = loadMasked(u32(span), bytes);
    const place = memoPlace(memo, value);
    const difference = v128.xor(value, v128.load(place));
    let id = load<u32>(place, 20);
    if (load<u32>(place, 16) != bytes || v128.any_true(difference)) {
      id = numberOf(dict, span, false);
      v128.store(place, value);
      store<u64>(place, u64(bytes) | (u64(id) << 32), 16);
    }
    store<u32>(ids + (i << 2), id);
  }
}

/** As `dictEncode`, but the bytes of new strings are copied. */
export function dictEncodeCopy(dict: u32, spans: u32, n: u32, mask: u32, ids: u32): void {
  for (let i: u32 = 0; i < n; i += 1) {
    if (mask && !load<u8>(mask + i)) continue;
    store<u32>(ids + (i << 2), numberOf(dict, load<u64>(spans + (i << 3)), true));
  }
}
