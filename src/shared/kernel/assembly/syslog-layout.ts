// Offsets of the program by which envelopes of syslog are cut, in kernel memory. Read by both compilers, as
// `parse-layout.ts` is. u32 each.

/** Which envelopes there are; see below. */
export const syslogRules = 0;
/** Span columns, 0 where nobody asks for the field. */
export const syslogTimestamp = 4;
export const syslogHost = 8;
export const syslogProgram = 12;
export const syslogPid = 16;
export const syslogSeverity = 20;
export const syslogFacility = 24;
export const syslogMsgid = 28;
export const syslogMessage = 32;
/** Address of the spans (u64) of the names of 8 severities and 24 facilities. */
export const syslogNames = 36;
/** Address and number of the parameters of structured data that are asked for. */
export const syslogParams = 40;
export const syslogParamCount = 44;
/** Address and number of the payloads. */
export const syslogPayloads = 48;
export const syslogPayloadCount = 52;
export const syslogBytes = 56;

export const rules3164 = 1;
export const rules5424 = 2;
/** Both of them, each line as it says. */
export const rulesAuto = 3;
/** `timestamp host program body`, as rsyslog's file templates have it. */
export const rulesTemplate = 4;

// A parameter: address and length of the element's id and of the parameter's name, and the span column.
export const paramId = 0;
export const paramIdLength = 4;
export const paramName = 8;
export const paramNameLength = 12;
export const paramColumn = 16;
export const paramBytes = 20;

// A payload: address and length of the program's name, the address 0 for that of all programs; what is inside and how
// it is cut; address and number of the span columns of fields that it has not.
export const bodyName = 0;
export const bodyNameLength = 4;
export const bodyKind = 8;
export const bodyProgram = 12;
export const bodyAbsent = 16;
export const bodyAbsentCount = 20;
export const bodyBytes = 24;
