/** Everything that this process writes to its terminal between `begin` and `end`, kept from it. */
export class Printed {
  readonly #chunks: string[] = [];
  readonly #undo: (() => void)[] = [];

  get text(): string {
    return this.#chunks.join("");
  }

  begin(): void {
    for (const stream of [process.stdout, process.stderr]) {
      const { write } = stream;
      stream.write = ((...given: Parameters<typeof write>) => {
        this.#chunks.push(typeof given[0] === "string" ? given[0] : Buffer.from(given[0]).toString("utf8"));
        return true;
      }) as typeof write;
      this.#undo.push(() => {
        stream.write = write;
      });
    }
    // The test runner has put a console of its own in place, which writes elsewhere.
    for (const name of ["log", "info", "warn", "error", "debug", "trace"] as const) {
      const before = console[name];
      console[name] = (...given: unknown[]) => void this.#chunks.push(`${given.map(String).join(" ")}\n`);
      this.#undo.push(() => {
        console[name] = before;
      });
    }
  }

  end(): void {
    for (const undo of this.#undo.splice(0)) undo();
  }
}
