// Whether and when a supervised process that died is started again: it waits as every restarted
// process of logmill does, but the tenth fast death in a row is the last. Pure.

import { waitAfterDeath } from "../../shared/process/restart-backoff.ts";
import type { Death } from "../../shared/process/restart-backoff.ts";

const fastDeathsMax = 10;

/** Fast deaths in a row, so far. */
export interface RestartHistory {
  readonly fastDeaths: number;
}

export const neverDied: RestartHistory = Object.freeze({ fastDeaths: 0 });

export type RestartDecision =
  | { readonly kind: "restart"; readonly afterMs: number; readonly history: RestartHistory }
  | { readonly kind: "give_up"; readonly deaths: number };

/** Decides after a death. One at work is no reason to give up: another part looks after those. */
export function decideRestart(history: RestartHistory, death: Death): RestartDecision {
  const { fastDeaths, afterMs } = waitAfterDeath(history.fastDeaths, death);
  if (fastDeaths >= fastDeathsMax && !death.hasWorked)
    return { kind: "give_up", deaths: fastDeaths };
  return { kind: "restart", afterMs, history: { fastDeaths } };
}
