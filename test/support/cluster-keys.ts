// Keys of a cluster in a folder of their own, and the security of roles that use them, in one process.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  allowListPath,
  addWorkerKey,
  createKeyFolder,
} from "../../src/shared/net/curve/key-folder.ts";
import type { KeyOwner } from "../../src/shared/net/curve/key-folder.ts";
import { RoleSecurity } from "../../src/shared/net/curve/key-ring.ts";
import type { Domain } from "../../src/shared/net/security.ts";
import { createLogger } from "../../src/shared/runtime/logger.ts";
import { temporaryFolder } from "./net-fixture.ts";

export class ClusterKeys {
  readonly folder = join(temporaryFolder(), "keys");
  /** Everything that the roles logged. */
  log = "";

  constructor() {
    createKeyFolder(this.folder);
  }

  /** @param folder of a worker elsewhere. */
  role(owner: KeyOwner, folder = this.folder): RoleSecurity {
    const logger = createLogger({
      role: owner,
      environment: { LOGMILL_LOG_FORMAT: "json" },
      write: (record) => (this.log += record),
    });
    return new RoleSecurity(owner, { keys: folder, isInsecure: false }, logger);
  }

  /** A worker with a key of its own; `role("worker", folder)` makes its security. */
  addWorker(name: string): string {
    return addWorkerKey(this.folder, name);
  }

  /** Takes the lines that end in the name off an allow-list. */
  revoke(name: string, ...domains: readonly Domain[]): void {
    for (const domain of domains) {
      const path = allowListPath(this.folder, domain);
      const lines = readFileSync(path, "utf8").split("\n");
      writeFileSync(path, lines.filter((line) => !line.endsWith(`  ${name}`)).join("\n"));
    }
  }

  /** Puts a line at the end of an allow-list. */
  allow(line: string, ...domains: readonly Domain[]): void {
    for (const domain of domains) {
      writeFileSync(allowListPath(this.folder, domain), `${line}\n`, { flag: "a" });
    }
  }
}
