import { AUTHENTICATED_BY, type FactsOf, type Subject } from "@change-ledger/model";
import { compareText, earliest } from "../order.ts";
import { type Dated, datedBy, earlierOf, type PopulationEntry } from "./told-entry.ts";

/** An update of a branch, told once or several times. */
export interface FoldedUpdate {
  readonly id: string;
  readonly ref: Subject;
  readonly before: string;
  readonly after: string;
  readonly dated: Dated;
  readonly recordedAt: string;
  readonly created: boolean;
  readonly deleted: boolean;
  readonly forced: boolean;
  readonly isDefault: boolean;
  readonly commits: ReadonlySet<string>;
}

/** One telling of an update, its continuation entries put together. */
interface Telling {
  dated: Dated;
  recordedAt: string;
  created: boolean;
  deleted: boolean;
  forced: boolean;
  isDefault: boolean;
  readonly commits: Set<string>;
}

/** By sort of sender, then by the body's digest, or the sender's id where there is none. */
type Tellings = Map<string, Map<string, Telling>>;

/** Folds the pushes to branches. */
export class UpdateFold {
  readonly #refs = new Map<Subject, Map<string, Tellings>>();

  /** @param keepCommits of a push outside the period only both ends matter */
  add(told: PopulationEntry, keepCommits: boolean): void {
    const { entry } = told;
    if (entry.kind !== "push" || !entry.subject.includes("/refs/heads/")) return;
    const { subject, facts, source, payload, recordedAt } = entry;
    const updates = this.#refs.get(subject) ?? new Map<string, Tellings>();
    this.#refs.set(subject, updates);
    const pair = `${facts.before}..${facts.after}`;
    const tellings: Tellings = updates.get(pair) ?? new Map();
    updates.set(pair, tellings);
    const sort = `${AUTHENTICATED_BY.indexOf(source.auth)} ${source.system}`;
    const bodies = tellings.get(sort) ?? new Map<string, Telling>();
    tellings.set(sort, bodies);
    // A body that came again under another id of delivery tells of no other push.
    const body = payload?.sha256 ?? source.id;
    const known = bodies.get(body);
    const commits = keepCommits ? facts.commits.map(({ sha }) => sha) : [];
    bodies.set(body, joined(known, facts, commits, datedBy("pushed", entry.occurredAt, told), recordedAt));
  }

  refs(): Iterable<Subject> {
    return this.#refs.keys();
  }

  /** Each update once, in no order. */
  *updatesOf(ref: Subject): Generator<FoldedUpdate> {
    for (const [pair, tellings] of this.#refs.get(ref) ?? []) {
      const [before = "", after = ""] = pair.split("..");
      for (const [nth, telling] of together(tellings).entries())
        yield { id: `${ref} ${pair}${nth === 0 ? "" : `#${nth + 1}`}`, ref, before, after, ...telling };
    }
  }
}

function joined(known: Telling | undefined, facts: FactsOf<"push">, commits: readonly string[], dated: Dated, recordedAt: string): Telling {
  const flags = {
    created: facts.created === true,
    deleted: facts.deleted === true,
    forced: facts.forced === true,
    isDefault: facts.default === true,
  };
  if (known === undefined) return { dated, recordedAt, ...flags, commits: new Set(commits) };
  for (const sha of commits) known.commits.add(sha);
  return merged(known, { dated, recordedAt, ...flags, commits: known.commits });
}

function merged(a: Telling, b: Telling): Telling {
  return {
    dated: earlierOf(a.dated, b.dated),
    recordedAt: earliest(a.recordedAt, b.recordedAt),
    created: a.created || b.created,
    deleted: a.deleted || b.deleted,
    forced: a.forced || b.forced,
    isDefault: a.isDefault || b.isDefault,
    commits: b.commits === a.commits ? a.commits : new Set([...a.commits, ...b.commits]),
  };
}

/**
 * A branch can go the same way twice (set back in between). One sender's tellings of one time are one update; those of several sorts of senders are paired in
 * order of time, so that history which is filled in later joins what a webhook told. The time is that of the sender who is authenticated best.
 */
function together(tellings: Tellings): Telling[] {
  const found: Telling[] = [];
  for (const [, bodies] of [...tellings].sort(([a], [b]) => compareText(a, b))) {
    const byTime = new Map<string, Telling>();
    for (const telling of bodies.values()) {
      const same = byTime.get(telling.dated.at);
      byTime.set(telling.dated.at, same === undefined ? telling : merged(same, telling));
    }
    const inOrder = [...byTime.values()].sort((a, b) => compareText(a.dated.at, b.dated.at));
    for (const [nth, telling] of inOrder.entries()) {
      const before = found[nth];
      found[nth] = before === undefined ? telling : { ...merged(before, telling), dated: before.dated };
    }
  }
  return found;
}
