// Mutants of what keeps others out: keys, allow-lists, addresses, tags, the HTTP endpoint, and bounds on
// hostile input.

/** @typedef {import("./catalog.mjs").Mutant} Mutant */

const curve = ["test/integration/curve.test.ts"];
const keys = ["test/unit/shared/net/keys.test.ts"];
const http = ["test/unit/shared/runtime/http/http-server.test.ts"];
const token = ["test/unit/shared/runtime/http/http-token.test.ts"];
const forgery = ["test/integration/sink-forgery.test.ts"];

/** @type {readonly Mutant[]} */
export const inSecurity = [
  {
    name: "every key is admitted",
    file: "src/shared/net/curve/zap.ts",
    text: "return publicKey !== null && decide?.(publicKey, address.toString()) === true;",
    replacement: "return publicKey !== null && decide !== undefined;",
    tests: curve,
  },
  {
    name: "a socket that nobody has registered admits everybody",
    file: "src/shared/net/curve/zap.ts",
    text: "decide?.(publicKey, address.toString()) === true;",
    replacement: "decide?.(publicKey, address.toString()) !== false;",
    tests: curve,
  },
  {
    name: "libzmq is not told to ask",
    file: "src/shared/net/server-socket.ts",
    text: "    zapDomain: domain,\n    zapEnforceDomain: true,\n",
    replacement: "",
    tests: curve,
  },
  {
    name: "a server with keys binds without them",
    file: "src/shared/net/server-socket.ts",
    text: "const isSecured = curve !== null && isTcp(endpoint);",
    replacement: "const isSecured = curve !== null && endpoint === security.domain;",
    tests: curve,
  },
  {
    name: "the list of tasks counts for results",
    file: "src/shared/net/curve/key-ring.ts",
    text: "new AllowList(allowListPath(keys, domain))",
    replacement: 'new AllowList(allowListPath(keys, domain === "results" ? "tasks" : domain))',
    tests: curve,
  },
  {
    name: "the list of tasks counts for acknowledgements",
    file: "src/shared/net/curve/key-ring.ts",
    text: "const allowed = this.#lists.get(domain);",
    replacement: "const allowed = this.#lists.values().next().value;",
    tests: curve,
  },
  {
    name: "who is revoked keeps the connection",
    file: "src/shared/net/curve/allow-list.ts",
    text: "if (revoked > 0) for (const tell of this.#onRevoked) tell();",
    replacement: "",
    tests: curve,
  },
  {
    name: "who is revoked is admitted again",
    file: "src/shared/net/curve/allow-list.ts",
    text: "this.#keys = keys;",
    replacement: "this.#keys = new Set([...before, ...keys]);",
    tests: curve,
  },
  {
    name: "a list that is gone leaves in who was on it",
    file: "src/shared/net/curve/allow-list.ts",
    text: "return { keys: new Set(), problem: `${this.path} can not be read (${code})` };",
    replacement: "return { keys: this.#keys, problem: `${this.path} can not be read (${code})` };",
    tests: curve,
  },
  {
    name: "a key that is added waits for a restart",
    file: "src/shared/net/curve/allow-list.ts",
    text: "this.#keys = keys;",
    replacement:
      "this.#keys = before.size === 0 ? keys : new Set([...keys].filter((k) => before.has(k)));",
    tests: curve,
  },
  {
    name: "who was refused hammers the server",
    file: "src/shared/net/client-socket.ts",
    text: "if (isSecured) stopOnFailedHandshake(socket);",
    replacement: "void stopOnFailedHandshake;",
    tests: curve,
  },
  {
    name: "an address that others reach is bound without keys",
    file: "src/shared/net/security.ts",
    text: "if (security.curve !== null || security.isInsecure || isPrivate(address)) return;",
    replacement: 'if (isPrivate(address) || address !== "") return;',
    tests: curve,
  },
  {
    name: "another host is spoken to without keys",
    file: "src/shared/net/security.ts",
    text: "if (security.curve !== null || security.isInsecure || isPrivate(endpoint)) return;",
    replacement: 'if (isPrivate(endpoint) || endpoint !== "") return;',
    tests: curve,
  },
  {
    name: "a secret that others may read is taken",
    file: "src/shared/runtime/secret-file.ts",
    text: 'if (process.platform !== "win32" && (stat.mode & sharedMode) !== 0) {',
    replacement: "if ((stat.mode & sharedMode) < 0) {",
    tests: [...keys, ...token],
  },
  {
    name: "keys are made for all to read",
    file: "src/shared/net/curve/key-folder.ts",
    text: "writeNew(path, `${pair.reveal()}\\n`, 0o600);",
    replacement: "writeNew(path, `${pair.reveal()}\\n`, 0o644);",
    tests: keys,
  },
  {
    name: "a batch's tag does not cover its range",
    file: "src/shared/protocol/batch-tag.ts",
    text: "update(purpose).update(bytes).digest();",
    replacement: "update(purpose).update(bytes.subarray(0, 200)).digest();",
    tests: forgery,
  },
  {
    name: "a worker chooses whose checksums count",
    file: "src/shared/protocol/codec.ts",
    text: 'if ((header.checksums === "measured") !== (measuredCrc32 !== null)) {',
    replacement: "if (measuredCrc32 === undefined) {",
    tests: ["test/unit/shared/protocol/codec.test.ts"],
  },
  {
    name: "MessagePack is decoded before it is looked at",
    file: "src/shared/protocol/msgpack.ts",
    text: "  assertPlain(bytes);\n",
    replacement: "",
    tests: ["test/unit/shared/protocol/msgpack.test.ts"],
  },
  {
    name: "the HTTP token is not compared",
    file: "src/shared/runtime/http/http-token.ts",
    text: "return given !== undefined && timingSafeEqual(digestOf(given), this.#digest);",
    replacement: "return given !== undefined && timingSafeEqual(this.#digest, this.#digest);",
    tests: http,
  },
  {
    name: "without a token everybody beyond loopback is answered",
    file: "src/shared/runtime/http/http-app.ts",
    text: "const isLocal = isLoopback && isLoopbackHost(hostNameOf(headers.host));",
    replacement: "const isLocal = isLoopbackHost(hostNameOf(headers.host));",
    tests: http,
  },
  {
    name: "a page of another name is answered on loopback",
    file: "src/shared/runtime/http/http-app.ts",
    text: "const isLocal = isLoopback && isLoopbackHost(hostNameOf(headers.host));",
    replacement: "const isLocal = isLoopback;",
    tests: http,
  },
  {
    name: "bodies of requests are taken",
    file: "src/shared/runtime/http/http-server.ts",
    text: "return hasBody(request) ? bodySent : null;",
    replacement: "return null;",
    tests: http,
  },
  {
    name: "headers of requests may be of any size",
    file: "src/shared/runtime/http/http-server.ts",
    text: "{ maxHeaderSize: headerBytesMax,",
    replacement: "{ maxHeaderSize: 1024 * headerBytesMax,",
    tests: http,
  },
  {
    name: "HTTP connections have no bound",
    file: "src/shared/runtime/http/http-server.ts",
    text: "server.maxConnections = connectionsMax;",
    replacement: "",
    tests: http,
  },
  {
    name: "messages of any size are taken from the network",
    file: "src/shared/net/socket-options.ts",
    text: "  maxMessageSize: limits.messageBytesMax,\n",
    replacement: "",
    tests: ["test/integration/net.test.ts"],
  },
  {
    name: "a link out of the tree is followed",
    file: "src/ventilator/source/file/list-files.ts",
    text: "const real = source.followLinks ? null : await realPathOf(path);",
    replacement: "const real = null;",
    tests: ["test/unit/ventilator/source/file/list-files.test.ts"],
  },
  {
    name: "a gzip bomb comes out at once",
    file: "src/ventilator/source/file/gzip-content.ts",
    text: "const pieceBytes = 32 * 1024;",
    replacement: "const pieceBytes = 64 * 1024 * 1024;",
    tests: ["test/unit/ventilator/source/file/gzip-content.test.ts"],
  },
  {
    name: "live tables grow without bound",
    file: "src/shared/table/capped-table.ts",
    text: "if (this.#table.rows > rowsBeforeFolding(this.#maxRows)) this.#fold();",
    replacement: "",
    tests: ["test/property/capped-table.property.test.ts"],
  },
  {
    name: "tables that are written down have more rows than allowed",
    file: "src/shared/table/capped-table.ts",
    text: "if (this.#table.rows > this.#maxRows) this.#fold();",
    replacement: "",
    tests: ["test/property/capped-table.property.test.ts"],
  },
  {
    name: "the sink is told of a dead letter that is not written yet",
    file: "src/ventilator/delivery/bisection.ts",
    text: "const isNew = await letters.add(",
    replacement: "const isNew = letters.add(",
    tests: ["test/integration/poison.test.ts"],
  },
];
