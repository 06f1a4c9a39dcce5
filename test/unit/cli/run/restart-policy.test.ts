import { describe, expect, it } from "vitest";
import { decideRestart, neverDied } from "../../../../src/cli/run/restart-policy.ts";
import type { RestartHistory } from "../../../../src/cli/run/restart-policy.ts";

/** Waits between the deaths of a process that lives this long each time; ends at giving up. */
function script(livesMs: readonly number[], hasWorked = false): (number | string)[] {
  const answers: (number | string)[] = [];
  let history: RestartHistory = neverDied;
  for (const livedMs of livesMs) {
    const decision = decideRestart(history, { livedMs, hasWorked });
    if (decision.kind === "give_up") {
      answers.push(`gave up after ${decision.deaths}`);
      break;
    }
    answers.push(decision.afterMs);
    history = decision.history;
  }
  return answers;
}

describe("decideRestart", () => {
  it("doubles the wait from 100 ms to 5 s and gives up at the tenth fast death", () => {
    expect(script(new Array<number>(20).fill(50))).toEqual([
      100,
      200,
      400,
      800,
      1600,
      3200,
      5000,
      5000,
      5000,
      "gave up after 10",
    ]);
  });

  it("starts anew after a process that worked for ten seconds", () => {
    expect(script([50, 50, 50, 10_000, 50])).toEqual([100, 200, 400, 100, 200]);
  });

  it("never gives up on a process that works between its deaths", () => {
    expect(script(new Array<number>(30).fill(60_000))).toEqual(new Array<number>(30).fill(100));
  });

  it("neither gives up nor waits long for one that dies at its work", () => {
    const answers = script(new Array<number>(30).fill(50), true);
    expect(answers.slice(0, 4)).toEqual([100, 200, 400, 500]);
    expect(answers).toHaveLength(30);
    expect(answers.at(-1)).toBe(500);
  });

  it("takes one millisecond less than steady for a fast death", () => {
    expect(script([9999, 9999])).toEqual([100, 200]);
  });
});
