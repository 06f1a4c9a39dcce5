// Values one behind the other.

import type { FunctionMember } from "./member.ts";

export const concat: FunctionMember = {
  name: "concat",
  parameters: [{ name: "values", kind: "value", isRepeated: true }],
  description:
    "The values one behind the other. An empty one adds nothing; where the line lacks one, the result is missing.",
  examples: [
    {
      call: 'concat(method, " ", url)',
      fields: { method: "GET", url: "/a" },
      gives: "GET /a",
    },
    { call: 'concat(country, "-", city)', fields: { country: "DE", city: "" }, gives: "DE-" },
  ],
  computing: {
    way: "text",
    takesEmpty: true,
    make:
      () =>
      (...values) =>
        values.join(""),
  },
};
