// The kinds of values that messages are made of: how each is checked, and how the page of the protocol
// calls it (`title`). Lists and maps are checked up to the first fault only: what a message can make
// the checker say is bounded by its schema, whatever it holds.

import * as z from "zod";

/** `count` bytes as twice as many hex digits. */
export function hex(count: number) {
  return z
    .string()
    .length(2 * count)
    .regex(/^[0-9a-f]*$/)
    .meta({ title: `${2 * count} hex digits` });
}

export const text = z.string().meta({ title: "text" });
export const flag = z.boolean().meta({ title: "true or false" });
/** A safe integer from 0: counts, offsets and lengths. */
export const count = z.int().nonnegative().meta({ title: "whole number" });
export const u32 = z.int().min(0).max(0xffff_ffff).meta({ title: "32-bit number" });
/** Drawn numbers, which are only compared and echoed. */
export const u64 = z.bigint().min(0n).max(0xffff_ffff_ffff_ffffn).meta({ title: "64-bit number" });

export const binary = z
  .custom<Uint8Array>((value) => value instanceof Uint8Array)
  .meta({ title: "binary" });

export function bytes(length: number) {
  return z
    .custom<Uint8Array>((value) => value instanceof Uint8Array && value.length === length)
    .meta({ title: `${length} bytes` });
}

export function oneOf<const T extends readonly string[]>(values: T) {
  return z.enum(values).meta({ title: values.map((value) => `\`${value}\``).join(", ") });
}

export function orNil<T extends z.ZodType>(value: T) {
  return value.nullable().meta({ title: `${titleOf(value)}, or nil` });
}

/** @param max items; without it, the frame's length is the bound. */
export function listOf<T extends z.ZodType>(item: T, max = Infinity) {
  return z
    .custom<z.output<T>[]>(
      (value) =>
        Array.isArray(value) &&
        value.length <= max &&
        value.every((each) => item.safeParse(each).success),
    )
    .meta({ title: `list of ${titleOf(item)}` });
}

export function mapOf<K extends z.ZodType<string>, V extends z.ZodType>(key: K, value: V) {
  return z
    .custom<MapOf<z.output<K>, z.output<V>>>(
      (map) =>
        isPlainObject(map) &&
        Object.entries(map).every(
          ([name, member]) => key.safeParse(name).success && value.safeParse(member).success,
        ),
    )
    .meta({ title: `map of ${titleOf(key)} to ${titleOf(value)}` });
}

/** Of the names of a closed list some may be missing. */
type MapOf<K extends string, V> = string extends K ? Record<K, V> : Partial<Record<K, V>>;

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  return Object.getPrototypeOf(value) === Object.prototype;
}

/** A map of members, which the page draws once under its title. */
export function part<S extends z.ZodRawShape>(title: string, shape: S) {
  return z.object(shape).meta({ title });
}

/** A message: its `type`, its members, and what it is for. */
export function message<T extends string, S extends z.ZodRawShape>(
  type: T,
  about: string,
  members: S,
) {
  return z.object({ type: z.literal(type), ...members }).meta({ title: type, description: about });
}

function titleOf(schema: z.ZodType): string {
  return schema.meta()?.title ?? "";
}

/** The value of a schema, not to be changed. */
export type Wire<T extends z.ZodType> = Immutable<z.output<T>>;

type Immutable<T> = T extends Uint8Array
  ? T
  : T extends object
    ? { readonly [Name in keyof T]: Immutable<T[Name]> }
    : T;
