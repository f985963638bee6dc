import { type AuthenticatedBy, type Delivery, type SourceFact, sha256Hex, subject } from "@change-ledger/model";
import { normalise, type Settings, SOURCES } from "@change-ledger/sources";
import { type AppendPorts, append } from "./append.ts";
import type { Appended, Pending } from "./lane.ts";
import type { Archive, Count, RawMessage } from "./ports.ts";
import { ToldAlready } from "./told-already.ts";

export interface IngestPorts extends AppendPorts {
  readonly archive: Archive;
  readonly count: Count;
  readonly settings: Settings;
  readonly secrets: Readonly<Record<string, readonly string[]>>;
  /** What this process knows of chains that a backfill or a reconciler tells of anew; absent forgets it after each batch. */
  readonly told?: ToldAlready;
}

/** A delivery and the way it came: what a sender signed, what AWS's bus vouches for, or what we asked for ourselves. */
export interface Arrival {
  readonly delivery: Delivery;
  readonly by: "webhook" | "bus" | "api";
}

/**
 * Records a batch: archives the raw bytes as one segment, checks the senders' signatures again, normalises, and appends each event to the chain of its
 * subject. What cannot be parsed is recorded as `unparsed`. One outcome an arrival, in their order.
 * @throws when the archive did not take the segment: nothing was recorded, and the whole batch is to come again
 */
export async function ingest(ports: IngestPorts, arrivals: readonly Arrival[]): Promise<Appended[]> {
  if (arrivals.length === 0) return [];
  const payloads = await ports.archive.keep(arrivals.map(({ delivery }) => rawMessage(delivery)));
  const pending = arrivals.map(({ delivery, by }, at): Pending => {
    const fact = factOf(ports, delivery, by);
    return { fact, payload: payloads[at], begins: begins(fact) };
  });
  const told = await (ports.told ?? new ToldAlready()).told(
    ports.store,
    pending.map(({ fact }) => fact),
  );
  const appended = await append(
    ports,
    pending.filter((_, at) => told[at] !== true),
  );
  let next = 0;
  const outcomes = pending.map((_, at): Appended => (told[at] === true ? { outcome: "duplicate" } : (appended[next++] as Appended)));
  const unparsed = pending.filter(({ fact }, at) => fact.kind === "unparsed" && outcomes[at]?.outcome === "appended").length;
  ports.count("unparsed", unparsed);
  for (const outcome of ["appended", "duplicate", "failed"] as const) {
    ports.count(outcome === "duplicate" ? "duplicates" : outcome, outcomes.filter((each) => each.outcome === outcome).length);
  }
  return outcomes;
}

/** Events that open the story of what they speak of. */
function begins(fact: SourceFact): boolean {
  switch (fact.kind) {
    case "pull-request":
      return fact.facts.action === "opened";
    case "ticket":
      return fact.facts.action === "opened" || fact.facts.action === "created";
    case "deployment-state":
      return fact.facts.state === "Created" || fact.facts.state === "InProgress";
    default:
      return false;
  }
}

function rawMessage(delivery: Delivery): RawMessage {
  const headers = Object.entries(delivery.headers).sort(([a], [b]) => (a < b ? -1 : 1));
  return { id: sha256Hex(JSON.stringify([delivery.system, sha256Hex(delivery.body), headers])), delivery };
}

function factOf(ports: IngestPorts, delivery: Delivery, by: Arrival["by"]): SourceFact {
  if (by !== "webhook") return normalise(delivery, by, ports.settings);
  const source = SOURCES.find(({ system }) => system === delivery.system);
  const auth = source?.webhook?.authenticate(delivery.headers, delivery.body, ports.secrets[delivery.system] ?? [], delivery.receivedAt);
  // Between the door and here the bus could have been written by somebody else, or the secret withdrawn: keep it, believe nothing of it.
  return auth === undefined ? unauthenticated(delivery) : normalise(delivery, auth, ports.settings);
}

function unauthenticated(delivery: Delivery): SourceFact {
  const auth: AuthenticatedBy = "bus";
  return {
    subject: subject("audit", delivery.system, "unparsed"),
    occurredAt: delivery.receivedAt,
    source: { system: delivery.system, event: "unauthenticated", id: `sha256:${sha256Hex(delivery.body)}`, auth, norm: 1 },
    kind: "unparsed",
    facts: {
      field: "signature",
      rule: "the sender's signature did not verify when the delivery was recorded",
      bytes: delivery.body.length,
    },
  };
}
