// The sink's end of the results: fair-queued over all workers, read by one loop.

import { Pull as ZmqPull } from "zeromq";
import { ConnectionEvents, type ConnectionHandlers } from "./connection-events.ts";
import { messagesOf } from "./receive.ts";
import { bindServer, serverOptions } from "./socket-options.ts";

export interface Pull extends AsyncIterable<Buffer[], undefined> {
  /** The address it is bound to, with its real port. */
  readonly endpoint: string;
  /** Settles when the socket is gone and its address free. What was not read yet is forgotten. */
  close(): Promise<void>;
}

/** Throws `address_unusable`. */
export async function bindPull(endpoint: string, handlers: ConnectionHandlers = {}): Promise<Pull> {
  // Per worker; the flight bounds how many partials there can be in all.
  const socket = new ZmqPull({ ...serverOptions, receiveHighWaterMark: 16 });
  const events = new ConnectionEvents(socket, handlers);
  const bound = await bindServer(socket, endpoint);
  return {
    endpoint: bound,
    [Symbol.asyncIterator]: () => messagesOf(socket),
    async close() {
      socket.close();
      await events.ended;
    },
  };
}
