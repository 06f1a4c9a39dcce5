// Whether and when a supervised process that died is started again. Pure: it is told how long the
// process lived and answers with a decision.
//
// A death is fast when the process lived for less than `steadyAfterMs`. Fast deaths in a row wait
// twice as long each time, 100 ms to 5 s; the tenth is the last. A process that worked for a while
// starts anew at the shortest wait, because what killed it is probably not its own start.

const restartLimits = Object.freeze({
  backoffMsMin: 100,
  backoffMsMax: 5000,
  fastDeathsMax: 10,
  steadyAfterMs: 10_000,
});

/** Fast deaths in a row, so far. */
export interface RestartHistory {
  readonly fastDeaths: number;
}

export const neverDied: RestartHistory = Object.freeze({ fastDeaths: 0 });

export type RestartDecision =
  | { readonly kind: "restart"; readonly afterMs: number; readonly history: RestartHistory }
  | { readonly kind: "give_up"; readonly deaths: number };

/** Decides after a death. @param livedMs from the start of the process to its end. */
export function decideRestart(history: RestartHistory, livedMs: number): RestartDecision {
  const fastDeaths = livedMs >= restartLimits.steadyAfterMs ? 1 : history.fastDeaths + 1;
  if (fastDeaths >= restartLimits.fastDeathsMax) return { kind: "give_up", deaths: fastDeaths };
  const afterMs = Math.min(
    restartLimits.backoffMsMax,
    restartLimits.backoffMsMin * 2 ** (fastDeaths - 1),
  );
  return { kind: "restart", afterMs, history: { fastDeaths } };
}
