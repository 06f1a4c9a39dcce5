// Every bound of the system, with its unit in its name, and the relations that must hold between
// them. Options of the configuration start from the `Default`s here.

const KiB = 1024;
const MiB = 1024 * KiB;

export const limits = Object.freeze({
  batchBytesDefault: 32 * MiB,
  batchBytesMin: 4 * KiB,
  /** Longest payload that is sent. */
  batchBytesMax: 8 * MiB,
  /** Longest range of a file that a worker reads itself for one batch. */
  rangeBytesMax: 32 * MiB,
  lineBytesMaxDefault: 64 * KiB,
  lineBytesMaxCeiling: 4 * MiB,
  /** Largest frame that a socket accepts; a batch or a partial with its header stays below. */
  messageBytesMax: 16 * MiB,
  /** Longest first frame of a message, which has its members; those of a sink may be as long as a frame. */
  firstFrameBytesMax: 64 * KiB,
  /** Longest path of a socket that Linux takes (`sun_path`, less the NUL at its end). */
  ipcPathBytesMax: 107,
  flightBatchesDefault: 32,
  flightBatchesMax: 1024,
  flightBytesMax: 256 * MiB,
  creditPerWorker: 2,
  heartbeatIntervalMs: 1000,
  heartbeatLostMs: 3000,
  /** A role that has waited for another for so long says for whom. */
  waitLoggedAfterMs: 5000,
  ackTimeoutMs: 10_000,
  batchTimeoutMsDefault: 30_000,
  groupCommitBytesMax: 4 * MiB,
  /** Failures of a batch after which it is taken apart, and workers lost on it. */
  attemptsBeforeBisect: 5,
  lossesBeforeBisect: 2,
  /** Batches given up one after the other, none getting through, before the run is. */
  givenUpInARowMax: 256,
  /** Bytes of a source that make its fingerprint. */
  fingerprintBytesMax: 64 * KiB,
  /** Longest header or directive of a file, which goes with every batch behind it. */
  preambleBytesMax: 16 * KiB,
  /** What is kept of a line that is longer than a batch. */
  lineBeginningBytes: KiB,
  /** Of longer records of containers no more than that is looked at. */
  partLineBytesMax: MiB,
  /** Bytes of content kept with a rejected line's sample, and samples kept per reason and batch. */
  sampleBytesMax: 256,
  samplesPerReasonMax: 2,
  /** Bytes kept of the value at fault. */
  sampleValueBytesMax: 64,
  /**
   * Examples of rejected lines that a store keeps, over all sheets: of each sheet and reason
   * `samplesPerReasonMax` of the first by path and offset, and as many of the newest.
   */
  examplesMax: 4096,
  /** Contents of which no line counts that a store knows, and those of them that it keeps an example of. */
  uncountedContentsMax: 16_384,
  uncountedExamplesMax: 1024,
  /** Of these, how many a run is told at its end, and how many it names for a source or summary. */
  uncountedToldMax: 4096,
  uncountedNamedMax: 5,
  /** Paths of outputs that the sink tells a ventilator; there may be a file for every hour of years. */
  outputPathsToldMax: 64,
  /** Servers of one output, and bytes of a template of keys. */
  redisEndpointsMax: 64,
  keyTemplateBytesMax: 4096,
  /** Records sent to Redis before their answers are waited for. */
  redisPipelineDefault: 1000,
  redisPipelineMax: 10_000,
  redisTtlMsMax: 100 * 366 * 24 * 3_600_000,
  /** How long a server of an output may take to be reached, and to answer. */
  redisConnectMs: 3000,
  redisAnswerMs: 15_000,
  dimensionsMax: 32,
  metricsMax: 256,
  summariesMax: 256,
  /** Rows of one summary in one bucket, beside the overflow row: by default, and at most. */
  rowsMaxDefault: 10_000_000,
  rowsMaxCeiling: 1_000_000_000,
  fieldsMax: 256,
  /** Files that values are looked up in, and the largest of them. */
  tablesMax: 64,
  tableFileBytesMax: 512 * MiB,
  /** What the tables of a plan may have together, as workers keep them. */
  tablesBytesMax: 512 * MiB,
  /** A piece of a table on its way to a worker, and how long the worker waits before it asks again, how often. */
  tablePieceBytes: 256 * KiB,
  tablePieceWaitMs: 5_000,
  tablePieceTriesMax: 12,
  /** How many times as long as a line a computed value may be. */
  computedGrowthMax: 16,
  /** Longest delimiter of a field with several values, in characters. */
  delimiterMax: 16,
  /** Tests of a configuration, and lines or rows of one. */
  testsMax: 1000,
  testLinesMax: 10_000,
  /** Steps of a path into JSON, the elements that it may name, and how deep a line of JSON may be nested. */
  jsonPathStepsMax: 32,
  jsonElementsMax: 1_000_000,
  jsonDepthMax: 1024,
  /** Regular expressions: their text, groups in groups, a counted repetition, and what becomes of them. */
  patternCharactersMax: 4096,
  patternDepthMax: 100,
  patternRepeatMax: 1000,
  patternNodesMax: 60_000,
  patternStatesMax: 2000,
  /** Steps of making an automaton, so that it takes no longer than a second or so. */
  patternWorkMax: 10_000_000,
  liveBytesDefault: 256 * MiB,
  flushIntervalMsDefault: 30_000,
  segmentBlockRowsMax: 8192,
  /** Bytes of keys in a frame of sorted rows, unless it has one row: what a merge holds of each input. */
  frameKeyBytesMax: MiB,
  walSegmentBytesMax: 64 * MiB,
  /** Time after which a log that nobody writes to counts as idle, and its commit point is moved. */
  logIdleMs: 250,
  /** Longest stretch of work in a sink's background before the event loop has its turn. */
  workSliceMs: 20,
  /** What a command takes from standard input, which it keeps in a file meanwhile. */
  standardInputBytesMax: 64 * 1024 * MiB,
  drainTimeoutMsDefault: 20_000,
  /** How long `logmill run` waits for a full disk of the store or of an output, before it ends with exit code 1. */
  spaceWaitMs: 10_000,
} as const);

if (limits.lineBytesMaxCeiling > limits.batchBytesMax) throw new Error("a line fits in a batch");
if (2 * limits.batchBytesMax > limits.messageBytesMax) throw new Error("a batch fits in a message");
if (limits.heartbeatLostMs < 2 * limits.heartbeatIntervalMs)
  throw new Error("one beat may be late");
