// Lines of uWSGI's own request log. The number stands before its unit, so that lines of another unit are rejected rather
// than added to those of this one: milliseconds and, with `log-micros`, microseconds are two formats.

import type { Preset } from "../preset.ts";

const written = (duration: string, unit: string): string =>
  "(?{address space usage: {address_space_bytes:count} bytes/{_}} {rss usage: {rss_bytes:count} bytes/{_}} )" +
  "[pid: {pid:count}|app: {app}|req: {requests}/{requests_total:count}] {ip:host} ({user:text}) " +
  "{{vars:count} vars in {request_bytes:count} bytes} [{timestamp:time}] {method} {url:text} => generated {bytes:count} bytes " +
  `in {${duration}:count} ${unit} (?via {via} )({protocol} {status:status}) {headers:count} headers in ` +
  "{header_bytes:count} bytes ({switches:count} switches on core {core:count})";

const timestamp = { form: "EEE MMM d HH:mm:ss yyyy" } as const;

const post = {
  ...{ pid: "88185", app: "0", requests: "3", requests_total: "3", ip: "127.0.0.1" },
  ...{ vars: "34", request_bytes: "617", timestamp: "Sun Mar 13 22:49:15 2016" },
  ...{ method: "POST", url: "/endpoint2", bytes: "215", protocol: "HTTP/1.1", status: "200" },
  ...{ headers: "9", header_bytes: "373", switches: "1", core: "8" },
};
const posted = (duration: string): string =>
  "[pid: 88185|app: 0|req: 3/3] 127.0.0.1 () {34 vars in 617 bytes} [Sun Mar 13 22:49:15 2016] POST /endpoint2 => generated " +
  `215 bytes in ${duration} (HTTP/1.1 200) 9 headers in 373 bytes (1 switches on core 8)`;

export const uwsgiPresets: readonly Preset[] = [
  {
    names: ["uwsgi"],
    about: "uWSGI with its own request log",
    line: { named: written("duration_ms", "msecs"), escape: "none" },
    timestamp,
    examples: [
      {
        line:
          "[pid: 812|app: 0|req: 1/7] 192.0.2.1 () {42 vars in 675 bytes} [Tue Apr  7 12:00:00 2026] GET /a?b=c => generated 12 bytes " +
          "in 3 msecs (HTTP/1.1 200) 2 headers in 79 bytes (1 switches on core 0)",
        is: {
          ...{ pid: "812", app: "0", requests: "1", requests_total: "7", ip: "192.0.2.1" },
          ...{ vars: "42", request_bytes: "675", timestamp: "Tue Apr  7 12:00:00 2026" },
          ...{ method: "GET", url: "/a?b=c", bytes: "12", duration_ms: "3", protocol: "HTTP/1.1" },
          ...{ status: "200", headers: "2", header_bytes: "79", switches: "1", core: "0" },
        },
      },
      {
        line: `{address space usage: 83263488 bytes/79MB} {rss usage: 18911232 bytes/18MB} ${posted("16 msecs via sendfile()")}`,
        is: {
          ...{ address_space_bytes: "83263488", rss_bytes: "18911232", ...post },
          ...{ duration_ms: "16", via: "sendfile()" },
        },
      },
    ],
  },
  {
    names: ["uwsgi_micros"],
    about: "uWSGI with its own request log and `log-micros`",
    line: { named: written("duration_us", "micros"), escape: "none" },
    timestamp,
    examples: [{ line: posted("68 micros"), is: { ...post, duration_us: "68" } }],
  },
];
