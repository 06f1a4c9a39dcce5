// What the kernel exports for tables: memory, dictionaries, grouping, aggregation, frames.
// Typed for JavaScript in `table-exports.ts`.
export { alloc, free, reserve, reset, allocatedBytes, arenaBytes } from "./memory";
export { seedHash } from "./hash";
export {
  dictNew,
  dictFree,
  dictClear,
  dictSize,
  dictSpans,
  dictBytes,
  dictEncode,
  dictEncodeCopy,
} from "./dictionary";
export {
  tableNew,
  tableFree,
  tableRows,
  tableDictionary,
  tableShareDictionary,
  tableBytes,
} from "./layout";
export { tableGrowth } from "./growth";
export { tableGroup } from "./group";
export { aggCount, aggSum, aggMin, aggMax } from "./aggregate";
export { aggHll } from "./aggregate-sketches";
export { aggSquares } from "./squares";
export { aggFirst, aggLast } from "./dated";
export { tableEncode } from "./encode";
export { bucketEncode, bucketRows, bucketsBegin, bucketsEnd } from "./encode-buckets";
export { frameBytes, frameFree } from "./frame-buffer";
export { tableMerge } from "./merge";
export { frameFaultAt } from "./frame-check";
export {
  sortBegin,
  sortCut,
  sortEncode,
  sortEnd,
  sortFill,
  sortPartition,
  sortStep,
} from "./sort";
export { hashKeep, hashLimit, tableHashRows } from "./limit";
