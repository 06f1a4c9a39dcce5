// UTF-8 as the standard has it (RFC 3629): no over-long forms, no surrogates, nothing above
// U+10FFFF. Used on dictionary entries, so every distinct value is checked once.

function isUtf8(ptr: u32, bytes: u32): bool {
  const end = ptr + bytes;
  let at = ptr;
  while (at < end) {
    const byte = u32(load<u8>(at));
    if (byte < 0x80) {
      at += 1;
      continue;
    }
    const second = at + 1 < end ? u32(load<u8>(at, 1)) : 0;
    if (byte >= 0xc2 && byte <= 0xdf) {
      if (second >> 6 != 2) return false;
      at += 2;
      continue;
    }
    const third = at + 2 < end ? u32(load<u8>(at, 2)) : 0;
    if (second >> 6 != 2 || third >> 6 != 2) return false;
    if (byte >= 0xe0 && byte <= 0xef) {
      if (byte == 0xe0 && second < 0xa0) return false;
      if (byte == 0xed && second > 0x9f) return false;
      at += 3;
      continue;
    }
    const fourth = at + 3 < end ? u32(load<u8>(at, 3)) : 0;
    if (byte < 0xf0 || byte > 0xf4 || fourth >> 6 != 2) return false;
    if (byte == 0xf0 && second < 0x90) return false;
    if (byte == 0xf4 && second > 0x8f) return false;
    at += 4;
  }
  return true;
}

function isAscii(ptr: u32, bytes: u32): bool {
  let at = ptr;
  const end = ptr + bytes;
  while (end - at >= 16) {
    if (i8x16.bitmask(v128.load(at))) return false;
    at += 16;
  }
  const rest = (u32(1) << (end - at)) - 1;
  return (u32(i8x16.bitmask(v128.load(at))) & rest) == 0;
}

/** `flags[i]` = 1 for every entry that is not UTF-8, else 0; returns how many there are. */
export function flagInvalidUtf8(spans: u32, n: u32, flags: u32): u32 {
  let invalid: u32 = 0;
  for (let i: u32 = 0; i < n; i += 1) {
    const span = load<u64>(spans + (i << 3));
    const ptr = u32(span);
    const bytes = u32(span >> 32);
    const valid = isAscii(ptr, bytes) || isUtf8(ptr, bytes);
    store<u8>(flags + i, u8(!valid));
    invalid += u32(!valid);
  }
  return invalid;
}
