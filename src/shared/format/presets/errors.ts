// Logs of errors and of what servers do. Messages that go on in further lines are one event, that of their first line;
// the others are rejected.

import type { Preset } from "../preset.ts";

export const errorPresets: readonly Preset[] = [
  {
    names: ["nginx_error"],
    about: "`error_log` of nginx",
    line: {
      named:
        "{date} {clock} [{level}] {pid:count}#{tid:count}: (?*{connection:count} ){message:text}" +
        '(?, client: {client:host}, server: {server}(?, request: "{request:request}"(?, upstream: "{upstream:text}")' +
        '(?, host: "{host:text}")(?, referrer: "{referrer:text}")))',
      escape: "hex",
    },
    timestamp: { form: "yyyy/MM/dd HH:mm:ss", from: ["date", "clock"] },
    examples: [
      {
        line:
          '2026/01/02 15:04:05 [error] 12#34: *5 open() "/srv/a" failed (2: No such file or directory), client: 192.0.2.1, ' +
          'server: www.example.com, request: "GET /a HTTP/1.1", host: "www.example.com"',
        is: {
          ...{ date: "2026/01/02", clock: "15:04:05", level: "error", pid: "12", tid: "34" },
          ...{ connection: "5", message: 'open() "/srv/a" failed (2: No such file or directory)' },
          ...{ client: "192.0.2.1", server: "www.example.com", method: "GET", url: "/a" },
          ...{ protocol: "HTTP/1.1", host: "www.example.com" },
        },
      },
      {
        line: "2026/01/02 15:04:05 [notice] 1#1: signal 15 (SIGTERM) received, exiting",
        is: {
          ...{ date: "2026/01/02", clock: "15:04:05", level: "notice", pid: "1", tid: "1" },
          message: "signal 15 (SIGTERM) received, exiting",
        },
      },
    ],
  },
  {
    names: ["apache_error"],
    about: "`ErrorLog` of Apache 2.4",
    line: {
      named:
        "[{timestamp:time}] [{module}:{level}] [pid {process:text}] (?[client {client:endpoint}] ){message:text}",
      escape: "none",
    },
    timestamp: { form: "EEE MMM d HH:mm:ss[.ffffff] yyyy" },
    examples: [
      {
        line: "[Fri Sep 04 10:42:29.902022 2026] [core:error] [pid 35708:tid 4328636416] [client 192.0.2.1:52371] File does not exist: /srv/favicon.ico",
        is: {
          ...{ timestamp: "Fri Sep 04 10:42:29.902022 2026", module: "core", level: "error" },
          ...{ process: "35708:tid 4328636416", client: "192.0.2.1", client_port: "52371" },
          message: "File does not exist: /srv/favicon.ico",
        },
      },
      {
        line: "[Fri Sep 04 10:42:29 2026] [mpm_event:notice] [pid 35708] AH00489: Apache/2.4 configured -- resuming normal operations",
        is: {
          ...{ timestamp: "Fri Sep 04 10:42:29 2026", module: "mpm_event", level: "notice" },
          ...{ process: "35708" },
          message: "AH00489: Apache/2.4 configured -- resuming normal operations",
        },
      },
    ],
  },
  {
    names: ["apache_error_22"],
    about: "`ErrorLog` of Apache 2.0 and 2.2",
    line: {
      named: "[{timestamp:time}] [{level:level}] (?[client {client:host}] ){message:text}",
      escape: "none",
    },
    timestamp: { form: "EEE MMM d HH:mm:ss yyyy" },
    examples: [
      {
        line: "[Sun Dec 04 05:15:09 2005] [error] [client 192.0.2.1] Directory index forbidden by rule: /var/www/html/",
        is: {
          ...{ timestamp: "Sun Dec 04 05:15:09 2005", level: "error", client: "192.0.2.1" },
          message: "Directory index forbidden by rule: /var/www/html/",
        },
      },
      {
        line: "[Sun Dec 04 04:47:44 2005] [notice] workerEnv.init() ok /etc/httpd/conf/workers2.properties",
        is: {
          ...{ timestamp: "Sun Dec 04 04:47:44 2005", level: "notice" },
          message: "workerEnv.init() ok /etc/httpd/conf/workers2.properties",
        },
      },
    ],
  },
  {
    names: ["postgres"],
    about: "PostgreSQL with `log_line_prefix = '%m [%p] '`",
    line: {
      named: "{timestamp:time3} [{pid:count}] {level:token}:{blanks}{message:text}",
      escape: "none",
    },
    timestamp: { form: "yyyy-MM-dd HH:mm:ss.SSS z" },
    examples: [
      {
        line: '2026-01-02 15:04:05.678 UTC [1234] ERROR:  relation "events" does not exist at character 15',
        is: {
          ...{ timestamp: "2026-01-02 15:04:05.678 UTC", pid: "1234", level: "ERROR" },
          message: 'relation "events" does not exist at character 15',
        },
      },
    ],
  },
  {
    names: ["redis"],
    about: "Redis and Valkey",
    line: {
      named: "{pid:count}:{role:token} {timestamp:time4} {level} {message:text}",
      escape: "none",
    },
    timestamp: { form: "dd MMM yyyy HH:mm:ss.SSS" },
    examples: [
      {
        line: "1234:M 02 Jan 2026 15:04:05.678 * Ready to accept connections tcp",
        is: {
          ...{ pid: "1234", role: "M", timestamp: "02 Jan 2026 15:04:05.678", level: "*" },
          message: "Ready to accept connections tcp",
        },
      },
    ],
  },
];
