import type { Subject } from "@change-ledger/model";
import {
  branchEvent,
  type Commit,
  type PullRequestAbout,
  type PullRequestAction,
  type PullState,
  pullRequestEvent,
  type ReviewState,
  reviewEvent,
} from "./github.ts";
import { type Check, type Conclusion, checkRunEvent, checkSuiteEvent, statusEvent, workflowRunEvent } from "./github-checks.ts";
import { NO_COMMIT } from "./identifiers.ts";
import type { Person } from "./people.ts";
import type { Repository } from "./repository.ts";
import { SECTIONS, TEMPLATE } from "./settings.ts";
import type { Ticket } from "./ticket.ts";

/** How a pull request reaches the default branch. `by-hand`: its commits are pushed there with git, and GitHub notices. */
export type MergeKind = "squash" | "merge" | "rebase" | "by-hand";

export interface PullRequestOptions {
  readonly ticket?: Ticket | undefined;
  readonly title?: string | undefined;
  /** Commits of the branch when it is opened; one of the author's when left out. A commit's date is whatever its author sets. */
  readonly commits?: readonly { readonly by: Person; readonly coAuthors?: readonly Person[]; readonly atMs?: number }[] | undefined;
  /** Names of the template's boxes that are left unchecked. */
  readonly unchecked?: readonly string[] | undefined;
  /** Without the template: the body is empty. */
  readonly bare?: boolean | undefined;
  readonly draft?: boolean | undefined;
  /** Files that it touches: what GitHub is asked for. */
  readonly paths?: readonly string[] | undefined;
}

/** A pull request, opened from a branch made for it. Each method does something on GitHub, which tells us. */
export class PullRequest {
  readonly number: number;
  readonly subject: Subject;
  readonly branch: string;
  readonly author: Person;
  readonly repository: Repository;
  readonly #commits: Commit[];
  #state: PullState;

  constructor(repository: Repository, number: number, author: Person, options: PullRequestOptions) {
    const { company } = repository;
    this.repository = repository;
    this.number = number;
    this.author = author;
    this.subject = repository.change(number);
    company.github.files[`${repository.name.fullName}/${number}`] = options.paths ?? [];
    this.branch = options.ticket === undefined ? `work/${number}` : `feature/${options.ticket.key}-${number}`;
    company.tick();
    repository.send(author, (at) => branchEvent(at, "create", this.branch));
    this.#commits = (options.commits ?? [{ by: author }]).map(({ by, coAuthors, atMs = company.nowMs() }, nth) =>
      repository.commit(by, `Step ${nth + 1}`, { coAuthors, atMs }),
    );
    repository.pushBranch(author, this.branch, NO_COMMIT, this.#commits);
    const atMs = company.tick();
    this.#state = {
      number,
      title: options.title ?? `${options.ticket === undefined ? "" : `${options.ticket.key}: `}Change ${number}`,
      body: options.bare ? "" : templateBody(options),
      author,
      head: this.head,
      headRef: this.branch,
      base: repository.head,
      state: "open",
      draft: options.draft === true,
      labels: [],
      createdAtMs: atMs,
      updatedAtMs: atMs,
      commits: this.#commits.length,
    };
    this.#tell(author, "opened");
  }

  /** The commit that reviews and checks speak of. */
  get head(): string {
    return this.#commits.at(-1)?.sha ?? NO_COMMIT;
  }

  #tell(by: Person, action: PullRequestAction, about: PullRequestAbout = {}): void {
    this.repository.send(by, (at) => pullRequestEvent(at, action, this.#state, about));
  }

  #change(by: Person, action: PullRequestAction, change: Partial<PullState>, about: PullRequestAbout = {}): this {
    const atMs = this.repository.company.tick();
    this.#state = { ...this.#state, updatedAtMs: atMs, ...change };
    this.#tell(by, action, about);
    return this;
  }

  /** Adds a commit. @param forced replaces the branch's last commit instead */
  push(by: Person, forced = false): this {
    const before = this.head;
    this.repository.company.tick();
    if (forced) this.#commits.pop();
    const commit = this.repository.commit(by, `Step ${this.#commits.length + 1}`);
    this.#commits.push(commit);
    this.repository.pushBranch(by, this.branch, before, [commit], forced);
    return this.#change(by, "synchronize", { head: this.head, commits: this.#commits.length }, { before });
  }

  label(by: Person, label: string): this {
    return this.#change(by, "labeled", { labels: [...this.#state.labels, label] }, { label });
  }

  requestReview(by: Person, person: Person): this {
    return this.#change(by, "review_requested", {}, { person });
  }

  ready(by: Person): this {
    return this.#change(by, "ready_for_review", { draft: false });
  }

  edit(by: Person, title: string): this {
    return this.#change(by, "edited", { title });
  }

  /** @returns the review, so that it can be dismissed */
  review(by: Person, state: "approved" | "changes_requested" | "commented" = "approved"): ReviewState {
    const atMs = this.repository.company.tick();
    const review: ReviewState = {
      id: this.repository.company.number(),
      by,
      state,
      commit: this.head,
      submittedAtMs: atMs,
      updatedAtMs: atMs,
    };
    this.repository.send(by, (at) => reviewEvent(at, "submitted", this.#state, review));
    return review;
  }

  dismiss(by: Person, review: ReviewState): this {
    const dismissed: ReviewState = { ...review, state: "dismissed", updatedAtMs: this.repository.company.tick() };
    this.repository.send(by, (at) => reviewEvent(at, "dismissed", this.#state, dismissed));
    return this;
  }

  /** The required checks of the head end so: a suite with its runs, the workflow, and a status of the older API. */
  checks(conclusion: Conclusion = "success", by: Person = this.author): this {
    const { company } = this.repository;
    const startedAtMs = company.tick();
    company.wait({ minutes: 4 });
    const check = (name: string): Check => {
      const times = { startedAtMs, completedAtMs: company.nowMs() };
      return { id: company.number(), name, sha: this.head, branch: this.branch, conclusion, ...times, pullRequests: [this.number] };
    };
    for (const name of ["build", "test"]) this.repository.send(by, (at) => checkRunEvent(at, check(name)));
    this.repository.send(by, (at) => checkSuiteEvent(at, check("acme-ci")));
    this.repository.send(by, (at) => workflowRunEvent(at, check("ci")));
    const state = conclusion === "success" ? "success" : "failure";
    const status = { id: company.number(), sha: this.head, context: "coverage", state, atMs: company.nowMs() } as const;
    this.repository.send(by, (at) => statusEvent(at, status));
    return this;
  }

  /** Only the suite: what a small history needs. */
  suite(conclusion: Conclusion = "success"): this {
    const { company } = this.repository;
    const atMs = company.tick();
    const times = { startedAtMs: atMs, completedAtMs: atMs };
    const check: Check = {
      id: company.number(),
      name: "acme-ci",
      sha: this.head,
      branch: this.branch,
      conclusion,
      ...times,
      pullRequests: [this.number],
    };
    this.repository.send(this.author, (at) => checkSuiteEvent(at, check));
    return this;
  }

  /** @returns the merge commit: what main holds afterwards */
  merge(by: Person, how: MergeKind = "squash"): string {
    this.repository.company.tick();
    const commits = this.#merged(how);
    const sha = commits.at(-1)?.sha ?? this.head;
    this.repository.advance(by, commits);
    this.closedAsMerged(by, sha);
    return sha;
  }

  #merged(how: MergeKind): readonly Commit[] {
    switch (how) {
      case "squash":
        return [this.squashed()];
      case "merge":
        return [...this.#commits, this.repository.commit(this.author, `Merge pull request #${this.number}`, { byGithub: true })];
      case "rebase":
        return this.#commits.map(({ author, coAuthors, message }) =>
          this.repository.commit(author, message, { coAuthors, byGithub: true }),
        );
      case "by-hand":
        return [...this.#commits];
      default:
        return how satisfies never;
    }
  }

  /** The one commit that a squash makes of it. */
  squashed(): Commit {
    const others = new Set(this.#commits.flatMap(({ author, coAuthors }) => [author, ...(coAuthors ?? [])]));
    others.delete(this.author);
    return this.repository.commit(this.author, `${this.#state.title} (#${this.number})`, { byGithub: true, coAuthors: [...others] });
  }

  /** GitHub closes it as merged into `sha`, which main holds already. */
  closedAsMerged(by: Person, sha: string): void {
    const atMs = this.repository.company.nowMs();
    this.#state = { ...this.#state, state: "closed", updatedAtMs: atMs, closedAtMs: atMs, merged: { sha, by } };
    this.#tell(by, "closed");
  }

  /** The branch goes once it is merged or given up. */
  deleteBranch(by: Person): this {
    this.repository.company.tick();
    this.repository.send(by, (at) => branchEvent(at, "delete", this.branch));
    this.repository.pushBranch(by, this.branch, this.head, []);
    return this;
  }

  /** Closed without a merge. */
  abandon(by: Person): this {
    const atMs = this.repository.company.nowMs();
    return this.#change(by, "closed", { state: "closed", closedAtMs: atMs });
  }

  reopen(by: Person): this {
    return this.#change(by, "reopened", { state: "open", closedAtMs: undefined });
  }
}

function templateBody(options: PullRequestOptions): string {
  const box = ([name, text]: [string, string]) => `- [${options.unchecked?.includes(name) ? " " : "x"}] ${text}`;
  const section = (of: keyof typeof TEMPLATE) => [`## ${SECTIONS[of]}`, "", ...Object.entries(TEMPLATE[of]).map(box), ""];
  const about = options.ticket === undefined ? "A small change." : `Does what ${options.ticket.key} asks for.`;
  return [about, "", ...section("template"), ...section("security")].join("\n");
}
