// What is said about faulty configurations: the place, the problem, the fix.

import { describe, expect, it } from "vitest";
import { faultsOf, leastConfig, summaryFaults, withSummary } from "../../../support/config-text.ts";

const lines = leastConfig.split("\n").length;

/** The faults of the least configuration with one more line at its end. */
function withLine(line: string): readonly string[] {
  return faultsOf(`${leastConfig}${line}\n`).map((fault) =>
    fault.replace(new RegExp(`^${lines}:`), "last:"),
  );
}

describe("options", () => {
  it.each([
    ["data_dri: x", "last:1: data_dri: is no option; did you mean data_dir?"],
    ["colour: x", "last:1: colour: is no option; there are data_dir, timezone, cluster, store,"],
    ["timezone: Europe/Berlim", "last:11: timezone: is no time zone; did you mean Europe/Berlin?"],
    ["timezone: PST", "last:11: timezone: is no time zone; write an IANA name such as UTC or"],
    ["timezone: 5", "last:11: timezone: must be text; put it in quotes"],
    ["data_dir:", "last:1: data_dir: has no value; it must be text, or leave it out"],
    ['data_dir: ""', "last:11: data_dir: must not be empty"],
    ["cluster: 5", "last:10: cluster: must be a mapping"],
    [
      "cluster: { batch: { timeout: 1s } }",
      "last:21: cluster.batch.timeout: is no option; it never had an effect; a batch goes out as soon as it is cut. Delete it",
    ],
    ["store: { live_max_bytes: 64kb }", 'must be a size such as 64KiB, 1MiB or 1MB, not "64kb"'],
    ["store: { live_max_bytes: 8 }", "store.live_max_bytes: must be from 1MiB to 2GiB, not 8"],
    ["store: { flush_interval: 5 }", "store.flush_interval: needs a unit: 5ms, 5s or 5m"],
    ["store: { flush_interval: 5x }", 'must be a duration such as 200ms, 5s or 1m, not "5x"'],
    ["store: { flush_interval: 5d }", "must be a duration"],
    ["store: { flush_interval: 2h }", 'must be from 100ms to 1h, not "2h"'],
    [
      "http: { port: 70000 }",
      "last:15: http.port: must be a whole number from 0 to 65535, not 70000",
    ],
    ["http: { port: 1.5 }", "http.port: must be a whole number from 0 to 65535, not 1.5"],
    ["cluster: { tasks: localhost:1 }", "must be tcp://HOST:PORT, tcp://[IPV6]:PORT or ipc://PATH"],
    ["cluster: { tasks: 'tcp://[fe80]:1' }", "must be tcp://HOST:PORT, tcp://[IPV6]:PORT or"],
    ["cluster: { tasks: 'tcp://::1:5555' }", "must be tcp://HOST:PORT, tcp://[IPV6]:PORT or"],
    ["cluster: { tasks: 'tcp://[::0]:1' }", "names no host; write the address at which the other"],
    [
      `cluster: { tasks: 'ipc:///${"x".repeat(107)}' }`,
      "its path has 108 bytes, and a socket's path may have 107; choose a folder with a shorter",
    ],
    ["cluster: { tasks: tcp://h:0 }", "must have a port from 1 to 65535"],
    ["cluster: { tasks: 'tcp://*:1' }", "names no host; write the address at which the other"],
    [
      "cluster: { tasks: tcp://h:1, acks: tcp://h:1 }",
      "last:36: cluster.acks: tasks has the same endpoint; give each its own port",
    ],
  ])("%s", (line, fault) => {
    expect(withLine(line).join("\n")).toContain(fault);
  });
});

describe("sources", () => {
  const source = (options: string): readonly string[] =>
    faultsOf(leastConfig.replace("  web:", `  x: { ${options} }\n  web:`)).map((fault) =>
      fault.replace(/^\d+:\d+: sources\.x\.?/, ""),
    );
  const file = 'type: file, include: ["a"]';

  it.each([
    ["", "type: is missing; write type: file"],
    ["type: flie", 'type: must be file, not "flie"; did you mean file?'],
    ["type: syslog", "type: syslog is not supported yet; supported: file"],
    ["type: file, format: { type: common }", "include: is missing (glob patterns of the files to"],
    [
      "type: file, include: access.log, format: { type: common }",
      'include: must be a list; write ["access.log"]',
    ],
    ["type: file, include: [], format: { type: common }", "include: must not be empty"],
    ["type: file, include: [5], format: { type: common }", "include[0]: must be text; put it in"],
    [file, "format: is missing (what a line looks like)"],
    [
      `${file}, format: { type: json }`,
      "format.type: json is told by a key of its own; write json: …",
    ],
    [`${file}, format: { type: rsyslog }`, "format.payloads: is missing (the payloads by"],
    [`${file}, format: { type: rsyslog, payloads: {} }`, "format.payloads: must not be empty"],
    [
      `${file}, format: { type: rsyslog, payloads: { "a b": { type: csv, fields: [x] } } }`,
      "format.payloads.a b: must be the name of a program as the envelope has it, without blanks",
    ],
    [
      `${file}, format: { type: rsyslog, payloads: { V1: { type: csv, fields: [x, x] } } }`,
      "format.payloads.V1.fields[1]: the column x is there twice; rename one of them, or write _",
    ],
    [
      `${file}, format: { type: rsyslog, payloads: { V1: { type: csv, fields: [host] } } }`,
      "format.payloads.V1.fields[0]: host is a field of the envelope already; choose another name",
    ],
    [
      `${file}, format: { type: rsyslog, payloads: { V1: { type: csv, fields: [a b] } } }`,
      "fields[0]: must begin with a letter or _ and go on with letters, digits, _ and -",
    ],
    [`${file}, format: { type: common }, follow: true`, "follow: is no option; there are type,"],
  ])("%s", (options, fault) => {
    expect(source(options).join("\n")).toContain(fault);
  });

  it.each(["9x", "a b", "a.b", "ä", "x".repeat(65), "toString", "constructor"])(
    "may not be called %s",
    (name) => {
      const text = leastConfig.replace("  web:", `  "${name}":`);
      expect(faultsOf(text)).toHaveLength(1);
      expect(faultsOf(text)[0]).toMatch(/must begin with a letter|must have at most|is a reserved/);
    },
  );

  it("may not be called __proto__, and nothing is polluted", () => {
    const text = leastConfig.replace("  web:", "  __proto__:");
    expect(faultsOf(text)).toEqual(["10:3: the name __proto__ is reserved; choose another name"]);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

describe("summaries", () => {
  const count = "metrics: { n: { type: count } }";

  it.each([
    [count, "from: is missing (names of the sources it is made from)"],
    [`from: [adz], ${count}`, "from[0]: there is no source adz; did you mean ads?"],
    [`from: [ads, ads], ${count}`, "from[1]: the source ads is there twice; remove one of them"],
    [
      `from: [ads], timestamp: time, ${count}`,
      "timestamp: source ads has no field time; there are",
    ],
    [`from: [web], timestamp: status, ${count}`, "timestamp: lines of source web have their time"],
    [
      `from: [ads], granularity: daily, ${count}`,
      "granularity: must be hour, day, week or month, not",
    ],
    [`from: [ads], granularity: dya, ${count}`, "did you mean day?"],
    [
      `from: [ads], dimensions: [campagn], ${count}`,
      "dimensions[0]: source ads has no field campagn; did you mean campaign?",
    ],
    [
      `from: [ads, web], dimensions: [campaign], ${count}`,
      "dimensions[0]: source web has no field campaign",
    ],
    [
      `from: [ads], dimensions: [user, user], ${count}`,
      "dimensions[1]: the dimension user is there",
    ],
    [`from: [ads], dimensions: [_], ${count}`, "dimensions[0]: source ads has no field _"],
    ["from: [ads], metrics: {}", "metrics: must not be empty"],
    [
      "from: [ads], metrics: { d: { type: derived, expr: 1 } }",
      "metrics: there are derived metrics only; add the ones they are made of",
    ],
    [
      `from: [ads], where: evnt == "a", ${count}`,
      "where: source ads has no field evnt; did you mean",
    ],
  ])("%s", (options, fault) => {
    expect(summaryFaults(options).join("\n")).toContain(fault);
  });

  it("know every field of every payload of their sources", () => {
    expect(
      summaryFaults(`from: [ads], dimensions: [program, host, campaign, country], ${count}`),
    ).toEqual([]);
    expect(summaryFaults(`from: [web], dimensions: [referrer, user_agent], ${count}`)).toEqual([]);
    expect(summaryFaults(`from: [ads, web], dimensions: [user], ${count}`)).toEqual([]);
  });
});

describe("metrics", () => {
  const metric = (options: string): readonly string[] =>
    summaryFaults(
      `from: [ads], dimensions: [event], metrics: { n: { type: count }, ${options} }`,
    ).map((fault) => fault.replace(/^metrics\./, ""));

  it.each([
    [
      "m: {}",
      "m.type: is missing; write type: count, sum, min, max, avg, stddev, stddev_pop, first, last, hll, distinct or derived",
    ],
    ["m: { type: quantiles }", "m.type: quantiles is not supported yet; supported: count, sum"],
    [
      "m: { type: summ, field: x }",
      'm.type: must be count, sum, min, max, avg, stddev, stddev_pop, first, last, hll, distinct or derived, not "summ"',
    ],
    ["m: { typ: sum }", "m.typ: is no option; did you mean type?"],
    ["m: { type: sum }", "m.field: is missing (a field that holds decimal numbers)"],
    ["m: { type: sum, fild: revenue }", "m.fild: is no option; did you mean field?"],
    [
      "m: { type: sum, field: revenu }",
      "m.field: source ads has no field revenu; did you mean revenue?",
    ],
    ["m: { type: sum, field: revenue, scale: 19 }", "m.scale: must be a whole number from 0 to 18"],
    ["m: { type: hll, field: user, log2m: 3 }", "m.log2m: must be a whole number from 4 to 18"],
    [
      "m: { type: hll, field: user, regwidth: 7 }",
      "m.regwidth: must be a whole number from 4 to 6",
    ],
    ["m: { type: count, scale: 2 }", "m.scale: is no option; there are type and where"],
    ["m: { type: count, where: 5 }", "m.where: must be text; put it in quotes"],
    ["event: { type: count }", "event: event is a dimension of this summary already; rename the"],
    ["day: { type: count }", "day: day is the column of the time; rename the metric"],
    ["m: { type: derived, expr: n / clicks }", "m.expr: there is no metric clicks; there is n"],
    ["m: { type: derived, expr: m / n }", "m.expr: the metric m is derived itself; write out what"],
    ["m: { type: derived, expr: n / event }", "m.expr: there is no metric event"],
  ])("%s", (options, fault) => {
    expect(metric(options).join("\n")).toContain(fault);
  });

  it("that are misspelt are reported once, not as missing too", () => {
    expect(metric("m: { type: sum, fild: revenue }")).toHaveLength(1);
  });
});

describe("outputs", () => {
  const output = (options: string, more = ""): readonly string[] => {
    const metrics = "metrics: { u: { type: hll, field: user }, u_lo: { type: count } }";
    const text = `${withSummary(`from: [ads], ${metrics}`)}outputs: { o: { type: csv, ${options} }${more} }\n`;
    return faultsOf(text).map((fault) => fault.replace(/^\d+:\d+: outputs\./, ""));
  };

  it.each([
    ["summaries: [totals]", "o.path: is missing (template of the files' paths"],
    [
      "path: 'out/{summary}.csv'",
      "o.path: all buckets would have the same file; put {bucket} into",
    ],
    ["path: 'out/{bucket}.csv'", "o.path: all summaries would have the same files; put {summary}"],
    ["path: '{summary}/{buket}'", "o.path: {buket} stands for nothing; did you mean bucket?"],
    [
      "path: '{summary}/{bucket}', summaries: [total]",
      "there is no summary total; did you mean totals?",
    ],
    [
      "path: '{bucket}', summaries: [totals, totals]",
      "o.summaries[1]: the summary totals is there",
    ],
    ["path: '{summary}/{bucket}', bounds: yes", "o.bounds: must be true or false"],
    [
      "path: '{summary}/{bucket}', bounds: true",
      "o.bounds: summary tested has a column u_lo already",
    ],
  ])("%s", (options, fault) => {
    expect(output(options).join("\n")).toContain(fault);
  });

  it("may not write one file both", () => {
    const faults = output(
      "path: 'x/{summary}/{bucket}'",
      ", p: { type: csv, path: 'x/totals/{bucket}', summaries: [totals] }",
    );
    expect(faults).toEqual(["p.path: output o writes the same files; give them different paths"]);
  });

  it.each(["jsonl", "csv"])("may not write one place by two paths, one as %s", (type) => {
    const faults = output(
      "path: 'x/{summary}/{bucket}'",
      `, p: { type: ${type}, path: './y/../x/totals/{bucket}', summaries: [totals] }`,
    );
    expect(faults).toEqual(["p.path: output o writes the same files; give them different paths"]);
  });
});

describe("all faults", () => {
  it("of a broken line are one", () => {
    expect(faultsOf(`${leastConfig}outputs: { o: { path: out/{bucket}.csv } }\n`)).toEqual([
      expect.stringContaining("inside { } and [ ] put a text with braces in quotes"),
    ]);
  });

  it("are reported at once, in the order of the file", () => {
    const text = withSummary("from: [adz], metrics: { m: { type: sum, fild: x } }")
      .replace("type: file", "type: flie")
      .replace("web:", "9web:");
    const places = faultsOf(text).map((fault) => fault.split(":").slice(0, 2).map(Number));
    expect(places).toHaveLength(4);
    expect(places).toEqual(places.toSorted(([a, b], [c, d]) => a! - c! || b! - d!));
  });

  it("of duplicate keys hide no others", () => {
    const text = leastConfig.replace("events: {", "events: { type: count }, events: { wher: 1,");
    expect(faultsOf(text)).toEqual([
      expect.stringContaining("the key events is written twice in one mapping; remove or rename"),
    ]);
    expect(faultsOf(`${text}timezone: x\n`)).toHaveLength(2);
  });

  it("name the column inside a quoted expression", () => {
    const text = withSummary(
      `from: [ads], where: "event == 'a' or evnt == 'b'", metrics: { n: { type: count } }`,
    );
    const line = text.split("\n").findIndex((found) => found.includes("evnt")) + 1;
    const column = text.split("\n")[line - 1]!.indexOf("evnt") + 1;
    expect(faultsOf(text)[0]).toContain(
      `${line}:${column}: summaries.tested.where: source ads has`,
    );
  });
});

describe("variables", () => {
  it.each([
    [
      "data_dir: ${NOPE}",
      "last:11: the environment has no NOPE; set it, or give a default: ${NOPE:-",
    ],
    ["data_dir: ${NO PE}", "last:11: ${NO PE} is no variable; write ${NAME} or ${NAME:-default}"],
    ["data_dir: a${NOPE", "last:12: a variable is not closed; add a }, or write $$"],
  ])("%s", (line, fault) => {
    expect(withLine(line).join("\n")).toContain(fault);
  });

  it.each([
    ["a number", "http: { port: '${NOPE}' }"],
    [
      "a word of a list",
      "outputs: { files: { type: '${NOPE}', path: '{bucket}', summaries: [totals] } }",
    ],
    ["a size", "cluster: { batch: { max_bytes: '${NOPE}' } }"],
    ["a part of a text", "timezone: 'Europe/${NOPE}'"],
    ["an address", "cluster: { tasks: '${NOPE}' }"],
  ])("that are not set are one fault where %s is wanted", (_, line) => {
    const faults = withLine(line).filter((fault) => fault.includes("last:"));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain("the environment has no NOPE");
  });
});

describe("hostile files", () => {
  it("that double themselves are refused in bounded time", () => {
    const bomb = Array.from({ length: 40 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`);
    const faults = faultsOf(`a0: &a0 [x, x]\n${bomb.join("\n")}\n`);
    expect(faults.join("\n")).toContain("the file is too large or too deeply nested");
  });

  it("that contain themselves are refused", () => {
    expect(faultsOf("a: &a [*a]\n").join("\n")).toContain("too deeply nested");
    expect(faultsOf("a: &a { <<: *a }\n").join("\n")).toContain("too deeply nested");
  });

  it("with aliases of nothing are refused", () => {
    expect(faultsOf("a: *b\n").join("\n")).toContain("there is no anchor &b");
  });
});
