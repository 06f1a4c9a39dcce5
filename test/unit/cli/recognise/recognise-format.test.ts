import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accessLogMisfit } from "../../../../src/cli/recognise/access-log-fit.ts";
import { recogniseFormat as recognise } from "../../../../src/cli/recognise/recognise-format.ts";
import { textOfBytes } from "../../../../src/shared/text/text-of-bytes.ts";
import { accessLogTypes } from "../../../../src/shared/model/format-fields.ts";
import { accessLines, nearLines } from "../../../support/format-lines.ts";
import { tempFolder } from "../../../support/temp-folder.ts";
import { tokenise } from "../../../support/tokenise.ts";

function fileOf(content: string | Buffer, name = "access.log", folder = tempFolder()): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? Buffer.from(content, "latin1") : content);
  return path;
}

/** The name of what is recognised. */
async function recogniseFormat(files: readonly string[]): Promise<string | null> {
  return (await recognise(files))?.name ?? null;
}

const end = '- - [14/Oct/2023:10:00:00 +0000] "GET / HTTP/1.1" 200 1';
const lines = {
  common: `192.0.2.1 ${end}`,
  combined: `192.0.2.1 ${end} "-" "UA"`,
  vhost_common: `www.example.com:443 192.0.2.1 ${end}`,
  vhost_combined: `www.example.com 192.0.2.1 ${end} "-" "UA"`,
};

describe("accessLogMisfit", () => {
  it.each(accessLogTypes)("finds a fault in the lines that the kernel rejects as %s", (type) => {
    const texts = fc.array(nearLines, { minLength: 1, maxLength: 40, size: "max" });
    fc.assert(
      fc.property(texts, (candidates) => {
        const fitting = candidates.filter((line) => accessLogMisfit(type, line) === null);
        const taken = tokenise({ type }, ["url"], candidates.join("\n")).rows.length;
        const takenOfFitting =
          fitting.length === 0 ? 0 : tokenise({ type }, ["url"], fitting.join("\n")).rows.length;
        expect([taken, takenOfFitting]).toEqual([fitting.length, fitting.length]);
      }),
      { numRuns: 100 },
    );
  });
});

describe("the format of a file", () => {
  it.each(Object.entries(lines))("is told from its lines: %s", async (type, line) => {
    const text = `\n${line}\r\nnoise\n${line}\n`;
    expect(await recogniseFormat([fileOf(text)])).toBe(type);
    expect(await recogniseFormat([fileOf(gzipSync(text), "access.log.gz")])).toBe(type);
    expect(await recogniseFormat([fileOf(`\xef\xbb\xbf${line}\n`)])).toBe(type);
  });

  it("is the one that the lines of any server are written in", async () => {
    for (const type of accessLogTypes) {
      await fc.assert(
        fc.asyncProperty(fc.array(accessLines(type), { minLength: 1 }), async (some) => {
          const found = await recognise([fileOf(`${some.join("\n")}\n`)]);
          // Fields that servers append may be those of a richer format, if all lines have them.
          if (found?.name !== type) expect(found?.events).toHaveLength(some.length);
        }),
        { numRuns: 15 },
      );
    }
  });

  it("is told from the first lines of a large file, compressed or not", async () => {
    const text = `${lines.combined}\n`.repeat(200_000);
    expect(await recogniseFormat([fileOf(text)])).toBe("combined");
    expect(await recogniseFormat([fileOf(gzipSync(text, { level: 0 }))])).toBe("combined");
  });

  it("is not known of files without a line", async () => {
    expect(await recogniseFormat([fileOf(""), fileOf(" \n\n", "blank.log")])).toBeNull();
    expect(await recogniseFormat([fileOf(""), fileOf(lines.common, "b.log")])).toBe("common");
  });

  it("is left to whoever reads it where it is no text, who says what it is", async () => {
    const file = fileOf(Buffer.from(`\ufeff${lines.common}\n`, "utf16le"));
    expect(await recogniseFormat([file])).toBeNull();
  });

  it("must be the same for all files", async () => {
    const files = [fileOf(lines.common, "a.log"), fileOf(lines.combined, "b.log")];
    await expect(recogniseFormat(files)).rejects.toThrow(
      /a\.log is in the format common and .*b\.log in combined; summarize them apart/,
    );
  });

  it.each([
    [`192.0.2.1, 198.51.100.2 ${end}`, /nearest is \w+, but "192.0.2.1," stands where a client/],
    [`192.0.2.1 - - [x] "GET /" 0.004 1`, /nearest is common, but "0.004" stands where a status/],
    [`192.0.2.1 - - [x] "GET /" 200 1.5`, /nearest is common, but "1.5" stands where the number/],
    [`192.0.2.1 - - [x] GET / 200 15`, /nearest is common, but no request in quotes follows/],
    [
      "#Fields: time c-ip\n00:00:01 192.0.2.1",
      /they are W3C's, whose `#Fields:` has a time and no/,
    ],
    [`{"remote_addr": "192.0.2.1"}`, /they are JSON, but none of their members is a time/],
  ])("is refused with the nearest and why it does not fit: %s", async (line, message) => {
    await expect(recogniseFormat([fileOf(line)])).rejects.toThrow(message);
  });
});

describe("a log of JSON", () => {
  const line = (members: object): string => JSON.stringify(members);

  async function optionsOf(...lines: readonly string[]): Promise<unknown> {
    return (await recognise([fileOf(lines.join("\n"))]))?.options;
  }

  it("has the time where a member near the root says so, in whichever unit it is counted", async () => {
    const seconds = 1_700_000_000;
    const inner = { time: "2001-01-01T00:00:00Z" };
    expect(await optionsOf(line({ inner, ts: seconds + 0.25, level: "info" }))).toEqual({
      json: { timestamp: "ts", time: "inner.time", level: "level" },
      timestamp: { form: "epoch_s" },
    });
    expect(await optionsOf(line({ "@timestamp": "2023-11-14T22:13:20.5Z" }))).toEqual({
      json: { timestamp: "@timestamp" },
    });
    for (const [unit, form] of [
      [1000, "epoch_ms"],
      [1_000_000, "epoch_us"],
    ] as const) {
      expect(await optionsOf(line({ time: seconds * unit }))).toEqual({
        json: { timestamp: "time" },
        timestamp: { form },
      });
    }
  });

  it("has the fields of web servers under the names that access logs have", async () => {
    const request = {
      remote_ip: "192.0.2.1",
      method: "GET",
      uri: "/a",
      headers: { "User-Agent": "UA" },
    };
    const members = { ts: "2024-01-01T00:00:00Z", request, status: 200, bytes_sent: 5 };
    expect(await optionsOf(line(members))).toEqual({
      json: {
        timestamp: "ts",
        ip: "request.remote_ip",
        method: "request.method",
        url: "request.uri",
        user_agent: "request.headers.User-Agent",
        status: "status",
        bytes: "bytes_sent",
      },
    });
  });

  it("has fields of one name apart, under names that a configuration takes", async () => {
    const members = {
      time: "2024-01-01T00:00:00Z",
      a: { id: 1, "": 2 },
      b: { id: 3, "x.y": 4, "${z}": 5 },
      day: 6,
    };
    expect(await optionsOf(line(members))).toEqual({
      json: {
        timestamp: "time",
        id: "a.id",
        a_: 'a[""]',
        b_id: "b.id",
        x_y: 'b["x.y"]',
        _z_: "b.${z}",
      },
    });
  });

  it("is one of a server that is known only where it has what that server writes", async () => {
    const request = {
      remote_ip: "192.0.2.1",
      method: "GET",
      host: "a",
      uri: "/",
      proto: "HTTP/2.0",
    };
    const caddy = { ts: 1703373474.8, level: "info", request, status: 200, size: 1, duration: 0.1 };
    const headers = { ...request, headers: { "User-Agent": ["UA"], Referer: ["R"] } };
    const lines = line({ ...caddy, request: headers, user_id: "u", bytes_read: 0 });
    expect((await recognise([fileOf(lines)]))?.name).toBe("caddy");
    expect((await recognise([fileOf(line({ ts: 1703373474.8, level: "info" }))]))?.name).toBe(
      "JSON",
    );
  });

  it("has the time under the name of a date, too", async () => {
    expect(await optionsOf(line({ date: "2013-10-10T13:52:26+02:00" }))).toEqual({
      json: { timestamp: "date" },
    });
  });

  it("is read where nginx wrote escapes of its own into it", async () => {
    const text = String.raw`{"time":"2024-01-01T00:00:00Z","agent":"caf\xC3\xA9"}`;
    expect(await optionsOf(text)).toEqual({ json: { timestamp: "time", agent: "agent" } });
  });
});

describe("a log of pairs", () => {
  it("has a field for each key that most lines have, and the time", async () => {
    const lines = [
      'time="2021-09-15T21:17:10.220731Z" level=info msg="a \\"b\\"" durationMs=3',
      "time=2021-09-15T21:17:11Z level=error msg=c durationMs=4 once=5",
      "time=2021-09-15T21:17:12Z level=info durationMs=4",
    ];
    const recognised = await recognise([fileOf(lines.join("\n"))]);
    expect(recognised?.name).toBe("pairs");
    expect(recognised?.options).toEqual({
      pairs: { timestamp: "time", level: "level", msg: "msg", duration_ms: "durationMs" },
    });
    expect(
      recognised?.events.map((event) => textOfBytes(event.get("msg") ?? Buffer.from("?"))),
    ).toEqual(['a "b"', "c", ""]);
  });
});

describe("a log of Docker's records", () => {
  const record = (log: string): string =>
    JSON.stringify({ log: `${log}\n`, stream: "stdout", time: "2024-01-01T00:00:00.5Z" });

  it("has the format of the lines inside, whatever it is", async () => {
    const web = await recognise([fileOf(record(lines.combined))]);
    expect(web?.name).toBe("docker, with lines of combined");
    expect(web?.options).toEqual({ docker: { type: "combined" } });
    const json = await recognise([
      fileOf(record(JSON.stringify({ ts: 1_700_000_000, user: "u1" }))),
    ]);
    expect(json?.options).toEqual({
      docker: { json: { timestamp: "ts", user: "user" } },
      timestamp: { form: "epoch_s" },
    });
    expect(json?.events.map((event) => textOfBytes(event.get("user")!))).toEqual(["u1"]);
  });

  it("is Docker's also where many records are parts of lines", async () => {
    const part = record(lines.combined).replace("\\n", "");
    const records = [record(lines.combined), record(lines.combined), part, record(lines.combined)];
    const found = await recognise([fileOf([...records, ...records].join("\n"))]);
    expect(found?.name).toBe("docker, with lines of combined");
  });

  it("has lines that are a message where they are of no format", async () => {
    const text = await recognise([fileOf(record("listening"))]);
    expect(text?.options).toEqual({ docker: {} });
    expect(text?.events.map((event) => textOfBytes(event.get("message")!))).toEqual(["listening"]);
  });
});

describe("a log of Zeek", () => {
  it("is known by the directive that names its values, with those that nobody else knows", async () => {
    const text = "#separator \\x09\n#fields\tts\tid.orig_h\tx.mine\n1320279566.45\t192.0.2.1\ta\n";
    const zeek = await recognise([fileOf(text)]);
    expect([zeek?.name, zeek?.options]).toEqual(["Zeek", { zeek: { more: ["x_mine"] } }]);
    expect(textOfBytes(zeek!.events[0]!.get("ip")!)).toBe("192.0.2.1");
  });
});

describe("a log of a container in Kubernetes", () => {
  const written = (text: string, tag = "F"): string =>
    `2016-10-06T00:17:09.669794202Z stdout ${tag} ${text}`;

  it("has the format of the lines inside, whatever it is", async () => {
    const web = await recognise([fileOf(written(lines.combined))]);
    expect([web?.name, web?.options]).toEqual([
      "cri, with lines of combined",
      { cri: { type: "combined" } },
    ]);
    const json = await recognise([
      fileOf(written(JSON.stringify({ ts: 1_700_000_000, user: "u1" }))),
    ]);
    expect(json?.options).toEqual({
      cri: { json: { timestamp: "ts", user: "user" } },
      timestamp: { form: "epoch_s" },
    });
  });

  it("is not taken for syslog where its lines have programs and their numbers", async () => {
    const found = await recognise([fileOf(written("app[12]: started"))]);
    expect(found?.options).toEqual({ cri: {} });
  });

  it("has lines that are a message where they are of no format, and may be of parts for the most", async () => {
    const parts = ["1a. some ", "multiline ", "2a. another "].map((text) => written(text, "P"));
    const text = await recognise([
      fileOf([...parts, written("log"), written("3a. whole")].join("\n")),
    ]);
    expect([text?.name, text?.options]).toEqual(["cri", { cri: {} }]);
    expect(text?.events.map((event) => textOfBytes(event.get("message")!))).toEqual(["3a. whole"]);
  });
});

describe("a log that says what its values are", () => {
  const directive = "#Fields: date time c-ip sc-status x-custom(Trace)";

  it("is W3C's where a directive names them, with those that nobody else knows", async () => {
    const text = ["#Version: 1.0", directive, "2024-01-01 00:00:00 192.0.2.1 200 t1"];
    const w3c = await recognise([fileOf(text.join("\r\n"))]);
    expect([w3c?.name, w3c?.options]).toEqual(["W3C", { w3c: { more: ["x-custom_Trace"] } }]);
    const [event] = w3c!.events;
    expect(textOfBytes(event!.get("x-custom_Trace")!)).toBe("t1");
    expect(textOfBytes(event!.get("ip")!)).toBe("192.0.2.1");
  });

  it("has the server's own time where there is no other", async () => {
    const text = ["#Fields: date-local time-local c-ip", "2024-01-01 00:00:00 192.0.2.1"];
    expect((await recognise([fileOf(text.join("\n"))]))?.options).toEqual({
      w3c: {},
      timestamp: { from: ["date-local", "time-local"] },
    });
  });

  it("has columns where its first line names them, and one of them is the time", async () => {
    const text = ["when;ts;user", '"a;b";1700000000;u1', "c;1700000001;u2"];
    const columns = await recognise([fileOf(text.join("\n"))]);
    expect(columns?.options).toEqual({
      columns: ["when", "ts", "user"],
      header: true,
      delimiter: ";",
      timestamp: { form: "epoch_s", from: ["ts"] },
    });
    expect(columns?.events.map((event) => textOfBytes(event.get("when")!))).toEqual(["a;b", "c"]);
    const noHeader = fileOf("1700000000,u1\n1700000001,u2\n", "no-header.csv");
    await expect(recognise([noHeader])).rejects.toThrow("of no format that is known");
  });
});
