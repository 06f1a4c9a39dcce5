// Under which name a content is read. A name stands for a beginning, so several contents may have a right to
// one of which only the beginning was counted, and one content may have a right to several. What lies in a
// file that is here has the name of that file; what nobody has is gone on with by whoever comes first; no
// name is made up for a content that has a right to one, or its lines would count under both.

import { assert } from "../../../shared/base/assert.ts";
import type { SourceIdentity } from "../../../shared/model/content.ts";
import type { LedgerView } from "../../ledger/core/ledger-view.ts";
import { relationInPlace } from "./compare-owners.ts";
import { lengthenHead, type Examined } from "./identify-file.ts";
import type { OwnersByContent } from "./owners-by-content.ts";
import type { TrackedFile } from "./tracked-file.ts";

export class ContentNames {
  readonly #owners: OwnersByContent;

  constructor(owners: OwnersByContent) {
    this.#owners = owners;
  }

  /** A name for a file that the ledger does not know. */
  async nameOf(examined: Examined, view: LedgerView): Promise<SourceIdentity> {
    const { file, identity } = examined;
    assert(identity !== null, "a file that is not known was looked at");
    return (await this.#alike(examined, view, new Set())) ?? unusedName(file, identity, view);
  }

  /**
   * The name under which what the file holds is here already, beside a source that it continues and that
   * nobody reads; null if it is here under none. Throws `source_unreadable`.
   */
  async twinOf(
    examined: Examined,
    { id }: SourceIdentity,
    view: LedgerView,
  ): Promise<SourceIdentity | null> {
    const { file } = examined;
    const different = new Set([id]);
    for (;;) {
      const alike = await this.#alike(examined, view, different);
      if (alike === null) return null;
      const owner = this.#owners.of(alike.id)[0]!;
      const relation = await relationInPlace(file, owner);
      if (relation !== null && relation !== "different") return alike;
      different.add(alike.id);
    }
  }

  /** Another name that the file may have: of a content that is here, or else of a source that it continues. */
  async otherOf(
    examined: Examined,
    view: LedgerView,
    different: ReadonlySet<string>,
  ): Promise<SourceIdentity | null> {
    const alike = await this.#alike(examined, view, different);
    if (alike !== null) return alike;
    const isFree = ({ id }: SourceIdentity): boolean =>
      !different.has(id) && this.#owners.of(id).length === 0;
    const continued = examined.alsoVerified.find(({ identity }) => isFree(identity));
    return continued?.identity ?? null;
  }

  /** That of a content that is here and that the file may be; see `OwnersByContent.findAlike`. */
  async #alike(
    { file, identity, match, alsoVerified }: Examined,
    view: LedgerView,
    different: ReadonlySet<string>,
  ): Promise<SourceIdentity | null> {
    if (identity === null) return null;
    const verified = new Set(
      [...(match === null ? [] : [match.source]), ...alsoVerified].map(
        (source) => source.identity.id,
      ),
    );
    // Of what the ledger knows of any other content, something differs.
    const isOther = (id: string): boolean =>
      different.has(id) || (view.find(id) !== null && !verified.has(id));
    return this.#owners.findAlike(file, identity, isOther);
  }
}

/** Lengthens the head until no content of the ledger has this name. */
export async function unusedName(
  file: TrackedFile,
  wished: SourceIdentity,
  view: LedgerView,
): Promise<SourceIdentity> {
  let identity = wished;
  while (view.find(identity.id) !== null) {
    const longer = await lengthenHead(file, identity, identity.headBytes + 1);
    if (longer.headBytes === identity.headBytes) break;
    identity = longer;
  }
  return identity;
}
