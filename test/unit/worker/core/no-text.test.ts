// What is no text is taken out of a batch before lines are looked for, and only that.

import fc from "fast-check";
import { expect, it } from "vitest";
import { textOnly } from "../../../../src/worker/core/no-text.ts";

const mark = "\xef\xbb\xbf";

/** What is left, how many holes there were, and where each byte that is left was before. */
function prepare(
  text: string,
  isBeginning: boolean,
): { left: string; holes: number; from: number[]; samples: number[] } {
  const memory = new Uint8Array(text.length + 20).fill(0x2a);
  memory.set(Buffer.from(text, "latin1"), 10);
  const only = textOnly(memory, 10, 10 + text.length, isBeginning);
  const left = Buffer.from(memory.subarray(10, only.end)).toString("latin1");
  const from = Array.from(left, (_, index) => only.offsetInBatch(index));
  const { count: holes, samples } = only.holes;
  return { left, holes, from, samples: samples.map(({ offset }) => offset) };
}

it.each<[string, string, string, number]>([
  ["a mark at the beginning", `${mark}a\n`, "a\n", 0],
  ["a mark and nothing else", mark, "", 0],
  ["a hole at the beginning", "\0\0\0a\nb\n", "a\nb\n", 1],
  ["a hole behind a mark", `${mark}\0a\n`, "a\n", 1],
  ["holes at the beginnings of lines", "a\n\0b\n\0\0c\n", "a\nb\nc\n", 2],
  ["a hole with a line end of its own", "a\n\0\0\n\0\r\nb\n", "a\nb\n", 2],
  ["a hole at the end", "a\n\0\0", "a\n", 1],
  ["nothing but a hole", "\0\0\0", "", 1],
])("%s is no text", (_, text, left, holes) => {
  expect(prepare(text, true)).toMatchObject({ left, holes });
});

it("NULs within a line, and a mark that is not at the beginning of the content, are left alone", () => {
  expect(prepare("a\0b\0\n", true)).toMatchObject({ left: "a\0b\0\n", holes: 0 });
  expect(prepare(`${mark}a\n`, false)).toMatchObject({ left: `${mark}a\n`, holes: 0 });
  expect(prepare(`a\n${mark}b\n`, true)).toMatchObject({ left: `a\n${mark}b\n`, holes: 0 });
});

it("says where the bytes that are left, and the holes, were in the batch", () => {
  const piece = fc.constantFrom("\0", "\0\0\0", "\n", "a", "bc", "\r\n", mark, "\n\0");
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), fc.boolean(), (pieces, isBeginning) => {
      const text = pieces.join("");
      const { left, from, holes, samples } = prepare(text, isBeginning);
      expect(from.map((at) => text[at]).join("")).toBe(left);
      const body = isBeginning && text.startsWith(mark) ? text.slice(mark.length) : text;
      // Line by line, each with its line feed.
      const lines = body.match(/[^\n]*\n|[^\n]+$/g) ?? [];
      const isHole = (line: string): boolean => line.startsWith("\0");
      expect(holes).toBe(lines.filter(isHole).length);
      const kept = lines.map((line) =>
        isHole(line) ? line.replace(/^\0+(\r?\n|\r?$)?/, "") : line,
      );
      expect(left).toBe(kept.join(""));
      for (const at of samples) expect(text[at]).toBe("\0");
    }),
    { numRuns: 1000 },
  );
});
