// Tells the sink where contents lie now, so that the next run need not read them to know them.

import type { Flight } from "../delivery/core/flight.ts";
import type { SinkSession } from "../sink-link/sink-session.ts";
import type { Catalog } from "../source/file/catalog.ts";

/** Offers what is due of files of which everything is acknowledged; what is not taken stays due. */
export function reportLocations(catalog: Catalog, flight: Flight, sink: SinkSession): void {
  const inFlight = new Set<string>();
  for (const { header } of flight.all()) inFlight.add(header.identity.id);
  for (const file of catalog.hinting()) {
    const { identity, hintDue: hint } = file;
    if (identity === null || hint === null || !file.isDone || inFlight.has(identity.id)) continue;
    if (sink.offer({ type: "hint", identity, hint })) file.hintDue = null;
  }
}
