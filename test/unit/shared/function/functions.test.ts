// What functions say in the odd cases; the ordinary ones are the examples of docs/fields.md.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { functionNamed } from "../../../../src/shared/function/functions.ts";
import { computedValue } from "../../../support/computed-value.ts";

const of = (call: string, value: string): string => computedValue(call, { value });

describe("url_host, url_path", () => {
  it.each([
    ["http://h", "h", ""],
    ["//H:80/a", "h", "/a"],
    ["git+ssh://u:p@h:1/a/b?c", "h", "/a/b"],
    ["http://[2001:DB8::1]:80/", "[2001:db8::1]", "/"],
    ["http://[2001:db8::1]/", "[2001:db8::1]", "/"],
    ["http:/a", "", "http:/a"],
    ["/a//b", "", "/a//b"],
    ["a?//b/c", "", "a"],
    ["*", "", "*"],
    ["example.org:443", "", "example.org:443"],
    ["http://?a", "", ""],
    ["http://a#b/c?d", "a", ""],
  ])("of %s are %j and %j", (url, host, path) => {
    expect([of("url_host(value)", url), of("url_path(value)", url)]).toEqual([host, path]);
  });
});

describe("url_param", () => {
  it.each([
    ["/?q=1&q=2", "1"],
    ["/?a&&q", ""],
    ["/?q=%41%zz%4", "A%zz%4"],
    ["/?%71=a%26b", "a&b"],
    ["/?p=q=1", ""],
    ["/?q==1", "=1"],
    ["/?q=a;b", "a;b"],
    ["/#?q=1", ""],
    ["/?p=1#&q=2", ""],
    ["/?q=1#2", "1"],
    ["q=1", ""],
    ["/?x?q=1&q=2", "2"],
  ])("of %s is %j", (url, value) => {
    expect(of('url_param(value, "q")', url)).toBe(value);
  });

  it("finds names that are no ASCII", () => {
    expect(of('url_param(value, "größe")', "/?gr%C3%B6%C3%9Fe=4")).toBe("4");
  });
});

describe("domain", () => {
  it.each([
    ["a.b.example.com", "example.com"],
    ["example.com.", "example.com"],
    ["WWW.Example.Com:8080", "example.com"],
    ["com", ""],
    ["co.uk", ""],
    ["localhost", ""],
    ["a.b.unlisted", "b.unlisted"],
    ["pages.github.io", "github.io"],
    ["a.bücher.de", "bücher.de"],
    ["[2001:db8::1]", ""],
    ["1.50", ""],
    ["-", ""],
  ])("of %s is %j", (host, domain) => {
    expect(of("domain(value)", host)).toBe(domain);
  });

  it("says the version of the list that is installed", () => {
    const manifest = readFileSync("node_modules/tldts-icann/package.json", "utf8");
    const { name, version } = JSON.parse(manifest) as { name: string; version: string };
    expect(functionNamed("domain")!.rules).toBe(`${name} ${version}`);
  });
});

describe("bucket", () => {
  it.each([
    ["bucket(value, 100)", "100", "100"],
    ["bucket(value, 100)", "99.999999999999999999", "0"],
    ["bucket(value, 100)", "-0.1", "-100"],
    ["bucket(value, 100)", "-100", "-100"],
    ["bucket(value, 0.1)", "0.3", "0.3"],
    ["bucket(value, 0.10)", "-.05", "-0.10"],
    ["bucket(value, 2.5)", "7", "5.0"],
    ["bucket(value, 5)", "1.2e1", "10"],
    ["bucket(value, 5)", "12e-1", "0"],
    ["bucket(value, 5)", "1e999999999", ""],
    ["bucket(value, 1)", "12345678901234567890123", "12345678901234567890123"],
    ["bucket(value, 1)", "-0", "0"],
    ["bucket(value, 1000)", "-999999999999999", "-1000000000000000"],
    ["bucket(value, 7)", "999999999999999", "999999999999994"],
    ["bucket(value, 7)", "0012", "7"],
    ["bucket(value, 7)", "-7", "-7"],
    ["bucket(value, 7)", "+8", "7"],
    ["bucket(value, 1)", "1 ", ""],
    ["bucket(value, 1)", ".", ""],
  ])("%s of %s is %j", (call, value, lowest) => {
    expect(of(call, value)).toBe(lowest);
  });
});

describe("prefix", () => {
  it.each([
    ["abc", 3, "abc"],
    ["aü", 2, "a"],
    ["a€b", 3, "a"],
    ["a€b", 4, "a€"],
    ["😀", 3, ""],
    ["😀x", 4, "😀"],
  ])("of %s with %i bytes is %j", (value, bytes, first) => {
    expect(of(`prefix(value, ${bytes})`, value)).toBe(first);
  });
});

describe("the time of an event", () => {
  const at = (call: string, timestamp: string, zone: string): string =>
    computedValue(call, { timestamp }, zone);

  it.each([
    ["2011-03-27T00:59:59Z", "1"],
    ["2011-03-27T01:00:00Z", "3"],
    ["2011-10-30T00:30:00Z", "2"],
    ["2011-10-30T01:30:00Z", "2"],
    ["2011-10-30T02:30:00", "2"],
    ["2011-06-20T22:30:00Z", "0"],
  ])("is read off the clocks of the zone: %s has the hour %s", (timestamp, hour) => {
    expect(at("hour_of_day(timestamp)", timestamp, "Europe/Berlin")).toBe(hour);
  });

  it("is right in zones with half hours", () => {
    expect(at("hour_of_day(timestamp)", "2011-06-20T18:29:59Z", "Asia/Kolkata")).toBe("23");
    expect(at("day_part(timestamp)", "2011-06-20T18:30:00Z", "Asia/Kolkata")).toBe("night");
    expect(at("day_of_week(timestamp)", "2011-06-20T18:30:00Z", "Asia/Kolkata")).toBe("2");
  });

  it("may be of a computed field", () => {
    const fields = { day: "2011-06-20", clock: "07:00:00Z" };
    expect(computedValue("hour_of_day(day)", { day: "2011-06-20T09:00:00Z" })).toBe("9");
    expect(computedValue('concat(day, "T", clock)', fields)).toBe("2011-06-20T07:00:00Z");
  });
});

describe("an empty value", () => {
  it.each(["lower(value)", "length(value)", "bucket(value, 5)", 'url_param(value, "q")'])(
    "gives the empty text by %s",
    (call) => {
      expect(of(call, "")).toBe("");
    },
  );

  it("adds nothing to what is put together", () => {
    expect(computedValue('concat(a, "-", b)', { a: "", b: "x" })).toBe("-x");
    expect(computedValue('if(a == "", "none", a)', { a: "" })).toBe("none");
  });
});

describe("constants", () => {
  it("may be all that a function is given", () => {
    expect(computedValue('concat(lower("ABC"), 1.50, "ü")', {})).toBe("abc1.50ü");
    expect(computedValue('"only"', {})).toBe("only");
    expect(computedValue('prefix("grün", 3)', {})).toBe("gr");
  });
});
