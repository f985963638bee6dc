import type { TestContext } from "vitest";

/**
 * An engine under a contract suite. `differs` names the cases in which it is known to depart from AWS, each with what it does instead: those
 * are skipped by name, so that a difference is a line that somebody wrote and not a hole in the suite.
 */
export interface Engine<Clients> {
  readonly clients: Clients;
  readonly differs?: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Starts an engine, or says why there is none here. */
export type StartEngine<Clients> = () => Promise<Engine<Clients> | string>;

/** The clients of the engine; skips the case, with the reason, where there is none or it is known to differ. */
export function clientsFor<Clients>(engine: Engine<Clients> | string | undefined, context: TestContext): Clients {
  if (engine === undefined) throw new Error("expected the engine to have been started");
  if (typeof engine === "string") return context.skip(engine);
  const difference = engine.differs?.[context.task.name];
  return difference === undefined ? engine.clients : context.skip(`differs from AWS: ${difference}`);
}

/** What any engine but AWS needs of a client. */
export function clientOptions(endpoint: string) {
  return { endpoint, region: "us-east-1", credentials: { accessKeyId: "local", secretAccessKey: "local" }, maxAttempts: 1 };
}
