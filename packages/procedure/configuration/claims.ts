import type { FieldFault } from "./fault.ts";
import type { AccountSystem } from "./people-schema.ts";
import type { Configuration } from "./schema.ts";

interface Claim {
  readonly system: AccountSystem;
  /** As accounts of the system are compared. */
  readonly key: string;
  readonly path: readonly (string | number)[];
  readonly owner: string;
}

/** An account that two people or bots claim, or that one pattern of one and a name of another both match: nobody could say who acted. */
export function claimFaults(configuration: Configuration): FieldFault[] {
  const faults: FieldFault[] = [];
  const owners = new Map<string, Claim>();
  const prefixes: Claim[] = [];
  const all = claimsOf(configuration);
  for (const claim of all) {
    const known = owners.get(`${claim.system} ${claim.key}`);
    if (known !== undefined) faults.push(twice(claim, known));
    else owners.set(`${claim.system} ${claim.key}`, claim);
    if (claim.key.endsWith("*")) prefixes.push(claim);
  }
  for (const pattern of prefixes) {
    const stem = pattern.key.slice(0, -1);
    for (const claim of all) {
      if (claim.owner === pattern.owner || claim.system !== pattern.system || claim.key === pattern.key) continue;
      if (claim.key.startsWith(stem)) faults.push(twice(claim, pattern));
    }
  }
  return faults;
}

function twice(claim: Claim, known: Claim): FieldFault {
  const reason = `expected an account of one person or bot, ${claim.owner} and ${known.owner} (${known.path.join(".")}) both claim this one`;
  return { path: claim.path, code: "claimed-twice", reason };
}

function claimsOf({ people, bots }: Configuration): Claim[] {
  const holders = [
    ...people.map((one, index) => ({ one, path: ["people", index] })),
    ...bots.map((one, index) => ({ one, path: ["bots", index] })),
  ];
  return holders.flatMap(({ one, path }) =>
    (Object.keys(one.accounts) as AccountSystem[]).flatMap((system) =>
      one.accounts[system].flatMap((account, nth): Claim[] => {
        const at = { system, path: [...path, "accounts", system, nth], owner: one.id };
        if (typeof account === "string") return [{ ...at, key: accountKey(system, account) }];
        return [
          { ...at, key: accountKey(system, account.login) },
          { ...at, key: `#${account.id}` },
        ];
      }),
    ),
  );
}

/** Accounts as they are compared: GitHub's logins know no case. */
export function accountKey(system: AccountSystem, account: string): string {
  return system === "github" ? account.toLowerCase() : account;
}
