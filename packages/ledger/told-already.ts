import type { Fact, SealedEntry, SourceFact, Subject } from "@change-ledger/model";
import type { Finder } from "@change-ledger/sources";
import type { ChainStore } from "./ports.ts";

/** Systems whose facts tell anew of what an event may have told already. Their own id makes them one event among themselves; beside an event's it says nothing. */
const TELLS_ANEW: ReadonlySet<string> = new Set(["github-history", "service-catalog-lookup"]);

/** Clocks of a webhook and of the API differ by at most so much of one push. */
const SAME_PUSH_MS = 3_600_000;
/** A webhook that does not tell the push's own time is dated by its receipt, and recorded soon after it. */
const RECORDED_WITHIN_MS = 600_000;
const BACKFILL = "backfill." satisfies `${Finder}.`;
const PAGE = 500;
/** Chains remembered: a backfill goes through few at a time. */
const CHAINS_MAX = 64;

interface Time {
  readonly occurredMs: number;
  /** It may be the time of receipt. */
  readonly received: boolean;
}

interface Told {
  /** The chain was read up to here, exclusively. */
  readonly next: number;
  /** What it tells of → when, each time. */
  readonly things: Map<string, Time[]>;
}

/**
 * Knows of chains what they tell of, whoever told it: a push that the API lists is the one that a webhook told, a review is known by its id. What a process has read of a
 * chain it does not read again; what is appended meanwhile it reads before each answer.
 */
export class ToldAlready {
  readonly #chains = new Map<Subject, Told>();

  /** Which of `facts` tell of nothing that their chains do not tell already; `true` for each that is told. Facts of ordinary events cost nothing. */
  async told(store: Pick<ChainStore, "read">, facts: readonly SourceFact[]): Promise<boolean[]> {
    const anew = facts.filter(({ source }) => TELLS_ANEW.has(source.system));
    if (anew.length === 0) return facts.map(() => false);
    await Promise.all([...new Set(anew.map(({ subject }) => subject))].map((subject) => this.#readOn(store, subject)));
    return facts.map((fact) => TELLS_ANEW.has(fact.source.system) && isAmong(this.#chains.get(fact.subject)?.things, fact));
  }

  async #readOn(store: Pick<ChainStore, "read">, subject: Subject): Promise<void> {
    let { next, things } = this.#chains.get(subject) ?? { next: 0, things: new Map<string, Time[]>() };
    for (;;) {
      const page: SealedEntry[] = await store.read(subject, next, PAGE);
      for (const { entry } of page) {
        const thing = thingOf(entry);
        if (thing === undefined) continue;
        const occurredMs = Date.parse(entry.occurredAt);
        const received = Date.parse(entry.recordedAt) - occurredMs <= RECORDED_WITHIN_MS;
        things.set(thing, [...(things.get(thing) ?? []), { occurredMs, received }]);
      }
      next += page.length;
      if (page.length < PAGE) break;
    }
    this.#chains.delete(subject);
    this.#chains.set(subject, { next, things });
    const [oldest] = this.#chains.size > CHAINS_MAX ? this.#chains.keys() : [];
    if (oldest !== undefined) this.#chains.delete(oldest);
  }
}

function isAmong(things: ReadonlyMap<string, readonly Time[]> | undefined, fact: SourceFact): boolean {
  const times = things?.get(thingOf(fact) ?? "");
  if (times === undefined) return false;
  if (fact.kind !== "push") return true;
  // A branch can go from one commit to another twice, set back in between. A reconciler has counted both; a backfill tells all that it finds.
  const at = Date.parse(fact.occurredAt);
  const lenient = fact.source.event.startsWith(BACKFILL);
  return times.some(({ occurredMs, received }) => Math.abs(occurredMs - at) <= SAME_PUSH_MS || (lenient && received && occurredMs > at));
}

/** What a fact tells of, within its chain; undefined for kinds that are never told anew. */
function thingOf(of: Fact): string | undefined {
  switch (of.kind) {
    case "push":
      return `push ${of.facts.before}..${of.facts.after}`;
    case "review":
      return `review ${of.facts.id} ${of.facts.state}`;
    case "pull-request":
      return `pull-request ${of.facts.state} ${of.facts.state === "open" ? of.facts.head : (of.facts.mergeSha ?? "")}`;
    case "ticket":
      return `ticket ${of.facts.status ?? ""}`;
    case "check-run":
      return `check-run ${of.facts.id} ${of.facts.status} ${of.facts.conclusion ?? ""}`;
    case "record":
      return `record ${of.facts.state ?? ""}`;
    default:
      return undefined;
  }
}
