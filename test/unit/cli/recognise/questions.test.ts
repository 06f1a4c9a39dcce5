// What is asked of a log is what its lines have: a format may know fields that the directives of a file do not name.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { questionsOf } from "../../../../src/cli/recognise/questions.ts";
import { recogniseFormat } from "../../../../src/cli/recognise/recognise-format.ts";
import { tempFolder } from "../../../support/temp-folder.ts";

interface Asked {
  readonly counted: string;
  readonly dimensions: readonly string[];
  readonly metrics: readonly string[];
  readonly breakdowns: readonly string[];
}

async function askedOf(...lines: readonly string[]): Promise<Asked> {
  const file = join(tempFolder(), "log");
  writeFileSync(file, lines.map((line) => `${line}\n`).join(""));
  const { counted, overall, breakdowns } = questionsOf((await recogniseFormat([file]))!);
  return {
    counted,
    dimensions: overall.dimensions,
    metrics: Object.keys(overall.metrics),
    breakdowns: breakdowns.map(({ field }) => field),
  };
}

it("asks W3C's logs for what their directive names, and for values that are `-` too", async () => {
  const names = "#Fields: date time c-ip cs-uri-stem sc-status";
  const line = "2026-06-20 13:55:36 192.0.2.1 / 200";
  expect(await askedOf(names, line)).toEqual({
    counted: "requests",
    dimensions: ["status"],
    metrics: ["requests", "visitors"],
    breakdowns: ["url"],
  });
  expect(await askedOf(`${names} sc-bytes cs(Referer)`, `${line} - -`)).toEqual({
    counted: "requests",
    dimensions: ["status"],
    metrics: ["requests", "visitors", "bytes"],
    breakdowns: ["url", "referrer"],
  });
});

it("counts events where Zeek's log is not of requests", async () => {
  const names = "#fields\tts\tid.orig_h\tproto\tservice";
  const line = (proto: string): string => `1781963736.096535\t192.0.2.1\t${proto}\t-`;
  expect(await askedOf(names, line("udp"), line("tcp"), line("tcp"), line("tcp"))).toEqual({
    counted: "events",
    dimensions: [],
    metrics: ["events", "visitors"],
    breakdowns: ["proto"],
  });
});
