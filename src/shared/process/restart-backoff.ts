// How long to wait before a process that died is started again. Pure: it is told how long the process
// lived and answers with a wait.
//
// A death is fast when the process lived for less than `steadyAfterMs`. Fast deaths in a row wait
// twice as long each time, 100 ms to 5 s. A process that worked for a while starts anew at the
// shortest wait, because what killed it is probably not its own start.
//
// One that died at its work, however soon, waits for half a second at most: a batch that kills workers
// is searched for its bad lines by letting them die, and how often is bounded where that is done.

const backoffMsMin = 100;
const backoffMsMax = 5000;
const workBackoffMsMax = 500;
const steadyAfterMs = 10_000;

export interface Death {
  /** From the start of the process to its end. */
  readonly livedMs: number;
  /** It had begun with its work. */
  readonly hasWorked: boolean;
}

/** What follows a death. */
export interface RestartWait {
  /** Fast deaths in a row, with this one. */
  readonly fastDeaths: number;
  readonly afterMs: number;
}

/** @param fastDeaths in a row before this death */
export function waitAfterDeath(fastDeaths: number, { livedMs, hasWorked }: Death): RestartWait {
  const inARow = livedMs < steadyAfterMs ? fastDeaths + 1 : 1;
  const longestMs = hasWorked ? workBackoffMsMax : backoffMsMax;
  return {
    fastDeaths: inARow,
    afterMs: Math.min(longestMs, backoffMsMin * 2 ** (inARow - 1)),
  };
}
