// The manifest on the disk: read once, then replaced as a whole, one replacement after the other.

import { join } from "node:path";
import { failPoint } from "../../../../shared/base/fail-point.ts";
import { inSlices } from "../../../../shared/runtime/time-slice.ts";
import { diskError, OutOfSpace, writeError } from "../../../disk/disk-error.ts";
import type { FileSystem, OpenFile } from "../../../disk/file-system.ts";
import { decodeManifest, encodeManifestSteps, manifestVersion, type Manifest } from "./manifest.ts";
import { manifestDraftName, manifestName, readWhole, writeAll } from "../disk/store-files.ts";

/** A million sources with their ranges take a tenth of it. */
const manifestBytesMax = 2 ** 31 - 1;

/** @throws LogmillError `store_damaged`, `store_version`, `disk_failed`. */
export async function readManifest(files: FileSystem, directory: string): Promise<Manifest> {
  const path = join(directory, manifestName);
  try {
    return decodeManifest(await readWhole(files, path, manifestBytesMax), path);
  } catch (error) {
    throw diskError(error, "reading", path);
  }
}

export class ManifestFile {
  readonly #files: FileSystem;
  readonly #directory: string;
  #current: Manifest;
  #last: Promise<void> = Promise.resolve();

  /** @param current what is on the disk now, or what the first replacement starts from. */
  constructor(files: FileSystem, directory: string, current: Manifest) {
    this.#files = files;
    this.#directory = directory;
    this.#current = current;
  }

  /** What is durable. */
  get current(): Manifest {
    return this.#current;
  }

  /**
   * Replaces the manifest by what `edit` makes of the one that is current when its turn comes.
   * @throws OutOfSpace when nothing was changed; LogmillError `disk_failed`.
   */
  replace(edit: (current: Manifest) => Manifest): Promise<void> {
    const turn = this.#last.then(() => this.#replace(edit(this.#current)));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #replace(edited: Manifest): Promise<void> {
    const generation = this.#current.generation + 1;
    const next = { ...edited, generation, version: manifestVersion };
    const draft = join(this.#directory, manifestDraftName);
    await this.#writeDraft(draft, await inSlices(encodeManifestSteps(next)));
    try {
      await this.#files.rename(draft, join(this.#directory, manifestName));
      failPoint("sink.manifest.renamed");
      await this.#files.syncDirectory(this.#directory);
      failPoint("sink.manifest.durable");
    } catch (error) {
      throw diskError(error, "replacing", join(this.#directory, manifestName));
    }
    this.#current = next;
  }

  async #writeDraft(draft: string, bytes: Uint8Array): Promise<void> {
    let file: OpenFile;
    try {
      file = await this.#files.open(draft, "create");
    } catch (error) {
      throw writeError(error, draft);
    }
    try {
      await writeAll(file, [bytes], 0);
    } catch (error) {
      const meaning = writeError(error, draft);
      if (meaning instanceof OutOfSpace) await this.#discard(file, draft);
      throw meaning;
    }
    try {
      failPoint("sink.manifest.written");
      await file.datasync();
      await file.close();
      failPoint("sink.manifest.synced");
    } catch (error) {
      throw diskError(error, "syncing", draft);
    }
  }

  async #discard(file: OpenFile, draft: string): Promise<void> {
    try {
      await file.close();
      await this.#files.unlink(draft);
    } catch (error) {
      throw diskError(error, "removing", draft);
    }
  }
}
