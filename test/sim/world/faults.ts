// The script of what goes wrong: at random moments one of the kinds of fault that the scenario has.
// Every fault that lasts ends by itself or, at the latest, when the world is calmed.

import { randomBelow } from "../../../src/shared/base/prng.ts";
import type { Survival } from "../../support/memory-file-system.ts";
import type { Roles, Slot } from "./roles.ts";
import { drawPoison, type FaultKind } from "./scenario.ts";
import type { LogEntry, World } from "./world.ts";

export class Faults {
  readonly #world: World;
  readonly #roles: Roles;
  readonly #acts: Readonly<Record<FaultKind, () => void>>;
  #names = 0;

  constructor(world: World, roles: Roles) {
    this.#world = world;
    this.#roles = roles;
    this.#acts = {
      "kill worker": () => this.#kill(this.#aWorker()),
      "kill sink": () => this.#kill(roles.sink),
      "kill ventilator": () => this.#kill(roles.ventilator),
      "power cut": () => roles.powerCut(roles.sink, this.#survival()),
      "kill everything": () => this.#killEverything(),
      "stop worker": () => this.#suspend(this.#aWorker()),
      "stop sink": () => this.#suspend(roles.sink),
      "stop ventilator": () => this.#suspend(roles.ventilator),
      partition: () => this.#partition(),
      "half-open connection": () => this.#halfOpen(),
      "disk full": () => this.#fillDisk(),
      "disk error": () => this.#failDisk(),
      "wall clock": () => this.#world.jumpWall((this.#world.random() - 0.5) * 2 * 86_400_000),
      "scale workers": () => this.#scale(1 + randomBelow(this.#world.random, roles.workers.length)),
      "another store": () => this.#swapStore(),
      "new summary": () => this.#addSummary(),
      "restart sink": () => roles.stop(roles.sink),
      "restart ventilator": () => roles.stop(roles.ventilator),
      "restart worker": () => roles.stop(this.#aWorker()),
      grow: () => this.#grow(),
      rotate: () => this.#rotate(),
      "new file": () => this.#addFile(),
      "copy file": () => this.#copyFile(),
      "replace file": () => this.#replaceFile(),
      "copy and truncate": () => this.#copyAndTruncate(),
      compress: () => this.#compress(),
      "broken summariser": () => this.#poison(),
    };
  }

  /** Until the time of the faults is over. */
  async run(): Promise<void> {
    const { scenario, scheduler, random, tally } = this.#world;
    const endMs = scheduler.nowMs + scenario.faultsMs;
    while (scheduler.nowMs < endMs) {
      await scheduler.sleep(random() * 2 * scenario.faultEveryMs);
      if (scenario.kinds.length === 0) continue;
      const kind = scenario.kinds[randomBelow(random, scenario.kinds.length)]!;
      tally.fault(kind);
      this.#world.trace(`fault: ${kind}`);
      this.#acts[kind]();
    }
  }

  /** Nothing goes wrong any more, and what went wrong is fixed. */
  calm(): void {
    const world = this.#world;
    const roles = this.#roles;
    world.trace("calm");
    world.isCalm = true;
    world.poison = world.scenario.lastingPoison;
    roles.isFlakyOff = true;
    world.network.calm();
    for (const disk of world.disks) {
      disk.isHostile = false;
      disk.limit(null);
    }
    for (const { process } of roles.all) {
      process?.resume();
      if (process !== null) process.killAtEffect = Infinity;
    }
    if (!roles.workers.some(({ isWanted }) => isWanted)) roles.want(roles.workers[0]!);
    roles.want(roles.sink);
    roles.want(roles.ventilator);
  }

  #aWorker(): Slot {
    const running = this.#roles.workers.filter(({ process }) => process !== null);
    const among = running.length === 0 ? this.#roles.workers : running;
    return among[randomBelow(this.#world.random, among.length)]!;
  }

  /** Now, or at one of its next sends or disk operations. */
  #kill(slot: Slot): void {
    const { random } = this.#world;
    const { process } = slot;
    if (process === null) return;
    if (random() < 0.3) this.#roles.kill(slot);
    else process.killAtEffect = process.effects + 1 + randomBelow(random, 30);
    if (slot.role === "worker" || random() < 0.5) return;
    // Its machine loses power with it.
    const before = process.onKilled;
    process.onKilled = () => {
      process.diesSilently = random() < 0.5;
      before();
      this.#roles.powerCut(slot, this.#survival());
    };
  }

  #survival(): Survival {
    const { random } = this.#world;
    return random() < 0.4 ? "nothing" : random;
  }

  #killEverything(): void {
    const isPowerCut = this.#world.random() < 0.5;
    for (const slot of this.#roles.all) {
      if (isPowerCut) this.#roles.powerCut(slot, this.#survival());
      else this.#roles.kill(slot);
    }
  }

  #suspend(slot: Slot): void {
    const { process } = slot;
    if (process === null || process.isStopped) return;
    process.stop();
    this.#world.scheduler.at(100 + this.#world.random() * 9000, null, () => process.resume());
  }

  #partition(): void {
    const { random, network, scheduler } = this.#world;
    const worker = this.#aWorker().host;
    const pairs = [
      ["V", worker],
      [worker, "S"],
      ["S", "V"],
    ] as const;
    const [a, b] = pairs[randomBelow(random, pairs.length)]!;
    const draw = random();
    if (draw < 0.75) network.cut(a, b);
    if (draw > 0.25) network.cut(b, a);
    scheduler.at(200 + random() * 15_000, null, () => {
      network.heal(a, b);
      network.heal(b, a);
    });
  }

  /** Something between the hosts has forgotten a connection, and only the client finds out. */
  #halfOpen(): void {
    const { random, network, scheduler } = this.#world;
    const open = [...network.connections].filter(({ ends }) => ends.length === 2);
    if (open.length === 0) return;
    const connection = open[randomBelow(random, open.length)]!;
    scheduler.at(0, connection.client.process, () => connection.forgottenByClient());
  }

  #fillDisk(): void {
    const world = this.#world;
    world.sinkDisk.limit(randomBelow(world.random, 3000));
    world.deadLetterDisk.limit(randomBelow(world.random, 300));
    world.scheduler.at(300 + world.random() * 6000, null, () => {
      for (const disk of world.disks) disk.limit(null);
    });
  }

  #failDisk(): void {
    const { random, sinkDisk, deadLetterDisk } = this.#world;
    const disk = random() < 0.8 ? sinkDisk : deadLetterDisk;
    disk.failNext = random() < 0.6 ? "datasync" : "write";
  }

  #scale(count: number): void {
    const { random } = this.#world;
    for (const [index, slot] of this.#roles.workers.entries()) {
      if (index < count) this.#roles.want(slot, random() * 500);
      else if (slot.isWanted) {
        slot.isWanted = false;
        if (random() < 0.7) this.#roles.stop(slot);
        else this.#roles.kill(slot);
      }
    }
  }

  /** Somebody starts the sink on another folder. */
  #swapStore(): void {
    const roles = this.#roles;
    roles.kill(roles.sink);
    this.#world.disk = 1 - this.#world.disk;
    roles.want(roles.sink);
  }

  /** The new configuration is rolled out in any order. */
  #addSummary(): void {
    const roles = this.#roles;
    roles.isSecondSummary = true;
    for (const slot of roles.all) {
      this.#world.scheduler.at(this.#world.random() * 1000, null, () => roles.stop(slot));
    }
  }

  #grow(): void {
    const { random, contents } = this.#world;
    this.#world.growFile(randomBelow(random, contents.length), 1 + randomBelow(random, 20));
  }

  /** The file is renamed, and its writer goes on in a new one. */
  #rotate(): void {
    const { random, contents, logs } = this.#world;
    const entry = contents[randomBelow(random, contents.length)]!;
    this.#names += 1;
    const path = `${entry.path}.${this.#names}`;
    logs.rename(entry.path, path);
    this.#world.trace(`${entry.path} is renamed to ${path}`);
    const name = nameOf(entry);
    entry.path = path;
    this.#world.addFile(name, 1 + randomBelow(random, 10));
  }

  #addFile(): void {
    this.#names += 1;
    this.#world.addFile(`new-${this.#names}.log`, 1 + randomBelow(this.#world.random, 30));
  }

  #copyFile(): void {
    const { random, contents } = this.#world;
    const entry = contents[randomBelow(random, contents.length)]!;
    // One that is just being written to is not a whole copy.
    if (!this.#world.isWhole(entry)) return;
    this.#names += 1;
    this.#world.addFile(`copy-${this.#names}.log`, 0, entry.content);
  }

  /** The file is moved away as a copy; a while later another one takes its place. */
  #replaceFile(): void {
    const world = this.#world;
    const { random, contents, scheduler } = world;
    const entry = contents[randomBelow(random, contents.length)]!;
    const { content } = entry;
    if (!world.isWhole(entry)) return;
    this.#names += 1;
    world.addFile(`aside-${this.#names}.log`, 0, content);
    const lines = 1 + randomBelow(random, 10);
    scheduler.at(random() * 3000, null, () => {
      // It, or every copy, may have been replaced by now.
      const index = contents.indexOf(entry);
      const isKept = contents.some((other) => other !== entry && other.content === content);
      if (world.isCalm || index < 0 || entry.content !== content || !isKept) return;
      contents.splice(index, 1);
      world.trace(`${entry.path} is replaced`);
      world.addFile(nameOf(entry), lines);
    });
  }

  /** Often of a file that is being read; what comes is longer than what was, or shorter. */
  #copyAndTruncate(): void {
    const world = this.#world;
    const entry = world.contents[randomBelow(world.random, world.contents.length)]!;
    if (!world.isWhole(entry)) return;
    this.#names += 1;
    world.addFile(`${nameOf(entry)}.copy-${this.#names}`, 0, entry.content);
    world.truncate(
      entry,
      1 + randomBelow(world.random, Math.min(60, 2 * entry.content.lines.length)),
    );
  }

  /** A while later the file itself is gone. */
  #compress(): void {
    const world = this.#world;
    const { contents, scheduler, random } = world;
    const entry = contents[randomBelow(random, contents.length)]!;
    if (!world.isWhole(entry) || contents.some(({ path }) => path === `${entry.path}.gz`)) return;
    const { content } = entry;
    world.compress(entry);
    scheduler.at(random() * 3000, null, () => {
      const index = contents.indexOf(entry);
      const isKept = contents.some((other) => other !== entry && other.content === content);
      if (world.isCalm || index < 0 || entry.content !== content || !isKept) return;
      contents.splice(index, 1);
      world.logs.remove(entry.path);
      world.trace(`${entry.path} is deleted`);
    });
  }

  /** A release of the workers that some lines break. */
  #poison(): void {
    const world = this.#world;
    const { random, scheduler, scenario } = world;
    world.poison = drawPoison(random);
    scheduler.at(1000 + random() * 9000, null, () => (world.poison = scenario.lastingPoison));
  }
}

function nameOf({ path }: LogEntry): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
