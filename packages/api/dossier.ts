import type { SealedEntry, Subject } from "@change-ledger/model";
import { NO_PREVIOUS, subjectType } from "@change-ledger/model";
import { type ChangeSummary, DOSSIER_CHAINS_MAX, dossierSubjects } from "@change-ledger/query";
import type { Caller } from "./caller.ts";
import { hashed } from "./entries.ts";
import { pathOf } from "./paths.ts";
import type { ApiPorts } from "./ports.ts";

const ENTRIES_A_CHAIN = 100;
/** Entries' bytes in one answer: well under Lambda's 6 MB when written as JSON. */
const BYTES_MAX = 2 * 1024 * 1024;
const CHAINS_AT_ONCE = 16;

/**
 * The change's chain and every chain linked to it. What does not fit is named by `next`. Of a ref and of a repository's evidence, whose entries
 * speak of every change there, only the head is given. Of other repositories' chains a caller who is restricted gets nothing.
 */
export async function readDossier(ports: ApiPorts, change: ChangeSummary, caller: Caller) {
  const own = await ports.chains.read(change.subject, 0, ENTRIES_A_CHAIN + 1);
  const linked = dossierSubjects(change, own).filter((subject) => caller.mayReadLinked(subject));
  const chains = [await chainOf(ports, change.subject, own, BYTES_MAX)];
  let room = BYTES_MAX - sizeOf(own);
  for (let from = 0; from < linked.length; ) {
    const some = linked.slice(from, from + CHAINS_AT_ONCE);
    from += some.length;
    const read = await Promise.all(some.map((subject) => firstEntries(ports, subject, room > 0)));
    for (const [at, subject] of some.entries()) {
      const entries = read[at] ?? [];
      const chain = entries.length === 0 ? undefined : await chainOf(ports, subject, entries, room);
      if (chain !== undefined) chains.push(chain);
      room -= sizeOf(entries);
      // Read with the next ones: a record answers to its incident.
      for (const incident of incidentsOf(entries))
        if (!linked.includes(incident) && linked.length < DOSSIER_CHAINS_MAX && caller.mayReadLinked(incident)) linked.push(incident);
    }
  }
  return chains;
}

function incidentsOf(entries: readonly SealedEntry[]): Subject[] {
  return entries.flatMap(({ entry }) => (entry.kind === "record" && entry.facts.incident !== undefined ? [entry.facts.incident] : []));
}

/** One entry is enough to know that a chain is there. */
function firstEntries({ chains }: ApiPorts, subject: Subject, all: boolean): Promise<SealedEntry[]> {
  return chains.read(subject, 0, all && !isShared(subject) ? ENTRIES_A_CHAIN + 1 : 1);
}

async function chainOf({ chains }: ApiPorts, subject: Subject, found: readonly SealedEntry[], room: number) {
  const whole = found.length <= ENTRIES_A_CHAIN && !isShared(subject) && sizeOf(found) <= room;
  const last = whole ? found.at(-1) : ((await chains.tail(subject, 1))[0] ?? found.at(-1));
  const head = { length: (last?.entry.seq ?? -1) + 1, hash: last?.hash ?? NO_PREVIOUS };
  const entries = isShared(subject) || sizeOf(found) > room ? [] : found.slice(0, ENTRIES_A_CHAIN);
  if (entries.length === head.length) return { subject, head, entries: entries.map(hashed) };
  return { subject, head, entries: entries.map(hashed), next: `${pathOf("chains", subject, "/entries")}?from=${entries.length}` };
}

function sizeOf(entries: readonly SealedEntry[]): number {
  return entries.reduce((sum, { bytes }) => sum + bytes.length, 0);
}

function isShared(subject: Subject): boolean {
  return ["ref", "evidence"].includes(subjectType(subject));
}
