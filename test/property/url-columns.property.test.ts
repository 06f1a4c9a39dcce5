// What the kernel makes of columns of texts is what the plain implementations say of each: letters in the other case,
// hosts and paths of URLs.

import fc from "fast-check";
import { expect, it } from "vitest";
import { loadKernel } from "../../src/shared/kernel/kernel.ts";
import type { Plan, ValueExpression } from "../../src/shared/model/plan.ts";
import { compilePlan } from "../../src/worker/core/compiled-plan.ts";
import { partialOf, sideBySide } from "../support/agreement.ts";

const kernel = loadKernel(1);
const names = ["lower", "upper", "url_host", "url_path"] as const;
const field: ValueExpression = { op: "field", name: "text" };

const plan: Plan = {
  ...{ version: 1, timezone: "UTC" },
  sources: [
    {
      ...{ name: "s", maxLineBytes: 100_000 },
      format: { type: "rsyslog", payloads: [{ program: "E", type: "csv", fields: ["text", "b"] }] },
      computed: names.map((name) => ({
        ...{ name: `by_${name}`, value: { op: "call", name, arguments: [field] } },
      })),
    },
  ],
  summaries: [
    {
      ...{ name: "all", from: ["s"], timestamp: "timestamp", granularity: "day", timezone: "UTC" },
      dimensions: ["text", ...names.map((name) => `by_${name}`)],
      metrics: [{ name: "n", type: "count" }],
    },
  ],
};

const parts = [
  "http",
  "://",
  "//",
  ":",
  "/",
  "?",
  "#",
  "@",
  "80",
  "H",
  "h",
  "[",
  "]",
  ".",
  "+",
  "-",
];
const letters = ["A", "Z", "a", "z", "[", "`", "{", "Ü", "É"];
const longTexts = fc
  .tuple(fc.integer({ min: 1, max: 200 }), fc.constantFrom(...letters))
  .map(([length, letter]) => `${"x".repeat(length)}${letter}y`);
const text = fc.oneof(
  fc.array(fc.constantFrom(...parts), { maxLength: 12 }).map((list) => list.join("")),
  fc.array(fc.constantFrom(...letters), { maxLength: 40 }).map((list) => list.join("")),
  longTexts,
  fc
    .webUrl({ withFragments: true, withQueryParameters: true })
    .map((url) => url.replaceAll(",", "")),
);

it("letters, hosts and paths are those of the plain implementations", () => {
  const runs = process.env["LOGMILL_TEST_DEPTH"] === "full" ? 2000 : 100;
  fc.assert(
    fc.property(
      fc.array(text, { maxLength: 60, size: "max" }),
      fc.constantFrom(1, 7, 4096),
      (texts, vectorLines) => {
        const lines = texts.map((one) => `2011-06-20T00:00:00Z h E ${one},b\n`);
        const content = Buffer.from(lines.join(""));
        const compiled = compilePlan(kernel, plan, { vectorLines });
        const { expected, actual } = sideBySide(plan, partialOf(compiled, plan, content), content);
        expect(actual).toEqual(expected);
      },
    ),
    { numRuns: runs },
  );
});
