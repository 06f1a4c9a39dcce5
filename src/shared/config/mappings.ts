// Mappings and lists of options, in the form in which the code has them: an option that the file calls
// `max_in_flight` is `maxInFlight`, and what the file has by name is a list whose members know their
// names. The types follow, so an option is written once, in the schema.

import * as z from "zod";
import { name } from "./option-types.ts";

type Camel<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Name;

/** Options by the names that the code has for them. */
type InCode<Options, Renamed> = {
  [
    Name in keyof Options as Name extends keyof Renamed
      ? Renamed[Name] & string
      : Camel<Name & string>
  ]: Options[Name];
};

/** @param renamed what the code calls an option otherwise, such as one whose value has got a unit. */
export function options<
  const Shape extends z.ZodRawShape,
  const Renamed extends { readonly [Name in keyof Shape]?: string } = object,
>(shape: Shape, renamed?: Renamed) {
  const names = new Map(
    Object.keys(shape).map((written) => [written, renamed?.[written] ?? camelCase(written)]),
  );
  return z.strictObject(shape).transform((value) => {
    const entries = Object.entries(value).map(([written, option]) => [names.get(written), option]);
    return Object.fromEntries(entries) as InCode<typeof value, Renamed>;
  });
}

function camelCase(written: string): string {
  return written.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

export function list<T extends z.ZodType>(item: T, max: number) {
  return z.array(item).max(max, { error: `must have at most ${max} items` });
}

export function filledList<T extends z.ZodType>(item: T, max: number) {
  return list(item, max).min(1, { error: "must not be empty" });
}

/** A mapping from names, which the author chooses, to definitions. */
export function named<T extends z.ZodType>(value: T, max: number) {
  return z.record(name, value).refine((record) => Object.keys(record).length <= max, {
    error: `must have at most ${max} entries`,
  });
}

export function filledNamed<T extends z.ZodType>(value: T, max: number) {
  return named(value, max).refine(isFilled, { error: "must not be empty" });
}

export function isFilled(record: object): boolean {
  return Object.keys(record).length > 0;
}

/** The definitions of a mapping as a list, each with its name, in the order of the file. */
export function withNames<const Key extends string, T extends object>(key: Key) {
  return (record: Readonly<Record<string, T>>) =>
    Object.entries(record).map(
      ([written, value]) => ({ [key]: written, ...value }) as Record<Key, string> & T,
    );
}
