// Z85 (ZeroMQ RFC 32): 4 bytes as 5 printable characters. It is how CURVE keys are written: 32 bytes
// as 40 characters, without white space and without the quotes that shells and YAML mind.

const alphabet =
  "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
const digits = new Map(Array.from(alphabet, (character, digit) => [character, digit]));
const base = 85;

export const keyBytes = 32;

/** A key of 32 bytes as its 40 characters; null for any other length. */
export function encodeKey(bytes: Uint8Array): string | null {
  if (bytes.length !== keyBytes) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = "";
  for (let offset = 0; offset < keyBytes; offset += 4) {
    let value = view.getUint32(offset);
    let group = "";
    for (let place = 0; place < 5; place += 1) {
      group = alphabet[value % base]! + group;
      value = Math.floor(value / base);
    }
    text += group;
  }
  return text;
}

/** The 32 bytes of a key; null when the text is none. */
export function decodeKey(text: string): Uint8Array | null {
  if (text.length !== (keyBytes / 4) * 5) return null;
  const bytes = new Uint8Array(keyBytes);
  const view = new DataView(bytes.buffer);
  for (let offset = 0; offset < keyBytes; offset += 4) {
    let value = 0;
    for (const character of text.slice((offset / 4) * 5, (offset / 4) * 5 + 5)) {
      const digit = digits.get(character);
      if (digit === undefined) return null;
      value = value * base + digit;
    }
    if (value > 0xffff_ffff) return null;
    view.setUint32(offset, value);
  }
  return bytes;
}
