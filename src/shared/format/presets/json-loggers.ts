// What loggers and other programs than web servers write as JSON.

import type { JsonPreset } from "./json-preset.ts";

export const jsonLoggers = {
  pino: {
    about: "pino's lines, times in milliseconds as it writes them by default",
    paths: {
      timestamp: "time",
      level: "level",
      message: "msg",
      host: "hostname",
      pid: "pid",
      name: "name",
    },
    form: "epoch_ms",
    examples: [
      {
        line: '{"level":30,"time":1531171074631,"msg":"hello world","pid":657,"hostname":"host-3.example"}',
        is: {
          timestamp: "2018-07-09T21:17:54Z",
          level: "30",
          message: "hello world",
          host: "host-3.example",
          pid: "657",
        },
      },
    ],
  },
  bunyan: {
    about: "bunyan's lines",
    paths: {
      timestamp: "time",
      level: "level",
      message: "msg",
      host: "hostname",
      pid: "pid",
      name: "name",
    },
    examples: [
      {
        line: '{"name":"myapp","hostname":"banana.local","pid":40161,"level":30,"msg":"hi","time":"2013-01-04T18:46:23.851Z","v":0}',
        is: {
          timestamp: "2013-01-04T18:46:23Z",
          level: "30",
          message: "hi",
          host: "banana.local",
          pid: "40161",
          name: "myapp",
        },
      },
    ],
  },
  ecs: {
    about: "lines of the loggers for the Elastic Common Schema, whose keys have points in them",
    paths: {
      timestamp: "@timestamp",
      level: '["log.level"]',
      message: "message",
      logger: '["log.logger"]',
      service: '["service.name"]',
      thread: '["process.thread.name"]',
    },
    examples: [
      {
        line: '{"@timestamp":"2019-08-06T12:09:12.375Z", "log.level": "INFO", "message":"Tomcat started on port(s): 8080 (http)", "service.name":"spring-petclinic","process.thread.name":"restartedMain","log.logger":"org.example.TomcatWebServer"}',
        is: {
          timestamp: "2019-08-06T12:09:12Z",
          level: "INFO",
          message: "Tomcat started on port(s): 8080 (http)",
          logger: "org.example.TomcatWebServer",
          service: "spring-petclinic",
          thread: "restartedMain",
        },
      },
    ],
  },
  gelf: {
    about: "Graylog's GELF 1.1; further fields, such as `_user_id`, by `json:`",
    paths: {
      timestamp: "timestamp",
      host: "host",
      level: "level",
      message: "short_message",
      full_message: "full_message",
    },
    form: "epoch_s",
    examples: [
      {
        line: '{"version":"1.1","host":"example.org","short_message":"A short message","full_message":"Backtrace here\\n\\nmore stuff","timestamp":1385053862.3072,"level":1,"_user_id":9001}',
        is: {
          timestamp: "2013-11-21T17:11:02Z",
          host: "example.org",
          level: "1",
          message: "A short message",
          full_message: "Backtrace here\n\nmore stuff",
        },
      },
    ],
  },
  mongodb: {
    about: "MongoDB's log, from version 4.4 on",
    paths: {
      timestamp: "t.$date",
      level: "s",
      component: "c",
      id: "id",
      context: "ctx",
      message: "msg",
      namespace: "attr.ns",
      duration: "attr.durationMillis",
    },
    examples: [
      {
        line: '{"t":{"$date":"2020-05-20T20:10:08.731+00:00"},"s":"I",  "c":"COMMAND",  "id":51803,   "ctx":"conn281","msg":"Slow query","attr":{"type":"command","ns":"stocks.trades","command":{"aggregate":"trades","pipeline":[{"$project":{"ticker":1.0}}]},"durationMillis":146}}',
        is: {
          timestamp: "2020-05-20T20:10:08Z",
          level: "I",
          component: "COMMAND",
          id: "51803",
          context: "conn281",
          message: "Slow query",
          namespace: "stocks.trades",
          duration: "146",
        },
      },
    ],
  },
  journald: {
    about:
      "`journalctl -o json`, a record a line; a message that is no UTF-8 comes as an array of its bytes, as it is written",
    paths: {
      timestamp: "__REALTIME_TIMESTAMP",
      host: "_HOSTNAME",
      program: "SYSLOG_IDENTIFIER",
      pid: "_PID",
      priority: "PRIORITY",
      unit: "_SYSTEMD_UNIT",
      message: "MESSAGE",
    },
    form: "epoch_us",
    examples: [
      {
        line: '{ "__CURSOR" : "s=e991;i=372a", "__REALTIME_TIMESTAMP" : "1534860261221373", "__MONOTONIC_TIMESTAMP" : "38708007", "PRIORITY" : "1", "_HOSTNAME" : "imx6ul", "SYSLOG_IDENTIFIER" : "python", "_PID" : "184", "_SYSTEMD_UNIT" : "locator.service", "MESSAGE" : "GPS \\"fix\\" longitude: 7.358143333" }',
        is: {
          timestamp: "2018-08-21T14:04:21Z",
          host: "imx6ul",
          program: "python",
          pid: "184",
          priority: "1",
          unit: "locator.service",
          message: 'GPS "fix" longitude: 7.358143333',
        },
      },
    ],
  },
} as const satisfies Readonly<Record<string, JsonPreset>>;
