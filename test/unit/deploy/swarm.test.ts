// The stack for Docker Swarm, as far as it can be checked without a swarm: the same commands as in
// compose.yaml, keys that `logmill keygen` makes and that a role may have, and secrets that the commands
// in the docs create.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { createKeyFolder } from "../../../src/shared/net/curve/key-folder.ts";
import { tempFolder } from "../../support/temp-folder.ts";

interface Service {
  readonly command: readonly string[];
  readonly hostname?: string;
  readonly read_only: boolean;
  readonly cap_drop: readonly string[];
  readonly ports?: unknown;
  readonly secrets: readonly { source: string; target: string; uid: string; mode: number }[];
  readonly deploy: { readonly endpoint_mode: string; readonly replicas: number };
}

const root = new URL("../../../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");
const options = { merge: true, version: "1.1" } as const;
const stack = parse(read("deploy/swarm/stack.yaml"), options) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly configs: { readonly logmill: { readonly file: string } };
  readonly secrets: Readonly<Record<string, { readonly name: string }>>;
};
const compose = parse(read("compose.yaml"), options) as Pick<typeof stack, "services">;
const roles = ["ventilator", "worker", "sink"];

describe("the stack for Docker Swarm", () => {
  it("runs the roles of compose.yaml, and opens no port", () => {
    expect(Object.keys(stack.services).sort()).toEqual([...roles].sort());
    for (const role of roles) {
      const { command, hostname, ports, deploy, ...service } = stack.services[role]!;
      const there = compose.services[role]!.command.map((word) =>
        word.replace("/keys/cluster", "/keys"),
      );
      expect(there.filter((word) => !/concurrency/i.test(word))).toEqual(command);
      // Its own name has to lead to the role itself before the swarm tells it to anybody.
      if (role !== "worker") expect([hostname, deploy.replicas]).toEqual([role, 1]);
      expect(deploy.endpoint_mode).toBe("dnsrr");
      expect(ports).toBeUndefined();
      expect([service.read_only, service.cap_drop]).toEqual([true, ["ALL"]]);
    }
    expect(existsSync(new URL(stack.configs.logmill.file, new URL("deploy/swarm/", root)))).toBe(
      true,
    );
  });

  it("gives each role the keys that it needs, readable by it alone", () => {
    const folder = join(tempFolder(), "keys");
    createKeyFolder(folder);
    for (const role of roles) {
      const { secrets } = stack.services[role]!;
      for (const { source, target, uid, mode } of secrets) {
        const file = target.replace(/^\/keys\//, "");
        expect(existsSync(join(folder, file)), file).toBe(true);
        expect(stack.secrets[source]!.name).toBe(`logmill-${file.replace(/[./]/g, "-")}`);
        expect([uid, mode]).toEqual(["10001", 0o400]);
      }
      const secret = secrets
        .map(({ target }) => target)
        .filter((target) => target.endsWith(".key"));
      expect(secret).toEqual([`/keys/${role}.key`]);
    }
  });

  it("wants the secrets that the docs create", () => {
    const [, files = ""] =
      /for file in (.*); do\n {2}docker secret/.exec(read("docs/cluster.md")) ?? [];
    const made = files.split(" ").map((file) => `logmill-${file.replace(/[./]/g, "-")}`);
    expect(made.sort()).toEqual(
      Object.values(stack.secrets)
        .map(({ name }) => name)
        .sort(),
    );
  });
});
