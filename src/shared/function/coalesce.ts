// The first of some values that is there.

import type { FunctionMember } from "./member.ts";

export const coalesce: FunctionMember = {
  name: "coalesce",
  parameters: [{ name: "values", kind: "value", isRepeated: true }],
  description:
    "The first value that is neither missing nor empty. Missing where all are missing, and otherwise empty.",
  examples: [
    {
      call: 'coalesce(user, ip, "nobody")',
      fields: { user: "", ip: "192.0.2.1" },
      gives: "192.0.2.1",
    },
    { call: 'coalesce(user, "nobody")', fields: { user: "" }, gives: "nobody" },
  ],
  computing: {
    way: "kernel",
    place:
      ({ exports }) =>
      ([first, ...others], n, out) => {
        exports.coalesceSpans(first!, first!, n, out);
        for (const values of others) exports.coalesceSpans(out, values, n, out);
      },
  },
};
