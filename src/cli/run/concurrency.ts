// How many workers `--concurrency auto` starts: the processors that this process may use, less one
// for ventilator and sink where they are on the same host.

import { isOnThisHost } from "../../shared/base/endpoint.ts";

/**
 * @param cores that the operating system lets this process run on
 * @param cpuMax the content of a control group's `cpu.max`: microseconds of CPU time in a period, such
 *   as `150000 100000`, or `max 100000`; null where there is none
 * @param tasks where the ventilator is
 */
export function autoConcurrency(cores: number, cpuMax: string | null, tasks: string): number {
  const [quota, period] = (cpuMax ?? "").split(" ").map(Number);
  const share = quota !== undefined && period !== undefined ? quota / period : NaN;
  const usable = share > 0 ? Math.min(cores, Math.ceil(share)) : cores;
  return Math.max(1, isOnThisHost(tasks) ? usable - 1 : usable);
}
