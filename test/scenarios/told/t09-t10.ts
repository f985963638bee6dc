import { type Check, checkRunEvent, hostDeploymentStatusEvent, statusEvent } from "../../../packages/local/demonstration/github-checks.ts";
import type { PullRequest } from "../../../packages/local/demonstration/pull-request.ts";
import { at, daysLater } from "../scenario.ts";
import { ada, ben, chloe, lee, omar, quinn, type Story } from "../story.ts";
import { abandoned, BOOK, byTheBook, emergencyFix, opened, record, unresolved } from "./usual.ts";

/** One run of a check on the pull request's head, as GitHub completes it. */
function ran(s: Story, pull: PullRequest, name: string, conclusion: string, sha = pull.head): void {
  const atMs = s.acme.tick();
  const check = {
    id: s.acme.number(),
    name,
    sha,
    branch: pull.branch,
    conclusion,
    startedAtMs: atMs,
    completedAtMs: atMs,
    pullRequests: [pull.number],
  };
  s.repository.send(ada, (at) => checkRunEvent(at, check as Check));
}

const PEERS = [ben, lee];
const TEST_BENCH = "111122223333";

export const TESTED = [
  at(901, "Checked and signed off", BOOK, "the required checks succeed, and QA approves the head", byTheBook, { T9: "satisfied" }),
  at(902, "A failed check", BOOK, "the checks fail and it is merged all the same", (s) => s.change({ checks: "failure" }).pull.subject, {
    T9: "not-satisfied check-failed",
  }),
  at(903, "No check ran", BOOK, "nothing was run on the head", (s) => s.change({ checks: "none" }).pull.subject, {
    T9: "not-satisfied check-missing",
  }),
  at(
    904,
    "Succeeded only after the merge",
    BOOK,
    "the checks end after the merge",
    (s) => s.change({ checks: "none", after: (pull) => pull.checks() }).pull.subject,
    { T9: "not-satisfied check-after-merge" },
  ),
  at(
    905,
    "Run again, and well",
    "the build failed",
    "it is run again and succeeds before the merge",
    (s) => s.change({ checks: "failure", before: (pull) => pull.checks() }).pull.subject,
    { T9: "satisfied" },
  ),
  at(
    906,
    "Run again, and badly",
    "the build succeeded",
    "it is run again and fails before the merge",
    (s) => s.change({ before: (pull) => ran(s, pull, "build", "failure") }).pull.subject,
    { T9: "not-satisfied check-failed" },
  ),
  at(
    907,
    "A skipped check is no success",
    BOOK,
    "the test is skipped, which GitHub lets pass",
    (s) => s.change({ checks: "none", before: (pull) => [ran(s, pull, "build", "success"), ran(s, pull, "test", "skipped")] }).pull.subject,
    { T9: "not-satisfied check-failed" },
  ),
  at(
    908,
    "Checks of another revision",
    "the checks succeeded on the first head",
    "a commit is pushed, approved and merged without a run",
    (s) =>
      s.change({ approvers: [], before: (pull) => [pull.push(ada), ...[ben, quinn, lee].map((who) => pull.review(who))] }).pull.subject,
    { T9: "not-satisfied check-missing" },
  ),
  at(
    909,
    "The merge queue's own checks",
    "the queue's attempt becomes main",
    "the checks ran on that attempt only",
    (s) => {
      const pull = s.repository.pullRequest(ada, { ticket: s.ticket() });
      for (const who of [ben, quinn, lee]) pull.review(who);
      const queued = pull.squashed();
      s.tell(
        s.repository.subject,
        "merge-group",
        {
          action: "checks_requested",
          head: queued.sha,
          headRef: "gh-readonly-queue/main/pr-1",
          base: s.repository.head,
          baseRef: "refs/heads/main",
        },
        { system: "github" },
      );
      for (const name of ["build", "test"]) ran(s, pull, name, "success", queued.sha);
      s.acme.tick();
      s.repository.advance(lee, [queued]);
      pull.closedAsMerged(lee, queued.sha);
      s.deploy();
      return pull.subject;
    },
    { T9: "satisfied", T6: "satisfied" },
  ),
  at(
    910,
    "QA signed nothing",
    BOOK,
    "peer and lead approve, and QA is not asked",
    (s) => s.change({ approvers: PEERS }).pull.subject,
    { T9: "not-satisfied qa-missing" },
    { findings: ["T9/qa-missing"] },
  ),
  at(
    911,
    "QA after production",
    "peer and lead approved",
    "QA signs off after the deployment",
    (s) => {
      const { pull } = s.change({ approvers: PEERS });
      pull.review(quinn);
      return pull.subject;
    },
    { T9: "not-satisfied qa-after-release" },
  ),
  at(
    912,
    "QA signed another revision",
    "QA approved the first head",
    "a commit is pushed, checked, approved by peer and lead, and merged",
    (s) =>
      s.change({ approvers: [quinn], before: (pull) => [pull.push(ada).checks(), ...PEERS.map((who) => pull.review(who))] }).pull.subject,
    { T9: "not-satisfied qa-missing" },
  ),
  at(
    913,
    "QA's word in the ticket",
    "QA moves the ticket when it is tested",
    "it comes to In Review after the head was pushed",
    (s) => {
      const ticket = s.ticket();
      return s.change({ ticket, approvers: PEERS, before: () => ticket.move(quinn, "In Review") }).pull.subject;
    },
    { T9: "satisfied" },
  ),
  at(
    914,
    "QA's word in the ticket came before the last commit",
    "the ticket came to In Review",
    "another commit is pushed, approved and merged",
    (s) => {
      const ticket = s.ticket();
      return s.change({
        ticket,
        approvers: [],
        before: (pull) => [ticket.move(quinn, "In Review"), pull.push(ada).checks(), ...PEERS.map((who) => pull.review(who))],
      }).pull.subject;
    },
    { T9: "not-satisfied qa-missing" },
  ),
  at(
    915,
    "QA attested from another tool",
    "a test tool puts events on the bus",
    "it attests qa-sign-off of the head",
    (s) =>
      s.change({
        approvers: PEERS,
        before: (pull) =>
          s.tell(
            `commit:github/acme/shop/${pull.head}`,
            "attested",
            { what: "qa-sign-off", outcome: "passed", commit: pull.head, tool: "test-bench" },
            { system: "bus" },
          ),
      }).pull.subject,
    { T9: "satisfied" },
  ),
  at(
    916,
    "Attested, and failed later",
    "a test tool attested that it passed",
    "it attests that it failed, before the deployment",
    (s) =>
      s.change({
        approvers: PEERS,
        before: (pull) => {
          for (const outcome of ["passed", "failed"] as const)
            s.tell(
              `commit:github/acme/shop/${pull.head}`,
              "attested",
              { what: "qa-sign-off", outcome, commit: pull.head, tool: "test-bench" },
              { system: "bus" },
            );
        },
      }).pull.subject,
    { T9: "not-satisfied qa-missing" },
  ),
  at(
    917,
    "QA by a check",
    "the configuration takes the status qa for QA's word",
    "it succeeds on the head",
    (s) =>
      s.change({
        approvers: PEERS,
        before: (pull) => {
          const atMs = s.acme.tick();
          s.repository.send(quinn, (to) => statusEvent(to, { id: s.acme.number(), sha: pull.head, context: "qa", state: "success", atMs }));
        },
      }).pull.subject,
    { T9: "satisfied" },
  ),
  at(
    918,
    "QA by a deployment to staging",
    "the configuration takes a good deployment to staging for QA's word",
    "it runs in staging before production",
    (s) => {
      const { pull } = s.change({ approvers: PEERS, after: () => void s.staging.deploy({ by: omar }) });
      return pull.subject;
    },
    { T9: "satisfied" },
    { configuration: { repository: { qaSignOff: [{ deployment: "staging" }] } } },
  ),
  at(
    919,
    "GitHub's own deployment to staging",
    "the configuration takes it for QA's word",
    "GitHub says that the head runs in staging",
    (s) =>
      s.change({
        approvers: PEERS,
        before: (pull) => {
          const tried = { id: 4001, sha: pull.head, ref: pull.branch, environment: "staging", createdAtMs: s.acme.tick() };
          s.repository.send(quinn, (to) => hostDeploymentStatusEvent(to, tried, "success", s.acme.tick()));
        },
      }).pull.subject,
    { T9: "satisfied" },
    { configuration: { repository: { qaSignOff: [{ deployment: "staging" }] } } },
  ),
  at(
    920,
    "Staging failed",
    "the configuration takes a good deployment to staging for QA's word",
    "the deployment to staging fails",
    (s) => {
      const { pull } = s.change({ approvers: PEERS, after: () => void s.staging.deploy({ by: omar, failsAt: "ValidateService" }) });
      return pull.subject;
    },
    { T9: "not-satisfied qa-missing" },
    { configuration: { repository: { qaSignOff: [{ deployment: "staging" }] } } },
  ),
  at(
    921,
    "QA is not due yet",
    "merged an hour ago",
    "QA has not signed off",
    (s) => {
      const { pull } = s.change({ approvers: PEERS, deploy: false });
      return { change: pull.subject, asOf: daysLater(s.now(), 0.1) };
    },
    { T9: "pending qa-due" },
    { due: ["T9/qa-due"] },
  ),
  at(
    922,
    "QA is overdue",
    "merged and not deployed",
    "the time for QA's word passes",
    (s) => s.change({ approvers: PEERS, deploy: false }).pull.subject,
    { T9: "not-satisfied qa-missing" },
  ),
  at(
    923,
    "The author signs for QA",
    "a developer who is of the QA team too",
    "the own change is signed off by its author",
    (s) => s.change({ author: quinn, approvers: [ben, quinn, lee] }).pull.subject,
    { T9: "not-satisfied qa-missing" },
  ),
  at(
    924,
    "No required checks configured",
    "the configuration names none",
    "a change is merged",
    byTheBook,
    { T9: "not-assessable no-required-checks" },
    { configuration: { repository: { requiredChecks: [] } } },
  ),
  at(925, "Still open", "an approved ticket", "the pull request is opened", opened, { T9: "pending open" }),
  at(926, "A founded emergency", "an incident, an authoriser, a reason", "the fix goes out untested", (s) => emergencyFix(s).subject, {
    T9: "not-applicable emergency",
  }),
  at(927, "A record brings no code", "ServiceNow is connected", "a change_request is closed", record, { T9: "not-applicable no-code" }),
  at(
    928,
    "Attested by an account that may",
    "the configuration lists the test bench's account as an attester",
    "it attests qa-sign-off of the head",
    (s) => attestedBy(s, TEST_BENCH),
    { T9: "satisfied" },
    { configuration: { attesters: [{ account: TEST_BENCH, what: ["qa-sign-off"] }] } },
  ),
  at(
    929,
    "Attested by an account that may not",
    "the configuration lists attesters: the bench's account for another thing, another account for this one",
    "the bench attests qa-sign-off of the head",
    (s) => attestedBy(s, TEST_BENCH),
    { T9: "not-satisfied qa-missing" },
    {
      configuration: {
        attesters: [{ account: TEST_BENCH, what: ["test-results"] }, { account: "210987654321" }],
      },
    },
  ),
  at(
    930,
    "Another one took its place in staging",
    "the configuration takes a good deployment to staging for QA's word",
    "GitHub calls the head's good deployment inactive, since another one followed",
    (s) =>
      s.change({
        approvers: PEERS,
        before: (pull) => {
          const tried = { id: 4001, sha: pull.head, ref: pull.branch, environment: "staging", createdAtMs: s.acme.tick() };
          for (const state of ["success", "inactive"] as const)
            s.repository.send(quinn, (to) => hostDeploymentStatusEvent(to, tried, state, s.acme.tick()));
        },
      }).pull.subject,
    { T9: "satisfied" },
    { configuration: { repository: { qaSignOff: [{ deployment: "staging" }] } } },
  ),
  at(
    931,
    "Run again, and not yet done",
    "the build succeeded",
    "it is run again and is still running at the merge",
    (s) =>
      s.change({
        before: (pull) =>
          s.tell(
            `commit:github/acme/shop/${pull.head}`,
            "check-run",
            { action: "created", id: "88", name: "build", status: "in_progress" },
            { system: "github" },
          ),
      }).pull.subject,
    { T9: "not-satisfied check-failed" },
  ),
  at(
    932,
    "The author moves the ticket for QA",
    "QA moves the ticket when it is tested",
    "the developer who wrote it moves it to In Review",
    (s) => {
      const ticket = s.ticket();
      return s.change({ ticket, approvers: PEERS, before: () => ticket.move(ada, "In Review") }).pull.subject;
    },
    { T9: "not-satisfied qa-missing" },
  ),
  at(
    933,
    "Another developer moves the ticket for QA",
    "QA moves the ticket when it is tested",
    "a developer who wrote none of it moves it to In Review",
    (s) => {
      const ticket = s.ticket();
      return s.change({ ticket, approvers: PEERS, before: () => ticket.move(omar, "In Review") }).pull.subject;
    },
    { T9: "not-satisfied qa-missing" },
  ),
  at(
    934,
    "Anybody but the author may move the ticket, by configuration",
    "the configuration names no role that moves it",
    "a developer who wrote none of it moves it to In Review",
    (s) => {
      const ticket = s.ticket();
      return s.change({ ticket, approvers: PEERS, before: () => ticket.move(omar, "In Review") }).pull.subject;
    },
    { T9: "satisfied" },
    { configuration: { repository: { qaSignOff: [{ ticket: { statuses: ["In Review"], roles: [] } }] } } },
  ),
  at(
    935,
    "The author attests it",
    "a test tool puts events on the bus",
    "it attests qa-sign-off of the head, signed by the developer who wrote it",
    (s) =>
      s.change({
        approvers: PEERS,
        before: (pull) =>
          s.tell(
            `commit:github/acme/shop/${pull.head}`,
            "attested",
            { what: "qa-sign-off", outcome: "passed", commit: pull.head, by: { system: "bus", login: "ada" } },
            { system: "bus" },
          ),
      }).pull.subject,
    { T9: "not-satisfied qa-missing" },
  ),
];

/** QA's sign-off comes through the bus alone. */
function attestedBy(s: Story, account: string) {
  return s.change({
    approvers: PEERS,
    before: (pull) =>
      s.tell(
        `commit:github/acme/shop/${pull.head}`,
        "attested",
        { what: "qa-sign-off", outcome: "passed", commit: pull.head, tool: "test-bench" },
        { system: "bus", actor: { system: "aws", id: account } },
      ),
  }).pull.subject;
}

const PATHS = { repository: { securityReview: { paths: ["src/auth/**"], labels: ["security"] } } };
const files = (s: Story, pull: PullRequest, ...paths: string[]) =>
  s.tell(pull.subject, "files-lookup", { head: pull.head, paths }, { system: "github-lookup" });

export const SECURITY_REVIEW = [
  at(
    1001,
    "Labelled, and approved by the security team",
    "a pull request labelled security",
    "Chloe approves the head",
    (s) => s.change({ labels: ["security"], approvers: [ben, chloe, quinn, lee] }).pull.subject,
    { T10: "satisfied", T11: "satisfied" },
  ),
  at(
    1002,
    "Labelled, and not approved",
    "a pull request labelled security",
    "only peer and lead approve",
    (s) => s.change({ labels: ["security"] }).pull.subject,
    { T10: "not-satisfied no-security-approval", T11: "not-satisfied approval-missing" },
    { findings: ["T10/no-security-approval", "step-4/approval/approval-missing"] },
  ),
  at(
    1003,
    "The label is taken off before the merge",
    "a pull request labelled security",
    "the author takes the label off",
    (s) => {
      const { pull } = s.change({ labels: ["security"] });
      s.lose((fact) => {
        if (fact.kind === "pull-request" && fact.facts.action === "closed") delete (fact.facts as { labels?: string[] }).labels;
        return true;
      });
      return pull.subject;
    },
    { T10: "not-satisfied no-security-approval" },
  ),
  at(
    1004,
    "Security approved an earlier head",
    "Chloe approved",
    "a commit is pushed, approved by peer and lead, and merged",
    (s) =>
      s.change({
        labels: ["security"],
        approvers: [chloe],
        before: (pull) => [pull.push(ada).checks(), ...[ben, quinn, lee].map((who) => pull.review(who))],
      }).pull.subject,
    { T10: "not-satisfied stale-security-approval" },
  ),
  at(
    1005,
    "The security reviewer wrote part of it",
    "Chloe added a commit",
    "Chloe is the only security reviewer",
    (s) => s.change({ labels: ["security"], commits: [{ by: ada }, { by: chloe }], approvers: [ben, chloe, quinn, lee] }).pull.subject,
    { T10: "not-satisfied security-author-not-covered", T4: "satisfied" },
  ),
  at(
    1006,
    "A path triggers it",
    "src/auth is security-relevant",
    "GitHub lists a changed path below it",
    (s) => {
      const { pull } = s.change();
      files(s, pull, "README.md", "src/auth/login/session.ts");
      return pull.subject;
    },
    { T10: "not-satisfied no-security-approval" },
    { configuration: PATHS },
  ),
  at(
    1007,
    "No path triggers it",
    "src/auth is security-relevant",
    "GitHub lists other paths",
    (s) => {
      const { pull } = s.change();
      files(s, pull, "README.md", "src/author.ts");
      return pull.subject;
    },
    { T10: "not-applicable not-triggered" },
    { configuration: PATHS },
  ),
  at(
    1008,
    "Which paths is not on record",
    "src/auth is security-relevant",
    "GitHub is not asked which paths changed",
    byTheBook,
    { T10: "not-assessable paths-unknown" },
    { configuration: PATHS },
  ),
  at(
    1009,
    "The list of paths is cut short",
    "src/auth is security-relevant",
    "GitHub lists 3,000 paths and says that there are more",
    (s) => {
      const { pull } = s.change();
      s.tell(pull.subject, "files-lookup", { head: pull.head, paths: ["README.md"], truncated: true }, { system: "github-lookup" });
      return pull.subject;
    },
    { T10: "not-assessable paths-unknown" },
    { configuration: PATHS },
  ),
  at(
    1010,
    "Asked for always",
    "the configuration asks every change for it",
    "peer and lead approve",
    byTheBook,
    { T10: "not-satisfied no-security-approval" },
    { configuration: { repository: { securityReview: { always: true } } } },
  ),
  at(1011, "Still open", "an approved ticket", "the pull request is opened", opened, { T10: "pending open" }),
  at(1012, "Given up", "an approved ticket", "the pull request is closed and never merged", abandoned, {
    T10: "not-applicable never-merged",
  }),
  at(1013, "An unresolved deployment", "a nightly archive", "it is deployed, and nobody knows of which commit", unresolved, {
    T10: "not-assessable commit-unresolved",
  }),
  at(
    1014,
    "Security asked for changes",
    "a pull request labelled security",
    "one of the security team approves, another asks for changes and never takes it back",
    (s) =>
      s.change({
        labels: ["security"],
        approvers: [ben, chloe, quinn, lee],
        before: (pull) => pull.review({ ...chloe, login: "cleo", githubId: 99 }, "changes_requested"),
      }).pull.subject,
    { T10: "not-satisfied security-objection", T5: "not-satisfied change-request-stands" },
    {
      configuration: {
        people: [
          { id: "ada", roles: ["developer"], accounts: { github: ["ada"], jira: [ada.jiraAccount] } },
          { id: "ben", roles: ["peer-reviewer"], accounts: { github: ["ben"] } },
          { id: "chloe", roles: ["security-team"], accounts: { github: [chloe.login] } },
          { id: "cleo", roles: ["security-team"], accounts: { github: ["cleo"] } },
          { id: "lee", roles: ["engineering-lead"], accounts: { github: ["lee"], jira: [lee.jiraAccount] } },
        ],
      },
    },
  ),
  at(
    1015,
    "Not told who wrote it",
    "a pull request labelled security, squashed; the branch's pushes never reached us",
    "Chloe approves the head, and may have written some of it",
    (s) => {
      const { pull } = s.change({ merge: "squash", labels: ["security"], approvers: [ben, chloe, quinn, lee] });
      s.lose((fact) => !(fact.kind === "push" && fact.subject.includes("/feature/")));
      return pull.subject;
    },
    { T10: "not-assessable commits-unknown" },
  ),
];
