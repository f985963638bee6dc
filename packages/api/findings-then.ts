import type { SealedEntry, Subject } from "@change-ledger/model";
import type { Summary } from "@change-ledger/query";
import type { ApiPorts } from "./ports.ts";

/** A finding that was open at an instant. */
interface OpenThen {
  readonly name: string;
  readonly since: string;
}

/** What had been said of a change by an instant. */
export interface SaidThen {
  readonly change: Subject;
  readonly at: string;
  readonly outcome: string;
  readonly type: "normal" | "standard" | "emergency";
  readonly open: readonly OpenThen[];
}

const PAGE = 200;
/** Entries of a change's own chain that are looked through; what lies behind was said later still. */
const ENTRIES_MAX = 2_000;

/**
 * What was last said of each change by what had been recorded at `asOf`: read from its own chain, where each judgement that differed is an entry.
 * @returns undefined for a change of which nothing had been said
 */
export async function saidThen(
  { chains }: Pick<ApiPorts, "chains">,
  changes: readonly Summary[],
  asOf: string,
): Promise<(SaidThen | undefined)[]> {
  return await Promise.all(changes.map(async ({ subject }) => said(subject, await recordedBy(chains, subject, asOf))));
}

async function recordedBy(chains: ApiPorts["chains"], subject: Subject, asOf: string): Promise<SealedEntry[]> {
  const found: SealedEntry[] = [];
  for (let from = 0; from < ENTRIES_MAX; from += PAGE) {
    const page = await chains.read(subject, from, PAGE, { eventual: true });
    const known = page.filter(({ entry }) => entry.recordedAt <= asOf);
    found.push(...known);
    if (page.length < PAGE || known.length < page.length) break;
  }
  return found;
}

function said(change: Subject, entries: readonly SealedEntry[]): SaidThen | undefined {
  const open = new Map<string, string>();
  let last: Omit<SaidThen, "open"> | undefined;
  for (const { entry } of entries) {
    if (entry.kind !== "assessed") continue;
    const { opened, resolved, asOf, outcomes, type } = entry.facts;
    for (const name of resolved) open.delete(name);
    for (const { test, code } of opened) if (!open.has(`${test}/${code}`)) open.set(`${test}/${code}`, asOf);
    last = { change, at: asOf, outcome: outcomes["change"] ?? "not-assessable", type };
  }
  return last && { ...last, open: [...open].map(([name, since]) => ({ name, since })).sort((a, b) => (a.name < b.name ? -1 : 1)) };
}
