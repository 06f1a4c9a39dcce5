// The option `tests`: lines, and the rows that they must give; `logmill test` compares.

import * as z from "zod";
import { limits } from "../base/limits.ts";
import { rejectReasons } from "../model/reasons.ts";
import { filledList, list, named, options } from "./mappings.ts";
import { integer, name, text } from "./option-types.ts";

const toleranceDefault = 0.05;

/** A key or a metric of a row; null: a metric without a value. */
const cell = z
  .union([z.string(), z.number(), z.null()], { error: "must be a text, a number or null" })
  .meta({ title: "value" });

const row = z.record(name, cell).meta({ title: "row" });

const fraction = z
  .number({ error: "must be a number from 0 to 1" })
  .min(0, { error: "must be a number from 0 to 1" })
  .max(1, { error: "must be a number from 0 to 1" })
  .meta({ title: "number, 0–1" });

const testSchema = options({
  name: text.exactOptional().describe("What it shows; its number by default."),
  source: name
    .exactOptional()
    .describe("The source that the lines are of; may be left out where there is one."),
  lines: filledList(z.string().meta({ title: "text" }), limits.testLinesMax).describe(
    "Lines of the source.",
  ),
  expect: named(list(row, limits.testLinesMax), limits.summariesMax)
    .exactOptional()
    .describe(
      "All rows of a summary, by its name: of the dimensions and the bucket that the rows name, which are the same in all of them, and of the metrics that are to be compared. Where it is missing, `logmill test --update` writes it.",
    ),
  rejects: z
    .partialRecord(z.enum(rejectReasons), integer(1, limits.testLinesMax))
    .transform((rejects) =>
      rejectReasons.flatMap((reason) => {
        const lines = rejects[reason];
        return lines === undefined ? [] : [{ reason, lines }];
      }),
    )
    .exactOptional()
    .describe(
      "How many of the lines are rejected for which reason, each line once; none by default.",
    ),
  tolerance: fraction
    .prefault(toleranceDefault)
    .describe("How far an estimate may be from what is expected, as a share of it."),
}).meta({ title: "mapping" });

export const testsSchema = list(testSchema, limits.testsMax)
  .prefault([])
  .describe("What `logmill test` checks; a run does not look at them.");
