import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { lockDirectory } from "../../../src/sink/disk/node-lock.ts";
import { tempFolder } from "../../support/temp-folder.ts";
import { testProgram, typescriptFlags } from "../../support/programs.ts";

const holder = testProgram("support/lock-holder.ts");

/** Starts a process that takes the lock; resolves once it has it or has ended. */
async function holdLock(folder: string): Promise<{ child: ChildProcess; isHeld: boolean }> {
  const child = fork(holder, [folder], { execArgv: [...typescriptFlags] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const isHeld = await Promise.race([
    once(child, "message").then(() => true),
    once(child, "exit").then(() => false),
  ]);
  return { child, isHeld };
}

test("a living process keeps others out, and is named", async () => {
  const folder = tempFolder();
  const { child } = await holdLock(folder);
  await expect(lockDirectory(folder)).rejects.toMatchObject({
    code: "store_locked",
    exitCode: 75,
    message: `${folder} is in use by process ${child.pid!}; stop it, or give this one another data_dir`,
  });
});

test("the lock of a killed process is free at once, again and again", async () => {
  const folder = tempFolder();
  for (let round = 0; round < 3; round += 1) {
    const { child, isHeld } = await holdLock(folder);
    expect(isHeld).toBe(true);
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  const lock = await lockDirectory(folder);
  expect(readdirSync(folder)).toEqual(["lock-4.sock"]);
  await lock.release();
});

test("a stopped process keeps its lock", async () => {
  const folder = tempFolder();
  const { child } = await holdLock(folder);
  child.kill("SIGSTOP");
  await expect(lockDirectory(folder)).rejects.toThrow(/in use by another process/u);
  child.kill("SIGKILL");
});

test("a lock that was given back can be taken", async () => {
  const folder = tempFolder();
  for (let round = 0; round < 3; round += 1) {
    const lock = await lockDirectory(folder);
    await expect(lockDirectory(folder)).rejects.toMatchObject({ code: "store_locked" });
    await lock.release();
  }
});

test("of many who want it at once at most one gets it, and one gets it in the end", async () => {
  const folder = tempFolder();
  const dead = await lockDirectory(folder);
  await dead.release();
  for (let round = 0; round < 5; round += 1) {
    const takers = await Promise.allSettled(
      Array.from({ length: 12 }, () => lockDirectory(folder)),
    );
    const held = takers.flatMap((taker) => (taker.status === "fulfilled" ? [taker.value] : []));
    for (const taker of takers) {
      if (taker.status === "rejected") expect(taker.reason).toMatchObject({ code: "store_locked" });
    }
    expect(held).toHaveLength(1);
    await held[0]!.release();
  }
});

test("a path longer than a socket's may be is locked all the same", async () => {
  const folder = join(tempFolder(), "d".repeat(120));
  mkdirSync(folder);
  const lock = await lockDirectory(folder);
  await expect(lockDirectory(folder)).rejects.toMatchObject({ code: "store_locked" });
  await lock.release();
  const again = await lockDirectory(folder);
  await again.release();
});
