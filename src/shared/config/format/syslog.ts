// Options of syslog's envelopes and of what is inside of them.

import * as z from "zod";
import { limits } from "../../base/limits.ts";
import type { FieldTypes } from "../../model/format/field-types.ts";
import type { FormatPayload } from "../../model/format/syslog.ts";
import type { Format, Formats, InnerFormat } from "../../model/plan.ts";
import { filledNamed, isFilled, options } from "../mappings.ts";
import { fieldTypes } from "./field-types.ts";
import { innerFormat, takenOutside } from "./inner-format.ts";
import { programName } from "./rsyslog.ts";
import { timeReadingAs } from "./time-options.ts";

const parameter = z
  .string()
  .regex(/^[^\s=\]"]+\.[^\s=\]".]+$/, {
    error: "must be the id of an element, a point, and the name of a parameter, as in origin.ip",
  })
  .transform((written) => {
    const point = written.lastIndexOf(".");
    return { id: written.slice(0, point), param: written.slice(point + 1) };
  })
  .meta({ title: "id.name" });

/** @param line the formats that lines have */
export function syslogFormat(line: z.ZodType<Format>) {
  return options({
    type: z.literal("syslog"),
    rfc: z
      .union([z.literal("auto"), z.literal(3164), z.literal(5424)], {
        error: "must be auto, 3164 or 5424",
      })
      .default("auto")
      .meta({ title: "auto, 3164 or 5424" })
      .describe(
        "The envelope: `3164` (`Jun  1 12:00:00 host tag[pid]: message`, with or without `<PRI>` in front; the time may be as ISO 8601 has it), `5424` (`<PRI>1 time host program pid msgid data message`), or `auto`: each line as it says.",
      ),
    sd: filledNamed(parameter, limits.fieldsMax)
      .exactOptional()
      .describe(
        "Fields of the structured data of RFC 5424, by name: `{ user: origin@32473.user }` is the parameter `user` of the element `origin@32473`.",
      ),
    payloads: z
      .record(programName, innerFormat(line, "payloads"))
      .refine(isFilled, { error: "must not be empty" })
      .exactOptional()
      .describe(
        "The formats of the messages by program, such as `{ nginx: { type: combined }, app: { json: { … } }, sshd: {} }`; `{}` is a message of no format. Lines of other programs are rejected as `unknown_payload`. Without it, all programs are read.",
      ),
    format: innerFormat(line, "it")
      .exactOptional()
      .describe("The format of the messages of all programs, in the place of `payloads`."),
    ...fieldTypes,
    timestamp: timeReadingAs("syslog").exactOptional(),
  })
    .superRefine(({ payloads, format }, context) => {
      if (payloads === undefined || format === undefined) return;
      const params = { isOfKey: true, fix: "leave one of them out" };
      const message = "says of all programs what payloads says of each";
      context.addIssue({ code: "custom", path: ["format"], message, params });
    })
    .transform(({ payloads, format, sd, ...own }): Formats["syslog"] => {
      const { type, rfc, ...types } = own;
      const given = Object.entries(payloads ?? {}).map(([program, inner]) => ({ program, inner }));
      const bodies = payloads === undefined ? [{ program: "", inner: format ?? null }] : given;
      const taken = bodies.map(({ program, inner }) => ({
        program,
        ...(inner === null ? { inner, outside: {} } : takenOutside(inner)),
      }));
      const params = Object.entries(sd ?? {}).map(([field, path]) => ({ field, ...path }));
      return {
        ...{ type, rfc },
        ...(params.length > 0 && { sd: params }),
        ...(payloads === undefined
          ? { inner: taken[0]!.inner }
          : { payloads: taken.map(payloadOf) }),
        ...(Object.assign({}, ...taken.map(({ outside }) => outside)) as FieldTypes),
        ...types,
      };
    })
    .describe(
      "Syslog, with messages of any format. Fields: `timestamp`, `host`, `program`, `pid`, `severity` and `facility` (their names, where the line has a priority), `msgid`, those of `sd`, `message`, and those of the payload, which go before others of the same name. Times without a year need `timestamp: { year: … }`.",
    );
}

function payloadOf({
  program,
  inner,
}: {
  readonly program: string;
  readonly inner: InnerFormat | null;
}): FormatPayload<InnerFormat> {
  return { program, type: "format", format: inner };
}
