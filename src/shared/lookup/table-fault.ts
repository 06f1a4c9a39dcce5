// What is wrong with a file that values are looked up in, in words for whoever named it.

export class TableFault extends Error {
  /** What to do about it; empty where that goes without saying. */
  readonly fix: string;

  constructor(problem: string, fix = "", cause?: unknown) {
    super(problem, cause === undefined ? undefined : { cause });
    this.name = "TableFault";
    this.fix = fix;
  }
}
