// Lines of Apache, and of servers that write as it does.

import type { Preset } from "../preset.ts";

const combined = '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"';

const fields = {
  ip: "192.0.2.1",
  user: "u1",
  timestamp: "10/Oct/2026:13:55:36 -0700",
  method: "GET",
  url: "/stream",
  protocol: "HTTP/1.1",
  status: "200",
  bytes: "2326",
  user_agent: "player/1.0",
};
const written =
  '192.0.2.1 - u1 [10/Oct/2026:13:55:36 -0700] "GET /stream HTTP/1.1" 200 2326 "-" "player/1.0"';

export const apachePresets: readonly Preset[] = [
  {
    names: ["combinedio"],
    about: "Apache with the `combinedio` format of its configuration",
    line: { apache: `${combined} %I %O` },
    examples: [
      {
        line: `${written} 512 2590`,
        is: { ...fields, bytes_received: "512", bytes_sent: "2590" },
      },
    ],
  },
  {
    names: ["apache_ssl"],
    about: "`ssl_request_log` of Apache",
    line: { apache: '%t %h %{SSL_PROTOCOL}x %{SSL_CIPHER}x "%r" %b' },
    examples: [
      {
        line: '[10/Oct/2026:13:55:36 -0700] 192.0.2.1 TLSv1.3 TLS_AES_256_GCM_SHA384 "GET / HTTP/1.1" 512',
        is: {
          ...{ timestamp: "10/Oct/2026:13:55:36 -0700", ip: "192.0.2.1", ssl_protocol: "TLSv1.3" },
          ...{ ssl_cipher: "TLS_AES_256_GCM_SHA384", method: "GET", url: "/" },
          ...{ protocol: "HTTP/1.1", bytes: "512" },
        },
      },
    ],
  },
  {
    names: ["icecast"],
    about: "Icecast, which writes how long a listener has stayed",
    line: { apache: `${combined} %T` },
    examples: [{ line: `${written} 3605`, is: { ...fields, duration_s: "3605" } }],
  },
  {
    names: ["uwsgi"],
    about: "uWSGI with its own request log",
    line: {
      named:
        "[pid: {pid:count}|app: {app}|req: {requests}/{requests_total:count}] {ip:host} ({user:text}) " +
        "{{vars:count} vars in {request_bytes:count} bytes} [{timestamp:time}] {method} {url:text} => generated {bytes:count} bytes " +
        "in {duration_ms:count} msecs ({protocol} {status:status}) {headers:count} headers in {header_bytes:count} bytes " +
        "({switches:count} switches on core {core:count})",
      escape: "none",
    },
    timestamp: { form: "EEE MMM d HH:mm:ss yyyy" },
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
    ],
  },
];
