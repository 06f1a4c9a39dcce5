// `node:os`: the name of the simulated host.

import { thisProcess } from "../world/current.ts";

export * from "node:os";

export function hostname(): string {
  return thisProcess().host;
}
