// A value without the blanks around it.

import type { FunctionMember } from "./member.ts";

export const trim: FunctionMember = {
  name: "trim",
  parameters: [{ name: "value", kind: "value" }],
  description:
    "The value without blanks at its ends: space, tab, line feed, carriage return, vertical tab and form feed.",
  examples: [{ call: "trim(user)", fields: { user: " \tann lee " }, gives: "ann lee" }],
  computing: {
    way: "kernel",
    place:
      ({ exports }) =>
      ([values], n, out) =>
        exports.trimSpans(values!, n, out),
  },
};
