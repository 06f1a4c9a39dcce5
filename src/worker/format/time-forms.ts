// How the times of a source are decoded: what the kernel is to read, and the field that is made of two.

import { timeFormOf, type TimeForm } from "../../shared/model/format/time-form.ts";
import type { TimeDigits, TimePart, TimeStep } from "../../shared/model/format/time-pattern.ts";
import { assert } from "../../shared/base/assert.ts";
import { timeReadingOf } from "../../shared/model/format-fields.ts";
import type { Format } from "../../shared/model/plan.ts";
import type { Kernel } from "../../shared/kernel/kernel.ts";
import * as layout from "../../shared/kernel/assembly/time-layout.ts";

/** Decodes `n` spans to seconds, flags of local times, and nanoseconds unless 0; returns how many are local. */
export type TimeDecoder = (
  spans: number,
  n: number,
  seconds: number,
  local: number,
  flags: number,
  nanos: number,
) => number;

export interface SourceTimes {
  /** Fields of the line that are the time when joined; null where it is one field. */
  readonly joined: readonly [string, string] | null;
  /** The field of the line that `timestamp` is another name of; null where there is none. */
  readonly alias: string | null;
  /** Puts what is needed for a field of times into the memory of a batch. */
  place(kernel: Kernel, field: string): TimeDecoder;
}

export function sourceTimes(format: Format): SourceTimes {
  const reading = timeReadingOf(format);
  const fields = reading?.from ?? ["timestamp"];
  const [first, second] = fields;
  const joined = second === undefined ? null : ([first!, second] as const);
  const alias = joined === null && first !== "timestamp" ? first! : null;
  const form = reading === undefined ? autoForm : timeFormOf(reading);
  assert(form.kind !== "fault", "the form of a plan's times was checked with the configuration");
  const isOfForm = (field: string): boolean => field === "timestamp" || field === alias;
  return {
    joined,
    alias,
    place: (kernel, field) => {
      if (!isOfForm(field)) return placeDecoder(kernel, autoForm);
      const decode = placeDecoder(kernel, form);
      return reading?.isUtc === true ? (...column) => (decode(...column), 0) : decode;
    },
  };
}

const autoForm: TimeForm = { kind: "auto" };

function placeDecoder(kernel: Kernel, form: TimeForm): TimeDecoder {
  const { exports } = kernel;
  if (form.kind === "auto") return (...column) => exports.decodeTimestamps(...column);
  const program = kernel.place(programOf(form));
  return (...column) => exports.decodeTimes(program, ...column);
}

function programOf(form: Exclude<TimeForm, { readonly kind: "auto" }>): Uint8Array {
  const steps = form.kind === "pattern" ? form.steps : [];
  const program = new Uint8Array(layout.timeSteps + steps.length * layout.timeStepBytes);
  const view = new DataView(program.buffer);
  if (form.kind === "epoch") {
    view.setBigUint64(layout.timeUnit, form.unit, true);
    view.setBigUint64(layout.timeLeast, form.least, true);
    view.setBigUint64(layout.timeBeyond, form.beyond, true);
    return program;
  }
  view.setUint32(layout.timeOrAuto, form.orAuto ? 1 : 0, true);
  view.setUint32(layout.timeYear, form.year ?? 0, true);
  view.setUint32(layout.timeStepCount, steps.length, true);
  steps.forEach((step, index) => {
    program.set(stepBytes(step), layout.timeSteps + index * layout.timeStepBytes);
  });
  return program;
}

const numberKinds: { readonly [Part in TimePart]: number } = {
  year: layout.stepYear,
  month: layout.stepMonth,
  day: layout.stepDay,
  hour: layout.stepHour,
  minute: layout.stepMinute,
  second: layout.stepSecond,
};

const digitKinds: { readonly [Digits in TimeDigits]: number } = {
  two: layout.digitsTwo,
  four: layout.digitsFour,
  short: layout.digitsShort,
  of_century: layout.digitsOfCentury,
};

function stepBytes(step: TimeStep): readonly [kind: number, value: number] {
  switch (step.kind) {
    case "literal":
      return [layout.stepLiteral, step.byte];
    case "fraction":
      return [layout.stepFraction, step.digits];
    case "optional":
      return [layout.stepOptional, step.steps];
    case "month_name":
      return [layout.stepMonthName, 0];
    case "weekday":
      return [layout.stepWeekday, 0];
    case "offset":
      return [layout.stepOffset, 0];
    case "zone":
      return [layout.stepZone, 0];
    case "half":
      return [layout.stepHalf, 0];
    default:
      return [numberKinds[step.kind], digitKinds[step.digits]];
  }
}
