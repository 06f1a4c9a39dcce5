// Real lines of JSON, of pairs and of containers, and what a person reads off them.

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parseJsonPath } from "../../src/shared/config/format/json-path.ts";
import type { JsonFormat, JsonStep } from "../../src/shared/model/format/json.ts";
import type { Format } from "../../src/shared/model/plan.ts";
import { referenceTimestamp } from "../reference/values.ts";
import { tokenise } from "../support/tokenise.ts";

type Expected = Readonly<Record<string, string>>;

const read = (name: string): string =>
  readFileSync(new URL(`formats/${name}`, import.meta.url), "latin1");

/** Seconds since the epoch, the fraction cut off. */
const epochSeconds = (text: string): number => Math.floor(Number(text));
const isoSeconds = (text: string): number => Number(referenceTimestamp(text, "UTC"));

const samples = [
  {
    sample: "nginx-json",
    timeOf: isoSeconds,
    paths: {
      timestamp: "date",
      idsite: "idsite",
      ip: "ip",
      host: "host",
      path: "path",
      status: "status",
      referrer: "referrer",
      user_agent: "user_agent",
      length: "length",
      generation_time_milli: "generation_time_milli",
    },
  },
  {
    sample: "caddy-json",
    timeOf: epochSeconds,
    paths: {
      timestamp: "ts",
      ip: "request.client_ip",
      method: "request.method",
      vhost: "request.host",
      url: "request.uri",
      protocol: "request.proto",
      user_agent: "request.headers.User-Agent[0]",
      referrer: "request.headers.Referer[0]",
      status: "status",
      bytes: "size",
      duration: "duration",
      tls_version: "request.tls.version",
      user: "user_id",
    },
  },
];

function expectFields(
  format: Format,
  fields: readonly string[],
  sample: string,
  timeOf: (text: string) => number,
): void {
  const expected = JSON.parse(read(`${sample}.expected.json`)) as readonly Expected[];
  const { rows } = tokenise(format, fields, read(`${sample}.log`), { maxLineBytes: 10_000 });
  const found = rows.map((row) => {
    const entries = fields.map((field, index) => [field, row[index]!] as const);
    return Object.fromEntries(entries.filter(([, value]) => value !== ""));
  });
  expect(
    found.map(({ timestamp, ...others }) => ({ ...others, time: timeOf(timestamp!) })),
  ).toEqual(
    expected.map(({ timestamp, ...others }) => ({
      ...others,
      time: Math.floor(Date.parse(timestamp!) / 1000),
    })),
  );
}

it.each(samples)("the lines of $sample have the fields that their paths lead to", (each) => {
  const { sample, paths, timeOf } = each;
  const format: JsonFormat = {
    type: "json",
    paths: Object.entries(paths).map(([field, path]) => ({
      field,
      ...(parseJsonPath(path) as { readonly steps: readonly JsonStep[] }),
    })),
  };
  expectFields(format, Object.keys(paths), sample, timeOf);
});

it("lines of logfmt have the fields of their keys", () => {
  const names = ["level", "msg", "error", "namespace", "pod", "reason", "status", "uid"];
  const keys = [
    { field: "timestamp", key: "time" },
    ...names.map((name) => ({ field: name, key: name })),
  ];
  expectFields({ type: "pairs", keys }, ["timestamp", ...names], "logfmt", isoSeconds);
});

it("records of Docker have their message, and what the record says", () => {
  const fields = ["timestamp", "stream", "message"];
  expectFields({ type: "docker", inner: null }, fields, "docker-json-file", isoSeconds);
});

it("lines of CRI that are no parts have their message, and what the envelope says", () => {
  const fields = ["timestamp", "stream", "message"];
  const format = { type: "cri", inner: null } as const;
  expectFields(format, fields, "cri", isoSeconds);
  expect(tokenise(format, fields, read("cri.log")).rejected).toEqual({ unfinished_record: 6 });
});
