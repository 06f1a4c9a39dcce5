// Bytes of a log as text. What is UTF-8 stays; each byte that is none is written as `\xHH`. It
// is for people to look at, and no key: the text `\xe9` and the byte E9 look the same.

/** The text of bytes of any kind. */
export function textOfBytes(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const whole = decoded(buffer);
  if (whole !== null) return whole;
  let text = "";
  let at = 0;
  while (at < buffer.length) {
    const length = sequenceLength(buffer[at]!);
    const character = decoded(buffer.subarray(at, at + length));
    text += character ?? `\\x${buffer.toString("hex", at, at + 1)}`;
    at += character === null ? 1 : length;
  }
  return text;
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decoded(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

/** Bytes of the character that begins with this one, if it is one. */
function sequenceLength(first: number): number {
  if (first >= 0xf0) return 4;
  if (first >= 0xe0) return 3;
  return first >= 0xc0 ? 2 : 1;
}
