// The option `format`: how a line becomes fields, and what the fields are.

import type * as z from "zod";
import type { Format, FormatType } from "../../model/plan.ts";
import { namedFormats, shapes } from "./formats.ts";
import { oneOfFormats } from "./one-of-formats.ts";

export const formatSchema = oneOfFormats("What a line looks like.", namedFormats, shapes);

/** A format of the plan that the schema lacks does not compile; nor does one that only the schema has. */
formatSchema satisfies z.ZodType<Format>;
true satisfies FormatType extends z.output<typeof formatSchema>["type"] ? true : false;
