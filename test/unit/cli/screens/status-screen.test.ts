import { expect, test } from "vitest";
import { statusScreen } from "../../../../src/cli/screens/status-screen.ts";
import type { AskedRole } from "../../../../src/cli/screens/status-screen.ts";
import { displayWidth } from "../../../../src/shared/text/terminal-table.ts";

const style = { width: 80, color: false };
const common = { version: "0.1.0", host: "rack1", uptimeSeconds: 90, isReady: true };
const ventilator: AskedRole = {
  url: "http://127.0.0.1:8555",
  problem: null,
  isRefused: false,
  status: {
    ...common,
    role: "ventilator",
    plan: "aaaaaaaabbbb",
    workers: [
      {
        worker: "w1",
        host: "rack2",
        version: "0.1.0",
        credit: 2,
        batches: 1,
        heardSecondsAgo: 0.25,
      },
    ],
    sources: [{ source: "ads", files: 3, filesDone: 1, bytes: 4096, backlogBytes: 2048 }],
    problems: ["\u001b[31mcannot read a.log"],
  },
};
const sink: AskedRole = {
  url: "http://127.0.0.1:8556",
  problem: null,
  isRefused: false,
  status: {
    ...common,
    role: "sink",
    plan: "aaaaaaaabbbb",
    store: { id: "00", state: "open" },
    sources: [{ source: "ads", mergedBytes: 1024, gaps: 1, balance: { lines: 7 } }],
  },
};

test("roles, workers and sources are on one screen, and it fits", () => {
  const screen = statusScreen([ventilator, sink], style);
  expect(screen).toMatch(/ventilator +127\.0\.0\.1:8555 +rack1 +0\.1\.0 +aaaaaaaa +ready +90 s/);
  expect(screen).toMatch(/w1 +rack2 +0\.1\.0 +1 +2 +0\.3 s ago/);
  expect(screen).toMatch(/ads +1 of 3 +2\.00 KiB +1\.00 KiB +7 +1/);
  expect(screen).toContain("not read, or not to its end:\n\u241b[31mcannot read a.log\n");
  for (const line of screen.split("\n")) expect(displayWidth(line)).toBeLessThanOrEqual(80);
});

test("whoever runs another version is marked, a worker that does not tell as well", () => {
  const [line] = ventilator.status!.workers!;
  const workers = [line!, { ...line!, version: "0.2.0" }, { ...line!, version: null }];
  const mixed = { ...ventilator, status: { ...ventilator.status!, workers } };
  const newer = { ...sink, status: { ...sink.status!, version: "0.3.0" } };
  const screen = statusScreen([mixed, newer], style);
  expect(screen).toMatch(/rack2 +0\.1\.0 +1/);
  expect(screen).toMatch(/rack2 +0\.2\.0 ! +1/);
  expect(screen).toMatch(/rack2 +unknown ! +1/);
  expect(screen).toMatch(/sink .* 0\.3\.0 ! /);
  expect(screen).toContain("3 run another version than 0.1.0 (!)");
  expect(statusScreen([ventilator, sink], style)).not.toContain("!");
});

test("what differs, stands still or does not answer is said", () => {
  const other = { ...sink.status!, plan: "cccc", store: { state: "full" }, isReady: false };
  const silent: AskedRole = {
    url: "http://a:1",
    status: null,
    isRefused: false,
    problem: "http://a:1 is silent",
  };
  const shut = { ...silent, url: "http://b:1", isRefused: true, problem: "the token is wrong" };
  const none = { ...ventilator, status: { ...ventilator.status!, workers: [] } };
  const screen = statusScreen([none, { ...sink, status: other }, silent, shut], style);
  expect(screen).toContain("the roles have different plans");
  expect(screen).toContain("no workers");
  expect(screen).toMatch(/sink .* disk full/);
  expect(screen).toMatch(/\? +a:1 +silent/);
  expect(screen).toMatch(/\? +b:1 +refused/);
  expect(screen).toContain("the token is wrong");
  expect(screen).toContain("http://a:1 is silent");
});

test("pools are told apart where there are several, and one without workers is named with what to do", () => {
  const [line] = ventilator.status!.workers!;
  const workers = [
    { ...line!, pool: "default" },
    { ...line!, worker: "w2", pool: "v2", isPreparing: true },
  ];
  const pools = [
    { pool: "default", workers: 1 },
    { pool: "v2", workers: 1 },
    { pool: "v3", workers: 0 },
  ];
  const several = { ...ventilator, status: { ...ventilator.status!, workers, pools } };
  const screen = statusScreen([several], style);
  expect(screen).toMatch(/w1 +rack2 +0\.1\.0 +default +1 +2/);
  expect(screen).toMatch(/w2 +rack2 +0\.1\.0 +v2 +tables +2/);
  expect(screen).toContain("pool v3 has no worker: logmill worker --pool v3\n");
  expect(screen).not.toContain("pool v2 has");
  const one = { ...several, status: { ...several.status, pools: [{ pool: "v3", workers: 0 }] } };
  expect(statusScreen([one], style)).not.toContain("pool v3");
});
