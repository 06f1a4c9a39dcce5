import { describe, expect, it } from "vitest";
import { planFingerprint, summaryKey } from "../../../../src/shared/model/definition-key.ts";
import { parseConfig } from "../../../../src/shared/config/load.ts";
import type { Plan } from "../../../../src/shared/model/plan.ts";
import { leastConfig, withSummary } from "../../../support/config-text.ts";

const planOf = (text: string, path = "/a/logmill.yaml"): Plan => parseConfig(text, path, {}).plan;
const keyOf = (options: string): string => summaryKey(planOf(withSummary(options)).summaries[1]!);

const summary =
  "from: [ads], dimensions: [event], where: user != '', metrics: { n: { type: count } }";

describe("the fingerprint of a plan", () => {
  const base = planFingerprint(planOf(leastConfig));

  it("follows its meaning, not its writing", () => {
    const written = leastConfig.replace("include: [", "max_line_bytes: 64KiB\n    include: [");
    expect(planFingerprint(planOf(`# A comment.\n${written}`))).toBe(base);
  });

  it("is the same wherever files, endpoints and outputs are", () => {
    const moved = `${leastConfig.replace("ads.log", "other.log")}data_dir: /tmp/x\nhttp: { port: 1 }\n`;
    expect(planFingerprint(planOf(moved, "/b/other.yaml"))).toBe(base);
    const output = "outputs: { o: { type: csv, path: 'x/{bucket}' } }\n";
    expect(planFingerprint(planOf(leastConfig + output))).toBe(base);
  });

  it.each([
    ["a zone", `timezone: Asia/Kolkata\n${leastConfig}`],
    ["a column", leastConfig.replace("campaign", "campaigns")],
    ["a summary", withSummary(summary)],
    ["the longest line", leastConfig.replace("include: [", "max_line_bytes: 1KiB\n    include: [")],
  ])("changes with %s", (_, text) => {
    expect(planFingerprint(planOf(text))).not.toBe(base);
  });
});

describe("the key of a summary", () => {
  const base = keyOf(summary);

  it("stays with derived metrics, sources and the order of options", () => {
    const derived = summary.replace("count }", "count }, d: { type: derived, expr: n / 2 }");
    expect(keyOf(derived)).toBe(base);
    const turned =
      "metrics: { n: { type: count } }, where: user != '', dimensions: [event], from: [ads]";
    expect(keyOf(turned)).toBe(base);
    expect(keyOf(summary.replace("user != ''", '(user != "")'))).toBe(base);
  });

  it.each([
    ["a dimension", summary.replace("[event]", "[event, user]")],
    ["a condition", summary.replace("!=", "==")],
    ["a metric", summary.replace("count }", "count, where: event == 'a' }")],
    ["a granularity", `granularity: hour, ${summary}`],
  ])("changes with %s", (_, options) => {
    expect(keyOf(options)).not.toBe(base);
  });
});
