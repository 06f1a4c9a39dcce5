// goaccess's `log-format`, with its formats of date and time.

import { firstClient, goaccessVariables, passedIdent, passedUser } from "./goaccess-variables.ts";
import type { LineFault, LinePart, ReadLine, Variable, VariablePart } from "./line-parts.ts";
import { asWritten } from "./quoted-pieces.ts";
import { timeFormOfStrftime } from "./strftime.ts";

export interface GoaccessTimes {
  readonly date: string | undefined;
  readonly time: string | undefined;
  readonly datetime: string | undefined;
}

/** The specifiers of times by the option that says how they are written. */
const timeOptions: Readonly<Record<string, keyof GoaccessTimes>> = {
  d: "date",
  t: "time",
  x: "datetime",
};

/** Specifiers in a line: of times, of `X-Forwarded-For`, of anything else, and blanks. */
const specifier = /%([^])?|~h\{[^}]*\}|[^%~]+|~/g;

export function readGoaccess(written: string, formats: GoaccessTimes): ReadLine {
  const reader = new Reader(asWritten(written).text, formats);
  return { parts: reader.parts, faults: reader.faults };
}

class Reader {
  parts: readonly LinePart[];
  readonly faults: LineFault[] = [];
  readonly #formats: GoaccessTimes;
  /** The times of the line with the option that says how they are written. */
  readonly #times = new Map<LinePart, string>();

  constructor(text: string, formats: GoaccessTimes) {
    this.#formats = formats;
    const parts = [...text.matchAll(specifier)].map((match) => this.#part(match));
    this.parts = withUser(this.#joinTimes(parts));
  }

  #part({ 0: written, 1: letter, index }: RegExpExecArray): LinePart {
    if (letter === "%") return { kind: "text", text: "%" };
    if (letter === "~") return { kind: "blanks" };
    const part = (variable: Variable): VariablePart => ({
      kind: "variable",
      written,
      index,
      variable,
    });
    if (written.startsWith("~h")) return part(firstClient);
    if (!written.startsWith("%")) return { kind: "text", text: written };
    if (letter !== undefined && letter in timeOptions) {
      const option = timeOptions[letter]!;
      const format = this.#formats[option];
      if (format === undefined) {
        const problem = `${written} needs the option ${option}_format`;
        this.#fault(index, problem, `add ${option}_format: goaccess's ${option}-format`);
      }
      const time = part({ names: [option], timeForm: "auto" });
      this.#times.set(time, format ?? "");
      return time;
    }
    const variable = letter === undefined ? undefined : goaccessVariables[letter];
    if (variable === undefined) {
      const known = Object.keys({ ...timeOptions, ...goaccessVariables });
      const fix = `there are ${known.map((name) => `%${name}`).join(", ")}`;
      this.#fault(index, `${written} is none of goaccess`, fix);
    }
    return part(variable ?? { names: [""] });
  }

  /** A date and a time with nothing but a text between them are one value; so is an offset behind them. */
  #joinTimes(parts: readonly LinePart[]): readonly LinePart[] {
    const joined: LinePart[] = [];
    for (let index = 0; index < parts.length; index += 1) {
      const part = parts[index]!;
      const format = this.#times.get(part);
      if (part.kind !== "variable" || format === undefined) {
        joined.push(part);
        continue;
      }
      const [between, second] = parts.slice(index + 1, index + 3);
      const behind = second === undefined ? undefined : this.#times.get(second);
      if (between?.kind === "text" && behind !== undefined) {
        joined.push(this.#time(part, format + between.text.replaceAll("%", "%%") + behind));
        index += 2;
      } else joined.push(this.#time(part, format));
    }
    return withOffset(joined);
  }

  #time(part: VariablePart, format: string): VariablePart {
    const timeForm = timeFormOfStrftime(format);
    if (timeForm === null && this.faults.length === 0) {
      this.#fault(part.index, `times as ${JSON.stringify(format)} cannot be read`, "");
    }
    const spaces = format.split(" ").length - 1;
    const field = { name: "timestamp", rank: 0 };
    return { ...part, variable: { ...part.variable, field, timeForm: timeForm ?? "auto", spaces } };
  }

  #fault(index: number, problem: string, fix: string): void {
    this.faults.push({ index, problem, fix });
  }
}

/** Forms that are read with a fraction of a second and an offset, too: Apache's, and those of ISO 8601. */
const clf = "dd/MMM/yyyy:HH:mm:ss";
const openForms = [clf, "yyyy-MM-dd'T'HH:mm:ss", "auto"];

/** What is passed over behind a time is its fraction or its offset, without which nobody would know when it was. */
function withOffset(parts: readonly LinePart[]): readonly LinePart[] {
  const at = parts.findIndex(
    (part) =>
      part.kind === "variable" &&
      part.variable.field?.name === "timestamp" &&
      openForms.includes(part.variable.timeForm ?? ""),
  );
  const time = parts[at];
  if (time?.kind !== "variable") return parts;
  const { spaces = 0, timeForm } = time.variable;
  const [first, second, third] = parts.slice(at + 1, at + 4);
  const text = first?.kind === "text" ? first.text : null;
  const isOffset =
    timeForm === clf && text === " " && isPassedOver(second) && third?.kind === "text";
  const isFraction = (text === "." || text === ",") && isPassedOver(second);
  const taken = isOffset || isFraction ? 2 : Number(isPassedOver(first));
  const variable = { ...time.variable, timeForm: "auto", spaces: spaces + Number(isOffset) };
  return [...parts.slice(0, at), { ...time, variable }, ...parts.slice(at + 1 + taken)];
}

/**
 * `%h %^[%d…`: between client and time are two words. Otherwise the client of a line with a virtual host in front
 * would be passed over, and every visitor be the server itself.
 */
function withUser(parts: readonly LinePart[]): readonly LinePart[] {
  const at = parts.findIndex(
    (part, index) =>
      isPassedOver(part) && isText(parts[index - 1], /^ $/) && isText(parts[index + 1], /^\[/),
  );
  const [client, passed, open] = [parts[at - 2], parts[at], parts[at + 1]];
  const isClient = client?.kind === "variable" && client.variable.names[0] === "ip";
  if (!isClient || passed?.kind !== "variable" || open?.kind !== "text") return parts;
  return [
    ...parts.slice(0, at),
    { ...passed, variable: passedIdent },
    { kind: "text", text: " " },
    { ...passed, variable: passedUser },
    { kind: "text", text: ` ${open.text}` },
    ...parts.slice(at + 2),
  ];
}

function isText(part: LinePart | undefined, pattern: RegExp): boolean {
  return part?.kind === "text" && pattern.test(part.text);
}

function isPassedOver(part: LinePart | undefined): boolean {
  return part?.kind === "variable" && part.variable.names[0] === "";
}
