// The differential fuzzer: makes texts, lets the kernel summarise them, whole and cut in parts, and
// compares with what the plain implementation in `test/reference` makes of them.

import { isDeepStrictEqual } from "node:util";
import { loadKernel } from "../../src/shared/kernel/kernel.ts";
import { preambleKindsOf, preamblesWithin } from "../../src/shared/model/format/preamble.ts";
import type { Plan } from "../../src/shared/model/plan.ts";
import { compilePlan, type CompiledPlan } from "../../src/worker/core/compiled-plan.ts";
import { mergedRows, partialOf, sideBySide } from "../support/agreement.ts";
import { accessLines, adsLines, vhostLines, type LineKinds } from "./lines.ts";
import { criPlan, criRecords } from "./cri-lines.ts";
import { dockerRecords } from "./docker-lines.ts";
import { jsonEvents } from "./json-lines.ts";
import { pairsEvents } from "./pairs-lines.ts";
import { columnLines } from "./column-lines.ts";
import { accessPlan, adsPlan, columnsPlan, dockerPlan, jsonPlan, pairsPlan } from "./plans.ts";
import { nginxLines } from "./pattern-lines.ts";
import { syslogEvents, syslogPlan } from "./syslog-lines.ts";
import { nginxPlan } from "./nginx-plan.ts";
import { randomFrom, type Random } from "./random.ts";
import { fuzzText, type FuzzText } from "./text.ts";

export interface Subject {
  readonly name: string;
  readonly plan: Plan;
  readonly kinds: LineKinds;
}

export const subjects: readonly Subject[] = [
  { name: "rsyslog", plan: adsPlan, kinds: adsLines },
  { name: "combined", plan: accessPlan("combined"), kinds: accessLines },
  { name: "vhost_combined", plan: accessPlan("vhost_combined"), kinds: vhostLines },
  { name: "common", plan: accessPlan("common"), kinds: accessLines },
  { name: "json", plan: jsonPlan, kinds: jsonEvents },
  { name: "pairs", plan: pairsPlan, kinds: pairsEvents },
  { name: "docker", plan: dockerPlan, kinds: dockerRecords },
  { name: "cri", plan: criPlan, kinds: criRecords },
  { name: "columns", plan: columnsPlan, kinds: columnLines },
  { name: "nginx", plan: nginxPlan, kinds: nginxLines },
  { name: "syslog", plan: syslogPlan, kinds: syslogEvents },
];
/** Lines of a vector; most often those of the product. */
const vectorSizes = [4096, 4096, 500, 64, 7, 1];
const mebibyte = 1024 * 1024;

/** Kept from text to text: nothing of one may be seen in the next. */
const compiled = new Map<string, CompiledPlan>();

function compiledFor({ name, plan }: Subject, vectorLines: number): CompiledPlan {
  const key = `${name} ${vectorLines}`;
  const program = compiled.get(key) ?? compilePlan(loadKernel(7), plan, { vectorLines });
  compiled.set(key, program);
  return program;
}

export interface FuzzResult {
  readonly bytes: number;
  readonly lines: number;
  /** What is wrong, for people; null when nothing is. */
  readonly failure: string | null;
}

/** The text of this number; @param isHuge whether it has 32 MiB */
export function fuzzOne(seed: number, number: number, isHuge: boolean): FuzzResult {
  const random = randomFrom(seed, number);
  // Half of the texts are rsyslog's: it has the most features.
  const subject = random.once(2) ? subjects[0]! : random.pick(subjects);
  const vectorLines = isHuge ? 4096 : random.pick(vectorSizes);
  const bytes = isHuge ? 32 * mebibyte : 50_000 + random.below(450_000);
  const text = fuzzText(subject.kinds, random, { bytes, vectorLines });
  return checkText(subject, text, vectorLines, random);
}

/** Summarises a text whole and in parts, and compares. */
export function checkText(
  subject: Subject,
  text: FuzzText,
  vectorLines: number,
  random: Random,
): FuzzResult {
  const { plan } = subject;
  const program = compiledFor(subject, vectorLines);
  const whole = partialOf(program, plan, text.content);
  const { expected, actual } = sideBySide(plan, whole, text.content);
  const { lines } = whole.source!;
  let difference = firstDifference(expected, actual);
  if (difference === null) {
    const source = plan.sources[0]!.name;
    const preambleOf = preamblesWithin(preambleKindsOf(plan.sources), { source, from: 0 });
    const parts = cut(text.content, random).map((part) =>
      partialOf(
        program,
        plan,
        part,
        part.length === 0 ? {} : { preamble: Buffer.from(preambleOf(part).preamble ?? []) },
      ),
    );
    const merged = { rows: mergedRows(plan, parts), lines: linesOf(parts) };
    difference = firstDifference({ rows: mergedRows(plan, [whole]), lines }, merged);
    if (difference !== null) difference = `cut in ${parts.length} parts: ${difference}`;
  }
  const failure = difference === null ? null : told(text, difference);
  return { bytes: text.content.length, lines, failure };
}

function linesOf(parts: readonly { readonly source: { readonly lines: number } | null }[]): number {
  return parts.reduce((sum, { source }) => sum + source!.lines, 0);
}

/** Two to five parts, each of whole lines. */
function cut(content: Buffer, random: Random): readonly Buffer[] {
  const places = Array.from({ length: 1 + random.below(4) }, () => {
    const newline = content.indexOf("\n", random.below(content.length));
    return newline < 0 ? content.length : newline + 1;
  });
  const borders = [0, ...places.sort((a, b) => a - b), content.length];
  return borders.slice(1).map((to, index) => content.subarray(borders[index], to));
}

/** The first place where two values differ, in words. */
function firstDifference(expected: unknown, actual: unknown, path = "it"): string | null {
  if (isDeepStrictEqual(expected, actual)) return null;
  if (Array.isArray(expected) && Array.isArray(actual)) {
    const lacking = expected.filter((value) => !actual.includes(value)).slice(0, 2);
    const extra = actual.filter((value) => !expected.includes(value)).slice(0, 2);
    return `${path}: expected ${JSON.stringify(lacking)}, got ${JSON.stringify(extra)}`;
  }
  if (isObject(expected) && isObject(actual)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
      const difference = firstDifference(expected[key], actual[key], `${path}.${key}`);
      if (difference !== null) return difference;
    }
  }
  return `${path}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function told({ content, placed }: FuzzText, difference: string): string {
  const features = placed.map(
    ({ feature, from, border }) => `  ${feature} at byte ${from} (${border})`,
  );
  return [`${content.length} bytes with`, ...features, difference.slice(0, 1500)].join("\n");
}
