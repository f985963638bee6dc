import type { Identity } from "@change-ledger/model";
import { nameOf, type Who } from "../configuration/identity.ts";
import type { Case } from "./case.ts";
import { ownShare } from "./commits.ts";
import type { Pull } from "./pull.ts";
import { compareText, type Recorded } from "./recorded.ts";
import type { KnownReview, Review } from "./reviews.ts";

/** Somebody whose work the pull request is. */
export interface Author {
  readonly named: string;
  /** Undefined: nobody can say who. */
  readonly who: Who | undefined;
  /** Why not. */
  readonly unknown?: "nobody" | "bot-by-name" | undefined;
  /** A bot whose own account, authenticated, did all of it, and which needs no second pair of eyes. */
  readonly exempt: boolean;
  readonly commit?: string | undefined;
  readonly told: Recorded;
}

export interface Coverage {
  /** The opener and each author and co-author of a commit, each once, by name. */
  readonly authors: readonly Author[];
  /** All commits are on record. */
  readonly complete: boolean;
  /** Latest verdicts that approve, by people whose approval the procedure asks for. */
  readonly approvals: readonly KnownReview[];
}

/** Whose work it is and whose approvals count. Which author an approval covers: `covers`. */
export function coverageOf(of: Case, pull: Pull): Coverage {
  const { commits } = of;
  const resolve = of.inForce.resolve;
  const opener = resolve("github", pull.author);
  let all: boolean | undefined;
  const isOpenersOwn = (who: Who) => {
    if (who !== opener) return false;
    all ??= isAllBy(who, pull, of);
    return all;
  };
  const authors = new Map<string, Author>();
  const add = (identity: Identity, who: Who | undefined, told: Recorded, commit?: string) => {
    const byString = commit !== undefined && who?.kind === "bot" && !isOpenersOwn(who);
    const known = byString ? undefined : who;
    const named = nameOf(identity);
    const key = known === undefined ? `?${named}` : `${known.kind} ${known.id}`;
    if (authors.has(key)) return;
    authors.set(key, {
      named,
      who: known,
      unknown: known === undefined ? (byString ? "bot-by-name" : "nobody") : undefined,
      exempt: known?.exempt === true && isOpenersOwn(known),
      commit,
      told,
    });
  };
  add(pull.author, opener, pull.told);
  const told = commits.told[0] ?? pull.told;
  for (const { sha, author, coAuthors } of commits.list) {
    add(author, resolve("github", author), told, sha);
    for (const other of coAuthors ?? []) add(other, resolve("github", other), told, sha);
  }
  // Pushes to a branch do not tell what it was made of; whom a squash names as co-author wrote some of it.
  if (commits.by === "branch" && of.arrival !== undefined)
    for (const { sha, coAuthors } of ownShare(of.arrival, of.buckets.otherPulls))
      for (const other of coAuthors ?? []) {
        const who = resolve("github", other);
        if (who !== undefined) add(other, who, of.arrival.push.told[0], sha);
      }
  const list = [...authors.values()];
  list.sort((a, b) => compareText(a.named, b.named));
  return { authors: list, complete: commits.complete, approvals: of.standing.approvals.filter((review) => isQualified(of, review)) };
}

/**
 * Every event that gave the pull request a head was caused by the bot's own account, as GitHub authenticated it, the merged head is among them (whoever pushes while
 * it is closed is told by no event of it), and so was every push on record to its branch.
 */
function isAllBy(bot: Who, pull: Pull, of: Case): boolean {
  const isBot = ({ entry: { actor } }: Recorded) => of.inForce.resolve("github", actor) === bot;
  let opened = false;
  let given = false;
  for (const event of pull.events) {
    const { action, head } = event.entry.facts;
    if (action !== "opened" && action !== "synchronize" && action !== "reopened") continue;
    opened ||= action === "opened";
    given ||= action !== "reopened" && head === pull.head;
    if (!isBot(event)) return false;
  }
  if (!opened || !given) return false;
  if (pull.fork) return true;
  const branch = of.ref(pull.headRef);
  const own = new Set(of.commits.list.map(({ sha }) => sha));
  return of.pushes.every(({ ref, commits, told: [told] }) => ref !== branch || !commits.some(({ sha }) => own.has(sha)) || isBot(told));
}

/** The reviewer is a person of the company who holds a role that the procedure asks to approve, in a team that reviews the repository. */
function isQualified(of: Case, review: Review): review is KnownReview {
  const { who } = review;
  if (who?.kind !== "person") return false;
  const { reviewRoles, rules } = of.repository;
  let holds = false;
  for (const role of who.roles) if (reviewRoles.has(role)) holds = true;
  return holds && (rules.reviewTeams.length === 0 || rules.reviewTeams.some((team) => who.teams.has(team)));
}

/** Nobody covers their own work, and of whom nobody can name nobody can say that it was somebody else. */
export function covers(approval: Review, author: Author): boolean {
  return approval.who !== undefined && author.who !== undefined && approval.who.id !== author.who.id;
}

/** Authors for whom none of the approvals is somebody else's. */
export function uncovered(authors: readonly Author[], approvals: readonly Review[]): Author[] {
  return authors.filter((author) => !author.exempt && author.who !== undefined && !approvals.some((approval) => covers(approval, author)));
}

/** All of it is the work of an exempt bot, by its own account. */
export function isExempt({ complete, authors }: Coverage): boolean {
  return complete && authors.every(({ exempt }) => exempt);
}
