import { at } from "../scenario.ts";
import { ada, ben, bot, chloe, lee, omar, quinn, zoe } from "../story.ts";
import { abandoned, BOOK, byTheBook, direct, emergencyFix, opened, pullLost, record, unresolved, written } from "./usual.ts";

const NOBODY = { ...ada, login: "", githubId: 0, mail: "nobody@elsewhere.example" };
const UNLISTED = { ...ada, login: "somebody-else", githubId: 7_777_777, mail: "somebody@elsewhere.example" };

export const FOUR_EYES = [
  at(401, "Somebody else approved", BOOK, "a peer and the lead approve what the developer wrote", byTheBook, {
    T4: "satisfied",
    T7: "satisfied",
  }),
  at(402, "Nobody approved", BOOK, "it is merged without any approval", (s) => s.change({ approvers: [] }).pull.subject, {
    T4: "not-satisfied no-approval",
    T5: "not-satisfied head-not-approved",
    T7: "not-satisfied inferred-bypass",
  }),
  at(
    403,
    "Self-approval",
    "Ben adds a commit to Ada's pull request",
    "Ben is its only approver",
    (s) => s.change({ commits: [{ by: ada }, { by: ben }], approvers: [ben] }).pull.subject,
    { T4: "not-satisfied author-not-covered", T5: "satisfied", T7: "not-satisfied inferred-bypass" },
  ),
  at(
    404,
    "Cross-approval of two authors",
    "Ada and Ben wrote it together",
    "each approves it",
    (s) => s.change({ commits: [{ by: ada }, { by: ben }], approvers: [ada, ben, quinn, lee] }).pull.subject,
    { T4: "satisfied", T5: "satisfied" },
  ),
  at(
    405,
    "Approval by only one of two authors",
    "Ada and Ben wrote it together",
    "only Ada approves",
    (s) => s.change({ commits: [{ by: ada }, { by: ben }], approvers: [ada] }).pull.subject,
    { T4: "not-satisfied author-not-covered" },
  ),
  at(
    406,
    "A co-author counts as an author",
    "Ben is named as co-author of a commit",
    "Ben is its only approver",
    (s) => s.change({ commits: [{ by: ada, coAuthors: [ben] }], approvers: [ben] }).pull.subject,
    { T4: "not-satisfied author-not-covered" },
  ),
  at(
    407,
    "An author whom nobody can name",
    "a commit whose address belongs to no account",
    "peer and lead approve",
    (s) => s.change({ commits: [{ by: ada }, { by: NOBODY }] }).pull.subject,
    { T4: "not-satisfied unknown-identity" },
  ),
  at(
    408,
    "The unknown author is named before the uncovered one",
    "a commit of nobody known, and one of the only approver",
    "the approver approves",
    (s) => s.change({ commits: [{ by: NOBODY }, { by: ben }], approvers: [ben] }).pull.subject,
    { T4: "not-satisfied unknown-identity" },
  ),
  at(
    409,
    "An account that no person claims",
    "the safe configuration, to which unlisted accounts are nobody",
    "an account that it does not list writes a commit",
    (s) => s.change({ commits: [{ by: ada }, { by: UNLISTED }] }).pull.subject,
    { T4: "not-satisfied unknown-identity" },
  ),
  at(
    410,
    "An unlisted account as a person of its own",
    "a configuration that lets unlisted accounts write",
    "such an account's commit is approved by a peer",
    (s) => s.change({ commits: [{ by: ada }, { by: UNLISTED }] }).pull.subject,
    { T4: "satisfied" },
    { configuration: { unlistedAccounts: "own-person" } },
  ),
  at(
    411,
    "A login that changed hands",
    "the configuration knows Ada's account by its id",
    "another account under her login opens the pull request",
    (s) => s.change({ author: { ...ada, githubId: 5 } }).pull.subject,
    { T4: "not-satisfied unknown-identity" },
  ),
  at(
    412,
    "Approval from outside the company",
    BOOK,
    "somebody with a GitHub account approves",
    (s) => s.change({ approvers: [zoe] }).pull.subject,
    {
      T4: "not-satisfied no-approval",
    },
  ),
  at(
    413,
    "Approval from outside, where anybody may write",
    "a configuration that lets unlisted accounts write",
    "such an account approves",
    (s) => s.change({ approvers: [zoe] }).pull.subject,
    { T4: "not-satisfied no-approval" },
    { configuration: { unlistedAccounts: "own-person" } },
  ),
  at(
    414,
    "Approval by somebody without the role",
    BOOK,
    "only QA and operations approve",
    (s) => s.change({ approvers: [quinn, omar] }).pull.subject,
    {
      T4: "not-satisfied no-approval",
    },
  ),
  at(
    415,
    "A peer of another team",
    "the repository is reviewed by the payments team, which Ben is not in",
    "only Ben approves",
    (s) => s.change({ approvers: [ben] }).pull.subject,
    { T4: "not-satisfied no-approval" },
    { configuration: { teams: [{ id: "payments", members: ["lee"] }], repository: { reviewTeams: ["payments"] } } },
  ),
  at(416, "A bot's approval", BOOK, "only the bot approves", (s) => s.change({ approvers: [bot] }).pull.subject, {
    T4: "not-satisfied no-approval",
  }),
  at(
    417,
    "An exempt bot's own change",
    "the configuration exempts dependabot",
    "its own account opens the pull request and nobody approves",
    (s) => s.change({ author: bot, approvers: [] }).pull.subject,
    { T4: "not-applicable exempt-bot", T5: "not-applicable exempt-bot", T16: "satisfied", T7: "satisfied" },
  ),
  at(
    418,
    "Whoever pressed merge is no author",
    "Ada wrote it and Lee approved it",
    "Lee presses merge, so the merge commit bears Lee's name",
    (s) => s.change({ approvers: [ben, lee] }).pull.subject,
    { T4: "satisfied" },
  ),
  at(
    419,
    "A squash without its commits",
    "the branch's pushes never reached us, and GitHub is not asked",
    "the pull request is squashed",
    (s) => {
      const { pull } = s.change({ merge: "squash" });
      s.lose((fact) => !(fact.kind === "push" && fact.subject.includes("/feature/")));
      return pull.subject;
    },
    { T4: "not-assessable commits-unknown", T7: "not-assessable approvals-unknown" },
  ),
  at(
    420,
    "A squash, its authors taken from the commit",
    "the configuration trusts a squash commit's author and co-authors",
    "Ben's commit makes Ben a co-author of the squash, and Ben is the only approver",
    (s) => {
      const { pull } = s.change({ merge: "squash", commits: [{ by: ada }, { by: ben }], approvers: [ben] });
      s.lose((fact) => !(fact.kind === "push" && fact.subject.includes("/feature/")));
      return pull.subject;
    },
    { T4: "not-satisfied author-not-covered" },
    { configuration: { repository: { trustSquashAuthors: true } } },
  ),
  at(
    421,
    "GitHub's own list of commits",
    "a squash whose branch nobody told us of",
    "GitHub answers which commits it had, one by the only approver",
    (s) => {
      const { pull } = s.change({ merge: "squash", approvers: [ben] });
      s.lose((fact) => !(fact.kind === "push" && fact.subject.includes("/feature/")));
      s.commits(pull, [written("e".repeat(40), "ben"), written(pull.head, "ada")]);
      return pull.subject;
    },
    { T4: "not-satisfied author-not-covered" },
  ),
  at(
    422,
    "A list that GitHub cut short",
    "a squash of very many commits",
    "GitHub's answer is truncated",
    (s) => {
      const { pull } = s.change({ merge: "squash" });
      s.lose((fact) => !(fact.kind === "push" && fact.subject.includes("/feature/")));
      s.commits(pull, [written(pull.head, "ada")], true);
      return pull.subject;
    },
    { T4: "not-assessable commits-unknown" },
  ),
  at(423, "Still open", "an approved ticket", "the pull request is opened", opened, { T4: "pending open", T5: "pending open" }),
  at(424, "Given up", "an approved ticket", "the pull request is closed and never merged", abandoned, {
    T4: "not-applicable never-merged",
  }),
  at(425, "A direct push", "main", "somebody pushes straight to it", direct, { T4: "not-satisfied no-pull-request" }),
  at(426, "An unresolved deployment", "a nightly archive", "it is deployed, and nobody knows of which commit", unresolved, {
    T4: "not-assessable commit-unresolved",
  }),
  at(427, "Nothing of the pull request", BOOK, "none of the pull request's own events reached us", pullLost, {
    T4: "not-assessable no-pull-request-event",
  }),
  at(428, "A founded emergency", "an incident, an authoriser, a reason", "the fix goes out first", (s) => emergencyFix(s).subject, {
    T4: "not-applicable emergency",
  }),
  at(429, "A record brings no code", "ServiceNow is connected", "a change_request is closed", record, { T4: "not-applicable no-code" }),
  at(
    430,
    "One person with two accounts",
    "the configuration joins Ada's second login to her",
    "she approves with it what she wrote",
    (s) => s.change({ approvers: [{ ...ben, login: "ada-private", githubId: 4242 }] }).pull.subject,
    { T4: "not-satisfied author-not-covered" },
    {
      configuration: {
        people: [
          { id: "ada", roles: ["developer", "peer-reviewer"], accounts: { github: ["ada", "ada-private"], jira: [ada.jiraAccount] } },
          { id: "lee", roles: ["engineering-lead"], accounts: { github: ["lee"], jira: [lee.jiraAccount] } },
        ],
      },
    },
  ),
  at(
    431,
    "A branch made of another's work",
    "a branch that is made at a commit which was there before, squashed; GitHub is not asked",
    "peer and lead approve: whose work the commit is, nobody told",
    (s) => s.change({ merge: "squash", commits: [] }).pull.subject,
    { T4: "not-assessable commits-unknown" },
  ),
  at(
    432,
    "Whom the squash names as co-author",
    "Ada's branch was made of another one; its pushes tell of Ada alone",
    "GitHub's squash names Ben as co-author, and Ben is the only approver",
    (s) => {
      const pull = s.repository.pullRequest(ada, { ticket: s.ticket() }).checks();
      pull.review(ben);
      s.acme.tick();
      const squash = s.repository.commit(ada, "Change 1 (#1)", { byGithub: true, coAuthors: [ben] });
      s.repository.advance(lee, [squash]);
      pull.closedAsMerged(lee, squash.sha);
      return pull.subject;
    },
    { T4: "not-satisfied author-not-covered" },
  ),
  at(
    433,
    "An author whom nobody can name, and nobody approved",
    "a commit whose address belongs to no account",
    "nobody approves: the author is named first",
    (s) => s.change({ commits: [{ by: NOBODY }], approvers: [] }).pull.subject,
    { T4: "not-satisfied unknown-identity" },
  ),
  at(
    434,
    "A co-author whom nobody can name",
    "a commit's trailer names somebody who has no account",
    "peer and lead approve",
    (s) => s.change({ commits: [{ by: ada, coAuthors: [NOBODY] }] }).pull.subject,
    { T4: "not-satisfied unknown-identity" },
  ),
  at(
    435,
    "The opener of others' work",
    "Ben wrote every commit, Ada opened the pull request",
    "Ada is the only approver",
    (s) => s.change({ author: ada, commits: [{ by: ben }], approvers: [ada] }).pull.subject,
    { T4: "not-satisfied author-not-covered" },
  ),
];

export const FINAL_REVISION = [
  at(501, "The merged head was approved", BOOK, "approvals name the head", byTheBook, { T5: "satisfied" }),
  at(
    502,
    "Stale approval",
    "peer and lead approved",
    "a commit is pushed after it, and merged",
    (s) => s.change({ before: (pull) => pull.push(ada) }).pull.subject,
    { T4: "satisfied", T5: "not-satisfied stale-approval", T7: "not-satisfied inferred-bypass", T11: "not-satisfied approval-missing" },
  ),
  at(
    503,
    "Synchronised with main after the approval",
    "peer and lead approved",
    "main is merged into the branch, which makes a new head",
    (s) => s.change({ before: (pull) => pull.push(lee) }).pull.subject,
    { T5: "not-satisfied stale-approval" },
  ),
  at(
    504,
    "Approved again after the push",
    "the first approval is stale",
    "the peer and the lead approve the new head",
    (s) =>
      s.change({ approvers: [ben], before: (pull) => [pull.push(ada).checks(), ...[ben, quinn, lee].map((who) => pull.review(who))] }).pull
        .subject,
    { T5: "satisfied", T4: "satisfied" },
  ),
  at(
    505,
    "Dismissed approval",
    "Ben approved",
    "the lead dismisses it, and it is merged",
    (s) => s.change({ approvers: [], before: (pull) => pull.dismiss(lee, pull.review(ben)) }).pull.subject,
    { T4: "not-satisfied no-approval", T5: "not-satisfied approval-dismissed", T7: "not-satisfied inferred-bypass" },
  ),
  at(
    506,
    "Dismissed after the merge",
    BOOK,
    "the only approval is dismissed a day later",
    (s) => {
      let dismiss = () => {};
      const { pull } = s.change({
        approvers: [],
        before: (of) => {
          const review = of.review(ben);
          dismiss = () => of.dismiss(lee, review);
        },
      });
      s.wait(24);
      dismiss();
      return pull.subject;
    },
    { T5: "not-satisfied approval-dismissed" },
  ),
  at(
    507,
    "A standing change request",
    "the lead asked for changes and never took it back",
    "the peer approves, and it is merged",
    (s) => s.change({ approvers: [ben, quinn], before: (pull) => pull.review(lee, "changes_requested") }).pull.subject,
    { T4: "satisfied", T5: "not-satisfied change-request-stands" },
  ),
  at(
    508,
    "A change request taken back",
    "the lead asked for changes",
    "the lead approves the next revision",
    (s) =>
      s.change({
        approvers: [],
        before: (pull) => [
          pull.review(lee, "changes_requested"),
          pull.push(ada).checks(),
          ...[ben, quinn, lee].map((who) => pull.review(who)),
        ],
      }).pull.subject,
    { T5: "satisfied" },
  ),
  at(
    509,
    "The reviewer's latest verdict is against it",
    "the lead approved",
    "the lead looks again and asks for changes",
    (s) => s.change({ before: (pull) => pull.review(lee, "changes_requested") }).pull.subject,
    { T5: "not-satisfied change-request-stands" },
  ),
  at(
    510,
    "A change request from outside",
    "somebody with a GitHub account asks for changes",
    "peer and lead approve",
    (s) => s.change({ before: (pull) => pull.review(zoe, "changes_requested") }).pull.subject,
    { T5: "satisfied" },
  ),
  at(
    511,
    "A comment takes nothing back",
    "peer and lead approved",
    "the peer comments afterwards",
    (s) => s.change({ before: (pull) => pull.review(ben, "commented") }).pull.subject,
    { T5: "satisfied" },
  ),
  at(
    512,
    "Squashed: the merge SHA is not the reviewed SHA",
    "peer and lead approved the head",
    "it is squashed",
    (s) => s.change({ merge: "squash" }).pull.subject,
    { T4: "satisfied", T5: "satisfied", T6: "satisfied" },
  ),
  at(
    513,
    "Rebased: no merged SHA is a reviewed one",
    "two commits, the head approved",
    "it is rebased, and GitHub lists the commits that there were",
    (s) => {
      const { pull } = s.change({ merge: "rebase", commits: [{ by: ada }, { by: ada }] });
      s.commits(pull, [written("e".repeat(40), "ada"), written(pull.head, "ada")]);
      return pull.subject;
    },
    { T4: "satisfied", T5: "satisfied", T6: "satisfied" },
  ),
  at(
    514,
    "A merge queue",
    "three approved pull requests",
    "the queue merges them in one push",
    (s) => {
      const pulls = [1, 2, 3].map(() => {
        const pull = s.repository.pullRequest(ada, { ticket: s.ticket() }).checks();
        for (const who of [ben, quinn, lee]) pull.review(who);
        return pull;
      });
      s.repository.mergeQueue(pulls, lee);
      s.deploy();
      return pulls[1]?.subject ?? "change:none";
    },
    { T4: "satisfied", T5: "satisfied", T6: "satisfied", T8: "satisfied", T9: "satisfied", T11: "satisfied" },
  ),
  at(
    515,
    "An approval dated before the commit that it approves",
    "a commit whose author set its date to next year",
    "peer and lead approve it today",
    (s) => s.change({ commits: [{ by: ada, atMs: Date.parse("2027-12-24T00:00:00.000Z") }] }).pull.subject,
    { T5: "satisfied", T11: "satisfied" },
  ),
  at(
    516,
    "An approval that names no revision",
    BOOK,
    "GitHub tells of the approval without its commit",
    (s) => {
      const { pull } = s.change({ approvers: [] });
      s.tell(
        pull.subject,
        "review",
        { action: "submitted", id: "900", reviewer: { login: "ben", id: String(ben.githubId) }, state: "approved" },
        { system: "github" },
      );
      return pull.subject;
    },
    { T4: "satisfied", T5: "not-satisfied stale-approval" },
  ),
  at(517, "Given up", "an approved ticket", "the pull request is closed and never merged", abandoned, {
    T5: "not-applicable never-merged",
  }),
  at(518, "An unresolved deployment", "a nightly archive", "it is deployed, and nobody knows of which commit", unresolved, {
    T5: "not-assessable commit-unresolved",
  }),
  at(
    519,
    "Covered by a stale approval only",
    "Ada and Ben wrote it; Chloe approved an earlier head",
    "Ben approves the merged head",
    (s) => s.change({ commits: [{ by: ada }, { by: ben }], approvers: [chloe], before: (pull) => pull.push(ada).review(ben) }).pull.subject,
    { T4: "satisfied", T5: "not-satisfied stale-approval" },
  ),
  at(520, "Still open", "an approved ticket", "the pull request is opened", opened, { T5: "pending open" }),
  at(
    521,
    "Approved again, later",
    "peer and lead approved the head, which was merged and deployed",
    "both approve the same head again",
    (s) => {
      const { pull } = s.change();
      for (const who of [ben, lee]) pull.review(who);
      return pull.subject;
    },
    { T5: "satisfied", T7: "satisfied", T11: "satisfied", T14: "satisfied" },
  ),
  at(
    522,
    "Approved twice, one of them dismissed",
    "the peer approved the head twice",
    "the second approval is dismissed: it was the latest verdict",
    (s) => s.change({ approvers: [ben], before: (pull) => pull.dismiss(lee, pull.review(ben)) }).pull.subject,
    { T4: "not-satisfied no-approval", T5: "not-satisfied approval-dismissed" },
  ),
];
