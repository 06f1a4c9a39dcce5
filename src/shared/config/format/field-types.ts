// The types of fields and the form of the time, options of every format.

import * as z from "zod";
import { limits } from "../../base/limits.ts";
import type { FieldType } from "../../model/plan.ts";
import { filledNamed, options } from "../mappings.ts";
import { timeReading } from "./time-options.ts";

/** What each type of a field is. */
const typeDescriptions: { readonly [Type in FieldType]: string } = {
  ip: "An IPv4 or IPv6 address. All spellings of one address are one value, the one of RFC 5952: `2001:DB8:0:0::1` is `2001:db8::1`, and `::ffff:192.0.2.1` is `192.0.2.1`. What is no address is rejected as `bad_ip` by a summary that needs the field; an empty value is missing.",
};

const [firstType, ...otherTypes] = Object.entries(typeDescriptions).map(([type, description]) =>
  options({ type: z.literal(type as FieldType) }).describe(description),
);

/** To be spread into the options of each format. */
export const fieldTypes = {
  fields: filledNamed(z.discriminatedUnion("type", [firstType!, ...otherTypes]), limits.fieldsMax)
    .exactOptional()
    .describe("Types of fields, by the field's name. A field without one is text."),
  timestamp: timeReading.exactOptional(),
};
