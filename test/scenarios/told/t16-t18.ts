import type { FactsOf } from "@change-ledger/model";
import { FULL_PROTECTION } from "../../../packages/local/demonstration/github-rules.ts";
import { at, daysLater } from "../scenario.ts";
import { ada, ben, bot, lee, quinn, type Story } from "../story.ts";
import { abandoned, BOOK, byTheBook, direct, opened, unresolved } from "./usual.ts";

export const BOTS = [
  at(
    1601,
    "By its own account",
    "dependabot is exempt",
    "its own account opens the pull request and pushes it",
    (s) => s.change({ author: bot, approvers: [] }).pull.subject,
    { T16: "satisfied" },
  ),
  at(
    1602,
    "By the author string only",
    "dependabot is exempt",
    "Ada's pull request holds a commit that bears the bot's name",
    (s) => s.change({ commits: [{ by: bot }], approvers: [] }).pull.subject,
    {
      T16: "not-satisfied bot-by-name",
      T4: "not-satisfied unknown-identity",
    },
  ),
  at(
    1603,
    "Somebody pushed to the bot's branch",
    "dependabot opened it",
    "Ada pushes a commit under the bot's name",
    (s) => s.change({ author: bot, approvers: [], before: (pull) => pull.push(ada) }).pull.subject,
    {
      T16: "not-satisfied bot-by-name",
      T4: "not-satisfied unknown-identity",
    },
  ),
  at(1604, "No bot", BOOK, "people wrote all of it", byTheBook, { T16: "not-applicable no-bot" }),
  at(
    1605,
    "A bot that is not exempt",
    "the configuration knows the bot, and does not exempt it",
    "its own change is approved by peer and lead",
    (s) => s.change({ author: bot }).pull.subject,
    { T16: "satisfied", T4: "satisfied" },
    {
      configuration: { bots: [{ id: "dependabot", accounts: { github: [bot.login] } }] },
    },
  ),
  at(
    1606,
    "A bot that is not exempt, and nobody approved",
    "the configuration knows the bot, and does not exempt it",
    "its own change is merged",
    (s) => s.change({ author: bot, approvers: [] }).pull.subject,
    { T16: "satisfied", T4: "not-satisfied no-approval" },
    {
      configuration: { bots: [{ id: "dependabot", accounts: { github: [bot.login] } }] },
    },
  ),
  at(
    1607,
    "Told of somebody's push by the branch alone",
    "dependabot opened it; what GitHub tells of the new head never reached us",
    "Ada pushes a commit under the bot's name",
    (s) => {
      const { pull } = s.change({ author: bot, approvers: [], before: (of) => of.push(ada) });
      s.lose((fact) => {
        if (fact.kind === "push")
          for (const commit of fact.facts.commits)
            if (commit.author.login === "ada") Object.assign(commit, { author: { login: bot.login, id: String(bot.githubId) } });
        return !(fact.kind === "pull-request" && fact.facts.action === "synchronize");
      });
      return pull.subject;
    },
    { T16: "not-satisfied bot-by-name", T4: "not-satisfied unknown-identity" },
  ),
  at(
    1608,
    "Somebody pushed in between",
    "dependabot opened it; what GitHub tells of Ada's push to the branch, under the bot's name, never reached us",
    "the bot pushes the merged head on top of it",
    (s) => {
      let told = false;
      const { pull } = s.change({ author: bot, approvers: [], before: (of) => of.push(ada).push(bot) });
      s.lose((fact) => {
        if (fact.kind === "push")
          for (const commit of fact.facts.commits)
            if (commit.author.login === "ada") Object.assign(commit, { author: { login: bot.login, id: String(bot.githubId) } });
        if (fact.kind !== "pull-request" || fact.facts.action !== "synchronize") return true;
        told = fact.facts.head === pull.head;
        return told;
      });
      return pull.subject;
    },
    { T16: "not-satisfied bot-by-name", T4: "not-satisfied unknown-identity" },
  ),
];

/** Approved before the rest, so that a lapse lies where the scenario puts it. */
function protectedChange(s: Story, before: () => void): ReturnType<Story["change"]> {
  s.repository.protect(lee);
  return s.change({ before });
}

/** A rule set of main, then edited, once for each. */
function guards(s: Story, ...words: readonly Partial<FactsOf<"ruleset">>[]): void {
  const first = { enforcement: "active", target: "branch", include: ["~DEFAULT_BRANCH"], rules: ["pull_request", "non_fast_forward"] };
  for (const [nth, word] of words.entries())
    s.tell(
      "ref:github/acme/shop/rulesets/9",
      "ruleset",
      { action: nth === 0 ? "created" : "edited", id: "9", ...first, ...word },
      { system: "github" },
    );
}

export const CONTINUITY = [
  at(1701, "In force", "branch protection and a rule set", "the change is merged", byTheBook, { T17: "satisfied" }),
  at(
    1702,
    "The protection was gone",
    "branch protection",
    "it is deleted, the change is merged, and it is made again",
    (s) => {
      const { pull } = protectedChange(s, () => s.repository.unprotect(lee));
      s.repository.protect(lee);
      return pull.subject;
    },
    { T17: "not-satisfied lapsed" },
  ),
  at(
    1703,
    "Weaker than the configuration asks",
    "two approvals are required",
    "the rule is edited to ask for one",
    (s) => protectedChange(s, () => s.repository.protect(lee, { ...FULL_PROTECTION, required_approving_review_count: 1 })).pull.subject,
    { T17: "not-satisfied lapsed" },
  ),
  at(
    1704,
    "Forced pushes allowed",
    "branch protection",
    "forced pushes are allowed to everybody",
    (s) =>
      protectedChange(s, () => s.repository.protect(lee, { ...FULL_PROTECTION, allow_force_pushes_enforcement_level: "everyone" })).pull
        .subject,
    { T17: "not-satisfied lapsed" },
  ),
  at(
    1705,
    "The rule set only evaluates",
    "an active rule set",
    "its enforcement is set to evaluate",
    (s) =>
      protectedChange(s, () =>
        s.tell(
          "ref:github/acme/shop/rulesets/5",
          "ruleset",
          { action: "edited", id: "5", enforcement: "evaluate", target: "branch", include: ["~DEFAULT_BRANCH"] },
          { system: "github" },
        ),
      ).pull.subject,
    { T17: "not-satisfied lapsed" },
  ),
  at(
    1706,
    "Lapsed and back before the merge",
    "branch protection",
    "it is deleted and made again before the change is merged",
    (s) => {
      s.repository.protect(lee);
      s.repository.unprotect(lee);
      s.wait(2);
      s.repository.protect(lee);
      return s.change().pull.subject;
    },
    { T17: "satisfied" },
  ),
  at(
    1707,
    "Nobody told of any protection",
    "a repository whose rules were never sent",
    "the change is merged",
    (s) => s.change().pull.subject,
    { T17: "not-assessable protection-unknown" },
  ),
  at(
    1708,
    "Protected only afterwards",
    "no word on any protection",
    "the protection is made after the merge",
    (s) => {
      const { pull } = s.change();
      s.repository.protect(lee);
      return pull.subject;
    },
    { T17: "not-assessable protection-unknown" },
  ),
  at(
    1709,
    "Another branch's protection",
    "a rule for release/*",
    "it is deleted",
    (s) => {
      s.repository.protect(lee);
      s.tell(
        "ref:github/acme/shop/refs/heads/release/*",
        "branch-protection",
        { action: "deleted", id: "8", pattern: "release/*", settings: {} },
        { system: "github" },
      );
      return s.change().pull.subject;
    },
    { T17: "satisfied" },
  ),
  at(1710, "Still open", "an approved ticket", "the pull request is opened", opened, { T17: "pending open" }),
  at(1711, "Given up", "an approved ticket", "the pull request is closed and never merged", abandoned, {
    T17: "not-applicable never-merged",
  }),
  at(
    1712,
    "A direct push while it lasted",
    "branch protection",
    "it is deleted, and somebody pushes straight to main",
    (s) => {
      s.repository.protect(lee);
      s.repository.unprotect(lee);
      return direct(s);
    },
    { T17: "not-satisfied lapsed", T6: "not-satisfied direct-push" },
  ),
  at(
    1713,
    "The rule set covers the branch no longer",
    "an active rule set for the default branch",
    "its conditions are edited to name another branch",
    (s) => protectedChange(s, () => guards(s, {}, { include: ["refs/heads/none"] })).pull.subject,
    { T17: "not-satisfied lapsed" },
  ),
  at(
    1714,
    "The rule set leaves the branch out",
    "an active rule set for the default branch",
    "its conditions are edited to leave main out",
    (s) => protectedChange(s, () => guards(s, {}, { exclude: ["refs/heads/main"] })).pull.subject,
    { T17: "not-satisfied lapsed" },
  ),
  at(
    1715,
    "A rule is taken out of the rule set",
    "an active rule set that asks for a pull request and forbids forced pushes",
    "it asks for a pull request no longer",
    (s) => protectedChange(s, () => guards(s, {}, { rules: ["non_fast_forward"] })).pull.subject,
    { T17: "not-satisfied lapsed" },
  ),
  at(
    1716,
    "The rule is put back before the merge",
    "a rule set whose rule was taken out",
    "it is put back, with another one beside it",
    (s) =>
      protectedChange(s, () => guards(s, {}, { rules: ["non_fast_forward"] }, { rules: ["non_fast_forward", "pull_request", "deletion"] }))
        .pull.subject,
    { T17: "satisfied" },
  ),
  at(
    1717,
    "The protection's pattern is edited",
    "branch protection for main",
    "its pattern is edited, so that it fits no branch",
    (s) =>
      protectedChange(s, () => {
        for (const [action, pattern] of [
          ["created", "main"],
          ["edited", "mian"],
        ] as const)
          s.tell(
            s.repository.subject,
            "branch-protection",
            { action, id: "77", pattern, settings: { required_approving_review_count: 2 } },
            { system: "github" },
          );
      }).pull.subject,
    { T17: "not-satisfied lapsed" },
  ),
];

/** A change by the book after which one check of the record finds a fault. */
function faultIn(s: Story, check: "chains" | "log" | "evidence"): ReturnType<Story["change"]> {
  s.audited = false;
  const told = s.change();
  for (const one of ["chains", "log", "evidence"] as const) {
    const faults = one === check ? [{ subject: told.pull.subject, code: "differs" }] : [];
    s.tell("audit:default", "verified", { check: one, upTo: s.now(), looked: 9, faults, faulty: faults.length });
  }
  return told;
}

export const INTEGRITY = [
  at(1801, "Sound", BOOK, "chains, log and evidence were verified", byTheBook, { T18: "satisfied" }),
  at(1802, "The chain was changed", BOOK, "the verifier finds an entry with other bytes", (s) => faultIn(s, "chains").pull.subject, {
    T18: "not-satisfied chains-fault",
  }),
  at(
    1803,
    "The log lacks an entry",
    BOOK,
    "the verifier finds an entry of the chain that the log has not",
    (s) => faultIn(s, "log").pull.subject,
    { T18: "not-satisfied log-fault" },
  ),
  at(
    1804,
    "The locked evidence differs",
    BOOK,
    "the verifier finds a bundle with another digest",
    (s) => faultIn(s, "evidence").pull.subject,
    { T18: "not-satisfied evidence-fault" },
  ),
  at(
    1805,
    "Never verified",
    BOOK,
    "nobody ever ran the verifier",
    (s) => {
      s.audited = false;
      return s.change().pull.subject;
    },
    { T18: "not-assessable chains-never-verified" },
  ),
  at(
    1806,
    "Recorded after the last run",
    "the verifier ran in the morning",
    "a change goes out in the afternoon",
    (s) => {
      s.audited = false;
      for (const check of ["chains", "log", "evidence"] as const)
        s.tell("audit:default", "verified", { check, upTo: s.now(), looked: 0, faults: [], faulty: 0 });
      return s.change().pull.subject;
    },
    { T18: "pending chains-not-verified-yet" },
  ),
  at(1807, "An unresolved deployment's chain is sound too", "a nightly archive", "it is deployed, and verified", unresolved, {
    T18: "satisfied",
  }),
];

/** The only approval of an otherwise good change, told two days late. */
function lateApproval(s: Story): {
  readonly change: ReturnType<Story["change"]>["pull"]["subject"];
  readonly then: string;
  readonly now: string;
} {
  const { pull } = s.change({ approvers: [quinn, lee].slice(0, 1), deploy: false });
  const approvedAt = "2026-11-02T08:10:30.000Z";
  const then = daysLater(s.now(), 0.5);
  for (const [who, id] of [
    [ben, "901"],
    [lee, "902"],
  ] as const)
    s.tell(
      pull.subject,
      "review",
      { action: "submitted", id, reviewer: { login: who.login, id: String(who.githubId) }, state: "approved", commit: pull.head },
      { system: "github", at: approvedAt, recordedAt: daysLater(s.now(), 2) },
    );
  return { change: pull.subject, then, now: daysLater(s.now(), 3) };
}

export const AS_OF = [
  at(
    528,
    "As known then",
    "an approval given before the merge",
    "it reaches us two days late: judged half a day after the merge",
    (s) => {
      const { change, then } = lateApproval(s);
      return { change, asOf: then };
    },
    { T4: "not-satisfied no-approval", T5: "not-satisfied head-not-approved", T7: "not-satisfied inferred-bypass" },
  ),
  at(
    529,
    "As known now",
    "an approval given before the merge",
    "it reaches us two days late: judged three days after the merge",
    (s) => {
      const { change, now } = lateApproval(s);
      return { change, asOf: now };
    },
    { T4: "satisfied", T5: "satisfied", T7: "satisfied" },
  ),
];
