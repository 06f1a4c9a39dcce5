// The manifest on the disk: read once, then edited, one edit after the other, and replaced as a whole when the
// edits have become long.

import { join } from "node:path";
import { assert } from "../../../../shared/base/assert.ts";
import { failPoint } from "../../../../shared/base/fail-point.ts";
import { inSlices } from "../../../../shared/runtime/time-slice.ts";
import { diskError, OutOfSpace, writeError } from "../../../disk/disk-error.ts";
import type { FileSystem, OpenFile } from "../../../disk/file-system.ts";
import {
  decodeManifestSteps,
  editedSteps,
  encodeEditSteps,
  type ManifestChange,
} from "./manifest-edit.ts";
import {
  encodeManifestSteps,
  manifestVersion,
  placeBehind,
  type EditPlace,
  type Manifest,
  type ReadManifest,
} from "./manifest.ts";
import { manifestDraftName, manifestName, readWhole, writeAll } from "../disk/store-files.ts";

/** A million sources with their ranges take a tenth of it. */
const manifestBytesMax = 2 ** 31 - 1;
/** Of edits, however short the snapshot is. */
const editBytesFree = 4096;

/** @throws LogmillError `store_damaged`, `store_version`, `disk_failed`. */
export async function readManifest(files: FileSystem, directory: string): Promise<ReadManifest> {
  const path = join(directory, manifestName);
  try {
    const bytes = await readWhole(files, path, manifestBytesMax);
    return await inSlices(decodeManifestSteps(bytes, path));
  } catch (error) {
    throw diskError(error, "reading", path);
  }
}

export class ManifestFile {
  readonly #files: FileSystem;
  readonly #directory: string;
  readonly #path: string;
  #current: Manifest;
  #place: EditPlace | null;
  #last: Promise<void> = Promise.resolve();

  /**
   * @param current what is on the disk now, or what the first replacement starts from.
   * @param place where edits go; null where there is no file yet, or one of an earlier version.
   */
  constructor(files: FileSystem, directory: string, current: Manifest, place: EditPlace | null) {
    this.#files = files;
    this.#directory = directory;
    this.#path = join(directory, manifestName);
    this.#current = current;
    this.#place = place;
  }

  /** What is durable. */
  get current(): Manifest {
    return this.#current;
  }

  /** The edits are longer than what they edit: the next change should replace all. */
  get isLong(): boolean {
    if (this.#place === null) return true;
    const { snapshotBytes, end } = this.#place;
    return end - snapshotBytes > snapshotBytes + editBytesFree;
  }

  /**
   * Replaces the manifest by what `edit` makes of the one that is current when its turn comes.
   * @param catalog all of it, encoded.
   * @throws OutOfSpace when nothing was changed; LogmillError `disk_failed`.
   */
  replace(edit: (current: Manifest) => Manifest, catalog: Uint8Array): Promise<void> {
    return this.#inTurn(() => this.#replace(edit(this.#current), catalog));
  }

  /**
   * Changes the manifest that is current when its turn comes, and writes no more than the change.
   * @throws OutOfSpace when nothing was changed; LogmillError `disk_failed`.
   */
  edit(change: ManifestChange): Promise<void> {
    return this.#inTurn(() => this.#edit(change));
  }

  /**
   * Cuts off what a process that died has left of an edit. What it had written and not synced counts from
   * now on: nothing may be deleted that it makes superfluous before it is durable.
   * @throws LogmillError `disk_failed`
   */
  async repair(): Promise<void> {
    const file = await this.#openFile();
    const { end } = placeOf(this.#place);
    try {
      if ((await file.size()) !== end) await file.truncate(end);
      await file.datasync();
      await file.close();
    } catch (error) {
      throw diskError(error, "repairing", this.#path);
    }
  }

  #inTurn(act: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(act);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #edit(change: ManifestChange): Promise<void> {
    const at = placeOf(this.#place);
    const { bytes, place } = await inSlices(encodeEditSteps(this.#current, change, at));
    const next = await inSlices(editedSteps(this.#current, change));
    const file = await this.#openFile();
    try {
      await writeAll(file, [bytes], at.end);
    } catch (error) {
      await this.#cutBack(file, at.end);
      throw writeError(error, this.#path);
    }
    try {
      failPoint("sink.manifest.edited");
      await file.datasync();
      await file.close();
      failPoint("sink.manifest.edit-synced");
    } catch (error) {
      throw diskError(error, "syncing", this.#path);
    }
    this.#current = next;
    this.#place = place;
  }

  async #openFile(): Promise<OpenFile> {
    try {
      return await this.#files.open(this.#path, "write");
    } catch (error) {
      throw diskError(error, "opening", this.#path);
    }
  }

  async #cutBack(file: OpenFile, end: number): Promise<void> {
    try {
      await file.truncate(end);
      await file.close();
    } catch (error) {
      throw diskError(error, "cutting back", this.#path);
    }
  }

  async #replace(edited: Manifest, catalog: Uint8Array): Promise<void> {
    const generation = this.#current.generation + 1;
    const next = { ...edited, generation, version: manifestVersion };
    const draft = join(this.#directory, manifestDraftName);
    const bytes = await inSlices(encodeManifestSteps(next, catalog));
    await this.#writeDraft(draft, bytes);
    try {
      await this.#files.rename(draft, this.#path);
      failPoint("sink.manifest.renamed");
      await this.#files.syncDirectory(this.#directory);
      failPoint("sink.manifest.durable");
    } catch (error) {
      throw diskError(error, "replacing", this.#path);
    }
    this.#current = next;
    this.#place = placeBehind(bytes);
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

function placeOf(place: EditPlace | null): EditPlace {
  assert(place !== null, "a manifest is edited once it was written by this version");
  return place;
}
