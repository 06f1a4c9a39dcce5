// The screen of `logmill status`: the roles, the workers as the ventilator knows them, and how far each
// source is: read by the ventilator, durable in the sink. What a role does not say is left out.

import { formatBytes, formatCount } from "../../shared/text/number-format.ts";
import { renderTerminalTable, visibleText } from "../../shared/text/terminal-table.ts";
import type { LostLines, UnfinishedLines } from "../../shared/process/role-report.ts";
import { renderLostLines, renderUnfinished } from "./unfinished.ts";
import type {
  TerminalCell,
  TerminalColumn,
  TerminalStyle,
} from "../../shared/text/terminal-table.ts";

/** The parts of /status that are shown, all of them optional: versions of logmill may differ. */
interface ShownStatus {
  readonly role?: string;
  readonly version?: string;
  readonly host?: string;
  readonly uptimeSeconds?: number;
  readonly isReady?: boolean;
  readonly plan?: string;
  readonly store?: { readonly id?: string; readonly state?: string };
  readonly workers?: readonly {
    readonly worker?: string;
    readonly host?: string;
    readonly version?: string | null;
    readonly credit?: number;
    readonly batches?: number;
    readonly heardSecondsAgo?: number;
    readonly pool?: string;
    readonly isPreparing?: boolean;
  }[];
  readonly pools?: readonly { readonly pool?: string; readonly workers?: number }[];
  readonly sources?: readonly {
    readonly source?: string;
    readonly files?: number;
    readonly filesDone?: number;
    readonly bytes?: number;
    readonly backlogBytes?: number;
    readonly mergedBytes?: number;
    readonly gaps?: number;
    readonly balance?: { readonly lines?: number } | null;
  }[];
  readonly unfinished?: UnfinishedLines;
  readonly lostLines?: readonly LostLines[];
  readonly summaries?: readonly {
    readonly summary?: string;
    readonly adoptions?: readonly {
      readonly atSec?: number;
      readonly changes?: readonly string[];
    }[];
  }[];
  readonly problems?: readonly string[];
}

/** A role that was asked; `problem` says why it has no status. */
export interface AskedRole {
  readonly url: string;
  readonly status: ShownStatus | null;
  /** Somebody is there who does not answer this question, for want of the token as a rule. */
  readonly isRefused: boolean;
  readonly problem: string | null;
}

const left = (title: string): TerminalColumn => ({ title, align: "left" });
const right = (title: string): TerminalColumn => ({ title, align: "right" });
const cell = (text: string | undefined): TerminalCell => ({ text: text ?? "" });
const count = (value: number | undefined): TerminalCell =>
  cell(value === undefined ? undefined : formatCount(value));
const bytes = (value: number | undefined): TerminalCell =>
  cell(value === undefined ? undefined : formatBytes(value));

export function statusScreen(asked: readonly AskedRole[], style: TerminalStyle): string {
  const known = asked.flatMap(({ status }) => status ?? []);
  const ventilators = known.filter(({ role }) => role === "ventilator");
  const workers = ventilators.flatMap(({ workers: all }) => all ?? []);
  const versions = new Versions(ventilators[0] ?? known[0]);
  const sections = [rolesTable(asked, versions, style)];
  const plans = new Set(known.flatMap(({ plan }) => plan ?? []));
  if (plans.size > 1)
    sections.push("the roles have different plans: start all with one configuration\n");
  if (ventilators.length > 0) sections.push(workersTable(workers, versions, style));
  const idle = ventilators.flatMap(({ pools = [] }) => poolsWithoutWorkers(pools));
  if (idle.length > 0) sections.push(sentences(idle));
  if (versions.others > 0) sections.push(versions.warning());
  const sources = sourcesTable(known, style);
  if (sources !== null) sections.push(sources);
  const unfinished = ventilators.flatMap((status) => status.unfinished ?? []);
  sections.push(...unfinished.map(renderUnfinished).filter((text) => text !== ""));
  sections.push(
    ...ventilators
      .map(({ lostLines }) => renderLostLines(lostLines ?? []))
      .filter((text) => text !== ""),
  );
  const adopted = known.flatMap(({ summaries }) => summaries ?? []).flatMap(adoptionsOf);
  if (adopted.length > 0) sections.push(sentences(adopted));
  const silent = asked.flatMap(({ problem }) => problem ?? []);
  if (silent.length > 0) sections.push(sentences(silent));
  // Each is kept until its file has been read after all.
  const problems = ventilators.flatMap(({ problems: all }) => all ?? []);
  if (problems.length > 0) {
    sections.push(sentences(["not read, or not to its end:", ...problems]));
  }
  return sections.join("\n");
}

/** Rows that mean something else than those that come now. */
function adoptionsOf({
  summary = "",
  adoptions = [],
}: NonNullable<ShownStatus["summaries"]>[number]): string[] {
  return adoptions.map(({ atSec = 0, changes = [] }) => {
    const day = new Date(atSec * 1000).toISOString().slice(0, 10);
    return `${summary}: rows from before ${day} were kept though ${changes.join("; ")}`;
  });
}

/** Where there is one pool, `no workers` says it all. */
function poolsWithoutWorkers(pools: NonNullable<ShownStatus["pools"]>): string[] {
  if (pools.length < 2) return [];
  return pools
    .filter(({ workers }) => workers === 0)
    .map(({ pool = "" }) => `pool ${pool} has no worker: logmill worker --pool ${pool}`);
}

function sentences(texts: readonly string[]): string {
  return texts.map((text) => `${visibleText(text)}\n`).join("");
}

/** Marks what runs another version than the role that the others are held against. */
class Versions {
  readonly #main: string | undefined;
  /** How many were marked. */
  others = 0;

  constructor(main: ShownStatus | undefined) {
    this.#main = main?.version;
  }

  cell(version: string): TerminalCell {
    if (version === this.#main) return cell(version);
    this.others += 1;
    return cell(`${version} !`);
  }

  warning(): string {
    const those = this.others === 1 ? "one runs" : `${this.others} run`;
    return `${those} another version than ${visibleText(this.#main ?? "the rest")} (!): run the same logmill everywhere\n`;
  }
}

function rolesTable(asked: readonly AskedRole[], versions: Versions, style: TerminalStyle): string {
  const columns = [
    left("role"),
    left("at"),
    left("host"),
    left("version"),
    left("plan"),
    left("state"),
    right("up"),
  ];
  const rows = asked.map(({ url, status, isRefused }) => [
    cell(status?.role ?? "?"),
    cell(url.replace("http://", "")),
    cell(status?.host),
    status?.version === undefined ? cell("") : versions.cell(status.version),
    cell(status?.plan?.slice(0, 8)),
    cell(status === null && isRefused ? "refused" : stateOf(status)),
    cell(status?.uptimeSeconds === undefined ? "" : formatUptime(status.uptimeSeconds)),
  ]);
  return renderTerminalTable(columns, rows, style);
}

function stateOf(status: ShownStatus | null): string {
  if (status === null) return "silent";
  if (status.store?.state === "full") return "disk full";
  return status.isReady === true ? "ready" : "waiting";
}

function workersTable(
  workers: NonNullable<ShownStatus["workers"]>,
  versions: Versions,
  style: TerminalStyle,
): string {
  if (workers.length === 0) return "no workers\n";
  const hasPools = workers.some(({ pool }) => pool !== workers[0]?.pool);
  const columns = [
    left("worker"),
    left("host"),
    left("version"),
    ...(hasPools ? [left("pool")] : []),
    right("has"),
    right("of credit"),
    right("heard"),
  ];
  const rows = workers.map((worker) => [
    cell(worker.worker),
    cell(worker.host),
    // A worker that does not tell is an old one.
    versions.cell(worker.version ?? "unknown"),
    ...(hasPools ? [cell(worker.pool)] : []),
    worker.isPreparing === true ? cell("tables") : count(worker.batches),
    count(worker.credit),
    cell(worker.heardSecondsAgo === undefined ? "" : `${worker.heardSecondsAgo.toFixed(1)} s ago`),
  ]);
  return renderTerminalTable(columns, rows, style);
}

function sourcesTable(known: readonly ShownStatus[], style: TerminalStyle): string | null {
  const reading = known.find(({ role }) => role === "ventilator")?.sources ?? [];
  const stored = known.find(({ role }) => role === "sink")?.sources ?? [];
  const names = new Set([...reading, ...stored].flatMap(({ source }) => source ?? []));
  if (names.size === 0) return null;
  const columns = [
    left("source"),
    right("files done"),
    right("to read"),
    right("durable"),
    right("lines"),
    right("gaps"),
  ];
  const rows = [...names].map((name) => {
    const read = reading.find(({ source }) => source === name);
    const kept = stored.find(({ source }) => source === name);
    const files = read === undefined ? "" : `${read.filesDone ?? 0} of ${read.files ?? 0}`;
    return [
      cell(name),
      cell(files),
      bytes(read?.backlogBytes),
      bytes(kept?.mergedBytes),
      count(kept?.balance?.lines),
      count(kept?.gaps),
    ];
  });
  return renderTerminalTable(columns, rows, style);
}

function formatUptime(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}
