import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import { balanceKey } from "../../../../../../src/shared/model/definition-key.ts";
import { familyOf, firstLine } from "../../../../../../src/shared/model/content-id.ts";
import type { LedgerSource } from "../../../../../../src/shared/protocol/messages.ts";
import type { SourceHint } from "../../../../../../src/shared/model/content.ts";
import {
  identify,
  trustedSource,
  type Answer,
  type FileFacts,
  type Match,
  type Question,
} from "../../../../../../src/ventilator/source/file/core/match-content.ts";

const hint: SourceHint = { path: "/log", inode: "1:2", stat: "1:2:500:9" };

function linesOf(count: number, salt = ""): Buffer {
  const lines = Array.from({ length: count }, (_, index) => `line ${index} ${salt}\n`);
  return Buffer.from(`header\n${lines.join("")}`);
}

const idOf = (head: Buffer): string => createHash("sha256").update(head).digest("hex").slice(0, 32);

/** The ledger's entry for `content`, first seen at `headBytes` and merged over `spans`. */
function merged(
  content: Buffer,
  headBytes: number,
  spans: readonly (readonly [number, number])[],
  hints: readonly SourceHint[] = [],
): LedgerSource {
  const ranges = spans.map(([from, to]) => ({
    from,
    to,
    crc32: crc32(content.subarray(from, to)),
    tailCrc32: crc32(content.subarray(Math.max(from, to - 4096), to)),
    tailBytes: Math.min(4096, to - from),
  }));
  const head = content.subarray(0, headBytes);
  const identity = { id: idOf(head), headBytes, family: familyOf(content) };
  return { name: "ads", identity, hints, merged: { [balanceKey]: ranges } };
}

function answer(content: Buffer, question: Question): Answer {
  if (question.ask === "head") {
    return question.bytes > content.length ? null : idOf(content.subarray(0, question.bytes));
  }
  return question.spans.map(({ from, to }) =>
    to > content.length ? null : crc32(content.subarray(from, to)),
  );
}

/** Identifies `content`, answering from memory; also returns what was asked. */
function identified(
  content: Buffer,
  known: readonly LedgerSource[],
  facts: Partial<FileFacts> = {},
): { match: Match | null; asked: Question[] } {
  const questions = identify(
    {
      hint,
      isCompressed: false,
      family: familyOf(content),
      firstLineBytes: firstLine(content).length,
      contentBytes: content.length,
      ...facts,
    },
    known,
  );
  const asked: Question[] = [];
  let step = questions.next();
  while (step.done !== true) {
    asked.push(step.value);
    step = questions.next(answer(content, step.value));
  }
  return { match: step.value, asked };
}

describe("a file that was seen before", () => {
  const content = linesOf(100);

  it("is trusted by its stat token alone", () => {
    const known = merged(content, 50, [[0, 300]], [hint]);
    const other = merged(linesOf(3, "x"), 20, [[0, 20]]);
    expect(trustedSource(hint.stat, [other, known])).toEqual({ source: known, contentBytes: null });
    expect(trustedSource("1:2:500:8", [other, known])).toBeNull();
  });

  it("tells the length of its content if it was read to its end", () => {
    const ended = { ...hint, stat: `${hint.stat}:1234` };
    const known = merged(content, 50, [[0, 300]], [hint, ended]);
    expect(trustedSource(hint.stat, [known])).toEqual({ source: known, contentBytes: 1234 });
    expect(trustedSource("1:2:500:91", [known])).toBeNull();
  });

  it("and has grown in place is known by the tail of what is merged", () => {
    const long = linesOf(2000);
    const known = merged(long, 50, [[0, 10_000]], [{ ...hint, stat: "1:2:9:9" }]);
    const { match, asked } = identified(long, [known]);
    expect(match).toEqual({ source: known, evidence: "verified" });
    expect(asked[1]).toEqual({ ask: "checksums", spans: [{ from: 5904, to: 10_000 }] });
  });

  it("and was moved is known by the checksum of all that is merged", () => {
    const known = merged(content, 50, [
      [0, 300],
      [400, 500],
    ]);
    const { match, asked } = identified(content, [known]);
    expect(match?.evidence).toBe("verified");
    const spans = [
      { from: 0, to: 300 },
      { from: 400, to: 500 },
    ];
    expect(asked[1]).toEqual({ ask: "checksums", spans });
  });

  it("and was compressed in place is checked in full, whatever its inode", () => {
    const known = merged(content, 50, [[0, 300]], [hint]);
    const facts = { isCompressed: true, contentBytes: null };
    const { match, asked } = identified(content, [known], facts);
    expect(match?.evidence).toBe("verified");
    expect(asked[1]).toEqual({ ask: "checksums", spans: [{ from: 0, to: 300 }] });
  });

  it("and was cut short is still the same, by what is left of it", () => {
    const short = content.subarray(0, 200);
    const ranges = merged(content, 50, [
      [0, 100],
      [120, 900],
    ]);
    expect(identified(short, [ranges]).match?.evidence).toBe("verified");
    const whole = merged(content, 50, [[0, 900]]);
    expect(identified(short, [whole]).match).toEqual({ source: whole, evidence: "plausible" });
  });

  it("in the middle of its first line is known although its family has changed", () => {
    const young = merged(content.subarray(0, 4), 4, [[0, 4]]);
    expect(young.identity.family).not.toBe(familyOf(content));
    expect(identified(content, [young]).match?.source).toBe(young);
  });
});

describe("another file", () => {
  const content = linesOf(100);

  it("is new when its first line or its beginning differs", () => {
    const known = merged(content, 50, [[0, 300]]);
    const otherLine = Buffer.concat([Buffer.from("HEADER"), content.subarray(6)]);
    expect(identified(otherLine, [known])).toEqual({ match: null, asked: [] });
    expect(identified(linesOf(100, "other"), [known]).match).toBeNull();
  });

  it("is new when it begins alike and merged content differs, even in place", () => {
    const other = Buffer.from(content);
    other[290] = 0x21;
    for (const hints of [[], [hint]]) {
      const known = merged(content, 50, [[0, 300]], hints);
      expect(identified(other, [known]).match).toBeNull();
    }
  });

  it("is new when it is shorter than the head of what is known", () => {
    const known = merged(content, 500, [[0, 600]]);
    expect(identified(content.subarray(0, 400), [known])).toEqual({ match: null, asked: [] });
  });

  it("goes to the source with the longest head that fits", () => {
    const twin = Buffer.from(content);
    twin[600] = 0x21;
    // What is merged of the short one is what both have in common.
    const short = merged(content, 50, [[0, 500]]);
    const long = merged(twin, 700, [[0, 800]]);
    expect(identified(twin, [short, long]).match?.source).toBe(long);
    expect(identified(content, [short, long]).match?.source).toBe(short);
  });

  it("goes to what is verified rather than to what is merely plausible", () => {
    const plausible = merged(content, 60, [[0, 5_000]]);
    const verified = merged(content, 50, [[0, 300]]);
    expect(identified(content, [plausible, verified]).match?.source).toBe(verified);
  });
});
