// Runs one test of a configuration: its lines, shuffled, go through the kernel as batches of one worker and of four,
// and the tables must be the same, and hold the rows that are expected.

import { assert } from "../../shared/base/assert.ts";
import { randomBelow, seededRandom } from "../../shared/base/prng.ts";
import type { Config, TestConfig } from "../../shared/config/config.ts";
import { preambleKindOf } from "../../shared/model/format/preamble.ts";
import type { RejectReason } from "../../shared/model/reasons.ts";
import { noEvents, rejectReasons } from "../../shared/model/reasons.ts";
import type { RejectExample } from "../../shared/model/sheet.ts";
import { textOfBytes } from "../../shared/text/text-of-bytes.ts";
import { queryStore } from "../../sink/query/query.ts";
import type { ResultColumns } from "../../sink/query/columns.ts";
import type { Row } from "../../sink/query/row.ts";
import { rowJson } from "../../sink/query/row-json.ts";
import { unknownName } from "../../sink/query/unknown-name.ts";
import { exampleOf } from "../../sink/store/reject-example.ts";
import { loadTablesByName } from "../../ventilator/load-tables.ts";
import { PlanTrial, type TriedTable } from "../recognise/plan-trial.ts";
import { expectedOf, type ExpectedCell } from "./compare.ts";
import { compareRows, type ExpectedRow, type ResultRow } from "./compare-rows.ts";
import { MemoryTables } from "./memory-tables.ts";

/** Batches that the lines are cut into. */
const workerCounts = [1, 4];

export interface TestResult {
  /** What is not as expected of rows, a sentence each. */
  readonly faults: readonly string[];
  /** And of rejected lines. */
  readonly rejectFaults: readonly string[];
  /** Lines that are rejected for reasons of which not so many were to be. */
  readonly rejects: readonly RejectExample[];
  /** All rows of every summary of the source, as a test may expect them. */
  readonly actual: Readonly<Record<string, readonly ExpectedRow[]>>;
  /** Lines by the reason for which they are rejected. */
  readonly rejected: Readonly<Partial<Record<RejectReason, number>>>;
}

/** @param seed of the shuffling */
export async function runTest(config: Config, test: TestConfig, seed: number): Promise<TestResult> {
  const source = sourceOf(config, test);
  if ("fault" in source) {
    const nothing = { rejectFaults: [], rejects: [], actual: {}, rejected: {} };
    return { faults: [source.fault], ...nothing };
  }
  const trial = new PlanTrial(config.plan, source.name, loadTablesByName(config.tables));
  const { format } = config.sources.find(({ name }) => name === source.name)!;
  // Where lines say how those behind them are read, their order means something.
  const isOrdered = preambleKindOf(format) !== null;
  const splits = workerCounts.map((workers, index) =>
    tablesOf(trial, isOrdered ? test.lines : shuffled(test.lines, seed + index), workers),
  );
  const names = config.plan.summaries
    .filter(({ from }) => from.includes(source.name))
    .map(({ name }) => name);
  const faults: string[] = [];
  const actual: Record<string, readonly ExpectedRow[]> = {};
  for (const name of names) {
    const [whole, ...others] = await Promise.all(
      splits.map((tables) => rowsOf(config, tables, name, undefined)),
    );
    assert(whole !== undefined, "the lines are cut at least once");
    if (others.some((rows) => textOf(rows) !== textOf(whole))) {
      faults.push(`${name}: the rows depend on how the lines are shared among workers`);
    }
    actual[name] = whole.rows.map((row) => plainRow(whole.columns, row));
  }
  for (const [name, expected] of Object.entries(test.expect ?? {})) {
    const [tables] = splits;
    faults.push(...(await expectationFaults(config, tables!, { name, names, expected, test })));
  }
  const { rejected, examples } = rejectsOf(trial, source.name, test.lines);
  const wanted = new Map(test.rejects?.map(({ reason, lines }) => [reason, lines]));
  const surprising = rejectReasons.filter(
    (reason) => (rejected[reason] ?? 0) !== (wanted.get(reason) ?? 0),
  );
  const rejectFaults = surprising.map(
    (reason) =>
      `rejected for ${reason}: ${lineCount(rejected[reason] ?? 0)}, expected ${wanted.get(reason) ?? 0}`,
  );
  const rejects = examples.filter(({ reason }) => surprising.includes(reason));
  return { faults, rejectFaults, rejects, actual, rejected };
}

function lineCount(lines: number): string {
  return lines === 1 ? "1 line" : `${lines} lines`;
}

function sourceOf(
  { sources }: Config,
  { source }: TestConfig,
): { readonly name: string } | { readonly fault: string } {
  const names = sources.map(({ name }) => name);
  if (source === undefined) {
    if (names.length === 1) return { name: names[0]! };
    return { fault: `name the \`source\` of the lines: ${names.join(" or ")}` };
  }
  return names.includes(source)
    ? { name: source }
    : { fault: unknownName("source", source, names) };
}

function shuffled(lines: readonly string[], seed: number): readonly string[] {
  const random = seededRandom(seed);
  const found = [...lines];
  for (let left = found.length; left > 1; left -= 1) {
    const other = randomBelow(random, left);
    [found[left - 1], found[other]] = [found[other]!, found[left - 1]!];
  }
  return found;
}

function tablesOf(
  trial: PlanTrial,
  lines: readonly string[],
  workers: number,
): readonly TriedTable[] {
  const share = Math.ceil(lines.length / workers);
  const batches = Array.from({ length: workers }, (_, index) =>
    lines.slice(index * share, (index + 1) * share),
  ).filter(({ length }) => length > 0);
  trial.begin();
  return batches.flatMap((batch) => trial.readNext(textOfLines(batch)).tables);
}

function textOfLines(lines: readonly string[]): Buffer {
  return Buffer.from(lines.map((line) => `${line}\n`).join(""));
}

interface Rows {
  readonly columns: ResultColumns;
  readonly rows: readonly Row[];
}

async function rowsOf(
  config: Config,
  tables: readonly TriedTable[],
  summary: string,
  groupBy: readonly string[] | undefined,
): Promise<Rows> {
  const configured = config.summaries.find(({ name }) => name === summary);
  const store = new MemoryTables(config.plan.summaries, tables);
  const { columns, rows } = await queryStore(store, { summary, groupBy }, configured);
  const found: Row[] = [];
  for await (const block of rows) found.push(...block);
  return { columns, rows: found };
}

function textOf({ columns, rows }: Rows): string {
  return rows.map(rowJson(columns)).join("\n");
}

function plainRow({ keys, metrics }: ResultColumns, row: Row): ExpectedRow {
  return Object.fromEntries([
    ...keys.map(({ name }, index): [string, ExpectedCell] => [name, keyText(row, index)]),
    ...metrics.map(({ name }, index): [string, ExpectedCell] => [
      name,
      expectedOf(row.values[index]!),
    ]),
  ]);
}

function keyText({ keys }: Row, index: number): string {
  return textOfBytes(keys[index] ?? new Uint8Array());
}

/** What is not as expected of a summary. */
async function expectationFaults(
  config: Config,
  tables: readonly TriedTable[],
  asked: {
    readonly name: string;
    /** Of all summaries of the source. */
    readonly names: readonly string[];
    readonly expected: readonly ExpectedRow[];
    readonly test: TestConfig;
  },
): Promise<readonly string[]> {
  const { name, names, expected, test } = asked;
  if (!names.includes(name)) return [unknownName("summary", name, names)];
  const all = await rowsOf(config, tables, name, undefined);
  const metrics = all.columns.metrics.map((metric) => metric.name);
  const keyed = expected.map((row) => Object.keys(row).filter((key) => !metrics.includes(key)));
  const groupBy = keyed[0];
  if (keyed.some((keys) => keys.toSorted().join() !== groupBy!.toSorted().join())) {
    return [`${name}: the rows do not all name the same dimensions`];
  }
  let result: Rows;
  try {
    result = await rowsOf(config, tables, name, groupBy);
  } catch (error) {
    return [`${name}: ${(error as Error).message.replace("--group-by: ", "")}`];
  }
  const rows = result.rows.map((row): ResultRow => ({
    keys: Object.fromEntries(result.columns.keys.map((key, i) => [key.name, keyText(row, i)])),
    values: new Map(metrics.map((metric, index) => [metric, row.values[index]!])),
  }));
  return compareRows(expected, rows, test.tolerance).map((fault) => `${name}: ${fault}`);
}

function rejectsOf(
  trial: PlanTrial,
  source: string,
  lines: readonly string[],
): Pick<TestResult, "rejected"> & { readonly examples: readonly RejectExample[] } {
  const rejected: Partial<Record<RejectReason, number>> = {};
  const examples: RejectExample[] = [];
  trial.begin();
  lines.forEach((line, index) => {
    const read = trial.readNext(textOfLines([line]));
    const rejects = read.rejects.filter(({ sample }) => !noEvents.includes(sample.reason));
    for (const reason of new Set(rejects.map(({ sample }) => sample.reason))) {
      rejected[reason] = (rejected[reason] ?? 0) + 1;
      const { sample, by } = rejects.find((each) => each.sample.reason === reason)!;
      const place = { path: `line ${index + 1} of the test`, offset: 0 };
      examples.push(exampleOf({ ...sample, ...place }, source, by));
    }
  });
  return { rejected, examples };
}
