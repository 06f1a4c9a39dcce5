// What a file is, by its first bytes and never by its name: text, one of the compressions that are
// read, or something that only looks like no text at all. What is not read is named, with what to do
// about it: taken for text, it would be lines that nobody wrote, all of them rejected or, worse, not.

/** How many bytes of a beginning are looked at. */
export const magicBytes = 512;

export type Compression = "gzip" | "zstd";

export type Recognised =
  | { readonly kind: "text" }
  | { readonly kind: Compression }
  /** `what` with its article; `fix` is a sentence without its stop. */
  | { readonly kind: "foreign"; readonly what: string; readonly fix: string };

interface Foreign {
  readonly what: string;
  readonly fix: string;
  /** Alternatives, each in hexadecimal; `..` is any byte. */
  readonly magic: readonly string[];
  readonly at?: number;
}

const decompress = (tool: string): string =>
  `decompress it (${tool}), or recompress it with gzip or zstd`;
const convert = (from: string): string => `convert it: iconv -f ${from} -t UTF-8`;
const unpack = "unpack it and read the files in it";

/** UTF-32 before UTF-16, whose mark is the beginning of its own. */
const foreign: readonly Foreign[] = [
  { what: "UTF-32 text", fix: convert("UTF-32"), magic: ["fffe0000", "0000feff"] },
  { what: "UTF-16 text", fix: convert("UTF-16"), magic: ["fffe", "feff"] },
  { what: "xz", fix: decompress("xz -d"), magic: ["fd377a585a00"] },
  {
    what: "bzip2",
    fix: decompress("bzip2 -d"),
    magic: ["425a68..314159265359", "425a68..177245385090"],
  },
  { what: "lz4", fix: decompress("lz4 -d"), magic: ["04224d18", "02214c18"] },
  { what: "lzip", fix: decompress("lzip -d"), magic: ["4c5a495001"] },
  { what: "lzma", fix: decompress("xz -d --format=lzma"), magic: ["5d0000......ffffffffffffffff"] },
  { what: "lzop", fix: decompress("lzop -d"), magic: ["894c5a4f000d0a1a0a"] },
  { what: "snappy", fix: decompress("snzip -d"), magic: ["ff060000734e61507059"] },
  { what: "compress (.Z)", fix: decompress("uncompress"), magic: ["1f9d", "1fa0"] },
  { what: "a zip archive", fix: unpack, magic: ["504b0304", "504b0506", "504b0708"] },
  { what: "a 7z archive", fix: unpack, magic: ["377abcaf271c"] },
  { what: "a rar archive", fix: unpack, magic: ["526172211a07"] },
  { what: "a tar archive", fix: unpack, magic: ["7573746172"], at: 257 },
  { what: "a cpio archive", fix: unpack, magic: ["303730373031", "303730373032", "303730373037"] },
  {
    what: "a journal of systemd",
    fix: "export it: journalctl --file=… -o short-iso",
    magic: ["4c504b5348485248"],
  },
  { what: "a Parquet file", fix: "export it as text", magic: ["50415231"] },
  {
    what: "an SQLite database",
    fix: "export it as text",
    magic: ["53514c69746520666f726d6174203300"],
  },
  {
    what: "a packet capture",
    fix: "export it as text",
    magic: ["d4c3b2a1", "a1b2c3d4", "0a0d0d0a........1a2b3c4d", "0a0d0d0a........4d3c2b1a"],
  },
  { what: "a program", fix: "exclude it", magic: ["7f454c46"] },
];

const utf8Mark = [0xef, 0xbb, 0xbf] as const;

/** @param head the first bytes, `magicBytes` of them or all that there are. */
export function recognise(head: Uint8Array): Recognised {
  if (hasMagic(head, "1f8b08", 0)) return { kind: "gzip" };
  // A frame, or a frame to be skipped (as pzstd writes) before one.
  if (hasMagic(head, "28b52ffd", 0) || hasSkippableMagic(head)) return { kind: "zstd" };
  const found = foreign.find(({ magic, at = 0 }) => magic.some((each) => hasMagic(head, each, at)));
  if (found !== undefined) return { kind: "foreign", what: found.what, fix: found.fix };
  const order = utf16Order(head);
  if (order === null) return { kind: "text" };
  return { kind: "foreign", what: "UTF-16 text", fix: convert(order) };
}

/** Length of a UTF-8 byte order mark at the beginning of a content: 3, or 0 without one. */
export function markBytes(head: Uint8Array): number {
  return utf8Mark.every((byte, index) => head[index] === byte) ? utf8Mark.length : 0;
}

function hasSkippableMagic(head: Uint8Array): boolean {
  return hasMagic(head, "..2a4d18", 0) && head[0]! >= 0x50 && head[0]! <= 0x5f;
}

function hasMagic(head: Uint8Array, magic: string, at: number): boolean {
  const length = magic.length / 2;
  if (head.length < at + length) return false;
  for (let index = 0; index < length; index += 1) {
    const byte = magic.slice(2 * index, 2 * index + 2);
    if (byte !== ".." && head[at + index] !== Number.parseInt(byte, 16)) return false;
  }
  return true;
}

/** Text whose every other byte is zero, as ASCII is in UTF-16, without the mark that says so. */
function utf16Order(head: Uint8Array): "UTF-16LE" | "UTF-16BE" | null {
  const pairs = Math.min(16, Math.floor(head.length / 2));
  if (pairs < 4) return null;
  const isAll = (zero: 0 | 1): boolean =>
    Array.from({ length: pairs }, (_, index) => index).every((index) => {
      const text = head[2 * index + 1 - zero]!;
      return head[2 * index + zero] === 0 && (text >= 0x20 ? text < 0x7f : text === 9);
    });
  if (isAll(1)) return "UTF-16LE";
  return isAll(0) ? "UTF-16BE" : null;
}
