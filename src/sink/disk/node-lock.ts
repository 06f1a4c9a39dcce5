// Makes one process the owner of a directory, and frees the directory when that process dies, be it
// by SIGKILL. Node has no flock, a file with a process number in it survives its process, and
// numbers are used again. A listening Unix socket does neither: nobody can connect to it any longer
// once its process is gone.
//
// The owner listens on `lock-<n>.sock`. To take the directory, a process finds the highest n, sees
// that nobody listens there, and puts its own listening socket at n + 1 by link(2), which fails if
// another was faster. It owns the directory if n + 1 is then still the highest.
//
// Why this is exclusive: numbers only grow, since the highest is never deleted, not even by its
// owner at the end. Once a living process holds number a, nobody who looks afterwards gets past it;
// and one who looked before and found b > a did so before a was linked, so that a is not the highest
// and gives up. A socket listens before it is linked, so a linked one that refuses is dead.
//
// The socket answers with the owner's process number, for the message. Both sides must be on one
// machine: over a network file system a living owner on another host looks dead.

import { link, open, readdir, unlink, type FileHandle } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { join, resolve } from "node:path";
import { LogmillError } from "../../shared/base/errors.ts";
import { systemErrorCode } from "../../shared/base/system-error.ts";
import type { DirectoryLock } from "./file-system.ts";

/** Longest path of a Unix socket that every system takes. */
const socketPathBytesMax = 100;
/** A stopped owner accepts connections without answering; its number is then left out. */
const answerTimeoutMs = 500;
/** Losing a race to others this often in a row means that something else is wrong. */
const attemptsMax = 100;

const lockName = /^lock-(\d+)\.sock$/;

/** @throws LogmillError `store_locked` */
export async function lockDirectory(path: string): Promise<DirectoryLock> {
  const directory = await open(path, "r");
  try {
    const place = await socketPlace(path, directory);
    const temporary = join(place, `lock-${process.pid}-${process.hrtime.bigint()}.tmp`);
    const server = await listen(temporary);
    try {
      await takeNumber(path, place, temporary);
    } catch (error) {
      await close(server);
      throw error;
    }
    return {
      release: async () => {
        await close(server);
        await directory.close();
      },
    };
  } catch (error) {
    await directory.close();
    throw error;
  }
}

async function takeNumber(path: string, place: string, temporary: string): Promise<void> {
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const highest = await highestNumber(place);
    if (highest > 0) {
      const answer = await ask(join(place, `lock-${highest}.sock`));
      if (answer === "gone") continue;
      if (answer !== "dead") throw locked(path, answer.owner);
    }
    const mine = highest + 1;
    if (!(await linked(temporary, join(place, `lock-${mine}.sock`)))) continue;
    if ((await highestNumber(place)) !== mine) continue;
    await removeBelow(place, mine);
    await unlink(temporary);
    return;
  }
  throw locked(path, null);
}

function locked(path: string, owner: string | null): LogmillError {
  const who = owner === null ? "another process" : `process ${owner}`;
  return new LogmillError(
    "store_locked",
    `${path} is in use by ${who}; stop it, or give this one another data_dir`,
    { fields: { path, ...(owner === null ? {} : { owner }) } },
  );
}

/** The directory's path for sockets: by way of the open directory where its own is too long. */
async function socketPlace(path: string, directory: FileHandle): Promise<string> {
  const longest = "/lock-9999999999-99999999999999999999.tmp";
  const absolute = resolve(path);
  if (Buffer.byteLength(absolute + longest) <= socketPathBytesMax) return absolute;
  const short = `/proc/self/fd/${directory.fd}`;
  try {
    await readdir(short);
    return short;
  } catch (cause) {
    throw new LogmillError(
      "config_invalid",
      `${absolute} is too long for a socket's path on this system; choose a shorter data_dir`,
      { cause },
    );
  }
}

/** Listens until closed without keeping the process alive. */
async function listen(path: string): Promise<Server> {
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.end(`${process.pid}\n`);
  });
  await new Promise<void>((done, failed) => {
    server.once("error", failed);
    server.listen(path, done);
  });
  server.unref();
  return server;
}

function close(server: Server): Promise<void> {
  return new Promise((done) => server.close(() => done()));
}

async function lockNumbers(place: string): Promise<number[]> {
  return (await readdir(place)).flatMap((name) => {
    const number = lockName.exec(name)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
}

async function highestNumber(place: string): Promise<number> {
  return Math.max(0, ...(await lockNumbers(place)));
}

async function removeBelow(place: string, mine: number): Promise<void> {
  for (const number of await lockNumbers(place)) {
    if (number < mine) await unlink(join(place, `lock-${number}.sock`));
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === "EEXIST") return false;
    throw error;
  }
}

/** Whether somebody listens: `dead` only if the system says that nobody does. */
function ask(path: string): Promise<"dead" | "gone" | { readonly owner: string | null }> {
  return new Promise((answer) => {
    let text = "";
    const socket = connect(path);
    const owner = (): void => {
      socket.destroy();
      answer({ owner: /^(\d{1,10})\n$/.exec(text)?.[1] ?? null });
    };
    socket.setTimeout(answerTimeoutMs, owner);
    socket.on("data", (bytes: Buffer) => {
      if (text.length < 64) text += bytes.toString("latin1");
    });
    socket.on("close", owner);
    socket.on("error", (error) => {
      const code = systemErrorCode(error);
      if (code === "ECONNREFUSED") answer("dead");
      else if (code === "ENOENT") answer("gone");
      else owner();
    });
  });
}
