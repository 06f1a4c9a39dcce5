// The options of formats: how a line becomes fields, and what the fields are.

import * as z from "zod";
import { limits } from "../base/limits.ts";
import { accessLogTypes } from "../model/format-fields.ts";
import type { FieldType, Format, FormatType } from "../model/plan.ts";
import { filledList, filledNamed, isFilled, options, withNames } from "./mappings.ts";
import { name } from "./option-types.ts";

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

/** What each type of a field is. */
const typeDescriptions: { readonly [Type in FieldType]: string } = {
  ip: "An IPv4 or IPv6 address. All spellings of one address are one value, the one of RFC 5952: `2001:DB8:0:0::1` is `2001:db8::1`, and `::ffff:192.0.2.1` is `192.0.2.1`. What is no address is rejected as `bad_ip` by a summary that needs the field; an empty value is missing.",
};

const [firstType, ...otherTypes] = Object.entries(typeDescriptions).map(([type, description]) =>
  options({ type: z.literal(type as FieldType) }).describe(description),
);

const fieldTypes = {
  fields: filledNamed(z.discriminatedUnion("type", [firstType!, ...otherTypes]), limits.fieldsMax)
    .exactOptional()
    .describe("Types of fields, by the field's name. A field without one is text."),
};

const program = z.string().regex(/^[^\s:]+$/, {
  error: "must be the name of a program as the envelope has it, without blanks and colon",
});

const rsyslogFormat = options({
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

const accessLogFormat = options({ type: z.enum(accessLogTypes), ...fieldTypes }).describe(
  "Access logs of web servers. Fields: `ip`, `ident`, `user`, `timestamp`, `method`, `url`, `protocol`, `status`, `bytes`; in `combined` and `vhost_combined` also `referrer`, `user_agent`; in `vhost_common` and `vhost_combined`, whose lines begin with the virtual host, also `vhost`, `port`.",
);

export const formatSchema = z.discriminatedUnion("type", [rsyslogFormat, accessLogFormat]);

/** A format of the plan that the schema lacks does not compile; nor does one that only the schema has. */
formatSchema satisfies z.ZodType<Format>;
true satisfies FormatType extends z.output<typeof formatSchema>["type"] ? true : false;
