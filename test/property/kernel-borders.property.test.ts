// What the kernel remembers from one block, window or vector of a text to the next must never show. A
// feature that is rare stands at every offset of their borders; `npm run fuzz` goes on from here.

import { describe, expect, it } from "vitest";
import * as layout from "../../src/shared/kernel/assembly/parse-layout.ts";
import { checkText, fuzzOne, subjects, type Subject } from "../fuzz/fuzz.ts";
import { randomFrom } from "../fuzz/random.ts";
import { TextBuilder, type FuzzText } from "../fuzz/text.ts";

const isFull = process.env["LOGMILL_TEST_DEPTH"] === "full";
const seed = Date.now() % 1_000_000;
/** Bytes of a feature's line that are put at a border one after the other: its beginning, its end. */
const [headBytes, tailBytes] = [130, 30];

/** A text in which byte `offset` of a line with a feature stands at `border`. */
function textAt({ kinds }: Subject, feature: string, border: number, offset: number): FuzzText {
  const random = randomFrom(seed, offset);
  const text = new TextBuilder(kinds, random, 1000);
  const line = kinds.features[feature]!(random);
  const place = offset < headBytes ? offset : line.length + headBytes + tailBytes - offset;
  text.plainUntil(border - Math.min(place, line.length + 1));
  text.feature(feature, line, `${border} bytes`);
  text.plainUntil(text.bytes + 3000);
  return { content: text.content(offset % 2 === 0), placed: text.placed };
}

describe.each(subjects)("the kernel on $name", (subject) => {
  const vectors = [4096, 16, 8, 1];
  const features = Object.keys(subject.kinds.features);

  it.each([
    { border: 64, every: isFull ? 1 : 10 },
    { border: 4096, every: isFull ? 1 : 10 },
    { border: layout.windowBytes, every: isFull ? 1 : 10 },
    { border: 4 * layout.windowBytes, every: isFull ? 1 : 40 },
  ])("sees the same wherever a feature stands around byte $border", ({ border, every }) => {
    let texts = 0;
    for (const feature of features) {
      for (let offset = texts % every; offset < headBytes + tailBytes; offset += every) {
        const vectorLines = vectors[texts % vectors.length]!;
        const text = textAt(subject, feature, border, offset);
        const { failure } = checkText(subject, text, vectorLines, randomFrom(seed, texts));
        expect(failure, `seed ${seed}, offset ${offset}, vectors of ${vectorLines}`).toBeNull();
        texts += 1;
      }
    }
    expect(texts).toBeGreaterThan(features.length);
  });
});

describe("the kernel", () => {
  it("sees a quoted field whole, whichever of its bytes a window ends at", () => {
    const [rsyslog] = subjects;
    for (const feature of ["a quoted field with a comma", "a quoted field without a comma"]) {
      for (let offset = 0; offset < headBytes; offset += 1) {
        const text = textAt(rsyslog!, feature, layout.windowBytes, offset);
        const { failure } = checkText(rsyslog!, text, 4096, randomFrom(seed, offset));
        expect(failure, `seed ${seed}, offset ${offset}`).toBeNull();
      }
    }
  });

  it("agrees with the plain implementation on texts with rare features, whole and cut", () => {
    for (let text = 0; text < (isFull ? 300 : 10); text += 1) {
      const replay = `npm run fuzz -- --seed ${seed} --text ${text}`;
      expect(fuzzOne(seed, text, false).failure, replay).toBeNull();
    }
  });
});
