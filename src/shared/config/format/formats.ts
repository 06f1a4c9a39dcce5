// THE list of formats that a configuration can have: those with a name, and the shapes by their key. The options
// of each are a file beside this one.

import { accessLogTypes } from "../../model/format-fields.ts";
import { accessLogFormat } from "./access-log.ts";
import { apacheFormat } from "./apache.ts";
import { columnsFormat } from "./columns.ts";
import { criFormat } from "./cri.ts";
import { dockerFormat } from "./docker.ts";
import { goaccessFormat } from "./goaccess.ts";
import { jsonFormat } from "./json.ts";
import { jsonPresetFormat, jsonPresetNames } from "./json-presets.ts";
import { nginxFormat } from "./nginx.ts";
import { oneOfFormats } from "./one-of-formats.ts";
import { pairsFormat } from "./pairs.ts";
import { presetFormat, presetNames } from "./presets.ts";
import { rsyslogFormat } from "./rsyslog.ts";
import { syslogFormat } from "./syslog.ts";
import { w3cFormat } from "./w3c.ts";
import { zeekFormat } from "./zeek.ts";

const lineNamed = [
  { types: accessLogTypes, schema: accessLogFormat },
  { types: jsonPresetNames, schema: jsonPresetFormat },
  { types: presetNames, schema: presetFormat },
] as const;

const lineShapes = {
  nginx: nginxFormat,
  apache: apacheFormat,
  goaccess: goaccessFormat,
  json: jsonFormat,
  pairs: pairsFormat,
  columns: columnsFormat,
  w3c: w3cFormat,
  zeek: zeekFormat,
} as const;

const lineFormat = oneOfFormats("The format of a line.", lineNamed, lineShapes);

export const namedFormats = [
  { types: ["rsyslog"], schema: rsyslogFormat(lineFormat) },
  { types: ["syslog"], schema: syslogFormat(lineFormat) },
  ...lineNamed,
] as const;

export const shapes = {
  ...lineShapes,
  docker: dockerFormat(lineFormat),
  cri: criFormat(lineFormat),
} as const;
