// From the parts of a configured line to the steps that cut what the server writes. Each value ends at the text
// behind it, so this is where it is decided how much of that text, and where nobody could tell.

import type { FieldEnd, PatternFormat, PatternStep } from "../model/format/pattern.ts";
import { fieldNames } from "./field-names.ts";
import type { Escape, LineFault, LinePart, Variable, VariablePart } from "./line-parts.ts";

interface LineOptions {
  readonly escape: Escape;
  /** Whether servers append fields behind a space, which are ignored. */
  readonly appended?: boolean;
}

export interface LinePattern extends Pick<PatternFormat, "steps" | "timestamp"> {
  readonly faults: readonly LineFault[];
}

const quote = '"';

/** Bytes that values of a kind can have themselves. */
const ownBytes = { digits: /^[\d.-]/, host: /^[\w.:%-]/, time: /^[\w:/+.,-]/ };

export function patternOfLine(parts: readonly LinePart[], options: LineOptions): LinePattern {
  return new PatternBuilder(parts, options).build();
}

class PatternBuilder {
  readonly #parts: readonly LinePart[];
  readonly #options: LineOptions;
  readonly #names: ReadonlyMap<VariablePart, readonly string[]>;
  readonly #faults: LineFault[] = [];

  constructor(parts: readonly LinePart[], options: LineOptions) {
    this.#parts = joined(parts);
    this.#options = options;
    this.#names = fieldNames(this.#parts);
  }

  build(): LinePattern {
    const steps = this.#steps(this.#parts, []);
    if (this.#names.size === 0) {
      const fix = "paste the line that names what the server writes";
      this.#faults.push({ index: 0, problem: "there is no variable in it", fix });
    }
    const form = this.#timeForm();
    const timestamp = form === "auto" ? {} : { timestamp: { form } };
    return { steps, ...timestamp, faults: this.#faults };
  }

  /** How the time is written of the variable that is the field `timestamp`. */
  #timeForm(): string {
    const [time] = [...this.#names].find(([, names]) => names.includes("timestamp")) ?? [];
    return time?.variable.timeForm ?? "auto";
  }

  /** @param after what follows these parts */
  #steps(parts: readonly LinePart[], after: readonly LinePart[]): PatternStep[] {
    const steps: PatternStep[] = [];
    for (let index = 0; index < parts.length; index += 1) {
      const part = parts[index]!;
      const behind = [...parts.slice(index + 1), ...after];
      if (part.kind === "text") {
        steps.push({ op: "literal", text: part.text });
      } else if (part.kind === "blanks") {
        steps.push({ op: "blanks" });
      } else if (part.kind === "optional") {
        steps.push(this.#optional(part.parts, behind));
      } else {
        const port = portBehind(part, behind);
        steps.push(this.#field(part, port, port === null ? behind : behind.slice(2)));
        if (port !== null) index += 2;
      }
    }
    return steps;
  }

  #optional(parts: readonly LinePart[], after: readonly LinePart[]): PatternStep {
    const [first, ...others] = this.#steps(joined(parts), after);
    if (first?.op !== "literal") throw new Error("an optional part begins with a text");
    return { op: "optional", steps: [first, ...others] };
  }

  /** @param port of a host that stands behind it and a colon */
  #field(part: VariablePart, port: VariablePart | null, behind: readonly LinePart[]): PatternStep {
    const { variable } = part;
    const { split, spaces = 0, missing = ["-"], timeForm } = variable;
    const check = variable.check ?? (timeForm === undefined ? undefined : "time");
    const end = this.#end(part, behind);
    const names = [...this.#names.get(part)!, ...(port === null ? [] : this.#names.get(port)!)];
    const isAsked = names.some((name) => name !== "");
    const isOneWord =
      isAsked &&
      check === undefined &&
      end.at.endsWith("line") &&
      !isFree(variable) &&
      spaces === 0;
    const isCutAtSpace = "text" in end && end.text.startsWith(" ");
    return {
      op: "field",
      names,
      end,
      ...(spaces > 0 && isCutAtSpace && { spaces }),
      ...(port === null && check !== undefined && { check }),
      ...(isOneWord && split === undefined && { check: "word" }),
      ...(split !== undefined && { split }),
      ...(port !== null && { split: "endpoint" }),
      missing,
    };
  }

  #end(part: VariablePart, [next, ...rest]: readonly LinePart[]): FieldEnd {
    const { variable } = part;
    if (next === undefined && variable.isList === true) return { at: "list" };
    if (next === undefined) {
      return this.#options.appended === true && !isFree(variable)
        ? { at: "text_or_line", text: " " }
        : { at: "line" };
    }
    if (next.kind === "variable") {
      const problem = `${part.written} and ${next.written} have nothing between them, so that nobody can tell where one ends`;
      this.#fault(next, problem, "have the server write a space between them");
      return { at: "line" };
    }
    if (next.kind === "optional") {
      const [first] = next.parts;
      return { at: "text_or_line", text: first?.kind === "text" ? first.text : " " };
    }
    const text = next.kind === "blanks" ? " " : next.text;
    if (text.startsWith(quote)) return this.#quotedEnd(text, rest);
    this.#checkDelimiter(part, text);
    if (variable.isList === true && text.startsWith(" ")) return { at: "list" };
    return { at: "text", text: isFree(variable) ? text : text[0]! };
  }

  #quotedEnd(text: string, rest: readonly LinePart[]): FieldEnd {
    const { escape, appended = false } = this.#options;
    if (escape === "backslash") return { at: "quote" };
    if (escape === "hex") return { at: "text", text: quote };
    return { at: rest.length === 0 && !appended ? "last" : "text", text };
  }

  /** Says where a value can have in it what it would end at. */
  #checkDelimiter(part: VariablePart, text: string): void {
    const { variable } = part;
    const own = ownBytesOf(variable);
    if (variable.isFree === "always" && text.startsWith(" ")) {
      const problem = `${part.written} has spaces itself, so that nobody can tell where it ends`;
      this.#fault(part, problem, "have the server write it in quotes");
    } else if (own?.test(text) === true) {
      const problem = `${part.written} can have ${JSON.stringify(text[0])} itself, so that nobody can tell where it ends`;
      this.#fault(part, problem, "have the server write a space behind it");
    }
  }

  #fault({ index }: VariablePart, problem: string, fix: string): void {
    this.#faults.push({ index, problem, fix });
  }
}

function isFree({ isFree: free }: Variable): boolean {
  return free !== undefined;
}

function ownBytesOf({ check, split, timeForm }: Variable): RegExp | null {
  if (timeForm !== undefined) return ownBytes.time;
  if (check === "host" || split === "endpoint") return ownBytes.host;
  return check === "status" || check === "count" || check === "number" ? ownBytes.digits : null;
}

/** The port in `host:port`, which are cut together: an address has colons itself. */
function portBehind(
  { variable }: VariablePart,
  [colon, port]: readonly LinePart[],
): VariablePart | null {
  const isPort = port?.kind === "variable" && port.variable.check === "count";
  const isColon = colon?.kind === "text" && colon.text === ":";
  return variable.check === "host" && isColon && isPort ? port : null;
}

/** Texts that follow each other are one. */
function joined(parts: readonly LinePart[]): readonly LinePart[] {
  const result: LinePart[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (part.kind === "text" && last?.kind === "text") {
      result[result.length - 1] = { kind: "text", text: last.text + part.text };
    } else if (part.kind !== "text" || part.text !== "") {
      result.push(part);
    }
  }
  return result;
}
