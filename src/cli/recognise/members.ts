// What is found in lines that name their values: which of them is the time, and what the others are called.

import { fieldNames, meansTime } from "./field-names.ts";
import { timeFormOfValues } from "./time-forms.ts";

const fieldsMax = 40;

/** A value that lines have under one key, or under keys one in the other. */
export interface Member {
  /** The keys, outermost first. */
  readonly parts: readonly string[];
  /** Of the lines that have it. */
  readonly values: readonly string[];
}

/**
 * The members that most lines have, by names for fields, and the form of the time if it is not `auto`; null where
 * none is a time.
 */
export function nameMembers(
  members: readonly Member[],
  lines: number,
): { readonly named: ReadonlyMap<string, Member>; readonly timestamp?: object } | null {
  const usual = members.filter(({ values }) => values.length * 2 >= lines);
  // The nearer to the root, the more it is the time of the line and not of something in it.
  const time = usual
    .filter(({ parts }) => meansTime(parts.at(-1)!))
    .sort((a, b) => a.parts.length - b.parts.length)
    .map((member) => ({ member, form: timeFormOfValues(member.values) }))
    .find(({ form }) => form !== null);
  if (time === undefined) return null;
  const others = usual.filter((member) => member !== time.member).slice(0, fieldsMax);
  const names = fieldNames(others.map(({ parts }) => parts));
  const named = others.flatMap((member, index): [string, Member][] => {
    const name = names[index] ?? null;
    return name === null ? [] : [[name, member]];
  });
  return {
    named: new Map([["timestamp", time.member], ...named]),
    ...(time.form !== "auto" && { timestamp: { form: time.form } }),
  };
}
