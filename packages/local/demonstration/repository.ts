import { type Subject, subject } from "@change-ledger/model";
import type { Company } from "./company.ts";
import type { Webhook } from "./emitted.ts";
import { type Commit, mergeGroupEvent, pushEvent } from "./github.ts";
import type { GithubAt, RepositoryName } from "./github-event.ts";
import { FULL_PROTECTION, type ProtectionSettings, pingEvent, protectionEvent, rulesetEvent } from "./github-rules.ts";
import { NO_COMMIT } from "./identifiers.ts";
import type { Person } from "./people.ts";
import { PullRequest, type PullRequestOptions } from "./pull-request.ts";

/** A repository on GitHub with the head of its default branch. */
export class Repository {
  readonly company: Company;
  readonly name: RepositoryName;
  /** In full: `refs/heads/main`. */
  readonly ref: string;
  readonly subject: Subject;
  /** Commit of the default branch; the first one lies before the record's beginning. */
  head: string;
  /** Commits that the default branch was given, oldest first, whether it still holds them or not. */
  readonly history: string[] = [];
  #pulls = 0;
  #protection: { settings: ProtectionSettings; createdAtMs: number } | undefined;

  constructor(company: Company, name: RepositoryName) {
    this.company = company;
    this.name = name;
    this.ref = `refs/heads/${name.defaultBranch}`;
    this.subject = subject("ref", "github", name.fullName, this.ref);
    this.head = company.sha();
  }

  /** The change that a pull request is. */
  change(number: number): Subject {
    return subject("change", "github", this.name.fullName, "pull", String(number));
  }

  /** The change that a push is which no pull request claims. */
  pushChange(after: string): Subject {
    return subject("change", "github", this.name.fullName, "push", after);
  }

  commitSubject(sha: string): Subject {
    return subject("commit", "github", this.name.fullName, sha);
  }

  /** Sends a GitHub webhook that `by` caused. */
  send(by: Person, build: (at: GithubAt) => Webhook): void {
    const { company } = this;
    company.webhook(
      "github",
      build({ repository: this.name, sender: by, delivery: company.uuid(), secret: company.secrets.github, lean: company.lean }),
    );
  }

  commit(author: Person, message: string, more: Partial<Commit> = {}): Commit {
    return { sha: this.company.sha(), author, message, atMs: this.company.nowMs(), ...more };
  }

  ping(by: Person): void {
    this.company.tick();
    this.send(by, (at) => pingEvent(at));
  }

  pullRequest(author: Person, options: PullRequestOptions = {}): PullRequest {
    return new PullRequest(this, ++this.#pulls, author, options);
  }

  /** Tells of a push to the default branch and moves its head. */
  advance(by: Person, commits: readonly Commit[], forced = false): void {
    this.#push(by, commits.at(-1)?.sha ?? this.head, commits, forced);
  }

  #push(by: Person, after: string, commits: readonly Commit[], forced: boolean): void {
    const push = { ref: this.ref, before: this.head, after, commits, forced, pushedAtMs: this.company.nowMs() };
    this.send(by, (at) => pushEvent(at, push));
    this.head = after;
    this.history.push(...commits.map(({ sha }) => sha));
  }

  /** Commits straight onto the default branch. @returns the change that it is */
  directPush(by: Person, messages: readonly string[] = ["Fix it quickly"]): Subject {
    this.company.tick();
    this.advance(
      by,
      messages.map((message) => this.commit(by, message)),
    );
    return this.pushChange(this.head);
  }

  /** The last push broke the branch's rules, and whoever pushed may: GitHub lets it pass, and keeps it on record. */
  bypassed(): void {
    this.company.github.bypassed.push(this.head);
  }

  /** Replaces the default branch's history after `onto` by one new commit. @returns the change that it is */
  forcePush(by: Person, onto: string): Subject {
    this.company.tick();
    const replaced = this.commit(by, `Rewrite what came after ${onto.slice(0, 7)}`);
    this.advance(by, [replaced], true);
    return this.pushChange(this.head);
  }

  /** Puts the default branch back to a commit that it held before: a forced push that brings no commit. */
  reset(by: Person, to: string): void {
    this.company.tick();
    this.#push(by, to, [], true);
  }

  /** Pushes to another branch than the default one. @param branch its short name */
  pushBranch(by: Person, branch: string, before: string, commits: readonly Commit[], forced = false): void {
    const after = commits.at(-1)?.sha ?? NO_COMMIT;
    const push = { ref: `refs/heads/${branch}`, before, after, commits, forced, pushedAtMs: this.company.nowMs() };
    this.send(by, (at) => pushEvent(at, push));
  }

  /** The merge queue merges `pulls` in one push: a squash commit for each, made from the group's attempt. */
  mergeQueue(pulls: readonly PullRequest[], by: Person): void {
    const [first] = pulls;
    if (first === undefined) return;
    this.company.tick();
    const commits = pulls.map((pull) => pull.squashed());
    const head = commits.at(-1)?.sha ?? this.head;
    const group = {
      head,
      headRef: `gh-readonly-queue/${this.name.defaultBranch}/pr-${pulls.at(-1)?.number}-${this.head}`,
      base: this.head,
    };
    this.send(by, (at) => mergeGroupEvent(at, "checks_requested", group));
    this.company.tick();
    this.advance(by, commits);
    for (const [nth, pull] of pulls.entries()) pull.closedAsMerged(by, commits[nth]?.sha ?? head);
    this.send(by, (at) => mergeGroupEvent(at, "destroyed", { ...group, reason: "merged" }));
  }

  /** Sets the protection of the default branch, and the rule set beside it the first time. */
  protect(by: Person, settings: ProtectionSettings = FULL_PROTECTION): void {
    const atMs = this.company.tick();
    const before = this.#protection;
    this.#protection = { settings, createdAtMs: before?.createdAtMs ?? atMs };
    const rule = { pattern: this.name.defaultBranch, ...this.#protection, updatedAtMs: atMs };
    const from = Object.fromEntries(Object.entries(before?.settings ?? {}).filter(([name, value]) => settings[name] !== value));
    this.send(by, (at) => protectionEvent(at, before === undefined ? "created" : "edited", rule, from));
    if (before !== undefined) return;
    this.send(by, (at) => rulesetEvent(at, "created", { name: "default", enforcement: "active", bypass: [], updatedAtMs: atMs }));
  }

  unprotect(by: Person): void {
    const atMs = this.company.tick();
    const rule = {
      pattern: this.name.defaultBranch,
      settings: this.#protection?.settings ?? {},
      createdAtMs: this.#protection?.createdAtMs ?? atMs,
    };
    this.#protection = undefined;
    this.send(by, (at) => protectionEvent(at, "deleted", { ...rule, updatedAtMs: atMs }));
  }
}
