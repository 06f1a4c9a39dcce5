// Logs of syslog are recognised, with the format of their messages, and with the year of the file where their times
// have none.

import { utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { recogniseFormat } from "../../../../src/cli/recognise/recognise-format.ts";
import { tempFolder } from "../../../support/temp-folder.ts";

/** A file that was last written on a day. */
function fileOf(lines: readonly string[], written: string, pack = (text: Buffer) => text): string {
  const file = join(tempFolder(), "messages");
  writeFileSync(file, pack(Buffer.from(lines.map((line) => `${line}\n`).join(""), "latin1")));
  const time = new Date(written);
  utimesSync(file, time, time);
  return file;
}

const line = (day: string, body = "Accepted publickey"): string =>
  `${day} 06:55:46 web-1 sshd[24200]: ${body}`;
const clf = '192.0.2.1 - - [20/Jun/2026:09:15:00 +0000] "GET / HTTP/1.1" 200 5 "-" "curl/8.1"';

describe("a log of RFC 3164", () => {
  it.each([
    { days: ["Jun 19", "Jun 20"], written: "2024-06-20T12:00:00Z", year: 2024 },
    { days: ["Dec 10"], written: "2024-06-20T12:00:00Z", year: 2023 },
    { days: ["Dec 31"], written: "2025-01-01T00:00:05Z", year: 2024 },
    // The clock of the log may be ahead of that of the file.
    { days: ["Jan  1"], written: "2024-12-31T23:30:00Z", year: 2025 },
  ])("has the year $year where it ends on $days and was written $written", async (log) => {
    const file = fileOf(
      log.days.map((day) => line(day)),
      log.written,
    );
    const found = await recogniseFormat([file]);
    expect(found?.options).toEqual({ type: "syslog", timestamp: { year: log.year } });
    expect(found?.name).toBe(`syslog, of the year ${log.year}`);
  });

  const request = (n: number): string =>
    `Feb 25 16:19:49 lb haproxy[7]: 192.0.2.8:${50_000 + n} [25/Feb/2019:16:19:48.143] http_in~ app/web1 0/0/7/1457/1487 ` +
    '200 11394 - - ---- 2/1/0/0/0 0/0 "GET / HTTP/1.1"';
  const started = "Feb 25 16:19:38 lb haproxy[1]: Proxy http_in started.";

  it("is of the format whose lines tell their year, where that takes half of them", async () => {
    const requests = [request(1), request(2), request(3)];
    const file = fileOf([started, started, started, ...requests], "2026-06-20T12:00:00Z");
    expect((await recogniseFormat([file]))?.options).toEqual({ type: "haproxy_http" });
    const mostly = fileOf([started, started, started, request(1)], "2026-06-20T12:00:00Z");
    expect((await recogniseFormat([mostly]))?.name).toBe("syslog, of the year 2026");
  });

  it("is refused where it goes over the end of a year, or its end is not at hand", async () => {
    const over = fileOf([line("Dec 31"), line("Jan  1")], "2025-01-01T12:00:00Z");
    await expect(recogniseFormat([over])).rejects.toThrow("no format that is known");
    const packed = fileOf([line("Jun 20")], "2024-06-20T12:00:00Z", gzipSync);
    await expect(recogniseFormat([packed])).rejects.toThrow("no format that is known");
    const piped = fileOf([line("Jun 20")], "2024-06-20T12:00:00Z");
    await expect(recogniseFormat([piped], piped)).rejects.toThrow("no format that is known");
  });
});

describe("a log of RFC 5424", () => {
  it("has its own year, and the format of its messages", async () => {
    const head = '<190>1 2026-06-20T09:15:00Z web-1 nginx 7 - [o@1 a="]"]';
    const found = await recogniseFormat([fileOf([`${head} ${clf}`], "2020-01-01T00:00:00Z")]);
    expect(found?.name).toBe("syslog, with lines of combined");
    expect(found?.options).toEqual({ type: "syslog", format: { type: "combined" } });
  });
});
