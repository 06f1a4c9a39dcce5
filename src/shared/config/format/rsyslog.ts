// Options of the rsyslog envelope and of its payloads.

import * as z from "zod";
import { limits } from "../../base/limits.ts";
import { filledList, isFilled, options, withNames } from "../mappings.ts";
import { name } from "../option-types.ts";
import { fieldTypes } from "./field-types.ts";

const csvPayload = options({
  type: z.literal("csv"),
  fields: filledList(
    z
      .union([name, z.literal("")], {
        error: 'must be the name of a column, or "" for one that nobody asks for',
      })
      .meta({ title: "name" }),
    limits.fieldsMax,
  ).describe(
    'Names of the columns in order; `""` or `_` for a column that nobody asks for. Quoting after RFC 4180.',
  ),
}).describe("How the payload of this program is read.");

const program = z.string().regex(/^[^\s:]+$/, {
  error: "must be the name of a program as the envelope has it, without blanks and colon",
});

export const rsyslogFormat = options({
  type: z.literal("rsyslog"),
  payloads: z
    .record(program, z.discriminatedUnion("type", [csvPayload]))
    .refine(isFilled, { error: "must not be empty" })
    .transform(withNames("program"))
    .describe("The payloads by the program of the envelope."),
  ...fieldTypes,
}).describe(
  "Lines `timestamp host program body`, as rsyslog's file templates write them: the program may be a tag, `program:` or `program[pid]:`. Fields: `timestamp`, `host`, `program` and those of the payload.",
);
