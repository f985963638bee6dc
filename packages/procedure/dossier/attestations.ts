import type { Case } from "./case.ts";
import type { Of } from "./recorded.ts";

/** Attested events of one meaning: those that count, and those from accounts that may not attest it. What EventBridge vouches for is the account alone. */
interface Attestations {
  readonly counted: readonly Of<"attested">[];
  readonly refused: readonly Of<"attested">[];
}

/** Where the configuration lists attesters, only their word counts; where it lists none, that of every account which the bus takes events from. */
export function attestationsOf(of: Case, what: string): Attestations {
  const { counted = [], refused = [] } = Object.groupBy(
    of.buckets.attested.filter(({ entry }) => entry.facts.what === what),
    ({ entry }) => (of.inForce.mayAttest(entry.actor?.id, what) ? "counted" : "refused"),
  );
  return { counted, refused };
}

/** Said beside what is wanting, so that nobody looks for an event that is there; empty where none was refused. */
export function refusedWords(refused: readonly Of<"attested">[]): string {
  const [first] = refused;
  if (first === undefined) return "";
  const { actor, facts } = first.entry;
  return ` The attested ${facts.what} of ${first.entry.occurredAt} does not count: the configuration does not let ${actor?.id === undefined ? "an account that is not named" : `the account ${actor.id}`} attest it.`;
}
