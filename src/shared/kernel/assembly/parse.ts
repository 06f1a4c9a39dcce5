// The parsing half of the kernel: the bytes of a batch become columns, one element a line. What is
// exported here is typed for JavaScript in `../parse-exports.ts`.

export { tokeniseRsyslog } from "./rsyslog";
export { tokeniseAccessLog } from "./access-log";
export { tokeniseDelimited } from "./delimited";
export { tokeniseJson } from "./json";
export { tokenisePattern } from "./pattern";
export { tokenisePairs } from "./pairs";
export { tokeniseDocker } from "./docker";
export { tokeniseCri } from "./cri";
export { tokeniseSyslog } from "./syslog";
export { rejectRows } from "./rejects";
export { flagMissing } from "./missing";
export { canonicalAddresses } from "./canonical-address";
export { lookUpAddresses } from "./range-table";
export { decodeTimestamps } from "./timestamp";
export { decodeTimes } from "./time-forms";
export { joinInstants } from "./instant";
export { joinFields } from "./joined-fields";
export { lookUp, subtractOffsets } from "./interval";
export { decodeDecimals, flagGreatest } from "./decimal";
export { explodeLines, gather8, gather32, gather64 } from "./explode";
export { hashSpans } from "./murmur3";
export { compareText } from "./text-predicate";
export { matchSpans } from "./regex";
export { compareNumber } from "./number-predicate";
export { maskAnd, maskOr, maskNot, maskFill, maskCount, maskGather } from "./mask";
export { judge, maskCounted } from "./verdict";
export { spreadSpans, passMissing, pairNumbers, selectSpans } from "./computed";
export { changeCase } from "./letter-case";
export { urlHosts, urlPaths } from "./url";
export { coalesceSpans, prefixSpans, trimSpans } from "./computed";
