import { EmbeddedStore } from "../../../../src/sink/store/embedded/embedded-store.ts";
import { ReadOnlyStore } from "../../../../src/sink/store/embedded/read-only-store.ts";
import { MemoryFileSystem } from "../../../support/memory-file-system.ts";
import { noting, storeDirectory } from "../../../support/open-store.ts";
import { storeContract } from "../../../support/store-contract.ts";

storeContract("an embedded store on a disk in memory", () => {
  let files = new MemoryFileSystem();
  return {
    open: (configured, options) =>
      EmbeddedStore.open(files, storeDirectory, configured, noting(options)),
    openReader: () => ReadOnlyStore.open(files, storeDirectory),
    kill: () => {
      files = files.crash("nothing");
      return Promise.resolve();
    },
  };
});

storeContract("an embedded store whose live tables are always over their budget", () => {
  let files = new MemoryFileSystem();
  return {
    open: (configured, options) =>
      EmbeddedStore.open(
        files,
        storeDirectory,
        configured,
        noting({ ...options, liveBytesMax: 1 }),
      ),
    openReader: () => ReadOnlyStore.open(files, storeDirectory),
    kill: () => {
      files = files.crash("everything");
      return Promise.resolve();
    },
  };
});
