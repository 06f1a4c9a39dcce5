// Reading a line of JSON by paths, slowly and plainly: a value at a time, by regular expressions. Texts are
// "binary" strings, one character a byte.

import type { JsonFormat } from "../../src/shared/model/format/json.ts";
import { limits } from "../../src/shared/base/limits.ts";

type Value = Readonly<
  | { kind: "object"; members: ReadonlyMap<string, Value> }
  | { kind: "array"; elements: readonly Value[] }
  | { kind: "scalar"; text: string | null }
> & {
  /** As written. */
  readonly raw: string;
};

class NotJson extends Error {}

/** The fields that a line has, or null if it is no object of JSON. A field that is absent is missing. */
export function referenceJson(
  { paths }: JsonFormat,
  line: string,
): ReadonlyMap<string, string> | null {
  const object = parsed(line);
  if (object?.kind !== "object") return null;
  const fields = new Map<string, string>();
  for (const { field, steps, isList } of paths) {
    const value = steps.reduce<Value | undefined>(within, object);
    const isNull = value?.kind === "scalar" && value.text === null;
    const text = isList === true && !isNull ? (value?.raw ?? null) : textOf(value);
    if (text !== null) fields.set(field, text);
  }
  return fields;
}

/** The elements of an array, or the one value that is none; null is empty. */
export function referenceList(written: string): readonly string[] {
  const value = written === "" ? null : parsed(written);
  if (value === null) return [""];
  return (value.kind === "array" ? value.elements : [value]).map((one) => textOf(one) ?? "");
}

function parsed(line: string): Value | null {
  try {
    const reader = new Reader(line);
    const value = reader.value(0);
    return reader.isAtEnd() ? value : null;
  } catch (error) {
    if (error instanceof NotJson) return null;
    throw error;
  }
}

function within(value: Value | undefined, step: string | number): Value | undefined {
  if (typeof step === "string") {
    return value?.kind === "object" ? value.members.get(bytesOf(step)) : undefined;
  }
  return value?.kind === "array" ? value.elements[step] : undefined;
}

function textOf(value: Value | undefined): string | null {
  if (value === undefined) return null;
  return value.kind === "scalar" ? value.text : value.raw;
}

/** The bytes of characters in UTF-8; a lone surrogate is U+FFFD. */
export function bytesOf(characters: string): string {
  return Buffer.from(characters).toString("latin1");
}

class Reader {
  readonly #line: string;
  #at = 0;

  constructor(line: string) {
    this.#line = line;
  }

  isAtEnd(): boolean {
    this.#take(/[ \t\r]*/y);
    return this.#at === this.#line.length;
  }

  value(depth: number): Value {
    this.#take(/[ \t\r]*/y);
    const from = this.#at;
    const value = this.#bare(depth);
    return { ...value, raw: this.#line.slice(from, this.#at) };
  }

  #bare(depth: number): Omit<Value, "raw"> & Value {
    const raw = "";
    const opened = this.#take(/[[{]/y);
    if (opened !== null && depth === limits.jsonDepthMax) throw new NotJson();
    if (opened === "{") return { kind: "object", members: this.#members(depth + 1), raw };
    if (opened === "[") return { kind: "array", elements: this.#elements(depth + 1), raw };
    const plain = this.#take(/true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
    if (plain !== null) return { kind: "scalar", text: plain === "null" ? null : plain, raw };
    return { kind: "scalar", text: this.#string(), raw };
  }

  #string(): string {
    const quoted = this.#take(
      // eslint-disable-next-line no-control-regex -- which a string must not have
      /"(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[\da-fA-F]{4}|\\x[\da-fA-F]{2})*"/y,
    );
    if (quoted === null) throw new NotJson();
    return withoutEscapes(quoted.slice(1, -1));
  }

  #members(depth: number): ReadonlyMap<string, Value> {
    const members = new Map<string, Value>();
    if (this.#has(/[ \t\r]*\}/y)) return members;
    do {
      this.#take(/[ \t\r]*/y);
      const key = this.#string();
      this.#need(/[ \t\r]*:/y);
      members.set(key, this.value(depth));
    } while (this.#has(/[ \t\r]*,/y));
    this.#need(/[ \t\r]*\}/y);
    return members;
  }

  #elements(depth: number): readonly Value[] {
    const elements: Value[] = [];
    if (this.#has(/[ \t\r]*\]/y)) return elements;
    do elements.push(this.value(depth));
    while (this.#has(/[ \t\r]*,/y));
    this.#need(/[ \t\r]*\]/y);
    return elements;
  }

  #take(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const [taken = null] = pattern.exec(this.#line) ?? [];
    this.#at += taken?.length ?? 0;
    return taken;
  }

  #has(pattern: RegExp): boolean {
    return this.#take(pattern) !== null;
  }

  #need(pattern: RegExp): void {
    if (!this.#has(pattern)) throw new NotJson();
  }
}

/** `\xHH` stays, and so do bytes that are no ASCII; code units side by side are one character, if they can be. */
function withoutEscapes(text: string): string {
  return text.replaceAll(/(?:\\u[\da-fA-F]{4})+|\\x..|\\./g, (escape) => {
    if (escape.startsWith("\\x")) return escape;
    return bytesOf(JSON.parse(`"${escape}"`) as string);
  });
}
