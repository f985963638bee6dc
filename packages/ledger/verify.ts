import { type Entry, leafHash, NO_PREVIOUS, openEntry, type Subject } from "@change-ledger/model";

export interface ChainFault {
  readonly subject: Subject;
  readonly seq: number;
  readonly field: "bytes" | "subject" | "seq" | "prev";
  readonly expected: string;
  readonly found: string;
}

/** Checks a chain from its exact bytes: every entry canonical, of this subject, numbered without a gap from 0, and each `prev` the hash of the one before. Lists all that is wrong. */
export function verifyChain(subject: Subject, chain: Iterable<Uint8Array>): ChainFault[] {
  const faults: ChainFault[] = [];
  let prev = NO_PREVIOUS;
  let seq = 0;
  for (const bytes of chain) {
    const hash = leafHash(bytes);
    let entry: Entry | undefined;
    try {
      entry = openEntry(bytes).entry;
    } catch (error) {
      faults.push({ subject, seq, field: "bytes", expected: "an entry, version 1", found: (error as Error).message });
    }
    if (entry !== undefined) {
      const wrong = (field: ChainFault["field"], expected: string, found: string) => {
        if (expected !== found) faults.push({ subject, seq, field, expected, found });
      };
      wrong("subject", subject, entry.subject);
      wrong("seq", String(seq), String(entry.seq));
      wrong("prev", prev, entry.prev);
    }
    prev = hash;
    seq++;
  }
  return faults;
}
