// Looks addresses up in a range table: from the spans of a column to the spans of the texts, which lie in the
// table itself. Nothing is allocated. The index leads to the ranges that begin with the same sixteen bits;
// among those it is a binary search.

import { ipv4Read, isIpv4, isIpv6, zoneFrom } from "./address";
import { expandGroups, groups, isMapped } from "./canonical-address";
import { spanOf } from "./bytes";
import {
  rangeEmbedded,
  rangeIndex4,
  rangeIndex6,
  rangeStarts4,
  rangeStarts6,
  rangeTextBytes,
  rangeTextOffsets,
  rangeTexts4,
  rangeTexts6,
} from "./range-layout";

@inline
function part(table: u32, member: u32): u32 {
  return table + load<u32>(table + member);
}

/** Which text an IPv4 address has. */
@inline
function textOf4(table: u32, address: u32): u32 {
  const starts = part(table, rangeStarts4);
  const index = part(table, rangeIndex4) + ((address >> 16) << 2);
  // The range is the last that starts at or before the address: it is within [low, high].
  let low = load<u32>(index);
  let high = load<u32>(index, 4);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (load<u32>(starts + (middle << 2)) <= address) low = middle;
    else high = middle - 1;
  }
  return load<u32>(part(table, rangeTexts4) + (low << 2));
}

/** The 32 bits of an IPv6 address behind so many others. */
function bitsBehind(upper: u64, lower: u64, bits: u32): u32 {
  if (bits >= 64) return u32((lower << (bits - 64)) >> 32);
  return u32(((upper << bits) | (bits ? lower >> (64 - bits) : 0)) >> 32);
}

/** Which text an IPv6 address has. */
function textOf6(table: u32, upper: u64, lower: u64): u32 {
  const starts = part(table, rangeStarts6);
  const index = part(table, rangeIndex6) + (u32(upper >> 48) << 2);
  let low = load<u32>(index);
  let high = load<u32>(index, 4);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const start = starts + (middle << 4);
    const startUpper = load<u64>(start);
    if (startUpper < upper || (startUpper == upper && load<u64>(start, 8) <= lower)) low = middle;
    else high = middle - 1;
  }
  const text = load<u32>(part(table, rangeTexts6) + (low << 2));
  if (text < u32(rangeEmbedded)) return text;
  return textOf4(table, bitsBehind(upper, lower, text - u32(rangeEmbedded)));
}

/** Four of the eight groups as one number. */
@inline
function groupsFrom(first: u32): u64 {
  let value: u64 = 0;
  for (let group = first; group < first + 4; group += 1) {
    value = (value << 16) | u64(load<u16>(groups + (group << 1)));
  }
  return value;
}

/**
 * Which text an address has, whatever its spelling. IPv4 as IPv6 has it (`::ffff:192.0.2.1`) is IPv4. What
 * is no address has none, and neither has one with a zone, which is of one link only.
 */
function textOf(table: u32, from: u32, to: u32): u32 {
  if (isIpv4(from, to)) return textOf4(table, ipv4Read);
  if (!isIpv6(from, to) || zoneFrom != to) return 0;
  expandGroups();
  if (!isMapped()) return textOf6(table, groupsFrom(0), groupsFrom(4));
  return textOf4(table, (u32(load<u16>(groups, 12)) << 16) | u32(load<u16>(groups, 14)));
}

/** What the table has of each address of a column; what is empty or missing stays so. */
export function lookUpAddresses(table: u32, spans: u32, n: u32, out: u32): void {
  const offsets = part(table, rangeTextOffsets);
  const texts = part(table, rangeTextBytes);
  for (let i: u32 = 0; i < n; i += 1) {
    let span = load<u64>(spans + (i << 3));
    const bytes = u32(span >> 32);
    if (bytes) {
      const from = u32(span);
      const text = offsets + (textOf(table, from, from + bytes) << 2);
      span = spanOf(texts + load<u32>(text), texts + load<u32>(text, 4));
    }
    store<u64>(out + (i << 3), span);
  }
}
