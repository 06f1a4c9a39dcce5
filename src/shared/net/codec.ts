// How messages of a conversation become frames and back; the protocol has one such pair for each
// direction of each socket.

export interface Codec<In, Out> {
  /** @throws LogmillError for anything that is no message of this direction. */
  readonly decode: (frames: Buffer[]) => In;
  readonly encode: (message: Out) => Uint8Array[];
}
