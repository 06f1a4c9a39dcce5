// The walls of the house: which room may import which, and that no circle of imports exists. A room
// is a folder below src/. `npm run check` and test/tidy/architecture.test.ts enforce it;
// ARCHITECTURE.md says why the rooms are these.

const shared = [
  "base",
  "model",
  "text",
  "runtime",
  "metric",
  "sketch",
  "kernel",
  "function",
  "table",
  "protocol",
  "process",
  "net",
  "lookup",
  "regex",
].map((room) => `shared/${room}`);

/** What roles get: of the configuration the types alone, see `config-is-types`. */
const role = [...shared, "shared/config"];

/** Files that every room of the ventilator may use; they use none of its rooms but `batch`. */
const ventilatorCommons = [
  "ventilator/metrics.ts",
  "ventilator/notifier.ts",
  "ventilator/fatal-errors.ts",
];

/** @param {string[]} names of rooms within the ventilator */
const ventilator = (...names) => [
  ...role,
  ...ventilatorCommons,
  ...names.map((room) => `ventilator/${room}`),
];

/**
 * What each room may import besides itself.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const rooms = {
  "shared/base": [],
  "shared/model": ["shared/base"],
  "shared/text": ["shared/base"],
  "shared/runtime": ["shared/base", "shared/text"],
  "shared/metric": ["shared/base", "shared/model", "shared/text"],
  "shared/sketch": ["shared/base", "shared/metric"],
  "shared/kernel": ["shared/base"],
  "shared/regex": ["shared/base", "shared/kernel"],
  "shared/function": [
    ...["shared/base", "shared/model", "shared/kernel", "shared/lookup", "shared/regex"],
  ],
  "shared/table": ["shared/base", "shared/model", "shared/metric", "shared/kernel"],
  "shared/protocol": ["shared/base", "shared/model"],
  "shared/process": ["shared/base", "shared/model", "shared/runtime"],
  "shared/net": ["shared/base", "shared/protocol", "shared/runtime"],
  "shared/format": ["shared/base", "shared/model", "shared/text"],
  "shared/lookup": ["shared/base", "shared/model", "shared/text", "shared/kernel"],
  "shared/config": [
    ...["shared/base", "shared/model", "shared/metric", "shared/text", "shared/format"],
    ...["shared/function", "shared/lookup", "shared/regex"],
  ],
  "ventilator/batch": role,
  "ventilator/ledger": ventilator("batch"),
  "ventilator/dead-letter": ventilator("batch"),
  "ventilator/sink-link": ventilator("batch"),
  "ventilator/source": ventilator("batch", "ledger", "dead-letter"),
  "ventilator/delivery": ventilator("batch", "source", "sink-link", "dead-letter"),
  "ventilator/planning": ventilator(
    ...["batch", "ledger", "dead-letter", "sink-link", "source", "delivery"],
  ),
  ventilator: role,
  worker: shared,
  sink: role,
  cli: [...role, "shared/format", "ventilator", "worker", "sink"],
};

/** What lies in a room, as a pattern of paths. @param {string} room */
const pathOf = (room) => `^src/${room.replace(".", "\\.")}${room.endsWith(".ts") ? "$" : "/"}`;

const walls = Object.entries(rooms).map(([room, allowed]) => ({
  name: `room-${room}`,
  comment: `${room} may import itself${allowed.length > 0 ? ` and ${allowed.join(", ")}` : ""}`,
  severity: "error",
  from: { path: pathOf(room) },
  to: { path: "^src/", pathNot: [room, ...allowed].map(pathOf) },
}));

/**
 * The store is an interface. Only the files that open one know which kind it is, and a kind knows nothing of
 * the sink but that interface and the disk.
 */
const openers = ["open", "open-reader", "examine"].map((name) => `sink/store/${name}.ts`);
const storeWalls = [
  {
    name: "store-kind-is-unknown",
    comment: `only ${openers.join(", ")} may import a kind of store`,
    severity: "error",
    from: { path: "^src/", pathNot: ["sink/store/embedded", ...openers].map(pathOf) },
    to: { path: pathOf("sink/store/embedded") },
  },
  {
    name: "store-kind-knows-no-sink",
    comment: "a kind of store may import the interface, the disk and what is shared",
    severity: "error",
    from: { path: pathOf("sink/store/embedded") },
    to: {
      path: "^src/sink/",
      pathNot: [...["sink/store/embedded", "sink/disk"].map(pathOf), "^src/sink/store/[^/]+\\.ts$"],
    },
  },
];

/** Packages and Node modules that only the named rooms may import. */
const restricted = [
  { packages: "zeromq", rooms: ["shared/net"], why: "one room knows the socket library" },
  { packages: "jsep", rooms: ["shared/config"], why: "one expression parser" },
  { packages: "yargs", rooms: ["cli"], why: "the command line is an adapter" },
  { packages: "msgpackr", rooms: ["shared/protocol"], why: "one room knows the wire" },
  { packages: "mmdb-lib", rooms: ["shared/lookup"], why: "one room reads such databases" },
  { packages: "@redis", rooms: ["sink"], why: "outputs write to servers, and nothing else does" },
  { packages: "hono|@hono", rooms: ["shared/runtime", "sink"], why: "routes are of the shell" },
];
const modules = [
  {
    name: "child_process",
    rooms: ["cli", "worker", "shared/process"],
    why: "only supervisors fork",
  },
  { name: "http", rooms: ["shared/runtime"], why: "one HTTP server" },
];

/** A `core/` decides and never acts. */
const impure =
  "^(fs|net|http|https|child_process|worker_threads|timers|stream|os|dgram|crypto)(/|$)";

export default {
  forbidden: [
    {
      name: "no-circles",
      comment: "files that import each other can be understood only together",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^src/", circular: true },
    },
    ...walls,
    ...storeWalls,
    {
      name: "config-is-types",
      comment: "only cli reads a configuration; a role gets it, and knows its types",
      severity: "error",
      from: { path: "^src/", pathNot: ["cli", "shared/config"].map(pathOf) },
      to: { path: pathOf("shared/config"), dependencyTypesNot: ["type-only"] },
    },
    {
      name: "every-file-has-a-room",
      comment: "a file of src/ lies in one of the rooms",
      severity: "error",
      from: { path: "^src/", pathNot: Object.keys(rooms).map(pathOf) },
      to: {},
    },
    ...restricted.map(({ packages, rooms: users, why }) => ({
      name: `package-${packages.replace(/\W/g, "-")}`,
      comment: why,
      severity: "error",
      from: { path: "^src/", pathNot: users.map(pathOf) },
      to: { path: `node_modules/(${packages})/` },
    })),
    ...modules.map(({ name, rooms: users, why }) => ({
      name: `module-${name}`,
      comment: why,
      severity: "error",
      from: { path: "^src/", pathNot: users.map(pathOf) },
      to: { dependencyTypes: ["core"], path: `^(node:)?${name}$` },
    })),
    {
      name: "core-is-pure",
      comment: "a core decides and never acts: no files, sockets, clocks, processes",
      severity: "error",
      from: { path: "^src/.*/core/" },
      to: { dependencyTypes: ["core"], path: impure },
    },
    {
      name: "core-knows-no-adapter",
      comment: "a core decides and never acts",
      severity: "error",
      from: { path: "^src/.*/core/" },
      to: { path: "node_modules/(zeromq|pino|prom-client|yargs|hono)/" },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    exclude: "^src/shared/kernel/assembly/",
  },
};
