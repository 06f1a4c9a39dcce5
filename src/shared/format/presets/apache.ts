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
];
