// Where a role leaves what it can say of itself, for whoever asks at /status: one JSON object of
// plain values, made when it is asked for. No secrets, and no content of logs.

/** Values of JSON; times are seconds, sizes bytes. */
export type RoleStatus = Readonly<Record<string, unknown>>;

export class StatusBoard {
  #read: () => RoleStatus | Promise<RoleStatus> = () => ({});

  /** The role works from here on. */
  provide(read: () => RoleStatus | Promise<RoleStatus>): void {
    this.#read = read;
  }

  async read(): Promise<RoleStatus> {
    return await this.#read();
  }
}
