import { describe, expect, it } from "vitest";
import {
  ipcPathProblem,
  isOnThisHost,
  parseEndpoint,
} from "../../../../src/shared/base/endpoint.ts";

describe("an endpoint", () => {
  it.each([
    ["tcp://[::1]:5555", { transport: "tcp", host: "::1", isIPv6: true, port: "5555" }],
    ["tcp://[fe80::1%eth0]:*", { transport: "tcp", host: "fe80::1%eth0", isIPv6: true, port: "*" }],
    ["tcp://ventilator:1", { transport: "tcp", host: "ventilator", isIPv6: false, port: "1" }],
    ["tcp://10.0.0.1:0", { transport: "tcp", host: "10.0.0.1", isIPv6: false, port: "0" }],
    ["ipc:///run/logmill/tasks", { transport: "ipc", path: "/run/logmill/tasks" }],
  ])("is understood: %s", (text, parsed) => {
    expect(parseEndpoint(text)).toEqual(parsed);
  });

  it.each([
    "tcp://::1:5555",
    "tcp://[::1]",
    "tcp://[ventilator]:5555",
    "tcp://[]:5555",
    "tcp://:5555",
    "tcp://a b:5555",
    "ipc://",
    "http://a:1",
    "",
  ])("is none: %s", (text) => {
    expect(parseEndpoint(text)).toBe(null);
  });

  it.each([
    ["tcp://[::1]:5555", true],
    ["tcp://[0:0:0:0:0:0:0:1]:5555", true],
    ["tcp://[::ffff:127.0.0.1]:5555", true],
    ["tcp://127.8.9.1:5555", true],
    ["tcp://localhost:5555", true],
    ["ipc:///tmp/x", true],
    ["tcp://[::]:5555", false],
    ["tcp://[2001:db8::1]:5555", false],
    ["tcp://127.0.0.1.example.com:5555", false],
    ["tcp://0.0.0.0:5555", false],
  ])("%s is on this host alone: %s", (text, isOnIt) => {
    expect(isOnThisHost(text)).toBe(isOnIt);
  });
});

describe("the path of a socket", () => {
  it("may have 107 bytes, which are not characters", () => {
    expect(ipcPathProblem(`ipc://${"x".repeat(107)}`)).toBe(null);
    expect(ipcPathProblem(`ipc://${"x".repeat(108)}`)).toMatch(/has 108 bytes.*a shorter path/);
    expect(ipcPathProblem(`ipc://${"ö".repeat(54)}`)).toMatch(/has 108 bytes/);
    expect(ipcPathProblem(`tcp://${"x".repeat(200)}:1`)).toBe(null);
  });
});
