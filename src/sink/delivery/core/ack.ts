// Acknowledgements: one message per session for everything that one group commit made durable.
// Nothing else in the sink makes an `ack`, and nothing but durable batches gets in here.

import type { AckMessage } from "../../../shared/protocol/messages.ts";
import type { DurableBatch } from "../../store/store.ts";

export type Ack = Extract<AckMessage, { readonly type: "ack" }>;

/** @param store id of the store that made the batches durable. */
export function acknowledge(store: string, batches: readonly DurableBatch[]): Ack[] {
  const bySession = new Map<bigint, Ack["batches"][number][]>();
  for (const { header, duplicate, lines } of batches) {
    const acked = { batch: header.batch, duplicate, lines };
    const list = bySession.get(header.session);
    if (list === undefined) bySession.set(header.session, [acked]);
    else list.push(acked);
  }
  return [...bySession].map(([session, acked]) => ({
    type: "ack",
    store,
    session,
    batches: acked,
  }));
}
