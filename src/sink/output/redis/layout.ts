// How rows become records of Redis: the key of a row, and what it adds to that key. A sorted set has a member for each
// of its rows; a hash or a string is one row.

import type { RedisOutput } from "../../../shared/config/config.ts";
import {
  isDimension,
  NameMaker,
  parseTemplate,
  placeholdersOf,
  type Template,
} from "../../../shared/model/key-template.ts";
import { isExactDouble, plainText } from "../../../shared/metric/value.ts";
import { metricNamed, type ResultColumns } from "../../query/columns.ts";
import { markedKeys } from "../../query/overflow-key.ts";
import type { Row } from "../../query/row.ts";
import { asArgument, type Argument } from "./connection.ts";

export interface RedisRecord {
  readonly key: Buffer;
  /** Score and member, fields and values, or the value. */
  readonly content: readonly Argument[];
  /** The score is the double next to the number: it has more digits than one holds. */
  readonly isRounded: boolean;
}

export interface RedisLayout {
  /** The template of the keys, as it is written. */
  readonly keyTemplate: string;
  /** The dimensions that rows are told apart by: those of the key come first, so that its rows follow each other. */
  readonly dimensions: readonly string[];
  /** Whether a bucket has one key. */
  readonly isOneKey: boolean;
  /** The command that adds contents to a key that is not there yet; MSET takes many keys and replaces what is there. */
  readonly command: "ZADD" | "HSET" | "MSET";
  /** Asks how much is in a key. */
  readonly sizeCommand: "ZCARD" | "HLEN" | "EXISTS";
  /** Makes the records of a bucket; null for a row that has no value. */
  records(
    columns: ResultColumns,
    known: Readonly<Record<"summary" | "bucket", string>>,
  ): (row: Row) => RedisRecord | null;
}

export function redisLayout(output: Pick<RedisOutput, "zset" | "hash" | "string">): RedisLayout {
  const { zset, hash, string } = output;
  if (zset !== undefined) return sortedSets(zset);
  if (hash !== undefined) return hashes(hash);
  return strings(string!);
}

function sortedSets({ key, member, score }: NonNullable<RedisOutput["zset"]>): RedisLayout {
  const memberTemplate = parseTemplate(member);
  return {
    ...keyed(key, memberTemplate),
    command: "ZADD",
    sizeCommand: "ZCARD",
    records: (columns, known) => {
      const keys = nameMaker(parseTemplate(key), columns, known);
      const members = nameMaker(memberTemplate, columns, known);
      const metric = metricNamed(columns, score);
      return (row) => {
        const value = row.values[metric] ?? null;
        if (value === null) return null;
        const text = plainText(value);
        const values = markedKeys(row);
        const isExact = value.type === "fraction" || isExactDouble(text);
        const content = [text, asArgument(members.make(values))];
        return { key: keys.make(values), content, isRounded: !isExact };
      };
    },
  };
}

function hashes({ key, bounds }: NonNullable<RedisOutput["hash"]>): RedisLayout {
  return {
    ...keyed(key, null),
    command: "HSET",
    sizeCommand: "HLEN",
    records: (columns, known) => {
      const keys = nameMaker(parseTemplate(key), columns, known);
      return (row) => {
        const content = columns.metrics.flatMap(({ name }, index) => {
          const value = row.values[index] ?? null;
          if (value === null) return [];
          const field = [name, plainText(value)];
          if (!bounds || value.type !== "estimate") return field;
          return [...field, `${name}_lo`, String(value.lo), `${name}_hi`, String(value.hi)];
        });
        if (content.length === 0) return null;
        return { key: keys.make(markedKeys(row)), content, isRounded: false };
      };
    },
  };
}

function strings({ key, value: name }: NonNullable<RedisOutput["string"]>): RedisLayout {
  return {
    ...keyed(key, null),
    command: "MSET",
    sizeCommand: "EXISTS",
    records: (columns, known) => {
      const keys = nameMaker(parseTemplate(key), columns, known);
      const metric = metricNamed(columns, name);
      return (row) => {
        const value = row.values[metric] ?? null;
        if (value === null) return null;
        return { key: keys.make(markedKeys(row)), content: [plainText(value)], isRounded: false };
      };
    },
  };
}

function keyed(
  key: string,
  member: Template | null,
): Pick<RedisLayout, "keyTemplate" | "dimensions" | "isOneKey"> {
  const ofKey = placeholdersOf(parseTemplate(key)).filter(isDimension);
  const ofMember = member === null ? [] : placeholdersOf(member);
  return {
    keyTemplate: key,
    dimensions: [...new Set([...ofKey, ...ofMember])],
    isOneKey: ofKey.length === 0,
  };
}

function nameMaker(
  template: Template,
  { keys }: ResultColumns,
  known: Readonly<Record<string, string>>,
): NameMaker {
  const names = keys.map(({ name }) => name);
  return new NameMaker(template, known, names);
}
