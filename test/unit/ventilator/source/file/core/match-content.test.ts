import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import { balanceKey } from "../../../../../../src/shared/model/definition-key.ts";
import { familyOf, firstLine } from "../../../../../../src/shared/model/content-id.ts";
import type { LedgerSource } from "../../../../../../src/shared/protocol/messages.ts";
import type { SourceHint } from "../../../../../../src/shared/model/content.ts";
import {
  MarkFinder,
  markedBytesMax,
  packMarks,
} from "../../../../../../src/shared/model/content-marks.ts";
import {
  identify,
  trustedSource,
  type Agreement,
  type Answer,
  type Check,
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

interface MergedOptions {
  readonly hints: readonly SourceHint[];
  /** False as in a store that is older than marks. */
  readonly hasMarks: boolean;
}

function marksIn(content: Buffer, from: number) {
  const finder = new MarkFinder(from);
  finder.add(content.subarray(from));
  return finder.marks;
}

/** The ledger's entry for `content`, first seen at `headBytes` and merged over `spans`. */
function merged(
  content: Buffer,
  headBytes: number,
  spans: readonly (readonly [number, number])[],
  { hints = [], hasMarks = true }: Partial<MergedOptions> = {},
): LedgerSource {
  const ranges = spans.map(([from, to]) => ({
    from,
    to,
    crc32: crc32(content.subarray(from, to)),
    tailCrc32: crc32(content.subarray(Math.max(from, to - 4096), to)),
    tailBytes: Math.min(4096, to - from),
    ...(hasMarks && { marks: packMarks(from, marksIn(content.subarray(0, to), from)) }),
  }));
  const head = content.subarray(0, headBytes);
  const identity = { id: idOf(head), headBytes, family: familyOf(content) };
  return { name: "ads", identity, hints, merged: { [balanceKey]: ranges } };
}

function answer(content: Buffer, question: Question, contentBytes: number): Answer {
  if (question.ask === "head") {
    return question.bytes > content.length ? null : idOf(content.subarray(0, question.bytes));
  }
  const lineEnd = content.lastIndexOf(10) + 1;
  if (question.ask === "marks") {
    const beginning = content.subarray(0, markedBytesMax);
    const bytes = Math.min(contentBytes, markedBytesMax);
    return { marks: marksIn(beginning, 0), bytes, lineEnd };
  }
  return agreement(content, question.checks, lineEnd);
}

function agreement(content: Buffer, checks: readonly Check[], lineEnd: number): Agreement {
  for (const [held, { from, to, crc32: expected }] of checks.entries()) {
    const facts = { held, bytes: content.length, lineEnd };
    if (to > content.length) return { ...facts, then: "ended" };
    if (crc32(content.subarray(from, to)) !== expected) return { ...facts, then: "differs" };
  }
  return { held: checks.length, then: "nothing", bytes: 0, lineEnd: 0 };
}

/** Identifies `content`, answering from memory; also returns what was asked. */
function identified(
  content: Buffer,
  known: readonly LedgerSource[],
  facts: Partial<FileFacts> = {},
): { match: Match; asked: Question[] } {
  const questions = identify(
    {
      hint,
      isCompressed: false,
      family: familyOf(content),
      firstLineBytes: firstLine(content).length,
      contentBytes: content.length,
      isLastLineWhole: false,
      ...facts,
    },
    known,
  );
  const asked: Question[] = [];
  let step = questions.next();
  while (step.done !== true) {
    asked.push(step.value);
    step = questions.next(answer(content, step.value, facts.contentBytes ?? content.length));
  }
  return { match: step.value, asked };
}

describe("a file that was seen before", () => {
  const content = linesOf(100);

  it("is trusted by its stat token alone", () => {
    const known = merged(content, 50, [[0, 300]], { hints: [hint] });
    const other = merged(linesOf(3, "x"), 20, [[0, 20]]);
    expect(trustedSource(hint, [other, known])).toEqual({ source: known, contentBytes: null });
    expect(trustedSource({ ...hint, stat: "1:2:500:8" }, [other, known])).toBeNull();
  });

  it("tells the length of its content if it was read to its end", () => {
    const ended = { ...hint, stat: `${hint.stat}:1234` };
    const known = merged(content, 50, [[0, 300]], { hints: [hint, ended] });
    expect(trustedSource(hint, [known])).toEqual({ source: known, contentBytes: 1234 });
    expect(trustedSource({ ...hint, stat: "1:2:500:91" }, [known])).toBeNull();
  });

  it("but whose inode was born at another time is not trusted", () => {
    const born = { ...hint, inode: "1:2:777" };
    const known = merged(content, 50, [[0, 300]], { hints: [born] });
    expect(trustedSource(hint, [known])).toBeNull();
  });

  it("and has grown in place is known by the tail where what is merged is long", () => {
    const long = linesOf(2000);
    const bytes = 65 * 1024 * 1024;
    const { merged: ranges, ...source } = merged(long, 50, [[0, 10_000]], { hints: [hint] });
    const [range] = ranges[balanceKey]!;
    const grown = { ...range!, to: bytes, tailBytes: 4096 };
    const known = { ...source, merged: { [balanceKey]: [grown] } };
    const { asked } = identified(long, [known], { contentBytes: bytes + 500 });
    const tail = { from: bytes - 4096, to: bytes, crc32: range!.tailCrc32 };
    expect(asked.at(-1)).toEqual({ ask: "checks", checks: [tail] });
  });

  it.each([
    ["moved", {}],
    ["compressed in place, whatever its inode", { isCompressed: true, contentBytes: null }],
  ])("and was %s is known by the checksum of all that is merged", (_, facts) => {
    const known = merged(
      content,
      50,
      [
        [0, 300],
        [400, 500],
      ],
      { hints: [hint] },
    );
    const { match, asked } = identified(content, [known], facts);
    expect(match).toMatchObject({ verified: [known], candidates: [] });
    const checked = asked.flatMap((question) => (question.ask === "checks" ? question.checks : []));
    expect(checked.map(({ from, to }) => [from, to])).toEqual(
      expect.arrayContaining([
        [0, 300],
        [400, 500],
      ]),
    );
  });

  it("and was cut short at a line end near its beginning is still the same", () => {
    const whole = merged(content, 50, [[0, 900]]);
    for (const lines of [1, 2, 5]) {
      const short = content.subarray(0, Buffer.byteLength("header\n") + 8 * lines);
      expect(identified(short, [whole]).match).toEqual({
        verified: [whole],
        isCovered: true,
        isWhole: false,
        candidates: [],
      });
    }
  });

  it("and was cut short beyond the last mark that it has is unclear, and so is one of an old store", () => {
    const long = linesOf(2000);
    const short = long.subarray(0, 15_003);
    const whole = merged(long, 50, [[0, 20_000]]);
    const { verified, candidates } = identified(short, [whole]).match;
    expect([verified, candidates.map(({ source }) => source)]).toEqual([[], [whole]]);
    const [candidate] = candidates;
    expect(candidate!.bytes).toBeGreaterThan(14_000);
    expect(candidate!.bytes).toBeLessThan(15_003);
    const old = merged(long, 50, [[0, 20_000]], { hasMarks: false });
    expect(identified(short, [old]).match.candidates).toEqual([{ source: old, bytes: 50 }]);
  });

  it("in the middle of its first line is known although its family has changed", () => {
    const young = merged(content.subarray(0, 4), 4, [[0, 4]]);
    expect(young.identity.family).not.toBe(familyOf(content));
    expect(identified(content, [young]).match.verified[0]).toBe(young);
  });
});

const none: Match = { verified: [], isCovered: false, isWhole: false, candidates: [] };

describe("another file", () => {
  const content = linesOf(100);

  it("is new when its first line or its beginning differs", () => {
    const known = merged(content, 50, [[0, 300]]);
    const otherLine = Buffer.concat([Buffer.from("HEADER"), content.subarray(6)]);
    expect(identified(otherLine, [known])).toEqual({ match: none, asked: [] });
    expect(identified(linesOf(100, "other"), [known]).match).toEqual(none);
  });

  it("is new when it begins alike and merged content differs, even in place", () => {
    const other = Buffer.from(content);
    other[290] = 0x21;
    for (const hints of [[], [hint]]) {
      const known = merged(content, 50, [[0, 300]], { hints });
      expect(identified(other, [known]).match).toEqual(none);
    }
  });

  it("is new when it is shorter than what is known and parts from it, at whatever line", () => {
    const known = merged(content, 500, [[0, 900]]);
    for (const at of [8, 60, 200, 360]) {
      const other = Buffer.from(content.subarray(0, 400));
      other[at] = 0x21;
      expect(identified(other, [known]).match).toEqual(none);
    }
  });

  it("goes to the source with the longest head that fits", () => {
    const twin = Buffer.from(content);
    twin[600] = 0x21;
    // What is merged of the short one is what both have in common.
    const short = merged(content, 50, [[0, 500]]);
    const long = merged(twin, 700, [[0, 800]]);
    expect(identified(twin, [short, long]).match.verified[0]).toBe(long);
    expect(identified(content, [short, long]).match.verified[0]).toBe(short);
  });

  it("goes to the source that has most of it where one is the beginning of the other", () => {
    const beginning = merged(content.subarray(0, 300), 60, [[0, 300]]);
    const more = merged(content, 50, [[0, 800]]);
    expect(identified(content, [beginning, more]).match.verified[0]).toBe(more);
  });
});
