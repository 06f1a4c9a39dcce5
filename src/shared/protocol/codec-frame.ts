// The first frame of every message: 16 bytes that are the same for all types and versions, then the
// body. Drawn in PROTOCOL.md. What is large (the bytes of a batch, a partial, a plan) is not in the
// body but in a second frame, which is sent and received without a copy.
//
// A decoder meets whatever the network brings. It looks at the length before it allocates, at the
// checksum before it believes a field, and at every field before it returns it.

import { crc32 } from "node:zlib";
import { ByteReader, ByteWriter } from "../base/bytes.ts";
import { assert } from "../base/assert.ts";
import { LogmillError } from "../base/errors.ts";
import { limits } from "../base/limits.ts";
import { protocolVersion } from "./messages.ts";

/** "LMIL", read as a little-endian number. */
const magic = 0x4c494d4c;
const headBytes = 16;
const lengthOffset = 8;
const checksumOffset = 12;

/** Collects one message: fields of the body in order, and at most one attached frame. */
export class MessageWriter {
  readonly body = new ByteWriter(320);
  #attached: Uint8Array | null = null;

  /** @param type the number of the message's type. */
  constructor(type: number) {
    this.body.u32(magic).u8(protocolVersion).u8(type).u8(0).u8(0).u32(0).u32(0);
  }

  /** Makes `frame` the message's second frame; its length is written into the body here. */
  attach(frame: Uint8Array): void {
    assert(this.#attached === null, "a message has at most one attached frame");
    assert(frame.length <= limits.messageBytesMax, "no frame is larger than a socket accepts");
    this.#attached = frame;
    this.body.varint(frame.length);
  }

  /** The frames to send. */
  finish(): Uint8Array[] {
    const attached = this.#attached;
    const { length } = this.body;
    this.body.setU32(lengthOffset, length);
    const head = this.body.finish();
    if (attached !== null) head[6] = 1;
    this.body.setU32(checksumOffset, checksum(head));
    return attached === null ? [head] : [head, attached];
  }
}

/** One message that arrived: its type's number, and the fields of its body. */
export class MessageReader {
  readonly type: number;
  readonly body: ByteReader;
  readonly #attached: Uint8Array | null;
  #taken = false;

  /** Throws `bad_message`, or `protocol_version` for an intact message of another version. */
  constructor(frames: readonly Uint8Array[]) {
    const [head, attached = null] = frames;
    if (head === undefined || frames.length > 2) {
      throw badMessage(`a message has one or two frames, not ${frames.length}`);
    }
    this.body = new ByteReader(head, "bad_message", "message");
    const { body } = this;
    if (head.length < headBytes || body.u32() !== magic)
      throw badMessage("it is none of logmill's");
    const version = body.u8();
    this.type = body.u8();
    const attachedCount = body.u8();
    const zero = body.u8();
    if (body.u32() !== head.length || body.u32() !== checksum(head)) {
      throw badMessage("its first frame was cut or damaged");
    }
    if (version !== protocolVersion) {
      throw new LogmillError(
        "protocol_version",
        `the peer speaks version ${version} of the protocol and this logmill version ${protocolVersion}; run the same logmill everywhere`,
        { fields: { version } },
      );
    }
    if (zero !== 0 || attachedCount !== frames.length - 1) {
      throw badMessage(`it promises ${attachedCount} more frames and has ${frames.length - 1}`);
    }
    this.#attached = attached;
  }

  /** The second frame, which must be as long as the body says. */
  attached(): Uint8Array {
    const length = this.body.varint();
    if (this.#attached?.length !== length) {
      throw this.body.fault(`the second frame should have ${length} bytes`);
    }
    this.#taken = true;
    return this.#attached;
  }

  /** Fails unless the whole body has been read, and the second frame if there is one. */
  end(): void {
    this.body.end();
    if (this.#attached !== null && !this.#taken) throw this.body.fault("a frame is left over");
  }
}

export function badMessage(problem: string, cause?: unknown): LogmillError {
  const message = `not a message of the protocol: ${problem}`;
  return new LogmillError("bad_message", message, cause === undefined ? {} : { cause });
}

/** CRC-32 of the first frame without the four bytes that hold it. */
function checksum(head: Uint8Array): number {
  return crc32(head.subarray(headBytes), crc32(head.subarray(0, checksumOffset)));
}
