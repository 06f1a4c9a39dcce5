// A table of message types: for each its number and how its body is written and read. Looking up
// by name to encode and by number to decode is all that is generic about messages.

import { assert } from "../base/assert.ts";
import { badMessage, MessageReader, MessageWriter } from "./codec-frame.ts";

export interface Codec<M extends { readonly type: string }> {
  /** On the wire; one space for all sockets, so that a stray message is refused. */
  readonly number: number;
  write(writer: MessageWriter, message: M): void;
  read(reader: MessageReader): Omit<M, "type">;
}

/** One entry for each member of a union of messages; the compiler sees to it that none is missing. */
export type CodecTable<M extends { readonly type: string }> = {
  readonly [T in M["type"]]: Codec<Extract<M, { readonly type: T }>>;
};

/** A message without fields. */
export const bare = (
  number: number,
): { readonly number: number; readonly write: () => void; readonly read: () => object } => ({
  number,
  write: () => undefined,
  read: () => ({}),
});

export class MessageCodec<M extends { readonly type: string }> {
  readonly #byType: ReadonlyMap<string, Codec<M>>;
  readonly #byNumber: ReadonlyMap<number, readonly [string, Codec<M>]>;

  constructor(table: CodecTable<M>) {
    // The table's type ties each codec to its message; a lookup by a run-time name cannot say so.
    const entries = Object.entries<unknown>(table) as [string, Codec<M>][];
    this.#byType = new Map(entries);
    this.#byNumber = new Map(entries.map((entry) => [entry[1].number, entry]));
    assert(this.#byNumber.size === entries.length, "message types have numbers of their own");
  }

  /** The frames to send; those that the message carries are not copied. */
  encode(message: M): Uint8Array[] {
    const codec = this.#byType.get(message.type);
    assert(codec !== undefined, `messages of type ${message.type} are not sent on this socket`);
    const writer = new MessageWriter(codec.number);
    codec.write(writer, message);
    return writer.finish();
  }

  /** Throws `bad_message` or `protocol_version`; believes nothing that it has not checked. */
  decode(frames: readonly Uint8Array[]): M {
    const reader = new MessageReader(frames);
    const entry = this.#byNumber.get(reader.type);
    if (entry === undefined) {
      throw badMessage(`type ${reader.type} does not belong on this socket`);
    }
    const [type, codec] = entry;
    const message = { type, ...codec.read(reader) } as M;
    reader.end();
    return message;
  }
}
