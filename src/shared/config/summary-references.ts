// What a summary says about its sources and about itself: sources and fields that must exist,
// names that must not collide, conditions and derived metrics. Looks at the file as written rather
// than at parsed options, so that one bad value hides nothing elsewhere.

import { isAccessLog } from "../model/format-fields.ts";
import { suggest } from "../text/nearest-word.ts";
import { checkCondition } from "./condition-references.ts";
import { nodeAt } from "./document.ts";
import type { LocatedNode, Path } from "./document.ts";
import { listFault } from "./conversion.ts";
import { parseArithmetic } from "./expression.ts";
import type { ExpressionResult, Scope } from "./expression.ts";
import type { FaultCollector } from "./fault-collector.ts";
import { keysAt, textAt, textsAt } from "./located-values.ts";
import type { SourceFields } from "./source-references.ts";

/** The column of the time bucket in results; the granularities are its other names. */
const bucketColumn = "bucket";
const bucketColumns = [bucketColumn, "hour", "day", "month"];

export function checkSummaries(
  root: LocatedNode,
  sources: ReadonlyMap<string, SourceFields>,
  faults: FaultCollector,
): void {
  for (const summary of keysAt(root, ["summaries"])) {
    new SummaryChecker(root, ["summaries", summary], sources, faults).check();
  }
}

class SummaryChecker {
  readonly #root: LocatedNode;
  readonly #path: Path;
  readonly #sources: ReadonlyMap<string, SourceFields>;
  readonly #faults: FaultCollector;
  readonly #from: readonly string[];
  readonly #fieldScope: Scope;
  /** The dimension that has several values. */
  readonly #exploded: string | null;

  constructor(
    root: LocatedNode,
    path: Path,
    sources: ReadonlyMap<string, SourceFields>,
    faults: FaultCollector,
  ) {
    this.#root = root;
    this.#path = path;
    this.#sources = sources;
    this.#faults = faults;
    const from = textsAt(root, [...path, "from"]).map(({ text }) => text);
    this.#from = [...new Set(from)].filter((name) => sources.has(name));
    const explode = [...path, "explode"];
    this.#exploded = textAt(root, explode) ?? textAt(root, [...explode, "field"]);
    this.#fieldScope = { check: (name) => this.#checkField(name) };
  }

  check(): void {
    this.#checkFrom();
    this.#checkTimestamp();
    const dimensions = this.#checkDimensions();
    this.#checkExplode(dimensions);
    this.#condition([...this.#path, "where"]);
    this.#checkMetrics(dimensions);
  }

  #checkFrom(): void {
    const seen = new Set<string>();
    for (const { text, path } of textsAt(this.#root, [...this.#path, "from"])) {
      if (!this.#sources.has(text)) {
        const known = [...this.#sources.keys()];
        this.#faults.value(path, `there is no source ${text}`, suggest(text, known));
      } else if (seen.has(text)) {
        this.#faults.value(path, `the source ${text} is there twice`, "remove one of them");
      }
      seen.add(text);
    }
  }

  #checkTimestamp(): void {
    const path = [...this.#path, "timestamp"];
    const field = textAt(this.#root, path);
    if (nodeAt(this.#root, path) === null) this.#checkDefaultTimestamp();
    if (field === null) return;
    const accessLog = this.#from.find((name) => {
      const format = this.#sources.get(name)?.format ?? null;
      return format !== null && isAccessLog(format);
    });
    if (accessLog !== undefined && field !== "timestamp") {
      const problem = `lines of source ${accessLog} have their time in the field timestamp`;
      this.#faults.value(path, problem, "leave the option out");
    } else {
      this.#field(path, field);
    }
  }

  /** A summary that does not say which field is the time takes `timestamp`, which not every format has. */
  #checkDefaultTimestamp(): void {
    const wrong = this.#checkField("timestamp");
    if (wrong === null) return;
    const problem = `${wrong.problem}, and the summary does not say which field is the time`;
    this.#faults.key(this.#path, problem, `write timestamp: FIELD; ${wrong.fix}`);
  }

  #checkDimensions(): ReadonlySet<string> {
    const dimensions = new Set<string>();
    for (const { text, path } of textsAt(this.#root, [...this.#path, "dimensions"])) {
      if (text !== this.#exploded || !this.#isList(text)) this.#field(path, text);
      if (dimensions.has(text)) {
        this.#faults.value(path, `the dimension ${text} is there twice`, "remove one of them");
      } else if (text === bucketColumn) {
        this.#faults.value(path, `${text} is the column of the time`, "rename the field");
      }
      dimensions.add(text);
    }
    return dimensions;
  }

  #checkExplode(dimensions: ReadonlySet<string>): void {
    const path = [...this.#path, "explode"];
    const field = this.#exploded;
    if (field === null) return;
    if (!dimensions.has(field)) {
      const problem = `${field} is no dimension of this summary, and rows would not tell its values apart`;
      this.#faults.value(path, problem, `add ${field} to dimensions`);
      return;
    }
    const isDelimited = textAt(this.#root, [...path, "delimiter"]) !== null;
    for (const source of this.#from) {
      const { fields, lists } = this.#sources.get(source)!;
      if (fields === null || lists.includes(field) !== isDelimited) continue;
      const problem = isDelimited
        ? `${field} of source ${source} is an array, which has no delimiter`
        : `${field} of source ${source} is one text`;
      const fix = isDelimited
        ? `write explode: ${field}`
        : `write explode: { field: ${field}, delimiter: "," }, or [*] at the end of its path in JSON`;
      this.#faults.value(path, problem, fix);
    }
  }

  #granularity(): string | null {
    return textAt(this.#root, [...this.#path, "granularity"]);
  }

  #checkMetrics(dimensions: ReadonlySet<string>): void {
    const path = [...this.#path, "metrics"];
    const names = keysAt(this.#root, path);
    const isDerived = (name: string): boolean =>
      textAt(this.#root, [...path, name, "type"]) === "derived";
    const stored = names.filter((name) => !isDerived(name));
    if (names.length > 0 && stored.length === 0) {
      this.#faults.key(path, "there are derived metrics only", "add the ones they are made of");
    }
    for (const name of names) {
      const at = [...path, name];
      if (dimensions.has(name)) {
        this.#faults.key(at, `${name} is a dimension of this summary already`, "rename the metric");
      } else if (bucketColumns.includes(name) || name === this.#granularity()) {
        this.#faults.key(at, `${name} is the column of the time`, "rename the metric");
      }
      if (isDerived(name)) {
        this.#derived([...at, "expr"], stored, names);
        continue;
      }
      const field = textAt(this.#root, [...at, "field"]);
      if (field !== null) this.#metricField([...at, "field"], field);
      this.#condition([...at, "where"]);
    }
  }

  #metricField(path: Path, name: string): void {
    this.#field(path, name);
    if (name !== this.#exploded || this.#isList(name)) return;
    const problem = `${name} is exploded, and a metric would be given all of its values as one text`;
    this.#faults.value(path, problem, "use another field, or count in a summary of its own");
  }

  #field(path: Path, name: string): void {
    const wrong = this.#checkField(name);
    if (wrong !== null) this.#faults.value(path, wrong.problem, wrong.fix);
  }

  #isList(name: string): boolean {
    return this.#from.some((source) => this.#sources.get(source)!.lists.includes(name));
  }

  /** A field must be one of every source that the summary is made from. */
  #checkField(name: string): { readonly problem: string; readonly fix: string } | null {
    if (this.#isList(name)) return listFault(name);
    for (const source of this.#from) {
      const fields = this.#sources.get(source)?.fields ?? null;
      if (fields === null || fields.includes(name)) continue;
      return { problem: `source ${source} has no field ${name}`, fix: suggest(name, fields) };
    }
    return null;
  }

  #condition(path: Path): void {
    const isAddress = (field: string): boolean =>
      this.#from.some((source) => this.#sources.get(source)!.addresses.has(field));
    checkCondition(this.#root, path, this.#fieldScope, isAddress, this.#faults);
  }

  #derived(path: Path, stored: readonly string[], names: readonly string[]): void {
    const text = textAt(this.#root, path);
    if (text === null) return;
    const check: Scope["check"] = (name) => {
      if (stored.includes(name)) return null;
      if (names.includes(name)) {
        return { problem: `the metric ${name} is derived itself`, fix: "write out what it is" };
      }
      return { problem: `there is no metric ${name}`, fix: suggest(name, stored) };
    };
    this.#report(path, parseArithmetic(text, { check }));
  }

  #report(path: Path, { faults }: ExpressionResult): void {
    for (const { index, problem, fix } of faults) this.#faults.inText(path, index, problem, fix);
  }
}
