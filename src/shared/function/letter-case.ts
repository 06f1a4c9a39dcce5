// Letters in another case, without regard to languages: bytes beyond ASCII stay as they are.

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
  computing: { way: "text", make: () => lowerCase },
};

export const upper: FunctionMember = {
  name: "upper",
  parameters: [{ name: "value", kind: "value" }],
  description: "The letters from a to z in upper case; as `lower`.",
  examples: [{ call: "upper(country)", fields: { country: "de" }, gives: "DE" }],
  computing: {
    way: "text",
    make: () => (value) => value.replace(/[a-z]+/g, (letters) => letters.toUpperCase()),
  },
};

export function lowerCase(value: string): string {
  return value.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
