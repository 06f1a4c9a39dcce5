// The route /status: what a process is, and what its role says of itself. It names hosts, files and
// sources, so it is for who has the token, or is on this host.

import { hostname } from "node:os";
import type { Route } from "./route.ts";
import type { StatusBoard } from "./status-board.ts";
import { programVersion } from "../version.ts";

/** @param role such as `sink`. @param isReady as /ready has it. */
export function statusRoute(role: string, board: StatusBoard, isReady: () => boolean): Route {
  return {
    path: "/status",
    access: "token",
    async handle(context) {
      const status = {
        role,
        version: programVersion(),
        node: process.version,
        host: hostname(),
        pid: process.pid,
        uptimeSeconds: Math.round(process.uptime()),
        isReady: isReady(),
        ...(await board.read()),
      };
      return context.body(`${JSON.stringify(status)}\n`, 200, {
        "Content-Type": "application/json",
      });
    },
  };
}
