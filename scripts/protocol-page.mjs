// Makes PROTOCOL.md from the schemas of the messages: their members, types and meaning are written once,
// in the code. Called by generate-docs.mjs; a test proves that the page is fresh.

/**
 * What the page needs to know of a schema of zod.
 * @typedef {{
 *   meta(): { title?: string, description?: string } | undefined,
 *   shape?: Record<string, Schema>,
 *   options?: readonly Schema[],
 * }} Schema
 */

/** @typedef {typeof import("../src/shared/protocol/messages.ts") & typeof import("../src/shared/protocol/message-parts.ts")} Messages */

/** Modules of src/ that the page is made from. */
export const protocolModules = ["shared/protocol/messages.ts", "shared/protocol/message-parts.ts"];

/** @param {Messages} messages */
const intro = ({ protocolVersion }) => `# The protocol

What the roles say to each other, version ${protocolVersion}. This page is generated from the schemas in \`src/shared/protocol/messages.ts\`
and \`message-parts.ts\` by \`node scripts/generate-docs.mjs\`; those are also the types of the values, and what every decoder checks against. An example
of every message is kept in \`test/golden/files/protocol-${protocolVersion}.txt\`.

## Sockets

\`\`\`
                    tasks (ROUTER binds)                results (PULL binds)
   worker ── DEALER ──────────────────► ventilator      worker ── PUSH ──► sink
                                            ▲
                                            │ acks (ROUTER binds)
                                          DEALER ── sink
\`\`\`

Every message is one ZeroMQ message of one or two frames. The first frame is [MessagePack](https://msgpack.org); the second one, where
there is one, is what is large (the bytes of a batch, a partial, a plan) and is sent and received without a copy.
A ROUTER sees the sender's id as one more frame in front, which is no part of the message.

## First frame

\`\`\`
 offset  size  bytes
      0     1  93         an array of three:
      1     1  ${String(protocolVersion).padStart(2, "0")}         the version of the protocol,
      2     5  ce …       the CRC-32 (IEEE 802.3) of this frame without the four bytes behind the ce, big-endian,
      7     …  8…         and the message: a map of \`type\` and the members that are listed for it below
\`\`\`

The seven bytes are the same in every version. A receiver looks at them in this order: is the frame no longer than its bound, does it
begin like this, does the checksum agree, is the version ours. Whatever fails is dropped and counted (\`bad_message\`); an intact frame of another
version is told apart (\`protocol_version\`), so that an operator learns why nothing happens. That holds for the versions up to 2, too,
which had a format of their own.

Of MessagePack only nil, booleans, whole numbers from 0, text in UTF-8, binary, arrays, and maps with keys of text are used. A receiver makes sure of
that, of the depth (8 levels) and of every length before it builds anything. A whole number up to 32 bits is an unsigned integer, a
larger one a float 64, which holds it exactly; a *64-bit number* always has 64 bits. A member that is not listed is ignored, and none that is listed may be missing.

## Messages
`;

const flow = `## Sealed headers

The ventilator packs the header of a batch once, as a map of its members in the order above. These bytes go to the worker within \`task\`, and
the worker echoes them as they came within \`partial\`. The tag is the first 16 bytes of HMAC-SHA-256 (RFC 2104) over the 20 bytes
\`logmill batch tag 3\` \`00\` and the packed header. The key is drawn by the ventilator for each session, told to the sink in
\`ventilator_hello\` and to no worker. So the sink merges only what the ventilator has cut: a worker can neither invent a batch nor change what one is of.
Outside are the attempt and, where the worker itself reads the content (\`measured\`), the checksum of what it has read: both stand beside the header.

A partial without the right tag is dropped and counted (\`bad_tag\`), and never answered. One that comes twice is answered twice and merged once.

## Who says what when

\`\`\`
worker                          ventilator                         sink
  │ worker_hello (credit 2)  ──►    │    ◄── sink_hello (store, incarnation) │
  │ ◄── plan (session, results)     │        ventilator_hello (session) ──►  │
  │                                 │        ledger_request ──►              │
  │                                 │    ◄── ledger … ledger (more: no)      │
  │ ◄── task, task                  │                                        │
  │ partial ───────────────────────────────────────────────────────────────► │
  │ batch_done ──►                  │    ◄── ack (once per group commit)     │
  │ …                               │        finish ──►                      │
  │ ◄── drain                       │    ◄── finished (balance, outputs)     │
  │ worker_bye ──►                  │                                        │
\`\`\`

- **Greeting.** Who connects greets on every new connection, and once a second until it is answered. Greeting twice is harmless.
  A ventilator answers a message of a worker it does not know with \`who\`, which makes it greet again. So it does on acks with what
  comes from elsewhere than the sink and names no store: only who has said its store is told the session.
- **Beats.** Each side of tasks and acks sends one a second, also while it works. Who was silent for 3 s is lost; who connects makes
  the connection anew after 12 s without a word. A beat is never answered.
- **Credit.** A worker has at most \`credit\` tasks. \`batch_done\` and \`batch_failed\` give one back. \`batch_done\` is sent when ZeroMQ has
  taken the partial.
- **Pools.** A worker names its pool in \`worker_hello\`, and gets batches of the sources with that pool alone; without one both are \`default\`.
- **Tables.** A plan whose functions look values up (\`geoip\`, \`lookup\`) names its tables, by the SHA-256 of their bytes. A worker that lacks one asks for
  it with \`table_request\`, a piece at a time, verifies the whole, and says \`worker_ready\` when it has all of them: until then it gets no batch, and
  others do not wait for it. What has come is kept over a connection that is made anew. A piece that does not come is asked for again after 5 s, at most 12 times; a
  table that does not have its checksum is asked for again from its beginning, at most twice. Beyond that, and after \`table_unknown\`, the worker ends with
  \`table_unavailable\`.
- **By reference.** On \`ipc\` the ventilator may send a \`lines\` task without bytes (\`measured\`, CRC-32 0, an empty payload): the worker
  reads \`[from, to)\` of the file at the hint's path itself. It has to have the hint's inode and be long enough, and the end of the
  range has to have the header's tail CRC-32. The worker's partial carries the CRC-32 of what it has read and counted. A range that
  cannot be had is answered with \`batch_failed\` and \`source\`; the ventilator, which keeps the file open, then sends the batch with its bytes,
  or, if those are more than 8 MiB (\`limits.batchBytesMax\`), as several batches of their own.
- **Goodbye.** \`worker_bye\` means: send nothing more. The worker then finishes what it has and what is under way to it; the ventilator
  answers with \`drain\`, after which no task comes. Without an answer it waits 500 ms. A \`drain\` that was not asked for makes the worker say goodbye and end.
- **Sessions.** A ventilator draws a session at its start; batches are numbered within it. A sink drops partials of a session that
  has not greeted it or was replaced by a newer greeting of the same ventilator. \`ack\` and \`nack\` carry the store's id: a ventilator
  ignores those of a store that it has not greeted.
- **Ledger.** It is answered when everything that was admitted before the question is merged, and only to a session that has greeted on
  this connection: by then nothing more of the session before it is admitted, and what is merged later is of the one that asks. Requests
  begin at a number that is drawn, so that nobody takes the answer to another's question.
- **Acknowledging.** \`ack\` follows the fsync of the record that merges the range, one message per session and group commit. A range that was
  merged before is acknowledged again with \`duplicate\`. \`overlap\` means that a part of it was merged: the ventilator asks for the ledger and cuts anew.
- **Dead letters.** A line that no worker survives is dead-lettered by the ventilator, which then says \`dead_letter\` until it is answered. The sink
  counts the range as one dead-lettered line, for the header's summaries and with the same durability, and answers with \`ack\` or with \`overlap\`.
- **Finish.** The sink answers when everything that was submitted is durable, the outputs are written and the store is flushed. It may be asked
  again with the same or another number.
`;

const bounds = `## Bounds

| what                                        | bound                                                                                              |
| ------------------------------------------- | -------------------------------------------------------------------------------------------------- |
| a frame                                     | 16 MiB (\`limits.messageBytesMax\`), enforced by ZeroMQ before it is buffered, and before it is sent |
| a first frame                               | 64 KiB (\`limits.firstFrameBytesMax\`), from a sink as any frame                                  |
| a range that is read by reference           | 32 MiB (\`limits.rangeBytesMax\`)                                                                    |
| a part of a ledger                          | 1 MiB, and the sheets with the last                                                                |
| a piece of a table                          | 256 KiB (\`limits.tablePieceBytes\`), one on its way to a worker |
| tables of a plan                            | 64, with 512 MiB together (\`limits.tablesBytesMax\`)                                               |
| batches at a worker                         | the credit it grants                                                                               |
| partials in a worker's pipe                 | 1, and one on the wire                                                                             |
| messages that wait for one peer of a ROUTER | 256 in ZeroMQ, 4,096 in the process; the peer is given up after 1 s without progress               |
`;

/**
 * The page, not yet formatted.
 * @param {Messages} messages
 */
export function protocolPage(messages) {
  const { workerMessages, taskMessages, partialMessages, ledgerMessages, ackMessages } = messages;
  /** @type {readonly (readonly [string, Schema])[]} */
  const directions = [
    ["Worker to ventilator, on tasks", workerMessages],
    ["Ventilator to worker, on tasks", taskMessages],
    ["Worker to sink, on results", partialMessages],
    ["Ventilator to sink, on acks", ledgerMessages],
    ["Sink to ventilator, on acks", ackMessages],
  ].map(([title, schema]) => [/** @type {string} */ (title), /** @type {Schema} */ (schema)]);
  const sections = directions.map(([title, schema]) =>
    [`### ${title}`, ...(schema.options ?? [schema]).map(describe)].join("\n\n"),
  );
  const parts = messages.messageParts.map((part) => describe(/** @type {Schema} */ (part)));
  return [intro(messages), ...sections, "## Parts", ...parts, flow, bounds].join("\n\n");
}

/** @param {Schema} schema */
function describe(schema) {
  const { title, description = "" } = schema.meta() ?? {};
  const rows = Object.entries(schema.shape ?? {})
    .filter(([name]) => name !== "type")
    .map(([name, member]) => {
      const meta = member.meta() ?? {};
      return `| \`${name}\` | ${meta.title ?? ""} | ${meta.description ?? ""} |`;
    });
  const table = ["| member | type | meaning |", "| - | - | - |", ...rows].join("\n");
  return [`**${title}**`, description, rows.length > 0 ? table : ""].filter(Boolean).join("\n\n");
}
