import { canonicalBytes, ENTRY_MAX_BYTES, type Fact } from "@change-ledger/model";

/** Facts that are no list have to fit one entry together with its place, source and payload. */
export const FACTS_MAX_BYTES = ENTRY_MAX_BYTES - 4 * 1024;
/** Of a fact with a list, which the ledger continues over several entries: what one item may take, and what stands beside the list. */
const ITEM_MAX_BYTES = 20 * 1024;
const BESIDE_LIST_MAX_BYTES = 4 * 1024;

/** The first part of the facts that no entry could hold; undefined when all fit. */
export function tooLarge(fact: Fact): string | undefined {
  // A character is at most 3 bytes in UTF-8 (a pair of surrogates 4): short facts need no exact count.
  if (JSON.stringify(fact.facts).length * 3 <= BESIDE_LIST_MAX_BYTES) return undefined;
  switch (fact.kind) {
    case "push":
    case "pull-request-lookup": {
      const { commits, ...beside } = fact.facts;
      return listTooLarge("commits", commits, beside);
    }
    case "deployment-lookup": {
      const { targets, ...beside } = fact.facts;
      return listTooLarge("targets", targets, beside);
    }
    case "files-lookup": {
      const { paths, ...beside } = fact.facts;
      return listTooLarge("paths", paths, beside);
    }
    default:
      return size(fact.facts) > FACTS_MAX_BYTES ? "facts" : undefined;
  }
}

function listTooLarge(name: string, items: readonly unknown[], beside: unknown): string | undefined {
  if (size(beside) > BESIDE_LIST_MAX_BYTES) return "facts";
  const at = items.findIndex((item) => JSON.stringify(item).length * 3 > ITEM_MAX_BYTES && size(item) > ITEM_MAX_BYTES);
  return at < 0 ? undefined : `${name}.${at}`;
}

function size(value: unknown): number {
  return canonicalBytes(value).length;
}
