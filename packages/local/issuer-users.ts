/** Somebody who can sign in here, as an identity provider would describe them. */
export interface ReadyUser {
  readonly name: string;
  /** What they do, for the page on which one is chosen. */
  readonly what: string;
  readonly scopes: readonly string[];
  /** Patterns of repositories; absent: all. */
  readonly repositories?: readonly string[];
}

/** The ready users of the local stack, one for each kind of reader that the API tells apart. */
export const READY_USERS: readonly ReadyUser[] = [
  {
    name: "auditor",
    what: "reads everything, evidence too, and draws samples",
    scopes: ["ledger:read", "evidence:read", "population:read"],
  },
  { name: "ops", what: "reads timelines, changes and logs of what failed", scopes: ["ledger:read", "evidence:read"] },
  {
    name: "outsider",
    what: "may read another company's repositories alone: sees nothing here",
    scopes: ["ledger:read", "evidence:read", "population:read"],
    repositories: ["github/elsewhere/*"],
  },
];

export function readyUser(name: string | null | undefined): ReadyUser | undefined {
  return READY_USERS.find((user) => user.name === name);
}
