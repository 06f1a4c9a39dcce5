// Whether sockets can be opened, served and closed under a storm of strangers as often as one likes.
// A fault here is an abort of the whole process, inside libzmq, once in a thousand rounds: so the
// rounds run in processes of their own, and what is counted is how those end.
//
// `npm run test:storm` does 20,000 rounds.

import { fork } from "node:child_process";
import { expect, it } from "vitest";
import { recordEvidence } from "../support/evidence.ts";
import { testProgram, typescriptFlags } from "../support/programs.ts";

const isFull = process.env["LOGMILL_TEST_DEPTH"] === "full";
const storm = testProgram("support/socket-storm.ts");
const processes = isFull ? 20 : 1;
const roundsEach = isFull ? 1_000 : 150;
const seed = Number(process.env["LOGMILL_TEST_SEED"] ?? 1);

interface Outcome {
  readonly rounds: number;
  /** How the process ended, when not of itself. */
  readonly death: string | null;
}

function run(rounds: number, seedOfRun: number): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = fork(storm, [String(rounds), String(seedOfRun)], {
      execArgv: [...typescriptFlags],
    });
    let done = 0;
    child.on("message", (round) => (done = Number(round)));
    child.once("close", (code, signal) => {
      const isClean = code === 0 && done === rounds;
      const how = `seed ${seedOfRun} ended in round ${done + 1} with ${signal ?? `code ${code}`}`;
      resolve({ rounds: done, death: isClean ? null : how });
    });
  });
}

it(
  "sockets are opened, stormed by strangers and closed without a death",
  { timeout: 3_600_000 },
  async () => {
    const outcomes: Outcome[] = [];
    for (let index = 0; index < processes; index += 1) {
      outcomes.push(await run(roundsEach, seed + index));
    }
    expect(outcomes.flatMap(({ death }) => death ?? [])).toEqual([]);
    const rounds = outcomes.reduce((sum, outcome) => sum + outcome.rounds, 0);
    expect(rounds).toBe(processes * roundsEach);
    recordEvidence({
      part: "security",
      fault:
        "sockets with keys opened, stormed by strangers, bound anew and closed, at one address",
      expected: "no process dies or gets stuck",
      observed: "every round came to its end",
      runs: rounds,
    });
  },
);
