// `msgpackr/pack` is msgpackr without its native extractor of strings. Its own declarations name the
// types of the whole package by a path that TypeScript does not resolve for ES modules.

declare module "msgpackr/pack" {
  export { Packr, Unpackr } from "msgpackr";
}
