// The sink's end of the results: fair-queued over all workers, read by one loop.

import { Pull as ZmqPull } from "zeromq";
import { thisHostOnly } from "./security.ts";
import { ServerSocket } from "./server-socket.ts";

export interface Pull extends AsyncIterable<Buffer[], undefined> {
  /** The address it is bound to, with its real port. */
  readonly endpoint: string;
  /** Settles when the socket is gone and its address free. What was not read yet is forgotten. */
  close(): Promise<void>;
}

/** Partials of each worker that wait in the sink's memory; those behind them wait in the worker's. */
const partialsAhead = 4;

/** Throws `address_unusable`, `insecure_address`. */
export function bindPull(
  endpoint: string,
  security = thisHostOnly.server("results"),
): Promise<Pull> {
  return ServerSocket.bind(
    (options) => new ZmqPull({ ...options, receiveHighWaterMark: partialsAhead }),
    endpoint,
    security,
  );
}
