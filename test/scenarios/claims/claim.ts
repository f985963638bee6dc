/** What holds a claim: a scenario by its number, or a test as `<file>: <the beginning of its title>`. */
type By = number | string;

/** One thing that the requirement asks for, in our own words, and what would fail if it were not so. */
export interface Claim {
  /** `T4.2`: of a test's claims those scenarios count alone that say what the test says. */
  readonly id: string;
  readonly says: string;
  readonly by: readonly By[];
}

export interface Section {
  /** `T4`, `trap`, `step`… */
  readonly id: string;
  readonly title: string;
  readonly claims: readonly Claim[];
}

/** A section's claims, numbered. */
export function section(id: string, title: string, ...claims: readonly (readonly [says: string, ...by: By[]])[]): Section {
  return { id, title, claims: claims.map(([says, ...by], nth) => ({ id: `${id}.${nth + 1}`, says, by })) };
}
