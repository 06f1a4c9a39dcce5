// Letters in lower case, without regard to languages.

import type { FunctionMember } from "./member.ts";

export const lower: FunctionMember = {
  name: "lower",
  parameters: [{ name: "value", kind: "value" }],
  description:
    "The letters from A to Z in lower case. Other letters and bytes stay as they are, whatever the language.",
  examples: [
    { call: "lower(user)", fields: { user: "Ann@Example.COM" }, gives: "ann@example.com" },
    { call: "lower(user)", fields: { user: "GRÜN" }, gives: "grÜn" },
  ],
  computing: {
    way: "text",
    make: () => (value) => value.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()),
  },
};
