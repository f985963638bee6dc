import { createHash } from "node:crypto";
import type { Pending } from "@change-ledger/ledger";
import {
  canonicalBytes,
  type FactsOf,
  type SealedEntry,
  type SourceFact,
  type Subject,
  sha256Hex,
  unmatchedDeployment,
} from "@change-ledger/model";
import { type Assessment, assess, findingChanges, type InForce } from "@change-ledger/procedure";
import { carriersOf } from "./end.ts";
import { EvidenceError } from "./fault.ts";
import type { GatheredChange } from "./gather.ts";

/** What judging a change came to. */
export interface Judged {
  readonly change: Subject;
  /** What is to be said; undefined: what was last said still holds. */
  readonly pending: Pending | undefined;
  readonly dueAt: string | undefined;
}

/** @returns undefined: there is nothing to judge, and nothing was ever said. */
export function judge(dossier: GatheredChange, inForce: InForce, asOf: string, claimed: ReadonlySet<Subject>): Judged | undefined {
  const { change, chains } = dossier;
  const own = chains.find(({ subject }) => subject === change);
  // Judged by its beginning alone it would hide whatever comes behind: somebody has to look.
  if (own?.excerpt === true) throw new EvidenceError("not-a-dossier", `expected the whole chain of ${change}, got its beginning`);
  const before = saidLast(own?.entries ?? []);
  const withdrawn = isWithdrawn(dossier, claimed);
  if (before.entry === undefined && (withdrawn || chains.every(({ entries }) => entries.length === 0))) return undefined;
  const assessment = withdrawn ? undefined : assessDossier(dossier, inForce, asOf);
  const now = wordsOf(change, assessment, inForce, asOf);
  const { opened, resolved } = findingChanges(before.open, assessment?.findings ?? []);
  const dueAt = assessment && dueOf(assessment, dossier, asOf);
  const same = opened.length === 0 && resolved.length === 0 && sameWords(before, now);
  // Of a change that is still on its way nothing is said before there is something to say.
  if (same || (before.entry === undefined && opened.length === 0 && now.outcomes["change"] === "pending"))
    return { change, pending: undefined, dueAt };
  const facts: FactsOf<"assessed"> = {
    ...now,
    opened: opened.map(({ test, code, because }) => ({ test, code, because })),
    resolved: resolved.map((id) => id.slice(change.length + 1)),
    ...dueYet(assessment, asOf),
  };
  const fact: SourceFact = {
    subject: change,
    occurredAt: asOf,
    // The same words behind the same ones are one event, whoever says them.
    source: { system: "ledger", event: "assessed", id: assessedId(before.entry, facts), auth: "ledger", norm: 1 },
    kind: "assessed",
    facts,
  };
  return { change, pending: { fact, onto: own?.entries ?? [] }, dueAt };
}

const DUE_MOST = 20;

/** Obligations that have their time yet. */
function dueYet(assessment: Assessment | undefined, asOf: string): Pick<FactsOf<"assessed">, "due"> {
  const due = (assessment?.obligations ?? []).filter(({ dueAt }) => dueAt > asOf).slice(0, DUE_MOST);
  return due.length === 0 ? {} : { due: due.map(({ test, code, dueAt }) => ({ test, code, at: dueAt })) };
}

/** Tests that rest on runs over the whole record, which are no cause to judge each change that they looked at. */
const BY_RUNS: ReadonlySet<string> = new Set(["T1", "T2", "T18"]);
const HOUR_MS = 3_600_000;

/**
 * When it has to be looked at again though nothing happens: at the first deadline; and, while a run has yet to say that the record of it is sound, after a day, and then
 * after as long again as it is old, up to two months. Rounded up to six hours, so that judging it again and again moves the time but seldom.
 */
function dueOf({ obligations, tests }: Assessment, { chains }: GatheredChange, asOf: string): string | undefined {
  const deadline = obligations.find((one) => one.dueAt > asOf)?.dueAt;
  if (!tests.some(({ test, outcome }) => BY_RUNS.has(test) && outcome !== "satisfied" && outcome !== "not-applicable")) return deadline;
  const told = chains.flatMap(({ subject, entries }) =>
    subject.startsWith("audit:") ? [] : entries.flatMap(({ entry }) => (entry.kind === "assessed" ? [] : [entry.recordedAt])),
  );
  const now = Date.parse(asOf);
  const ageMs = now - Date.parse(told.reduce((a, b) => (a > b ? a : b), ""));
  if (!(ageMs < 60 * 24 * HOUR_MS)) return deadline;
  const again = new Date(Math.ceil((now + Math.max(24 * HOUR_MS, ageMs)) / (6 * HOUR_MS)) * 6 * HOUR_MS).toISOString();
  return deadline !== undefined && deadline < again ? deadline : again;
}

/** The assessment of a dossier: pure, whoever gathered it. */
export function assessDossier({ change, chains }: GatheredChange, inForce: InForce, asOf: string): Assessment {
  return assess({ change, entries: chains.flatMap(({ entries }) => entries) }, inForce, asOf);
}

/** A direct push that a merge claims, and a deployment that a change explains after all: the subject stands for no change. */
function isWithdrawn({ change, chains }: GatheredChange, claimed: ReadonlySet<Subject>): boolean {
  if (claimed.has(change)) return true;
  if (unmatchedDeployment(change) === undefined) return false;
  const own = chains.find(({ subject }) => subject === change)?.entries ?? [];
  return carriersOf(own.map(({ entry }) => entry)).size === 0;
}

/** What was last said of a change. */
interface SaidLast {
  readonly entry: SealedEntry | undefined;
  readonly type: string | undefined;
  readonly outcomes: Readonly<Record<string, string>>;
  /** Ids of the findings that are open. */
  readonly open: ReadonlySet<string>;
}

/** @param own the change's chain, whole, in order */
export function saidLast(own: readonly SealedEntry[]): SaidLast {
  const open = new Set<string>();
  let last: { entry: SealedEntry; facts: FactsOf<"assessed"> } | undefined;
  for (const sealed of own) {
    const { entry } = sealed;
    if (entry.kind !== "assessed") continue;
    for (const { test, code } of entry.facts.opened) open.add(`${entry.subject}#${test}/${code}`);
    for (const name of entry.facts.resolved) open.delete(`${entry.subject}#${name}`);
    last = { entry: sealed, facts: entry.facts };
  }
  return { entry: last?.entry, type: last?.facts.type, outcomes: last?.facts.outcomes ?? {}, open };
}

/** A test that has no say is left out: most have none, and an entry is billed by its length. */
function wordsOf(
  change: Subject,
  assessment: Assessment | undefined,
  inForce: InForce,
  asOf: string,
): Omit<FactsOf<"assessed">, "opened" | "resolved"> {
  const { id, version } = assessment?.procedure ?? { id: "none", version: "0" };
  const tests = (assessment?.tests ?? [])
    .filter(({ outcome }) => outcome !== "not-applicable")
    .map(({ test, outcome }) => [test, outcome] as const);
  return {
    asOf,
    configuration: inForce.version,
    procedure: `${id}@${version}`,
    type: assessment?.type.judgedAs ?? "normal",
    digest: sha256Hex(canonicalBytes(assessment ?? { change, withdrawn: true })),
    outcomes: { change: assessment?.outcome ?? "not-applicable", ...Object.fromEntries(tests) },
  };
}

function sameWords(before: SaidLast, now: Pick<FactsOf<"assessed">, "type" | "outcomes">): boolean {
  return before.type === now.type && Buffer.compare(canonicalBytes(before.outcomes), canonicalBytes(now.outcomes)) === 0;
}

function assessedId(before: SealedEntry | undefined, { type, outcomes, opened, resolved }: FactsOf<"assessed">): string {
  const words = canonicalBytes([before?.hash ?? "", type, outcomes, opened.map(({ test, code }) => `${test}/${code}`), resolved]);
  return `assessed/${createHash("sha256").update(words).digest("base64url").slice(0, 32)}`;
}
