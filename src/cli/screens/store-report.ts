// What `logmill store` prints for people. Pure: inspections and findings in, text out.

import { balanceKey } from "../../shared/model/definition-key.ts";
import type { LedgerSource } from "../../shared/protocol/messages.ts";
import { formatBytes, formatCount } from "../../shared/text/number-format.ts";
import {
  paint,
  renderTerminalTable,
  visibleText,
  type TerminalCell,
  type TerminalColumn,
  type TerminalStyle,
} from "../../shared/text/terminal-table.ts";
import { rejectedLines, type Sheets } from "../../shared/model/sheet.ts";
import type { Finding, StoreInspection } from "../../sink/store/inspection.ts";
import type { SummaryInfo } from "../../sink/store/summary-info.ts";
import { spanOf } from "./summary-span.ts";

const kinds = ["manifest", "wal", "segment", "other"] as const;

/** Summaries, sources, the balance sheet and the files of a store. */
export function renderInspection(
  folder: string,
  inspection: StoreInspection,
  style: TerminalStyle,
): string {
  const bytes = inspection.files.reduce((sum, file) => sum + file.bytes, 0);
  const batches = inspection.walBatches === 1 ? "1 batch" : `${inspection.walBatches} batches`;
  const heading = paint(`store ${inspection.storeId}`, "bold", style);
  return [
    `${heading}\n${visibleText(folder)}: ${formatBytes(bytes)}, format ` +
      `${inspection.formatVersion}, ${batches} in the log since the last flush\n`,
    renderSummaries(inspection.summaries, style),
    ...renderAdoptions(inspection.summaries),
    renderSources(inspection.sources, style),
    renderSheets(inspection.sheets, style),
    renderSummarySheets(inspection.sheets, style),
    renderFiles(inspection, style),
  ].join("\n");
}

/** One paragraph per finding and a closing sentence. */
export function renderFindings(folder: string, findings: readonly Finding[]): string {
  const paragraphs = findings.map(({ severity, file, offset, problem, fix }) => {
    const place = offset === null ? file : `${file}, byte ${offset}`;
    return `${severity}: ${visibleText(`${place}: ${problem}`)}\n  ${visibleText(fix)}\n`;
  });
  return paragraphs.join("") + closingSentence(visibleText(folder), findings);
}

function closingSentence(folder: string, findings: readonly Finding[]): string {
  switch (verdictOf(findings)) {
    case "damaged":
      return "";
    case "unknown":
      return `no damage was found in the store in ${folder}; whether the end of its log is whole cannot be known\n`;
    case "sound":
      return `the store in ${folder} is sound\n`;
  }
}

/** What all findings together mean. */
export function verdictOf(findings: readonly Finding[]): "damaged" | "unknown" | "sound" {
  const severities = new Set(findings.map(({ severity }) => severity));
  if (severities.has("damage")) return "damaged";
  return severities.has("unknown") ? "unknown" : "sound";
}

function renderSummaries(summaries: readonly SummaryInfo[], style: TerminalStyle): string {
  const columns = titles(["summary", "kept by", "first", "last"], ["buckets", "rows"]);
  const rows = summaries.map((summary) => {
    const { name, definition, buckets } = summary;
    const count = buckets.reduce((sum, { rows }) => sum + rows, 0);
    return cells(
      name,
      definition.granularity,
      ...spanOf(summary),
      formatCount(buckets.length),
      formatCount(count),
    );
  });
  return renderTerminalTable(columns, rows, style);
}

/** Which rows were kept though their meaning has changed; nothing where none were. */
function renderAdoptions(summaries: readonly SummaryInfo[]): string[] {
  const lines = summaries.flatMap(({ name, adoptions }) =>
    adoptions.map(({ atSec, changes }) => {
      const day = new Date(atSec * 1000).toISOString().slice(0, 19);
      return `${name}: older rows kept at ${day}Z though ${visibleText(changes.join("; "))}\n`;
    }),
  );
  return lines.length === 0 ? [] : [lines.join("")];
}

function renderSources(sources: readonly LedgerSource[], style: TerminalStyle): string {
  const columns = titles(["source", "content", "last seen at"], ["merged", "ranges"]);
  const rows = sources.map(({ name, identity, hints, merged }) => {
    const ranges = merged[balanceKey] ?? [];
    const bytes = ranges.reduce((sum, { from, to }) => sum + to - from, 0);
    const path = hints.at(-1)?.path ?? "-";
    return cells(
      name,
      identity.id.slice(0, 12),
      path,
      formatBytes(bytes),
      formatCount(ranges.length),
    );
  });
  return renderTerminalTable(columns, rows, style);
}

function renderSheets({ sources }: Sheets, style: TerminalStyle): string {
  const numbers = ["lines", "parsed", "rejected", "dead-lettered"];
  const rows = Object.entries(sources).map(([source, sheet]) => {
    const { lines, parsed, rejected, deadLettered } = sheet;
    const counts = [lines, parsed, rejectedLines(rejected), deadLettered];
    return cells(source, ...counts.map(formatCount));
  });
  return renderTerminalTable(titles(["balance sheet"], numbers), rows, style);
}

function renderSummarySheets({ summaries }: Sheets, style: TerminalStyle): string {
  const numbers = ["parsed", "counted", "filtered", "rejected"];
  const sheets = Object.values(summaries).flatMap((bySource) => Object.values(bySource));
  const isOld = sheets.some(({ bytesBefore }) => bytesBefore > 0);
  const rows = Object.entries(summaries).flatMap(([summary, bySource]) =>
    Object.entries(bySource).map(([source, sheet]) => {
      const { parsed, counted, filtered, rejected, bytesBefore } = sheet;
      const counts = [parsed, counted, filtered, rejectedLines(rejected)].map(formatCount);
      return cells(summary, source, ...counts, ...(isOld ? [formatBytes(bytesBefore)] : []));
    }),
  );
  // An earlier logmill kept one sheet for all summaries.
  const columns = isOld ? [...numbers, "before sheets"] : numbers;
  return renderTerminalTable(titles(["sheet of", "source"], columns), rows, style);
}

function renderFiles({ files }: StoreInspection, style: TerminalStyle): string {
  const rows = kinds.flatMap((kind) => {
    const found = files.filter((file) => file.kind === kind);
    if (found.length === 0) return [];
    const bytes = found.reduce((sum, file) => sum + file.bytes, 0);
    return [cells(kind, formatCount(found.length), formatBytes(bytes))];
  });
  return renderTerminalTable(titles(["file"], ["number", "size"]), rows, style);
}

function titles(left: readonly string[], right: readonly string[]): TerminalColumn[] {
  return [
    ...left.map((title) => ({ title, align: "left" as const })),
    ...right.map((title) => ({ title, align: "right" as const })),
  ];
}

function cells(...texts: readonly string[]): TerminalCell[] {
  return texts.map((text) => ({ text }));
}
