// Options of the rsyslog envelope and of its payloads.

import * as z from "zod";
import { limits } from "../../base/limits.ts";
import type { FieldTypes } from "../../model/format/field-types.ts";
import type { Format, InnerFormat, RsyslogPayload } from "../../model/plan.ts";
import { filledList, isFilled, options } from "../mappings.ts";
import { name } from "../option-types.ts";
import { fieldTypes } from "./field-types.ts";
import { innerFormat, takenOutside } from "./inner-format.ts";

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

export const programName = z.string().regex(/^[^\s:]+$/, {
  error: "must be the name of a program as the envelope has it, without blanks and colon",
});

/** CSV, or a format that lines have. */
function payload(line: z.ZodType<Format>) {
  const inner = innerFormat(line, "payloads");
  return z
    .unknown()
    .transform((value, context): Payload => {
      const isMapping = typeof value === "object" && value !== null;
      const isCsv = !isMapping || ("type" in value && value.type === "csv");
      const parsed = (isCsv ? csvPayload : inner).safeParse(value);
      for (const issue of parsed.error?.issues ?? []) context.addIssue({ ...issue });
      if (!parsed.success) return z.NEVER;
      if (isCsv) return parsed.data as z.output<typeof csvPayload>;
      return { type: "format", format: parsed.data as InnerFormat | null };
    })
    .meta({
      title: "format",
      get oneOf() {
        return [{ ...z.toJSONSchema(csvPayload, { io: "input" }), $schema: undefined }];
      },
    });
}

type WithoutProgram<Whole> = Whole extends unknown ? Omit<Whole, "program"> : never;
type Payload = WithoutProgram<RsyslogPayload>;

/** @param line the formats that lines have */
export function rsyslogFormat(line: z.ZodType<Format>) {
  return options({
    type: z.literal("rsyslog"),
    payloads: z
      .record(programName, payload(line))
      .refine(isFilled, { error: "must not be empty" })
      .transform((record): readonly RsyslogPayload[] =>
        Object.entries(record).map(([name, body]): RsyslogPayload => ({ program: name, ...body })),
      )
      .describe(
        "The payloads by the program of the envelope: `{ type: csv, fields: [a, b] }`, in which a line may end early, or any format, such as `{ columns: [a, b] }` or `{ json: { … } }`; `{}` is the field `message`. Lines of other programs are rejected as `unknown_payload`.",
      ),
    ...fieldTypes,
  })
    .transform(({ payloads, type, ...own }) => {
      const taken = payloads.map((one) => {
        if (one.type === "csv" || one.format === null) return { one, outside: {} };
        const { inner, outside } = takenOutside(one.format);
        return { one: { ...one, format: inner }, outside };
      });
      return {
        ...{ type, payloads: taken.map(({ one }): RsyslogPayload => one) },
        ...(Object.assign({}, ...taken.map(({ outside }) => outside)) as FieldTypes),
        ...own,
      };
    })
    .describe(
      "Lines `timestamp host program body`, as rsyslog's file templates write them: the program may be a tag, `program:` or `program[pid]:`. Fields: `timestamp`, `host`, `program` and those of the payload.",
    );
}
