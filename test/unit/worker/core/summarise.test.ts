import { describe, expect, it } from "vitest";
import { adLines } from "../../../../src/cli/generator/ads.ts";
import { LineBuffer } from "../../../../src/cli/generator/line-buffer.ts";
import { limits } from "../../../../src/shared/base/limits.ts";
import { balanceKey, summaryKey } from "../../../../src/shared/model/definition-key.ts";
import type { Plan } from "../../../../src/shared/model/plan.ts";
import { loadKernel } from "../../../../src/shared/kernel/kernel.ts";
import { decodePartial } from "../../../../src/shared/table/partial-codec.ts";
import { emptySourceSheet, emptySummarySheet } from "../../../../src/shared/model/sheet.ts";
import type { DecodedPartial } from "../../../../src/shared/model/partial.ts";
import { compilePlan } from "../../../../src/worker/core/compiled-plan.ts";
import { summarise, summariseSteps } from "../../../../src/worker/core/summarise.ts";
import { frameRowTexts, referenceRows } from "../../../reference/canonical.ts";
import { referenceSummarise } from "../../../reference/reference-summarise.ts";
import { adsPlan } from "../../../support/summarise-cases.ts";

const compiled = compilePlan(loadKernel(1), adsPlan);
const keys = [balanceKey, ...adsPlan.summaries.map(summaryKey)];
const batch = (text: string | Buffer, summaries = keys): DecodedPartial => {
  const bytes = Buffer.from(text);
  return decodePartial(summarise(compiled, "ads", bytes, "lines", bytes.length, summaries).bytes);
};
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const line = "2011-06-30T00:00:03-07:00 h EVT_V1 click,u,c,p,s,i,1.5";

describe("summarise", () => {
  it("puts nothing on the sheet and in tables for a batch without lines", () => {
    expect(batch("")).toEqual({
      source: emptySourceSheet,
      summaries: adsPlan.summaries.map((definition) => ({
        summary: summaryKey(definition),
        sheet: emptySummarySheet,
      })),
      samples: [],
      tables: [],
    });
  });

  it("counts a last line without newline like any other", () => {
    const { source, summaries, tables } = batch(line);
    expect(tables).toEqual(batch(`${line}\n`).tables);
    expect(source).toMatchObject({ lines: 1, bytes: line.length, parsed: 1 });
    expect(summaries!.map(({ sheet }) => sheet.parsed)).toEqual([1, 1, 1]);
  });

  it("rejects a line that fits no batch by the length of its range, whatever it begins with", () => {
    const begin = Buffer.from(line.repeat(20));
    const summarised = summarise(compiled, "ads", begin, "oversize", 5_000_000, keys);
    const partial = decodePartial(summarised.bytes);
    expect(partial.source).toEqual({
      lines: 1,
      bytes: 5_000_000,
      parsed: 0,
      rejected: { line_too_long: 1 },
      deadLettered: 0,
    });
    expect(partial.samples).toEqual([
      {
        summary: null,
        reason: "line_too_long",
        field: "",
        offset: 0,
        bytes: new Uint8Array(begin.subarray(0, limits.sampleBytesMax)),
        value: null,
      },
    ]);
    expect(partial.tables).toEqual([]);
    const later = summarise(compiled, "ads", begin, "oversize", 5_000_000, [keys[1]!]);
    const sheet = { ...emptySummarySheet, bytes: 5_000_000 };
    expect(decodePartial(later.bytes)).toEqual({
      source: null,
      summaries: [{ summary: keys[1]!, sheet }],
      samples: [],
      tables: [],
    });
  });

  it("samples the first lines of every reason with their place in the batch", () => {
    const { samples, source } = batch(`x\n\n${line}\ny\nz\n`);
    expect(source?.rejected).toEqual({ bad_envelope: 3, blank: 1 });
    const ofFormat = { summary: null, field: "", value: null };
    expect(samples).toEqual([
      { ...ofFormat, reason: "bad_envelope", offset: 0, bytes: encode("x") },
      { ...ofFormat, reason: "blank", offset: 2, bytes: encode("") },
      { ...ofFormat, reason: "bad_envelope", offset: 3 + line.length + 1, bytes: encode("y") },
    ]);
  });

  it("needs the field of a metric only of lines for which the metric's condition holds", () => {
    const bad = line.replace("1.5", "x");
    const { summaries } = batch(`${bad}\n${bad.replace("click", "impression")}\n`, [keys[3]!]);
    expect(summaries![0]!.sheet).toMatchObject({ counted: 1, rejected: { bad_number: 1 } });
  });

  it("samples lines as they came, though quotes are taken out in the kernel", () => {
    const quoted = `t h EVT_V1 "a""b","c""d",c,,,,1`;
    const [campaigns] = keys.slice(1);
    expect(batch(quoted, [campaigns!]).samples).toEqual([
      {
        summary: campaigns,
        reason: "bad_timestamp",
        field: "timestamp",
        offset: 0,
        bytes: encode(quoted),
        value: { at: 0, length: 1, bytes: encode("t") },
      },
    ]);
  });

  it("keeps nothing of a batch: the memory of the first is enough for all that are like it", () => {
    const text = `${line}\n`.repeat(2000);
    batch(text);
    const bytesBefore = compiled.kernel.u8.length;
    for (let again = 0; again < 20; again += 1) batch(text);
    expect(compiled.kernel.u8.length).toBe(bytesBefore);
  });

  it("is done in steps: a summary's share of a vector, or one table", () => {
    const days = 200;
    const dayOf = (index: number): string =>
      `2011-${String((index % 12) + 1).padStart(2, "0")}-${String((index % 28) + 1).padStart(2, "0")}`;
    const lines = Array.from({ length: days * 50 }, (_, index) =>
      line.replace(/^\d{4}-\d\d-\d\d/, dayOf(index % days)),
    );
    const bytes = Buffer.from(`${lines.join("\n")}\n`);
    const steps = summariseSteps(compiled, "ads", bytes, "lines", bytes.length, keys);
    let count = 1;
    let result = steps.next();
    for (; result.done !== true; result = steps.next()) count += 1;
    const { tables } = decodePartial(result.value.bytes);
    const vectors = Math.ceil(lines.length / compiled.vectorLines);
    expect(tables.length).toBeGreaterThan(50);
    expect(count).toBeGreaterThanOrEqual(tables.length + vectors * (keys.length - 1));
    expect(result.value).toEqual(summarise(compiled, "ads", bytes, "lines", bytes.length, keys));
  });

  it("refuses to work for a source or a summary that is not in the plan", () => {
    const bytes = Buffer.from(line);
    const call = (source: string, wanted: readonly string[]) => () =>
      summarise(compiled, source, bytes, "lines", bytes.length, wanted);
    expect(call("other", keys)).toThrow("assertion failed");
    expect(call("ads", ["0123456789abcdef0123456789abcdef"])).toThrow("assertion failed");
  });

  it("survives a batch of newlines only and one of a single huge line", () => {
    const newlines = batch(Buffer.alloc(300_000, "\n"));
    expect(newlines.source).toMatchObject({ lines: 300_000, rejected: { blank: 300_000 } });
    const commas = batch(Buffer.alloc(1_000_000, ","));
    expect(commas.source).toMatchObject({ lines: 1, rejected: { line_too_long: 1 } });
  });

  it("has the same tables as the oracle on a generated log with many users a row", () => {
    const plan: Plan = { ...adsPlan, timezone: "UTC" };
    const options = {
      events: 20_000,
      seed: 7,
      zipf: 1.1,
      malformedShare: 0.01,
      startLocalSec: 1_309_392_000,
      days: 2,
      lateShare: 0.05,
    };
    const buffer = new LineBuffer();
    const write = adLines(options);
    const chunks: Uint8Array[] = [];
    for (let event = 0; event < options.events; event += 1) {
      write(buffer);
      if (buffer.isFull) chunks.push(buffer.take());
    }
    const content = Buffer.concat([...chunks, buffer.take()]);
    expectOracle(plan, content);
  });

  it("adds up what each fits 64 bits, and all together do not", () => {
    const value = (sign: string): string => line.replace(/1\.5$/, `${sign}9000000000000`);
    for (const sign of ["", "-"]) {
      const content = Buffer.from(`${value(sign)}\n`.repeat(5));
      expectOracle(adsPlan, content);
    }
  });
});

/** Summarised by the kernel, it is what the plain implementation makes of it. */
function expectOracle(plan: Plan, content: Uint8Array): void {
  const fresh = compilePlan(loadKernel(4), plan);
  const { bytes } = summarise(fresh, "ads", content, "lines", content.length, keys);
  const partial = decodePartial(bytes);
  const oracle = referenceSummarise(plan, "ads", content);
  expect(partial.source).toEqual(oracle.source);
  expect(new Map(partial.summaries!.map(({ summary, sheet }) => [summary, sheet]))).toEqual(
    oracle.sheets,
  );
  for (const definition of plan.summaries) {
    const key = summaryKey(definition);
    const rows = partial.tables
      .filter(({ summary }) => summary === key)
      .flatMap(({ bucketStart, frame }) => frameRowTexts(definition, bucketStart, frame));
    expect(rows.sort()).toEqual([...referenceRows(definition, oracle.tables.get(key)!)].sort());
    expect(rows.length).toBeGreaterThan(0);
  }
}
