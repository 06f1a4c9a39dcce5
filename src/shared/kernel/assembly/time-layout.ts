// The program by which the kernel reads times of a form that the format names. This file is read by both
// compilers, as `parse-layout.ts` is.

/** Of numbers since the epoch: how many make a second, the least that is a time, and the first beyond; u64. */
export const timeUnit = 0;
export const timeLeast = 8;
export const timeBeyond = 16;
/** Of a pattern, in the place of the least: 1 if a time may also be as `decodeTimestamps` has it; u32. */
export const timeOrAuto = 8;
/** The year of times that have none, u32; 0 where they have one. */
export const timeYear = 24;
/** Number of steps of a pattern, u32; 0: the times are numbers. */
export const timeStepCount = 28;
/** Steps of a pattern, two bytes each: kind, value. */
export const timeSteps = 32;
export const timeStepBytes = 2;

/** Number of a part; the value says how it is written. The kinds are the parts' places. */
export const stepYear = 0;
export const stepMonth = 1;
export const stepDay = 2;
export const stepHour = 3;
export const stepMinute = 4;
export const stepSecond = 5;
/** The byte that is the value. */
export const stepLiteral = 6;
export const stepMonthName = 7;
export const stepWeekday = 8;
/** As many digits as the value says; 0: one or more. */
export const stepFraction = 9;
export const stepOffset = 10;
export const stepZone = 11;
/** AM or PM. */
export const stepHalf = 12;
/** So many steps are left out at the end of the text, and where the first of them is a literal that is not there. */
export const stepOptional = 13;

/** How a number is written. */
export const digitsTwo = 0;
export const digitsFour = 1;
/** One or two digits, or a blank and one. */
export const digitsShort = 2;
/** Two digits of a year from 2000 on. */
export const digitsOfCentury = 3;
