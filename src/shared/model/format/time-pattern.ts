// Patterns of times in the letters of Unicode and Java: `yyyy/MM/dd HH:mm:ss`, `EEE MMM dd HH:mm:ss[.ffffff] yyyy`.
// A pattern becomes steps that run from left to right; the worker gives them to the kernel.
//
//   yyyy yy        the year, and the year from 2000 on    HH H hh h a    hours to 23; hours to 12 with AM, PM
//   MM M MMM       the month; Jan, Feb, …                 mm m ss s      minutes, seconds
//   dd d           the day                                f… S…          so many digits of a fraction; one
//   EEE            Mon, Tue, …                                           letter: as many as there are
//   Z X            an offset: Z, +02, +0200, +02:00       z              the name of a zone: UTC, GMT, EST, …
//
// One letter of a number is one or two digits, of which the first may be a blank. What is no letter stands for
// itself; letters in quotes do, too. `[…]` may be missing; it begins with what tells that it is there, or ends
// the pattern.

/** A number of a time, and how it is written. */
export type TimePart = "year" | "month" | "day" | "hour" | "minute" | "second";
export type TimeDigits = "two" | "four" | "short" | "of_century";

export type TimeStep =
  | { readonly kind: TimePart; readonly digits: TimeDigits }
  | { readonly kind: "literal"; readonly byte: number }
  /** So many digits; 0: one or more. */
  | { readonly kind: "fraction"; readonly digits: number }
  | { readonly kind: "month_name" | "weekday" | "offset" | "zone" | "half" }
  /** The next steps, which are missing if the first of them is. */
  | { readonly kind: "optional"; readonly steps: number };

export interface PatternFault {
  readonly problem: string;
  readonly fix: string;
}

export type ParsedPattern =
  { readonly steps: readonly TimeStep[] } | { readonly fault: PatternFault };

/** Longest pattern, in characters. */
const patternMax = 100;
/** Digits of a fraction that a pattern may ask for. */
const fractionMax = 9;

const letters: Readonly<Record<string, TimeStep>> = {
  yyyy: { kind: "year", digits: "four" },
  yy: { kind: "year", digits: "of_century" },
  MMM: { kind: "month_name" },
  MM: { kind: "month", digits: "two" },
  M: { kind: "month", digits: "short" },
  dd: { kind: "day", digits: "two" },
  d: { kind: "day", digits: "short" },
  HH: { kind: "hour", digits: "two" },
  H: { kind: "hour", digits: "short" },
  hh: { kind: "hour", digits: "two" },
  h: { kind: "hour", digits: "short" },
  mm: { kind: "minute", digits: "two" },
  m: { kind: "minute", digits: "short" },
  ss: { kind: "second", digits: "two" },
  s: { kind: "second", digits: "short" },
  EEE: { kind: "weekday" },
  Z: { kind: "offset" },
  z: { kind: "zone" },
  a: { kind: "half" },
};

const words = "yyyy yy MMM MM M dd d HH H hh h a mm m ss s f… EEE Z z";

class PatternError extends Error {
  readonly fault: PatternFault;

  constructor(problem: string, fix: string) {
    super(problem);
    this.fault = { problem, fix };
  }
}

export function parseTimePattern(pattern: string, hasYear: boolean): ParsedPattern {
  try {
    if (pattern.length > patternMax) {
      throw new PatternError(`has more than ${patternMax} characters`, "");
    }
    const steps = stepsOf(pattern);
    checkParts(pattern, steps, hasYear);
    checkBorders(steps);
    return { steps };
  } catch (error) {
    if (error instanceof PatternError) return { fault: error.fault };
    throw error;
  }
}

/** A run of one letter, a text in quotes, or one character. */
const tokens = /'((?:[^']|'')*)'|([A-Za-z])\2*|[^]/gu;

function stepsOf(pattern: string): TimeStep[] {
  const steps: TimeStep[] = [];
  let open: number | null = null;
  for (const { 0: token, 1: quoted, 2: letter, index } of pattern.matchAll(tokens)) {
    if (letter !== undefined) steps.push(stepOfLetters(token));
    else if (quoted !== undefined) steps.push(...literals(quoted === "" ? "'" : quoted));
    else if (token === "'") throw new PatternError("has a quote that is not closed", "close it");
    else if (token === "[" && open === null) open = steps.length;
    else if (token === "]" && open !== null) {
      const [first] = steps.slice(open);
      const isEnd = index + 1 === pattern.length && first !== undefined;
      if (first?.kind !== "literal" && !isEnd) {
        throw new PatternError(
          "has a part in brackets that does not begin with a fixed character",
          "begin it with what tells that it is there, as in [.ffffff]",
        );
      }
      steps.splice(open, 0, { kind: "optional", steps: steps.length - open });
      open = null;
    } else if (token === "[" || token === "]") {
      throw new PatternError(
        `has a bracket ${token} without the other, or within another`,
        "write '[' in quotes where the bracket itself is meant",
      );
    } else steps.push(...literals(token));
  }
  if (open !== null) throw new PatternError("has a bracket that is not closed", "add ]");
  return steps;
}

function literals(text: string): TimeStep[] {
  const bytes = new TextEncoder().encode(text.replaceAll("''", "'"));
  return [...bytes].map((byte) => ({ kind: "literal", byte }));
}

function stepOfLetters(run: string): TimeStep {
  if (/^[fS]+$/.test(run) && run.length <= fractionMax) {
    return { kind: "fraction", digits: run.length === 1 ? 0 : run.length };
  }
  // An offset is told from its text, however many letters it has.
  const name = /^[ZX]+$/.test(run) ? "Z" : run;
  const step = Object.hasOwn(letters, name) ? letters[name] : undefined;
  if (step !== undefined) return step;
  throw new PatternError(
    `has ${run}, which stands for nothing`,
    `use ${words}; put letters that stand for themselves in quotes`,
  );
}

const partOf = (step: TimeStep): string => (step.kind === "month_name" ? "month" : step.kind);

/** What a time needs: a date, no part twice, and no smaller part without the larger one. */
function checkParts(pattern: string, steps: readonly TimeStep[], hasYear: boolean): void {
  const parts = steps.map(partOf).filter((part) => part !== "literal" && part !== "optional");
  const twice = parts.find((part, index) => parts.indexOf(part) !== index);
  if (twice !== undefined)
    throw new PatternError(`has the ${twice} twice`, "leave one of them out");
  const has = (part: string): boolean => parts.includes(part);
  if (!has("year") && !hasYear) {
    throw new PatternError("has no year", "add `year:` with the year of these logs");
  }
  if (has("year") && hasYear) throw new PatternError("has a year already", "leave `year:` out");
  const needed = [["month"], ["day"], ["hour", "minute"], ["minute", "second"]] as const;
  for (const [part, smaller] of needed) {
    if (has(part) || (smaller !== undefined && !has(smaller))) continue;
    throw new PatternError(`has no ${part}`, "such a time has no meaning; add it");
  }
  if (has("fraction") && !has("second")) throw new PatternError("has no second", "add ss");
  const isHalf = /h/.test(pattern.replace(/'[^']*'/g, ""));
  if (isHalf !== has("half")) {
    throw new PatternError(
      isHalf ? "has hours to 12 without AM and PM" : "has AM and PM without hours to 12",
      isHalf ? "write HH, or add a" : "write hh",
    );
  }
  if (has("offset") && has("zone"))
    throw new PatternError("has two zones", "leave one of them out");
  if (
    optionalSteps(steps).some(
      (step) => !["literal", "fraction", "offset", "zone"].includes(step.kind),
    )
  ) {
    throw new PatternError(
      "has a part of the date or of the time in brackets",
      "only a fraction and a zone may be missing",
    );
  }
}

function optionalSteps(steps: readonly TimeStep[]): readonly TimeStep[] {
  return steps.flatMap((step, at) =>
    step.kind === "optional" ? steps.slice(at + 1, at + 1 + step.steps) : [],
  );
}

const isNumber = (step: TimeStep): step is Extract<TimeStep, { readonly digits: unknown }> =>
  "digits" in step;

/** Where one step ends and the next begins must not be a guess. */
function checkBorders(steps: readonly TimeStep[]): void {
  steps.forEach((step, at) => {
    const next = steps[at + 1];
    if (next === undefined) return;
    const hasNoLength = isNumber(step) && (step.digits === "short" || step.digits === 0);
    if (hasNoLength && isNumber(next)) {
      throw new PatternError(
        "has two numbers in a row, of which the first has no fixed length",
        "write two letters, such as MM or dd",
      );
    }
    if (step.kind !== "optional") return;
    const [first, behind] = [next, steps[at + 1 + step.steps]];
    if (first.kind === "literal" && behind?.kind === "literal" && first.byte === behind.byte) {
      throw new PatternError(
        "has a part in brackets that begins as what follows it does",
        "nothing would tell whether it is there",
      );
    }
  });
}
