import fc from "fast-check";
import { expect, it } from "vitest";
import { limits } from "../../../../src/shared/base/limits.ts";
import {
  WaitNotice,
  waitForClient,
  waitForServer,
} from "../../../../src/shared/process/wait-notice.ts";
import type { Wait } from "../../../../src/shared/process/wait-notice.ts";
import { keepingLogger } from "../../../support/silent-logger.ts";

const ventilator = waitForServer("ventilator", "tcp://127.0.0.1:29998");
const worker = waitForClient("worker", "tcp://127.0.0.1:5555");

/** What is said when a role is asked, second by second, whom it waits for. */
function said(waits: readonly (Wait | null)[]): string[] {
  const logger = keepingLogger();
  const notice = new WaitNotice(logger);
  const lines: string[] = [];
  for (const [second, wait] of waits.entries()) {
    notice.look(second * 1000, wait);
    for (const { message } of logger.records.slice(lines.length))
      lines.push(`${second}: ${message}`);
  }
  return lines;
}

const seconds = (count: number, wait: Wait | null): (Wait | null)[] =>
  new Array<Wait | null>(count).fill(wait);

it("a wait of five seconds is said once, and its end once", () => {
  expect(said([...seconds(60, ventilator), ...seconds(60, null)])).toEqual([
    "5: no ventilator answers at tcp://127.0.0.1:29998; still waiting",
    "60: no longer waiting for the ventilator at tcp://127.0.0.1:29998",
  ]);
});

it("a short wait is not worth a word, however many there are", () => {
  expect(said(seconds(20, null).flatMap(() => [...seconds(5, worker), null]))).toEqual([]);
});

it("a wait for another begins anew", () => {
  expect(said([...seconds(8, ventilator), ...seconds(8, worker)])).toEqual([
    "5: no ventilator answers at tcp://127.0.0.1:29998; still waiting",
    "8: no longer waiting for the ventilator at tcp://127.0.0.1:29998",
    "13: no worker has connected to tcp://127.0.0.1:5555; still waiting",
  ]);
});

it("a wait that is known to be older is said sooner, and one that begins again is another", () => {
  const stalled = (sinceMs: number): Wait => ({ missing: "stalled", whom: "it", sinceMs });
  expect(said([null, null, null, ...seconds(4, stalled(0)), ...seconds(4, stalled(6500))])).toEqual(
    ["5: stalled; still waiting", "7: no longer waiting for it"],
  );
});

it("every wait that is said has an end that is said, and nothing else is said", () => {
  const wait = fc.constantFrom(null, null, ventilator, worker);
  const stretch = fc.record({ wait, seconds: fc.integer({ min: 1, max: 9 }) });
  fc.assert(
    fc.property(fc.array(stretch, { maxLength: 40 }), (stretches) => {
      const waits = stretches.flatMap((each) => seconds(each.seconds, each.wait));
      const lines = said([...waits, null]).map((line) => line.replace(/^\d+: /, ""));
      let current: Wait | null = null;
      let since = 0;
      const expected: string[] = [];
      for (const [second, now] of [...waits, null].entries()) {
        if (now !== current) {
          const isSaid = current !== null && second - 1 - since >= limits.waitLoggedAfterMs / 1000;
          if (isSaid)
            expected.push(
              `${current!.missing}; still waiting`,
              `no longer waiting for ${current!.whom}`,
            );
          current = now;
          since = second;
        }
      }
      expect(lines).toEqual(expected);
    }),
    { numRuns: 2_000 },
  );
});
