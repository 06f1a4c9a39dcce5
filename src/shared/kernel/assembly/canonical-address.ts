// Addresses in one spelling, so that equal addresses are equal bytes: an IPv4 address as four numbers, also
// where it came as an IPv6 one (`::ffff:192.0.2.1`); any other IPv6 address after RFC 5952, in lower case, without
// leading zeros, and with `::` for the longest run of zeros. A zone (`%eth0`) stays as it is, and so does what it
// stands behind: `::ffff:192.0.2.1%eth0` is of one link only.

import { equalBytes } from "./hash";
import { NO_GAP, gapBefore, groupCount, groupsRead, isIpv4, isIpv6, zoneFrom } from "./address";
import { spanOf } from "./bytes";
import { cursorSpare } from "./parse-layout";
import { BAD_IP } from "./rejects";
import { spareFor } from "./spare";

const COLON: u8 = 0x3a;
const POINT: u8 = 0x2e;
/** The longest address without its zone: eight groups of four digits. */
const ADDRESS_BYTES_MAX: u32 = 39;

/** The eight groups (u16) of an address. */
export const groups: usize = memory.data(16, 16);

@inline
function groupAt(index: u32): u32 {
  return u32(load<u16>(groups + (index << 1)));
}

/** Takes the groups that were read, with the zeros that `::` stands for. */
export function expandGroups(): void {
  memory.fill(groups, 0, 16);
  const before = gapBefore == NO_GAP ? groupCount : gapBefore;
  const after = groupCount - before;
  memory.copy(groups, groupsRead, before << 1);
  memory.copy(groups + ((8 - after) << 1), groupsRead + (before << 1), after << 1);
}

function writeDecimal(out: u32, value: u32): u32 {
  let at = out;
  if (value >= 100) store<u8>(at++, u8(0x30 + value / 100));
  if (value >= 10) store<u8>(at++, u8(0x30 + (value / 10) % 10));
  store<u8>(at++, u8(0x30 + (value % 10)));
  return at;
}

function writeHex(out: u32, value: u32): u32 {
  let at = out;
  for (let shift: i32 = 12; shift >= 0; shift -= 4) {
    const digit = (value >> shift) & 15;
    if (at == out && !digit && shift) continue;
    store<u8>(at++, u8(digit < 10 ? 0x30 + digit : 0x61 - 10 + digit));
  }
  return at;
}

/** Whether the groups are those of an IPv4 address as IPv6 has it, `::ffff:0:0/96`. */
export function isMapped(): bool {
  return !load<u64>(groups) && !groupAt(4) && groupAt(5) == 0xffff;
}

function writeIpv4(out: u32): u32 {
  let at = out;
  for (let group: u32 = 6; group < 8; group += 1) {
    if (group > 6) store<u8>(at++, POINT);
    at = writeDecimal(at, groupAt(group) >> 8);
    store<u8>(at++, POINT);
    at = writeDecimal(at, groupAt(group) & 255);
  }
  return at;
}

function writeIpv6(out: u32): u32 {
  // One zero alone is written; of runs of equal length the first is left out.
  let longest: u32 = 1;
  let skipFrom: u32 = 8;
  let run: u32 = 0;
  for (let index: u32 = 0; index < 8; index += 1) {
    run = groupAt(index) ? 0 : run + 1;
    if (run <= longest) continue;
    longest = run;
    skipFrom = index + 1 - run;
  }
  let at = out;
  for (let index: u32 = 0; index < 8; ) {
    if (index == skipFrom) {
      store<u8>(at++, COLON);
      index += longest;
      if (index == 8) store<u8>(at++, COLON);
      continue;
    }
    if (index) store<u8>(at++, COLON);
    at = writeHex(at, groupAt(index));
    index += 1;
  }
  return at;
}

/**
 * Gives every address of a column its one spelling. What is neither an address nor empty stays, and gets
 * the flag `bad_ip` unless it has another; returns how many got it.
 */
export function canonicalAddresses(cursor: u32, spans: u32, n: u32, flags: u32): u32 {
  let bad: u32 = 0;
  for (let i: u32 = 0; i < n; i += 1) {
    const span = load<u64>(spans + (i << 3));
    const from = u32(span);
    const bytes = u32(span >> 32);
    const to = from + bytes;
    if (!bytes || isIpv4(from, to)) continue;
    if (!isIpv6(from, to)) {
      if (load<u8>(flags + i)) continue;
      store<u8>(flags + i, u8(BAD_IP + 1));
      bad += 1;
      continue;
    }
    expandGroups();
    const zoneBytes = to - zoneFrom;
    const out = spareFor(cursor, ADDRESS_BYTES_MAX + zoneBytes);
    let end = !zoneBytes && isMapped() ? writeIpv4(out) : writeIpv6(out);
    memory.copy(end, zoneFrom, zoneBytes);
    end += zoneBytes;
    if (end - out == bytes && equalBytes(from, out, bytes)) continue;
    store<u64>(spans + (i << 3), spanOf(out, end));
    store<u32>(cursor, end, cursorSpare);
  }
  return bad;
}
