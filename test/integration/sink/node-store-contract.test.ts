import { copyFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { nodeFileSystem } from "../../../src/sink/disk/node-file-system.ts";
import { EmbeddedStore } from "../../../src/sink/store/embedded/embedded-store.ts";
import { ReadOnlyStore } from "../../../src/sink/store/embedded/read-only-store.ts";
import { noting } from "../../support/open-store.ts";
import { storeContract } from "../../support/store-contract.ts";
import { tempFolder } from "../../support/temp-folder.ts";

storeContract("an embedded store on this machine's disk", () => {
  let folder = tempFolder();
  return {
    open: (configured, options) =>
      EmbeddedStore.open(nodeFileSystem, folder, configured, noting(options)),
    openReader: () => ReadOnlyStore.open(nodeFileSystem, folder),
    // The files as they are, copied because the lock of this process lives on.
    kill: () => {
      const copy = tempFolder();
      for (const name of readdirSync(folder).filter((file) => !file.startsWith("lock-"))) {
        copyFileSync(join(folder, name), join(copy, name));
      }
      folder = copy;
      return Promise.resolve();
    },
  };
});
