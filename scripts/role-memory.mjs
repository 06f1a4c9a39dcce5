// Resident memory of the roles of a running `logmill run`, sampled from /proc (Linux).

import { readFileSync, readdirSync } from "node:fs";

/** @typedef {{ role: string, samples: number[] }} RoleMemory samples in MiB, in order of time */

/** @param {string} path */
function readOrEmpty(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // The process has ended meanwhile.
  }
}

/** Role and process id of the children of a supervisor. @param {number} parent */
function rolesOf(parent) {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => readOrEmpty(`/proc/${pid}/stat`).split(") ")[1]?.split(" ")[1] === `${parent}`)
    .map((pid) => ({ pid, words: readOrEmpty(`/proc/${pid}/cmdline`).split("\0") }))
    .flatMap(({ pid, words }) => {
      const at = words.indexOf("supervised");
      return at < 0 ? [] : [{ pid, role: words[at + 1] ?? "" }];
    });
}

/**
 * Samples until `stop` is called, which returns what was seen, one entry a process.
 * @param {number} parent process id of `logmill run`
 */
export function sampleRoles(parent) {
  /** @type {Map<string, RoleMemory>} */
  const seen = new Map();
  const timer = setInterval(() => {
    for (const { pid, role } of rolesOf(parent)) {
      const kib = /VmRSS:\s+(\d+)/.exec(readOrEmpty(`/proc/${pid}/status`))?.[1];
      if (kib === undefined) continue;
      const memory = seen.get(pid) ?? { role, samples: [] };
      memory.samples.push(Number(kib) / 1024);
      seen.set(pid, memory);
    }
  }, 100);
  return {
    stop: () => {
      clearInterval(timer);
      return [...seen.values()];
    },
  };
}

/** Prints a line a role: resident memory at the quarters of its life, and its greatest. @param {RoleMemory[]} roles */
export function printMemory(roles) {
  console.log("  resident memory, MiB                after ¼    ½    ¾  end  greatest");
  for (const { role, samples } of roles) {
    const at = (/** @type {number} */ share) => {
      const sample = samples[Math.ceil(samples.length * share) - 1] ?? 0;
      return sample.toFixed(0).padStart(5);
    };
    const greatest = Math.max(...samples)
      .toFixed(0)
      .padStart(10);
    console.log(`    ${role.padEnd(34)}${at(0.25)}  ${at(0.5)}${at(0.75)}${at(1)}${greatest}`);
  }
}
