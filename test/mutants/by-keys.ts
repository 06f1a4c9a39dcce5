// Mutants of the formats whose fields are found by keys: JSON and pairs.

import type { TestedMutant } from "./catalog.ts";

const laws = ["test/property/json.property.test.ts"];
const kernel = "src/shared/kernel/assembly/json.ts";
const pairsLaws = ["test/property/pairs.property.test.ts"];
const tree = "src/shared/kernel/assembly/field-tree.ts";
const shapes = "src/shared/kernel/assembly/json-shape.ts";
const scalars = "src/shared/kernel/assembly/json-scalars.ts";
const text = "src/shared/kernel/assembly/quoted-text.ts";
const docker = "src/shared/kernel/assembly/docker.ts";
const formats = ["test/property/formats.property.test.ts"];
const pairs = "src/shared/kernel/assembly/pairs.ts";

export const byKeys: readonly TestedMutant[] = [
  {
    name: "what an object held the first time remains",
    file: tree,
    in: "writeValue",
    text: "for (; at < end; at += 4) store<u64>(load<u32>(at) + offset, 0);",
    instead: "for (; at < ownEnd; at += 4) store<u64>(load<u32>(at) + offset, 0);",
    tests: laws,
  },
  {
    name: "keys are compared by their first eight bytes",
    file: tree,
    in: "nodeOfKey",
    text: "(bytes <= 8 || equalBytes(from, load<u32>(member, memberKey), bytes))",
    instead: "(bytes > 0 || equalBytes(from, load<u32>(member, memberKey), bytes))",
    tests: laws,
  },
  {
    name: "keys with escapes are compared as written",
    file: kernel,
    in: "openMember",
    text: "else if (hasEscapes)",
    instead: "else if (hasEscapes && !container)",
    tests: laws,
  },
  {
    name: "a second object in a line is not seen",
    file: kernel,
    in: "readLine",
    text: "if (frame == base) return at == newline;",
    instead: "if (frame == base) return at <= newline;",
    tests: laws,
  },
  {
    name: "containers are nested without an end",
    file: kernel,
    in: "readLine",
    text: "if (frame == last) return false;",
    instead: "if (frame == last + 1) return false;",
    tests: laws,
  },
  {
    name: "any bracket closes a container",
    file: kernel,
    in: "readLine",
    text: "while (u32(load<u8>(at)) == load<u32>(frame, frameCloser)) {",
    instead: "while ((u32(load<u8>(at)) | 0x20) == (load<u32>(frame, frameCloser) | 0x20)) {",
    tests: laws,
  },
  {
    name: "null is a word",
    file: kernel,
    in: "readScalar",
    text: "isNull(at) ? u64(0) : spanOf(at, to)",
    instead: "isNull(at + 1) ? u64(0) : spanOf(at, to)",
    tests: laws,
  },
  {
    name: "elements are counted from the line's beginning",
    file: kernel,
    in: "readLine",
    text: "      store<u32>(frame, 0, frameElement);\n",
    instead: "",
    tests: laws,
  },
  {
    name: "values whose escapes are undone are written over each other",
    file: text,
    in: "keepWithoutEscapes",
    text: "  store<u32>(cursor, u32(span) + u32(span >> 32), cursorSpare);\n",
    instead: "",
    tests: laws,
  },
  {
    name: "a control character in a string is text",
    file: text,
    in: "specialAt",
    text: "i8x16.lt_u(block, blanks)",
    instead: "i8x16.eq(block, i8x16.splat(0x0a))",
    tests: laws,
  },
  {
    name: "three digits make an escape",
    file: text,
    in: "escapeBytes",
    text: "return areHexDigits(at + 2, 4) ? 6 : 0;",
    instead: "return areHexDigits(at + 2, 3) ? 6 : 0;",
    tests: laws,
  },
  {
    name: "half of a pair of surrogates is taken for a whole character",
    file: text,
    in: "writeCharacter",
    text: "(written & 0x1ff800) == 0xd800",
    instead: "(written & 0x1ff800) == 0xd900",
    tests: laws,
  },
  {
    name: "a number begins with zeros",
    file: scalars,
    in: "numberEnd",
    text: "load<u8>(at) == ZERO ? at + 1 : digitsEnd(at)",
    instead: "load<u8>(at) == 0x20 ? at + 1 : digitsEnd(at)",
    tests: laws,
  },
  {
    name: "a byte of Go's quotes stays as written",
    file: text,
    in: "undoEscapes",
    text: "} else if (dialect == GO_QUOTES) {",
    instead: "} else if (dialect == GO_QUOTES && !write) {",
    tests: pairsLaws,
  },
  {
    name: "a sentence is a line of pairs",
    file: pairs,
    in: "cutPairsLine",
    text: "return hasValue;",
    instead: "return hasValue || at > from;",
    tests: pairsLaws,
  },
  {
    name: "a number begins a key",
    file: pairs,
    in: "cutPairsLine",
    text: "if (!beginsKey(load<u8>(at))) return false;",
    instead: "if (!beginsKey(load<u8>(at)) && load<u8>(at) < 0x30) return false;",
    tests: pairsLaws,
  },
  {
    name: "what follows a quote is a key",
    file: pairs,
    in: "cutPairsLine",
    text: "if (next == at) return false;",
    instead: "if (next == at && load<u8>(at - 1) != QUOTE) return false;",
    tests: pairsLaws,
  },
  {
    name: "values of the line before are those of this one",
    file: pairs,
    in: "cutPairsLine",
    text: "writeOwn(root, offset, 0);",
    instead: "if (offset < 16) writeOwn(root, offset, 0);",
    tests: [...pairsLaws, "test/property/kernel-borders.property.test.ts"],
  },
  {
    name: "a part of a line of Docker is a line",
    file: docker,
    in: "cutRecord",
    text: "if (last < text || load<u8>(last) != NEWLINE) return UNFINISHED_RECORD + 1;",
    instead: "if (last < text) return UNFINISHED_RECORD + 1;",
    tests: formats,
  },
  {
    name: "a line of Docker goes on behind a line feed",
    file: docker,
    in: "cutRecord",
    text: "if (findByte(text, last, NEWLINE) != last) return BAD_ENVELOPE + 1;",
    instead: "if (findByte(text, last, NEWLINE) > last) return BAD_ENVELOPE + 1;",
    tests: formats,
  },
  {
    name: "a line of JSON that is asked for the same thing twice is a shape",
    file: shapes,
    in: "endLearning",
    text: "if (node && isThereTwice(shapes, node)) isLearnable = false;",
    instead: "",
    also: {
      in: "endLearning",
      text: "if (isThereTwice(shapes, load<u32>(at))) isLearnable = false;",
      instead: "",
    },
    tests: laws,
  },
  {
    name: "an object of JSON that is asked for is forgotten where lines are alike",
    file: shapes,
    in: "noteContainer",
    text: "isFull || load<u32>(node, nodeWrittenEnd) > load<u32>(node, nodeColumns)",
    instead: "isFull",
    tests: laws,
  },
  {
    name: "a line of JSON that goes on behind its shape is taken for it",
    file: shapes,
    in: "cutByShape",
    text: "return at + bytes == newline && isAt(at, load<u32>(last, partText), bytes);",
    instead: "return isAt(at, load<u32>(last, partText), bytes);",
    tests: laws,
  },
  {
    name: "what was missing in a line of JSON keeps the value that is there where lines are alike",
    file: shapes,
    in: "cutByShape",
    text: "writeOwn(root, offset, 0);",
    instead: "",
    tests: laws,
  },
];
