import { type LookupWork, lookupRulesOf, lookupsOf } from "@change-ledger/ledger";
import type { Entry, SealedEntry, Subject } from "@change-ledger/model";
import type { Settings } from "@change-ledger/sources";
import { type Compared, FINDER } from "./compare-scope.ts";
import type { Cursor, GaveUp, ReconcilePorts } from "./ports.ts";

const HOUR_MS = 3_600_000;
/** What has no answer for so long will have none: the runbook says how to ask by hand. */
const DAYS = 14;
/** What is gone, or never was, stays so. Whatever else may be over by now: a limit, an outage, a role that was not allowed to ask. */
const FOR_GOOD: ReadonlySet<string> = new Set(["not-found"]);
/** Of a chain that is longer (a busy branch's), what its last entries raised is asked again. */
const CHAIN_MAX = 2_000;

/**
 * Asks again what look-ups gave up on for a reason that passes: an hour, two, four, eight… after that was recorded, for a fortnight, which is nine times at most. The answer
 * enters as any look-up's does. A look-up that gives up again for the same reason has the source id of the entry that is on record, so no second one enters and
 * the fortnight does not begin anew; for another reason it is a new entry, with a fortnight of its own.
 */
export async function askAgain(
  ports: ReconcilePorts,
  gaveUp: (since: string) => Promise<readonly GaveUp[]>,
  cursor: Cursor | undefined,
): Promise<{ readonly cursor: Cursor; readonly compared: Compared }> {
  const now = ports.now();
  const nowMs = Date.parse(now);
  const noted = await gaveUp(new Date(nowMs - DAYS * 24 * HOUR_MS).toISOString());
  const due = noted.filter(
    ({ subject, at }) => !isElsewhere(ports, subject) && isDue(nowMs - Date.parse(at), cursor && Date.parse(cursor.ranAt) - Date.parse(at)),
  );
  let asked = 0;
  for (const [subject, places] of Map.groupBy(due, (one) => one.subject)) {
    const chain = (await ports.chains.tail(subject, CHAIN_MAX)).toReversed();
    const work = openQuestions(ports.settings, chain, new Set(places.map(({ seq }) => seq)));
    if (work.length > 0) await ports.lookup.send(work.map((one) => ({ ...one, finder: FINDER })));
    asked += work.length;
  }
  return { cursor: { from: now, ranAt: now, again: [] }, compared: { listed: noted.length, missing: 0, unlisted: 0, found: asked } };
}

/** Whether a power of two of hours has passed since the last run. */
function isDue(ageMs: number, agedMs: number | undefined): boolean {
  const step = (ms: number) => Math.floor(Math.log2(Math.max(ms, 1) / HOUR_MS));
  return ageMs >= HOUR_MS && (agedMs === undefined || agedMs < HOUR_MS || step(ageMs) > step(agedMs));
}

/** Another account's deployment: our credentials do not reach it, now or later. */
function isElsewhere({ place }: ReconcilePorts, subject: Subject): boolean {
  const [type, account] = subject.split("/");
  return place !== undefined && (type === "deployment:codedeploy" || type === "deployment:ecs") && account !== place.account;
}

/** Of the questions that a chain raises those that its `unresolved` entries at `seqs` are about, and that nothing has answered. */
function openQuestions(settings: Settings, chain: readonly SealedEntry[], seqs: ReadonlySet<number>): LookupWork[] {
  const entries = chain.map(({ entry }) => entry);
  const questions = lookupsOf(lookupRulesOf(settings), chain);
  const about = new Map<string, number>();
  for (const entry of entries)
    if (entry.kind === "unresolved" && seqs.has(entry.seq) && !FOR_GOOD.has(entry.facts.reason)) about.set(entry.facts.asked, entry.seq);
  return questions.filter((question, at) => {
    const seq = about.get(question.ask);
    if (seq === undefined) return false;
    switch (question.ask) {
      case "deployment":
        // What was answered at its beginning says nothing of its end.
        return !entries.some((entry) => entry.kind === "deployment-lookup" && entry.seq > seq);
      case "pull-request-commits":
        // GitHub tells the commits of the present head alone.
        return (
          !questions.slice(at + 1).some(({ ask }) => ask === question.ask) &&
          !entries.some((entry) => entry.kind === "pull-request-lookup" && entry.facts.head === question.head)
        );
      case "pull-request-files":
        return !entries.some((entry) => entry.kind === "files-lookup" && entry.facts.head === question.head);
      case "rule-suite":
        return (
          entries.some(({ kind, seq, source }) => kind === "unresolved" && seqs.has(seq) && source.id.includes(`/${question.after}/`)) &&
          !entries.some((entry) => entry.kind === "rule-suite-lookup" && entry.facts.after === question.after)
        );
      case "image":
      case "function-version":
      case "attestations": {
        // An answer does not say of which repository it is: where some are there, all are asked for, and what is on record enters no second time.
        const alike = questions.filter((one) => one.ask === question.ask && one.location === question.location);
        return entries.filter((entry) => isAnswer(entry, question)).length < alike.length;
      }
      default:
        return question satisfies never;
    }
  });
}

function isAnswer(entry: Entry, { ask, location }: { readonly ask: string; readonly location: string }): boolean {
  if (entry.kind !== "artifact" || entry.source.auth !== "api") return false;
  return entry.source.event.split(".").at(-1) === ask && entry.facts.location === location;
}
