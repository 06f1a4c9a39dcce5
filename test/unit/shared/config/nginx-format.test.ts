// nginx's `log_format`, pasted into a configuration.

import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../../src/shared/config/load.ts";
import { fieldsOf } from "../../../../src/shared/model/format-fields.ts";
import { faultsOf, leastConfig } from "../../../support/config-text.ts";
import { nginxMain, nginxPattern } from "../../../support/pattern-formats.ts";
import { tokenise } from "../../../support/tokenise.ts";

const withFormat = (format: string): string =>
  leastConfig.replace(
    `  web: { type: file, include: ["access.log"], format: { type: combined } }`,
    () =>
      `  web:\n    type: file\n    include: ["access.log"]\n    format:\n      ${format.replaceAll("\n", "\n      ")}`,
  );
const formatOf = (format: string) =>
  parseConfig(withFormat(format), "logmill.yaml", { body: "of the environment" }).plan.sources[1]!
    .format;
const faults = (format: string) =>
  faultsOf(withFormat(format)).map((fault) => fault.replace("sources.web.format.", ""));

describe("the line of log_format", () => {
  it("is the same alone, as a whole directive, with braces, and in several pieces", () => {
    const alone = nginxPattern(nginxMain);
    expect(formatOf(`nginx: '${nginxMain}'`)).toEqual(alone);
    const directive =
      "nginx: |\n" +
      "  log_format  main  '$remote_addr - ${remote_user} [$time_local] \"$request\" '\n" +
      "                    '$status ${body_bytes_sent} \"$http_referer\" '\n" +
      '                    \'"$http_user_agent" "$http_x_forwarded_for"\';\n';
    expect(formatOf(directive)).toEqual(alone);
    expect(formatOf(directive.replace("log_format  main  ", ""))).toEqual(alone);
    const quoted = nginxMain.replaceAll('"', '\\"');
    expect(formatOf(`nginx: |\n  log_format main "${quoted}";`)).toEqual(alone);
  });

  it("names the fields as access logs do, and others as nginx does", () => {
    expect(fieldsOf(nginxPattern(nginxMain))).toEqual([
      ...["ip", "user", "timestamp", "method", "url", "protocol", "status", "bytes"],
      ...["referrer", "user_agent", "http_x_forwarded_for"],
    ]);
    const twice = "$time_iso8601 $time_local $host $server_name $bytes_sent $status $status";
    expect(fieldsOf(nginxPattern(twice))).toEqual([
      "timestamp",
      "time_local",
      "vhost",
      "server_name",
      "bytes",
      "status",
      "status_2",
    ]);
    const both = "$bytes_sent $body_bytes_sent $server_name $http_cookie";
    expect(fieldsOf(nginxPattern(both))).toEqual(["bytes_sent", "bytes", "vhost", "http_cookie"]);
  });

  it("takes a list at the end of the line, and nothing behind it", () => {
    const format = nginxPattern("$status $upstream_response_time");
    const text = "200 0.1, 0.2 : 0.3\n200 -\n200 0.1 0.2\n200 0.1, 0.2 x";
    expect(tokenise(format, fieldsOf(format), text).rows).toEqual([
      ["200", "0.1, 0.2 : 0.3"],
      ["200", ""],
    ]);
  });

  it("says how quotes inside of values are written, beside it or in the directive", () => {
    const line = '"$http_referer" $status';
    const text = '"a \\"b" 200\n';
    const rowsOf = (format: string) =>
      tokenise(formatOf(format), ["referrer", "status"], text).rows;
    expect(rowsOf(`nginx: '${line}'`)).toEqual([]);
    expect(rowsOf(`nginx: '${line}'\nescape: json`)).toEqual([['a \\"b', "200"]]);
    expect(rowsOf(`nginx: |\n  log_format x escape=json '${line}';`)).toEqual([['a \\"b', "200"]]);
    expect(rowsOf(`nginx: '${line}'\nescape: none`)).toEqual([['a \\"b', "200"]]);
  });

  it("cuts address and port together, and the servers that were tried as one value", () => {
    const format = nginxPattern(
      "$remote_addr:$remote_port $upstream_addr $upstream_status $status",
    );
    const text = [
      "192.0.2.1:80 10.0.0.1:80, 10.0.0.2:80 502, 200 200",
      "2001:db8::1:443 unix:/tmp/a : 10.0.0.3:80 404 : 200 404",
      "192.0.2.1 - - 200",
      "192.0.2.1:80 10.0.0.1:80 502, 200 ok",
    ];
    const { rows, rejected } = tokenise(format, fieldsOf(format), text.join("\n"));
    expect(rows).toEqual([
      ["192.0.2.1", "80", "10.0.0.1:80, 10.0.0.2:80", "502, 200", "200"],
      ["2001:db8::1", "443", "unix:/tmp/a : 10.0.0.3:80", "404 : 200", "404"],
    ]);
    expect(rejected).toEqual({ bad_envelope: 2 });
  });

  it.each([
    [
      "nginx: '$remote_addr$status $request $status'",
      [
        "14:27: nginx: $remote_addr and $status have nothing between them, so that nobody can tell where one ends; have the server write a space between them",
        "14:35: nginx: $request has spaces itself, so that nobody can tell where it ends; have the server write it in quotes",
      ],
    ],
    ["nginx: '$status-$pid'", ['can have "-" itself, so that nobody can tell where it ends; have']],
    ["nginx: '$remote_addr:$request_id'", ['$remote_addr can have ":" itself']],
    ["nginx: 'GET /'", ["nginx: there is no variable in it; paste the line that names what"]],
    ["nginx: '$status $'", ["nginx: no name follows the $; write $name or ${name}"]],
    ["nginx: 5", ["nginx: must be text; put it in quotes"]],
    [
      "nginx: '$status'\nescape: jsn",
      ['escape: must be default, json or none, not "jsn"; did you'],
    ],
    [
      "nginx: '$status'\nescap: json\nfields: { ip: { type: ip } }",
      ["escap: is no option; did you mean escape?"],
    ],
    ["ngnix: '$status'", ["ngnix: is no option; did you mean nginx?"]],
    [
      "escape: json",
      ["type: is missing; write type: rsyslog, syslog, common, combined, vhost_common"],
    ],
    [
      "type: common\nnginx: '$status'",
      ["nginx: a format is told in one way, and type does so already; remove one of them"],
    ],
    [
      `nginx: |\n  log_format x escape=jsn '{"a":"$status"}'`,
      [
        "nginx: escape=jsn is none of nginx; there are default, json, none",
        "this line writes JSON",
      ],
    ],
    [
      "nginx: |\n  log_format x escape=json '$status'\nescape: none",
      ["nginx: the line says escape=json, and the option beside it none; remove one of them"],
    ],
    ["nginx: |\n  log_format main $status;", ["nginx: this is no text in quotes; paste the whole"]],
  ])("is refused where it cannot be read: %s", (format, expected) => {
    const found = faults(format);
    expect(found).toHaveLength(expected.length);
    expected.forEach((text, index) => expect(found[index]).toContain(text));
  });

  it("knows how the time is written, unless the configuration says it", () => {
    const format = "nginx: '$msec $status'";
    expect(formatOf(format)).toMatchObject({ timestamp: { form: "epoch_s" } });
    expect(formatOf(`${format}\ntimestamp: { form: epoch_ms }`)).toMatchObject({
      timestamp: { form: "epoch_ms" },
    });
    expect(formatOf("nginx: '$msec [$time_local]'")).not.toHaveProperty("timestamp");
    expect(fieldsOf(formatOf("nginx: '$msec [$time_local]'"))).toEqual(["msec", "timestamp"]);
  });

  it("has no variables of the environment in it", () => {
    const format = formatOf("nginx: '$status ${body}'");
    expect(fieldsOf(format)).toEqual(["status", "body"]);
  });
});

describe("a summary of lines without a timestamp", () => {
  it("says which field is the time", () => {
    const summary = "  hits: { from: [web], metrics: { n: { type: count } } }\n";
    expect(faultsOf(withFormat("nginx: '$status $http_date'") + summary)).toEqual([
      "17:3: summaries.hits: source web has no field timestamp, and the summary does not say which field is the time; write timestamp: FIELD; there are status and http_date",
    ]);
    const told = summary.replace("from:", "timestamp: http_date, from:");
    expect(faultsOf(withFormat("nginx: '$status $http_date'") + told)).toEqual([]);
  });
});
