// Letters in another case, without regard to languages: bytes beyond ASCII stay as they are.

import { cursorBytes } from "../kernel/assembly/parse-layout.ts";
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
  computing: inOtherCase("A"),
};

export const upper: FunctionMember = {
  name: "upper",
  parameters: [{ name: "value", kind: "value" }],
  description: "The letters from a to z in upper case; as `lower`.",
  examples: [{ call: "upper(country)", fields: { country: "de" }, gives: "DE" }],
  computing: inOtherCase("a"),
};

/** @param first of the letters that are changed */
function inOtherCase(first: "A" | "a"): FunctionMember["computing"] {
  return {
    way: "kernel",
    place: (kernel) => {
      const cursor = kernel.place(new Uint8Array(cursorBytes));
      const letter = first.charCodeAt(0);
      return ([values], n, out) => kernel.exports.changeCase(cursor, values!, n, letter, out);
    },
  };
}

export function lowerCase(value: string): string {
  return value.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
