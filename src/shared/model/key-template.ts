// Names made of a template and a row's values, such as the key `daily:country:{bucket}` or the member
// `{country}`. Two different rows must never get one name, or one number would hide the other. So in a value that
// is not the last one, `%` and the character behind its placeholder are written as `%HH`: from the left, a name can then
// be read back. The last value stands as it is, whatever its bytes are.

/** Literal text, or what stands for a value. */
type TemplatePart =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "value"; readonly name: string };

interface TemplateFault {
  /** Of the character in the template. */
  readonly index: number;
  readonly problem: string;
  readonly fix: string;
}

export interface Template {
  readonly parts: readonly TemplatePart[];
  readonly faults: readonly TemplateFault[];
}

/** What the output itself knows, and no row: their values are names and labels without other characters than these. */
const ownValues: ReadonlySet<string> = new Set(["summary", "bucket"]);
const ownCharacter = /^[A-Za-z0-9_+-]/;

/** Whether a name of a summary or the label of a bucket may have it. */
export function isOwnCharacter(character: string): boolean {
  return ownCharacter.test(character);
}

/** Whether a placeholder stands for a dimension. */
export function isDimension(name: string): boolean {
  return !ownValues.has(name);
}

export function parseTemplate(text: string): Template {
  const parts: TemplatePart[] = [];
  const faults: TemplateFault[] = [];
  const ends: number[] = [];
  let from = 0;
  const literal = (to: number): void => {
    if (to > from) {
      parts.push({ kind: "literal", text: text.slice(from, to) });
      ends.push(to);
    }
    const brace = /[{}]/.exec(text.slice(from, to));
    if (brace === null) return;
    const index = from + brace.index;
    faults.push({ index, problem: `a ${brace[0]} is alone`, fix: "write values as {name}" });
  };
  for (const match of text.matchAll(/\{([^{}]*)\}/g)) {
    literal(match.index);
    parts.push({ kind: "value", name: match[1]! });
    from = match.index + match[0].length;
    ends.push(from);
  }
  literal(text.length);
  parts.forEach((part, at) => {
    const next = parts[at + 1];
    if (part.kind === "literal" || next === undefined) return;
    if (!parts.slice(at + 1).some(({ kind }) => kind === "value")) return;
    const problem = separatorProblem(part.name, next);
    if (problem !== null) faults.push({ index: ends[at]!, problem, fix: "put : between them" });
  });
  return { parts, faults };
}

/** Why a value cannot be told from what comes behind it; null if it can. */
function separatorProblem(name: string, next: TemplatePart): string | null {
  if (next.kind === "value") return `nothing is between {${name}} and {${next.name}}`;
  const [first] = next.text;
  if (!isDimension(name)) {
    return isOwnCharacter(first!) ? `${first!} may be a part of the {${name}} before it` : null;
  }
  return first === "%" || first! > "\x7e"
    ? `${first!} cannot be told from the {${name}} before it`
    : null;
}

/** Names of the placeholders, each once, in their order. */
export function placeholdersOf({ parts }: Template): readonly string[] {
  return [...new Set(parts.flatMap((part) => (part.kind === "value" ? [part.name] : [])))];
}

const percent = 0x25;

/** Makes the names of rows. */
export class NameMaker {
  /** Literals and values by turns: a literal is bytes, a value its place among a row's, with what ends it. */
  readonly #steps: readonly (Buffer | { readonly column: number; readonly separator: number })[];

  /**
   * @param template without faults.
   * @param known values of those placeholders that are the same in all rows.
   * @param columns names of a row's values, in their order.
   */
  constructor(
    template: Template,
    known: Readonly<Record<string, string>>,
    columns: readonly string[],
  ) {
    const { parts } = template;
    const last = parts.findLastIndex(({ kind }) => kind === "value");
    this.#steps = parts.map((part, at) => {
      if (part.kind === "literal") return Buffer.from(part.text);
      const value = known[part.name];
      if (value !== undefined) return Buffer.from(value);
      const next = parts[at + 1];
      const separator = at < last && next?.kind === "literal" ? next.text.charCodeAt(0) : -1;
      return { column: columns.indexOf(part.name), separator };
    });
  }

  make(values: readonly Uint8Array[]): Buffer {
    const pieces = this.#steps.map((step) => {
      if (Buffer.isBuffer(step)) return step;
      const value = values[step.column]!;
      return step.separator < 0 ? value : escaped(value, step.separator);
    });
    return Buffer.concat(pieces);
  }
}

function escaped(value: Uint8Array, separator: number): Uint8Array {
  if (!value.includes(separator) && !value.includes(percent)) return value;
  const bytes: number[] = [];
  for (const byte of value) {
    if (byte !== separator && byte !== percent) bytes.push(byte);
    else bytes.push(percent, ...Buffer.from(byte.toString(16).toUpperCase().padStart(2, "0")));
  }
  return Buffer.from(bytes);
}
