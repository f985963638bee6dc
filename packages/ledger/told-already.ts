import type { Fact, SealedEntry, SourceFact, Subject } from "@change-ledger/model";
import type { ChainStore } from "./ports.ts";

/** Systems whose facts tell anew of what an event may have told already. Their own id makes them one event among themselves; beside an event's it says nothing. */
const TELLS_ANEW: ReadonlySet<string> = new Set(["github-history", "service-catalog-lookup"]);

/** A webhook without the push's own time has that of its receipt: it may lie so far from what the API says. */
const SAME_PUSH_MS = 3_600_000;
const PAGE = 500;
/** Chains remembered: a backfill goes through few at a time. */
const CHAINS_MAX = 64;

interface Told {
  /** The chain was read up to here, exclusively. */
  readonly next: number;
  /** What it tells of → the sender's times, in ms. */
  readonly things: Map<string, number[]>;
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
    let { next, things } = this.#chains.get(subject) ?? { next: 0, things: new Map<string, number[]>() };
    for (;;) {
      const page: SealedEntry[] = await store.read(subject, next, PAGE);
      for (const { entry } of page) {
        const thing = thingOf(entry);
        if (thing !== undefined) things.set(thing, [...(things.get(thing) ?? []), Date.parse(entry.occurredAt)]);
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

function isAmong(things: ReadonlyMap<string, readonly number[]> | undefined, fact: SourceFact): boolean {
  const times = things?.get(thingOf(fact) ?? "");
  if (times === undefined) return false;
  // A branch can go from one commit to another twice, set back in between.
  return fact.kind !== "push" || times.some((ms) => Math.abs(ms - Date.parse(fact.occurredAt)) <= SAME_PUSH_MS);
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
