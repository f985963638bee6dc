import type { Actor, AuthenticatedBy, EntrySource } from "./entry.ts";
import type { Fact } from "./fact.ts";
import type { Subject } from "./subject.ts";

/** What a sender delivered, before anything interprets it. */
export interface Delivery {
  /** The sender's name in the registry of sources: `github`, `jira`, `codedeploy`… */
  readonly system: string;
  /** When we took it in: RFC 3339, UTC, ms. */
  readonly receivedAt: string;
  /** Lower-case names. Only what authentication and identification need. */
  readonly headers: Readonly<Record<string, string>>;
  /** The exact bytes. */
  readonly body: Uint8Array;
}

/** A delivery, normalised: one fact about one subject, without its place in the chain. */
export type SourceFact = Fact & {
  readonly subject: Subject;
  /** The sender's clock; where the sender tells no time, `receivedAt`. */
  readonly occurredAt: string;
  readonly actor?: Actor;
  readonly source: Omit<EntrySource, "replays">;
};

/** How a delivery showed where it comes from; `undefined` when it did not. */
export type Authentication = AuthenticatedBy | undefined;
