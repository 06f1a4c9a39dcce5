import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../../src/shared/base/prng.ts";
import { accessLines } from "../../../../src/cli/generator/access.ts";
import { adLines } from "../../../../src/cli/generator/ads.ts";
import type { GeneratorOptions } from "../../../../src/cli/generator/ads.ts";
import { chunksOf } from "../../../../src/cli/generator/line-buffer.ts";
import { zipfRanks } from "../../../../src/cli/generator/zipf.ts";

const options: GeneratorOptions = {
  events: 20_000,
  seed: 7,
  zipf: 1.1,
  startLocalSec: Date.UTC(2011, 5, 30) / 1000,
  days: 3,
  lateShare: 0.02,
  malformedShare: 0.01,
};

const adPattern =
  /^2011-0[67]-\d\dT\d\d:\d\d:\d\d-07:00 log-\d\d\.lax\.host\.agkn\.net EVT_V1 (impression|viewable|click|conversion),u\d{10},c\d{3},p\d\d,\d+x\d+,[\d.]+,(\d+\.\d{6})?$/;
const accessPattern =
  /^198\.1[89]\.\d+\.\d+ - (-|alice|bob) \[\d\d\/(Jun|Jul)\/2011:\d\d:\d\d:\d\d \+0000\] "(GET|HEAD|POST) \/\S* HTTP\/1\.1" \d{3} (\d+|-) "[^"]+" "([^"\\]|\\.)+"$/;

function generate(kind: typeof adLines, overrides: Partial<GeneratorOptions> = {}): Buffer {
  const merged = { ...options, ...overrides };
  return Buffer.concat([...chunksOf(kind(merged), merged.events)]);
}

const linesOf = (bytes: Buffer): string[] => bytes.toString().split("\n").slice(0, -1);
const hash = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

describe.each([
  ["ads", adLines, adPattern],
  ["access", accessLines, accessPattern],
] as const)("a synthetic log of %s", (kind, lines, pattern) => {
  it("has the same bytes for the same seed, and others for another", () => {
    expect(hash(generate(lines))).toBe(hash(generate(lines)));
    expect(hash(generate(lines, { seed: 8 }))).not.toBe(hash(generate(lines)));
  });

  it("has so many lines, each whole in one chunk", () => {
    const chunks = [...chunksOf(lines(options), options.events)];
    expect(chunks.length).toBeGreaterThan(1);
    for (const chunk of chunks) expect(chunk.at(-1)).toBe(10);
    expect(linesOf(Buffer.concat(chunks))).toHaveLength(options.events);
    expect(generate(lines, { events: 0 })).toHaveLength(0);
  });

  it("is well formed but for the share that is not to be", () => {
    const malformed = linesOf(generate(lines)).filter((line) => !pattern.test(line));
    expect(malformed.length / options.events).toBeGreaterThan(0.005);
    expect(malformed.length / options.events).toBeLessThan(0.015);
    expect(malformed).toContain("");
    const clean = linesOf(generate(lines, { malformedShare: 0 }));
    expect(clean.filter((line) => !pattern.test(line))).toEqual([]);
    expect(
      linesOf(generate(lines, { malformedShare: 1, events: 100 })).filter((line) =>
        pattern.test(line),
      ),
    ).toEqual([]);
  });

  it("is in order but for the late lines, which lie within its days", () => {
    const timeOf = (line: string): string =>
      kind === "ads" ? line.slice(0, 19) : /\[(\S+)/.exec(line)![1]!;
    const inOrder = linesOf(generate(lines, { lateShare: 0, malformedShare: 0 })).map(timeOf);
    const days = new Set(inOrder.map((time) => time.slice(0, kind === "ads" ? 10 : 11)));
    expect(days.size).toBe(3);
    if (kind === "ads") expect(inOrder).toEqual(inOrder.toSorted());
    const late = linesOf(generate(lines, { malformedShare: 0 })).filter(
      (line, index) => timeOf(line) !== inOrder[index],
    );
    expect(late.length / options.events).toBeGreaterThan(0.01);
    expect(late.length / options.events).toBeLessThan(0.03);
    for (const line of late)
      expect([...days].some((day) => timeOf(line).startsWith(day))).toBe(true);
  });
});

describe("advertising events", () => {
  it("have about 118 bytes, and users who come again", () => {
    const lines = linesOf(generate(adLines, { malformedShare: 0, lateShare: 0 }));
    const bytes = lines.join("\n").length / lines.length;
    expect(bytes).toBeGreaterThan(114);
    expect(bytes).toBeLessThan(122);
    const users = new Map<string, number>();
    for (const line of lines) {
      const user = line.split(",")[1]!;
      users.set(user, (users.get(user) ?? 0) + 1);
    }
    expect(users.size).toBeGreaterThan(lines.length / 10);
    expect(users.size).toBeLessThan(lines.length / 2);
    expect(Math.max(...users.values())).toBeGreaterThan(lines.length / 50);
  });

  it("are malformed in every way", () => {
    const lines = linesOf(generate(adLines, { malformedShare: 1, events: 500 }));
    for (const way of [
      /^$/,
      /,u\d{10}$/,
      /^2011-0-21T/,
      / EVT_V9 /,
      /,0\.00x12$/,
      /^2011-\d\d-\d\dT$/,
    ])
      expect(lines.some((line) => way.test(line))).toBe(true);
  });
});

describe("ranks by Zipf's law", () => {
  it.each([0, 0.7, 1, 1.5])("with exponent %d are as frequent as they should be", (exponent) => {
    const ranks = 50;
    const draws = 200_000;
    const next = zipfRanks(seededRandom(1), ranks, exponent);
    const seen = new Array<number>(ranks).fill(0);
    for (let draw = 0; draw < draws; draw += 1) seen[next()]! += 1;
    const weights = seen.map((_, rank) => (rank + 1) ** -exponent);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    weights.forEach((weight, rank) => {
      const expected = (draws * weight) / total;
      // Six standard deviations of a binomial: the seed is fixed, so it never fails by chance.
      expect(Math.abs(seen[rank]! - expected)).toBeLessThan(6 * Math.sqrt(expected) + 1);
    });
  });
});
