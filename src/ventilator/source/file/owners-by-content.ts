// Which files own which content: those that are read, by the content they stand for.

import { limits } from "../../../shared/base/limits.ts";
import type { SourceIdentity } from "../../../shared/model/content.ts";
import { beginsLike, headIdOf } from "./identify-file.ts";
import type { TrackedFile } from "./tracked-file.ts";

interface OwnedContent {
  readonly identity: SourceIdentity;
  /** At most one of each source of the configuration, in the order in which they were settled. */
  files: readonly TrackedFile[];
}

/** OwnersByContent whose beginning is compared with one short file, at most. */
const comparedMax = 32;

export class OwnersByContent {
  readonly #byId = new Map<string, OwnedContent>();
  readonly #byFamily = new Map<string, Set<OwnedContent>>();

  of(id: string): readonly TrackedFile[] {
    return this.#byId.get(id)?.files ?? [];
  }

  add(identity: SourceIdentity, file: TrackedFile): void {
    const owned = this.#byId.get(identity.id) ?? { identity, files: [] };
    owned.files = [...owned.files, file];
    this.#byId.set(identity.id, owned);
    const family = this.#byFamily.get(identity.family) ?? new Set<OwnedContent>();
    this.#byFamily.set(identity.family, family.add(owned));
  }

  remove(identity: SourceIdentity, file: TrackedFile): void {
    const owned = this.#byId.get(identity.id);
    if (owned === undefined) return;
    owned.files = owned.files.filter((each) => each !== file);
    if (owned.files.length > 0) return;
    this.#byId.delete(identity.id);
    const family = this.#byFamily.get(identity.family);
    family?.delete(owned);
    if (family?.size === 0) this.#byFamily.delete(identity.family);
  }

  /**
   * The name of a content that may be the same as the one of `file`, called `own` otherwise: it has
   * the same beginning, as far as the shorter of the two goes. Throws `source_unreadable`, also when a
   * owner is gone and so cannot be compared: under a name of its own the file could count twice.
   * @param isOther whether a content is known to be another one
   */
  async findAlike(
    file: TrackedFile,
    own: SourceIdentity,
    isOther: (id: string) => boolean,
  ): Promise<SourceIdentity | null> {
    const heads = new Map<number, string | null>();
    // Its name covers all of it, so it may be the beginning of a longer one.
    let comparable = own.headBytes < limits.fingerprintBytesMax ? comparedMax : 0;
    for (const { identity, files } of this.#byFamily.get(own.family) ?? []) {
      if (isOther(identity.id)) continue;
      const { headBytes } = identity;
      if (!heads.has(headBytes)) heads.set(headBytes, await headIdOf(file, headBytes));
      const head = heads.get(headBytes);
      if (head === identity.id) return identity;
      if (head !== null || comparable === 0) continue;
      comparable -= 1;
      if (await beginsLike(files[0]!, own)) return identity;
    }
    return null;
  }
}
