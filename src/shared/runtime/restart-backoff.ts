// How long to wait before a process that died is started again. Pure: it is told how long the process
// lived and answers with a wait.
//
// A death is fast when the process lived for less than `steadyAfterMs`. Fast deaths in a row wait
// twice as long each time, 100 ms to 5 s. A process that worked for a while starts anew at the
// shortest wait, because what killed it is probably not its own start.

const backoffMsMin = 100;
const backoffMsMax = 5000;
const steadyAfterMs = 10_000;

/** What follows a death. */
export interface RestartWait {
  /** Fast deaths in a row, with this one. */
  readonly fastDeaths: number;
  readonly afterMs: number;
}

/**
 * @param fastDeaths in a row before this death
 * @param livedMs from the start of the process to its end
 */
export function waitAfterDeath(fastDeaths: number, livedMs: number): RestartWait {
  const inARow = livedMs < steadyAfterMs ? fastDeaths + 1 : 1;
  return {
    fastDeaths: inARow,
    afterMs: Math.min(backoffMsMax, backoffMsMin * 2 ** (inARow - 1)),
  };
}
