import { canonicalBytes, ENTRY_MAX_BYTES, type Fact, type SourceFact } from "@change-ledger/model";
import { LedgerError } from "./fault.ts";

/** Room that an entry's members besides `facts` may take. */
const OVERHEAD_BYTES = 4 * 1024;
const FACTS_MAX_BYTES = ENTRY_MAX_BYTES - OVERHEAD_BYTES;

export type Part = Fact & { readonly part?: { readonly index: number; readonly of: number } };

/**
 * Splits a fact whose list is too long for one entry into numbered continuations; each repeats the fact's other members, so that every
 * part can be read by itself. A fact that fits comes back as it is.
 * @throws LedgerError `too-long` when a fact without a list to split is over the limit
 */
export function partsOf(fact: SourceFact): readonly Part[] {
  const whole = { kind: fact.kind, facts: fact.facts } as Fact;
  const size = canonicalBytes(whole.facts).length;
  if (size <= FACTS_MAX_BYTES) return [whole];
  switch (whole.kind) {
    case "push":
    case "pull-request-lookup":
      return numbered(split(whole.facts.commits).map((commits) => ({ kind: whole.kind, facts: { ...whole.facts, commits } }) as Fact));
    case "deployment-lookup":
      return numbered(split(whole.facts.targets).map((targets) => ({ kind: whole.kind, facts: { ...whole.facts, targets } })));
    case "files-lookup":
      return numbered(split(whole.facts.paths).map((paths) => ({ kind: whole.kind, facts: { ...whole.facts, paths } })));
    case "assessed":
      return numbered(split(whole.facts.opened).map((opened) => ({ kind: whole.kind, facts: { ...whole.facts, opened } })));
    case "sealed":
      return numbered(split(whole.facts.bundles).map((bundles) => ({ kind: whole.kind, facts: { bundles } })));
    default:
      throw new LedgerError("too-long", `expected the facts of ${whole.kind} to fit ${FACTS_MAX_BYTES} bytes, got ${size}`);
  }
}

function numbered(parts: readonly Fact[]): readonly Part[] {
  return parts.map((part, index) => ({ ...part, part: { index, of: parts.length } }));
}

function split<T>(list: readonly T[]): T[][] {
  const lists: T[][] = [];
  let current: T[] = [];
  let size = 0;
  const room = FACTS_MAX_BYTES - 4 * 1024;
  for (const item of list) {
    const bytes = canonicalBytes(item).length + 1;
    if (bytes > room) throw new LedgerError("too-long", `expected one list item to fit ${room} bytes, got ${bytes}`);
    if (size + bytes > room && current.length > 0) {
      lists.push(current);
      current = [];
      size = 0;
    }
    current.push(item);
    size += bytes;
  }
  lists.push(current);
  return lists;
}
