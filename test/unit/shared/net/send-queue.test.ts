import { describe, expect, it } from "vitest";
import { SendQueue } from "../../../../src/shared/net/send-queue.ts";

const frame = (text: string): Uint8Array[] => [new TextEncoder().encode(text)];

/** A socket that takes a message when the test says so, and never two at a time. */
function slowSocket(): {
  readonly taken: string[];
  readonly write: (frames: readonly Uint8Array[]) => Promise<void>;
  readonly finish: (error?: Error) => Promise<void>;
} {
  const taken: string[] = [];
  let settle: ((error?: Error) => void) | null = null;
  return {
    taken,
    write(frames) {
      expect(settle).toBeNull();
      taken.push(new TextDecoder().decode(frames[0]));
      return new Promise((resolve, reject) => {
        settle = (error) => {
          settle = null;
          if (error) reject(error);
          else resolve();
        };
      });
    },
    async finish(error) {
      settle?.(error);
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

const bounds = { messagesMax: 3, bytesMax: 10 };

describe("a send queue", () => {
  it("hands messages over one at a time, in order", async () => {
    const socket = slowSocket();
    const queue = new SendQueue(socket.write, bounds);
    const sent = [queue.send(frame("a")), queue.send(frame("b")), queue.send(frame("c"))];
    expect(socket.taken).toEqual(["a"]);
    await socket.finish();
    expect(socket.taken).toEqual(["a", "b"]);
    await socket.finish();
    await socket.finish();
    expect(await Promise.all(sent)).toEqual([true, true, true]);
    expect(queue.depth).toBe(0);
  });

  it("takes no offers beyond its bound of messages, and takes them again when there is room", async () => {
    const socket = slowSocket();
    const queue = new SendQueue(socket.write, bounds);
    expect(["a", "b", "c", "d"].map((text) => queue.offer(frame(text)))).toEqual([
      true,
      true,
      true,
      false,
    ]);
    await socket.finish();
    expect(queue.offer(frame("e"))).toBe(true);
    for (let round = 0; round < 4; round += 1) await socket.finish();
    expect(socket.taken).toEqual(["a", "b", "c", "e"]);
  });

  it("takes no offers beyond its bound of bytes, but always one message", () => {
    const queue = new SendQueue(slowSocket().write, bounds);
    expect(queue.offer(frame("longer than the bound"))).toBe(true);
    expect(queue.offer(frame("x"))).toBe(false);
  });

  it("never refuses who waits", async () => {
    const socket = slowSocket();
    const queue = new SendQueue(socket.write, { messagesMax: 1, bytesMax: 1 });
    const sent = [queue.send(frame("aaa")), queue.send(frame("bbb"))];
    await socket.finish();
    await socket.finish();
    expect(await Promise.all(sent)).toEqual([true, true]);
  });

  it("tells a sender of the socket's error and goes on with the next message", async () => {
    const socket = slowSocket();
    const queue = new SendQueue(socket.write, bounds);
    const first = queue.send(frame("a"));
    const second = queue.send(frame("b"));
    const refused = expect(first).rejects.toThrow("no");
    await socket.finish(new Error("no"));
    await socket.finish();
    await refused;
    expect(await second).toBe(true);
  });

  it("answers false for what had not left when it was closed, and for all that comes later", async () => {
    const socket = slowSocket();
    const queue = new SendQueue(socket.write, bounds);
    const sent = [queue.send(frame("a")), queue.send(frame("b"))];
    queue.close();
    await socket.finish(new Error("closed"));
    expect(await Promise.all(sent)).toEqual([false, false]);
    expect(await queue.send(frame("c"))).toBe(false);
    expect(queue.offer(frame("d"))).toBe(false);
    expect(socket.taken).toEqual(["a"]);
  });
});
