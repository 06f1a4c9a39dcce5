// Bodies of the messages between ventilator and sink.

import {
  keyBytes,
  ledgerSourceBytesMin,
  readBalances,
  readBytes,
  readFlag,
  readHeader,
  readHint,
  readIdentity,
  readLedgerSource,
  readList,
  readOneOf,
  tagKeyBytes,
  writeBalances,
  writeBytes,
  writeFlag,
  writeHeader,
  writeHex,
  writeHint,
  writeIdentity,
  writeLedgerSource,
  writeList,
  writeOneOf,
} from "./codec-parts.ts";
import { bare, type CodecTable } from "./codec-table.ts";
import { ventilatorBeat, who } from "./codec-tasks.ts";
import { nackReasons, type AckMessage, type LedgerMessage } from "./messages.ts";

const ackedBytesMin = 3;
const pathBytesMin = 1;

export const ledgerCodecs: CodecTable<LedgerMessage> = {
  ventilator_hello: {
    number: 48,
    write({ body }, message) {
      body.u16(message.version).u64(message.session).text(message.ventilator);
      writeHex(body, message.plan, keyBytes);
      writeBytes(body, message.tagKey, tagKeyBytes);
    },
    read: ({ body }) => ({
      version: body.u16(),
      session: body.u64(),
      ventilator: body.text(),
      plan: body.hex(keyBytes),
      tagKey: readBytes(body, tagKeyBytes),
    }),
  },
  ledger_request: {
    number: 49,
    write({ body }, message) {
      body.varint(message.request);
      if (message.session !== null) body.u64(message.session);
    },
    read: ({ body }) => ({
      request: body.varint(),
      session: body.remaining === 0 ? null : body.u64(),
    }),
  },
  hint: {
    number: 50,
    write({ body }, message) {
      writeIdentity(body, message.identity);
      writeHint(body, message.hint);
    },
    read: ({ body }) => ({ identity: readIdentity(body), hint: readHint(body) }),
  },
  finish: {
    number: 51,
    write: ({ body }, message) => void body.varint(message.request),
    read: ({ body }) => ({ request: body.varint() }),
  },
  dead_letter: {
    number: 52,
    write({ body }, message) {
      writeHeader(body, message.header);
    },
    read: ({ body }) => ({ header: readHeader(body) }),
  },
  who,
  ventilator_beat: ventilatorBeat,
};

export const ackCodecs: CodecTable<AckMessage> = {
  sink_hello: {
    number: 64,
    write({ body }, message) {
      body.u16(message.version);
      writeHex(body, message.store, keyBytes);
      body.u64(message.incarnation);
      writeHex(body, message.plan, keyBytes);
    },
    read: ({ body }) => ({
      version: body.u16(),
      store: body.hex(keyBytes),
      incarnation: body.u64(),
      plan: body.hex(keyBytes),
    }),
  },
  ack: {
    number: 65,
    write({ body }, message) {
      writeHex(body, message.store, keyBytes);
      body.u64(message.session);
      writeList(body, message.batches, (_, { batch, duplicate, lines }) => {
        body.varint(batch);
        writeFlag(body, duplicate);
        body.varint(lines);
      });
    },
    read: ({ body }) => ({
      store: body.hex(keyBytes),
      session: body.u64(),
      batches: readList(body, ackedBytesMin, () => ({
        batch: body.varint(),
        duplicate: readFlag(body),
        lines: body.varint(),
      })),
    }),
  },
  nack: {
    number: 66,
    write({ body }, message) {
      writeHex(body, message.store, keyBytes);
      body.u64(message.session).varint(message.batch);
      writeOneOf(body, nackReasons, message.reason);
    },
    read: ({ body }) => ({
      store: body.hex(keyBytes),
      session: body.u64(),
      batch: body.varint(),
      reason: readOneOf(body, nackReasons),
    }),
  },
  ledger: {
    number: 67,
    write({ body }, message) {
      body.varint(message.request);
      writeHex(body, message.store, keyBytes);
      body.u64(message.incarnation);
      writeFlag(body, message.more);
      writeList(body, message.sources, writeLedgerSource);
      writeBalances(body, message.balance);
    },
    read: ({ body }) => ({
      request: body.varint(),
      store: body.hex(keyBytes),
      incarnation: body.u64(),
      more: readFlag(body),
      sources: readList(body, ledgerSourceBytesMin, readLedgerSource),
      balance: readBalances(body),
    }),
  },
  finished: {
    number: 68,
    write({ body }, message) {
      body.varint(message.request);
      writeBalances(body, message.balance);
      writeList(body, message.outputs, (_, path) => void body.text(path));
    },
    read: ({ body }) => ({
      request: body.varint(),
      balance: readBalances(body),
      outputs: readList(body, pathBytesMin, () => body.text()),
    }),
  },
  sink_beat: bare(69),
};
