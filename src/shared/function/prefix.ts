// The beginning of a value.

import type { FunctionMember } from "./member.ts";

export const prefix: FunctionMember = {
  name: "prefix",
  parameters: [
    { name: "value", kind: "value" },
    { name: "bytes", kind: "number" },
  ],
  description:
    "The first bytes of a value, so many at most: a character of UTF-8 that does not fit is left out as a whole.",
  examples: [
    { call: "prefix(url, 4)", fields: { url: "/api/v1" }, gives: "/api" },
    { call: "prefix(name, 3)", fields: { name: "grün" }, gives: "gr" },
  ],
  check: ([bytes]) =>
    /^[1-9]\d{0,5}$/.test(bytes!) ? null : "bytes must be a whole number from 1 to 999999",
  computing: {
    way: "kernel",
    place: (kernel, [bytes]) => {
      const most = Number(bytes);
      return ([values], n, out) => kernel.exports.prefixSpans(values!, n, most, out);
    },
  },
};
