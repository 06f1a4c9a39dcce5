// Real lines of syslog, and what a person reads off them.

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { fieldsOf } from "../../src/shared/model/format-fields.ts";
import { facilityNames, severityNames } from "../../src/shared/model/format/syslog.ts";
import type { Format } from "../../src/shared/model/plan.ts";
import { referenceTimestamp } from "../reference/values.ts";
import { tokenise } from "../support/tokenise.ts";

type Row = Readonly<Record<string, string>>;

const read = (name: string): string =>
  readFileSync(new URL(`formats/${name}`, import.meta.url), "latin1");
const expectedOf = (sample: string): readonly Row[] =>
  JSON.parse(read(`${sample}.expected.json`)) as readonly Row[];

/** The fields of each line that are not missing. */
function rowsOf(format: Format, sample: string): readonly Row[] {
  const fields = fieldsOf(format);
  const { rows, rejected } = tokenise(format, fields, read(`${sample}.log`));
  expect(rejected).toEqual({});
  return rows.map((row) =>
    Object.fromEntries(fields.flatMap((field, index) => (row[index] ? [[field, row[index]]] : []))),
  );
}

it("lines of RFC 3164 have their time, host, program, number and message", () => {
  const rows = rowsOf({ type: "syslog", rfc: "auto", inner: null }, "syslog-3164-sshd");
  expect(rows).toEqual(
    expectedOf("syslog-3164-sshd").map(({ month, day, time, ...others }) => {
      expect(month).toBe("12");
      return { ...others, timestamp: `Dec ${day} ${time}` };
    }),
  );
});

it("lines of HAProxy behind the envelope have their host, program and number", () => {
  const rows = rowsOf({ type: "syslog", rfc: 3164, inner: null }, "haproxy-syslog");
  expect(rows.map(({ timestamp, host, program, pid }) => [timestamp, host, program, pid])).toEqual(
    expectedOf("haproxy-syslog").map(({ syslog_time, host, program, pid }) => [
      ...[syslog_time, host, program, pid],
    ]),
  );
});

it("lines of RFC 5424 have what the header, the structured data and the message say", () => {
  const params = ["iut", "eventSource", "eventID", "key"].map((param) => ({
    field: `exampleSDID@32473.${param}`,
    ...{ id: "exampleSDID@32473", param },
  }));
  const sd = [...params, { field: "non_empty.x", id: "non_empty", param: "x" }];
  const rows = rowsOf({ type: "syslog", rfc: "auto", sd, inner: null }, "syslog-5424");
  expect(
    rows.map(({ timestamp, ...others }) => [referenceTimestamp(timestamp!, "UTC"), others]),
  ).toEqual(
    expectedOf("syslog-5424").map(({ timestamp, facility, severity, ...others }) => [
      Math.floor(Date.parse(timestamp!) / 1000),
      {
        ...others,
        facility: facilityNames[Number(facility)],
        severity: severityNames[Number(severity)],
      },
    ]),
  );
});

it("a program may have spaces in its name where its number tells that it is one", () => {
  const of = (tag: string): string => `Jul  3 17:10:11 web-1 ${tag} a: text`;
  const read = (tag: string): unknown =>
    tokenise({ type: "syslog", rfc: 3164, inner: null }, ["program", "pid", "message"], of(tag))
      .rows[0];
  expect(read("BezelServices 255.10[94]:")).toEqual(["BezelServices 255.10", "94", "a: text"]);
  expect(read("Microsoft Word[14463]:")).toEqual(["Microsoft Word", "14463", "a: text"]);
  expect(read(`a ${"b".repeat(30)}[1]:`)).toEqual([`a ${"b".repeat(30)}`, "1", "a: text"]);
  const none = [`a ${"b".repeat(31)}[1]:`, "syslogd 1.4.1: restart", " -- root[2421]:"];
  for (const tag of [...none, "last message[x]:", "it said: so[1]:", "so [1]:", "so it[1]"]) {
    expect(read(tag), tag).toBeUndefined();
  }
});
