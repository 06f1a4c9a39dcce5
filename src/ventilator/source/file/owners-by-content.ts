// Who holds which name: the files that are read, by the content they stand for.

import { limits } from "../../../shared/base/limits.ts";
import type { SourceIdentity } from "../../../shared/model/content.ts";
import { beginsLike, headIdOf } from "./identify-file.ts";
import type { TrackedFile } from "./tracked-file.ts";

interface Holding {
  readonly identity: SourceIdentity;
  /** At most one of each source of the configuration, in the order of their claims. */
  files: readonly TrackedFile[];
}

/** Holders whose beginning is compared with one short file, at most. */
const comparedMax = 32;

export class Holders {
  readonly #byId = new Map<string, Holding>();
  readonly #byFamily = new Map<string, Set<Holding>>();

  of(id: string): readonly TrackedFile[] {
    return this.#byId.get(id)?.files ?? [];
  }

  add(identity: SourceIdentity, file: TrackedFile): void {
    const holding = this.#byId.get(identity.id) ?? { identity, files: [] };
    holding.files = [...holding.files, file];
    this.#byId.set(identity.id, holding);
    const family = this.#byFamily.get(identity.family) ?? new Set<Holding>();
    this.#byFamily.set(identity.family, family.add(holding));
  }

  remove(identity: SourceIdentity, file: TrackedFile): void {
    const holding = this.#byId.get(identity.id);
    if (holding === undefined) return;
    holding.files = holding.files.filter((each) => each !== file);
    if (holding.files.length > 0) return;
    this.#byId.delete(identity.id);
    const family = this.#byFamily.get(identity.family);
    family?.delete(holding);
    if (family?.size === 0) this.#byFamily.delete(identity.family);
  }

  /**
   * The name of a content that may be the same as the one of `file`, called `own` otherwise: it has
   * the same beginning, as far as the shorter of the two goes. Throws `source_unreadable`, also when a
   * holder is gone and so cannot be compared: under a name of its own the file could count twice.
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
