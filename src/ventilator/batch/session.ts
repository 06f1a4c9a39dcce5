// A session: everything between two beginnings of a ventilator, told apart by a number that both
// others know and by a key that only the sink does. Drawn by the shell, which has randomness.

export interface Session {
  readonly id: bigint;
  /** What its batches are tagged with. Never logged, and told to nobody but the sink. */
  readonly tagKey: Uint8Array;
}
