// Why a worker is lost and why reading has to wait, each in one word, for logs and metrics.

export const lossReasons = ["silence", "unreachable", "garbled", "reconnect", "goodbye"] as const;

export type LossReason = (typeof lossReasons)[number];

/**
 * What reading waits for: somebody to work, workers that are slower than the reader, or, with the
 * flight full, the acknowledgements of the sink.
 */
export const stallReasons = ["no_worker", "workers", "flight_batches", "flight_bytes"] as const;

export type StallReason = (typeof stallReasons)[number];
