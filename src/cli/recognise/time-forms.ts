// Which of the forms of time some values are written in.

import { timeForms } from "../../shared/model/format/time-form.ts";

const wordOf: readonly (readonly [string, RegExp])[] = [
  ["auto", /^\d{4}-\d\d-\d\d|^\d\d\/[A-Z][a-z]{2}\/\d{4}:/],
  // Times after 2001 and before 2286.
  ["epoch_s", /^[1-9]\d{9}(?:\.\d+)?$/],
  ["epoch_ms", /^[1-9]\d{12}$/],
  ["epoch_us", /^[1-9]\d{15}$/],
  ["epoch_ns", /^[1-9]\d{18}$/],
];

/** The form of all of these values; null where they have none in common. */
export function timeFormOfValues(values: readonly string[]): string | null {
  if (values.length === 0) return null;
  const found = wordOf.find(([, pattern]) => values.every((value) => pattern.test(value)));
  return found !== undefined && timeForms.includes(found[0]) ? found[0] : null;
}
