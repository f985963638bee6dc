import type { Identity } from "@change-ledger/model";
import { accountKey } from "./claims.ts";
import type { AccountSystem } from "./people-schema.ts";
import type { Configuration } from "./schema.ts";

/** Whose account it is. `unlisted`: an account that nobody claims, where the configuration lets it stand for a person of its own. */
export interface Who {
  readonly kind: "person" | "bot" | "unlisted";
  /** The same for all accounts of one person. */
  readonly id: string;
  readonly roles: ReadonlySet<string>;
  readonly teams: ReadonlySet<string>;
  /** Of a bot: its own changes need no second pair of eyes. */
  readonly exempt: boolean;
}

/** Who an identity is, as `system` names people; undefined when nobody can say: that differs from everybody and must never pass. */
export type Resolve = (
  system: string,
  identity: { readonly [K in keyof Identity]: Identity[K] | undefined } | undefined,
) => Who | undefined;

interface Known {
  readonly who: Who;
  /** The account's id that never changes, where the configuration gives it. */
  readonly accountId?: string | undefined;
}

const NONE: ReadonlySet<string> = new Set();
const EMPTY_MAP: ReadonlyMap<string, Known> = new Map();

/** Prepares the answer to "who is this?" for all accounts of a configuration. */
export function resolver({ people, bots, teams, unlistedAccounts }: Configuration): Resolve {
  const names = new Map<string, Map<string, Known>>();
  const ids = new Map<string, Who>();
  const prefixes: { readonly stem: string; readonly who: Who }[] = [];
  const teamsOf = (person: string) => new Set(teams.filter(({ members }) => members.includes(person)).map(({ id }) => id));
  const add = (who: Who, accounts: Configuration["people"][number]["accounts"]) => {
    for (const system of Object.keys(accounts) as AccountSystem[]) {
      const known = names.get(system) ?? new Map<string, Known>();
      names.set(system, known);
      for (const account of accounts[system]) {
        if (typeof account !== "string") {
          known.set(accountKey(system, account.login), { who, accountId: account.id });
          ids.set(account.id, who);
        } else if (system === "aws" && account.endsWith("*")) prefixes.push({ stem: account.slice(0, -1), who });
        else known.set(accountKey(system, account), { who });
      }
    }
  };
  for (const { id, roles, accounts } of people)
    add({ kind: "person", id, roles: new Set(roles), teams: teamsOf(id), exempt: false }, accounts);
  for (const { id, exempt, accounts } of bots) add({ kind: "bot", id, roles: NONE, teams: NONE, exempt }, accounts);
  const mails = names.get("mail") ?? EMPTY_MAP;

  const unlisted = new Map<string, Who>();
  const ownPerson = (system: string, name: string): Who => {
    const id = `${system}:${name}`;
    const known = unlisted.get(id);
    if (known !== undefined) return known;
    const who: Who = { kind: "unlisted", id, roles: NONE, teams: NONE, exempt: false };
    unlisted.set(id, who);
    return who;
  };

  return (system, identity) => {
    if (identity === undefined) return undefined;
    const { id, login, mail } = identity;
    const accounts = names.get(system) ?? EMPTY_MAP;
    const name = login === undefined ? undefined : system === "github" ? login.toLowerCase() : login;
    let byName = name === undefined ? undefined : accounts.get(name);
    // Outside GitHub an id and a login are both names that the configuration may list.
    if (byName === undefined && id !== undefined && system !== "github") byName = accounts.get(id);
    const byId = system === "github" && id !== undefined ? ids.get(id) : undefined;
    // A login that changed hands: its account is not the one that the configuration knows by this id.
    if (byName?.accountId !== undefined && id !== undefined && id !== byName.accountId) return undefined;
    if (byId !== undefined && byName !== undefined && byId !== byName.who) return undefined;
    const listed = byId ?? byName?.who ?? (system === "aws" ? (prefixed(prefixes, login) ?? prefixed(prefixes, id)) : undefined);
    if (listed !== undefined) return listed;
    if (name === undefined && id === undefined) return mail === undefined ? undefined : mails.get(mail)?.who;
    return unlistedAccounts === "own-person" ? ownPerson(system, name ?? `#${id}`) : undefined;
  };
}

function prefixed(prefixes: readonly { readonly stem: string; readonly who: Who }[], name: string | undefined): Who | undefined {
  return name === undefined ? undefined : prefixes.find(({ stem }) => name.startsWith(stem))?.who;
}

/** Whether somebody holds one of the roles, which only people do. */
export function holdsOne(who: Who | undefined, roles: readonly string[]): boolean {
  return roles.some((role) => who?.roles.has(role) === true);
}

/** A person as a sentence names them. */
export function nameOf(identity: Identity | undefined): string {
  return (
    identity?.login ?? identity?.id ?? (identity?.mail === undefined ? "somebody whom nobody can name" : `the address ${identity.mail}`)
  );
}
