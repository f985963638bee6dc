import { NO_PREVIOUS } from "@change-ledger/model";
import type { Case } from "../dossier/case.ts";
import type { Recorded } from "../dossier/recorded.ts";
import type { AuditTest } from "./sheet.ts";
import { all, notSatisfied, satisfied, short, type Verdict } from "./verdict.ts";
import { verification } from "./verification.ts";

export const integrity: AuditTest = {
  id: "T18",
  title: "Integrity",
  sheet: {
    intent: "Nobody added, changed or took away anything afterwards.",
    rule: "Chain, log and locked evidence verify without a gap.",
    controls: ["hipaa/164.312(b)", "hipaa/164.312(c)(1)", "soc2/CC8.1/tracks", "hitrust/12.a"],
    restsOn: ["verified"],
    exemptions: "None. Of a chain that is given as an excerpt only what lies side by side is held together.",
    pass: "The dossier's entries link to each other by hash, the change's own chain has no gap, and the latest verifications of chains, log and evidence found no fault in them.",
    fail: "An entry names another hash than that of the entry before it; the change's chain has a gap; a verification named one of its chains.",
    limitations:
      "Hashes themselves are recomputed by the verifier, whose word is an entry here; it can be run by anybody, without this system.",
    remediation: "Compare with the log's locked tiles, which hold every entry's bytes, and find out who could write.",
  },
  judge: (of) =>
    all([
      linked(of),
      verification(of, "chains", "Integrity"),
      verification(of, "log", "Integrity"),
      verification(of, "evidence", "Integrity"),
    ]),
};

const LINKED = satisfied("Integrity: the dossier's entries link to each other.");

/** What can be seen without hashing: two entries at one place, a wrong `prev`, a gap in the change's own chain. */
function linked(of: Case): Verdict {
  if (areInOrder(of)) return LINKED;
  const chains = Map.groupBy(of.entries, ({ entry }) => entry.subject);
  for (const [subject, chain] of chains) {
    chain.sort((a, b) => a.entry.seq - b.entry.seq);
    let before: Recorded | undefined;
    for (const recorded of chain) {
      const fault = faultOf(before, recorded, subject === of.change);
      if (fault !== undefined)
        return notSatisfied(
          fault,
          `Integrity: in ${subject} the entry ${recorded.entry.seq} (${short(recorded.hash)}) ${WORDS[fault]}.`,
          "Compare with the log's locked tiles, and find out who could write.",
          before,
          recorded,
        );
      before = recorded;
    }
  }
  return LINKED;
}

// Stryker disable all: a short cut for speed; what it does not take is judged chain by chain
/** The usual case, seen in one pass: chains one after the other, each in its own order and sound. */
function areInOrder(of: Case): boolean {
  const seen = new Set<string>();
  let before: Recorded | undefined;
  let own = false;
  for (const recorded of of.entries) {
    const { subject } = recorded.entry;
    if (before?.entry.subject !== subject) {
      if (seen.has(subject)) return false;
      seen.add(subject);
      own = subject === of.change;
      before = undefined;
    }
    if (faultOf(before, recorded, own) !== undefined) return false;
    before = recorded;
  }
  return true;
}
// Stryker restore all

const WORDS = {
  fork: "stands at a place where there is another one",
  "wrong-link": "does not name the hash of the one before it",
  gap: "does not follow the one before it: there is a gap",
} as const;

function faultOf(before: Recorded | undefined, { entry, hash }: Recorded, own: boolean): keyof typeof WORDS | undefined {
  if (before?.entry.seq === entry.seq) return before.hash === hash ? undefined : "fork";
  const next = (before?.entry.seq ?? -1) + 1;
  if (entry.seq !== next) return own ? "gap" : undefined;
  return entry.prev === (before?.hash ?? NO_PREVIOUS) ? undefined : "wrong-link";
}
