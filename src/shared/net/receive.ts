// Receiving, for every kind of socket. zeromq.js allows one `receive` at a time, rejects a pending
// one with EAGAIN when the socket closes, and throws EBADF on a closed socket; here all three are
// just the end of the iteration.

/** The half of a zeromq socket that receives. */
export interface Receiver {
  readonly closed: boolean;
  receive(): Promise<Buffer[]>;
}

/** All messages of a socket until it closes, one reader at a time. */
export function messagesOf(socket: Receiver): AsyncIterator<Buffer[], undefined> {
  // A function, since the socket may close while `receive` waits.
  const isClosed = (): boolean => socket.closed;
  return {
    async next() {
      if (isClosed()) return { done: true, value: undefined };
      try {
        return { done: false, value: await socket.receive() };
      } catch (error) {
        if (isClosed()) return { done: true, value: undefined };
        throw error;
      }
    },
  };
}
