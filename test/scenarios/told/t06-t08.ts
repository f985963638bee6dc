import type { Subject } from "@change-ledger/model";
import { late, twice } from "../../../packages/local/demonstration/index.ts";
import { at } from "../scenario.ts";
import { ada, ben, lee, omar, quinn } from "../story.ts";
import { abandoned, BOOK, byTheBook, direct, emergencyFix, mergeOf, opened, pushLost, record, unresolved, written } from "./usual.ts";

const STRANGE = "f".repeat(40);

export const DIRECT_PUSH = [
  at(601, "The merge of a pull request", BOOK, "main gets its merge commit", byTheBook, { T6: "satisfied" }),
  at(602, "Straight to main", "a protected main", 'somebody pushes to it; the message reads "Merge pull request"', direct, {
    T6: "not-satisfied direct-push",
    T7: "not-satisfied no-pull-request",
  }),
  at(
    603,
    "Smuggled in beside a squash",
    "GitHub's list says that the pull request had one commit",
    "the push that brings the squash brings another commit with it",
    (s) => {
      const { pull } = s.change({ deploy: false });
      s.commits(pull, [written(pull.head, "ada")]);
      const merge = mergeOf(s);
      const other = s.repository.pullRequest(ada, { ticket: s.ticket() }).checks();
      for (const who of [ben, quinn, lee]) other.review(who);
      const before = s.repository.head;
      s.repository.company.tick();
      const strange = s.repository.commit(omar, "Fix it quickly");
      const squash = other.squashed();
      s.repository.advance(lee, [strange, squash]);
      other.closedAsMerged(lee, squash.sha);
      s.commits(other, [written(other.head, "ada")]);
      s.deploy();
      if (before !== merge) throw new Error("expected main at the first merge");
      return other.subject;
    },
    { T6: "not-satisfied foreign-commit" },
  ),
  at(
    604,
    "Merged by hand beside a commit of main's own",
    "somebody commits to a local main and merges the branch into it",
    "both are pushed at once; a look-up tells the merge's parents",
    (s) => {
      const pull = s.repository.pullRequest(ada, { ticket: s.ticket() }).checks();
      for (const who of [ben, quinn, lee]) pull.review(who);
      s.acme.tick();
      const own = s.repository.commit(omar, "Fix it quickly");
      const head = { ...s.repository.commit(ada, "Step 1"), sha: pull.head };
      const merge = s.repository.commit(omar, "Merge branch");
      s.repository.advance(omar, [own, head, merge]);
      pull.closedAsMerged(omar, merge.sha);
      s.tell(`commit:github/acme/shop/${merge.sha}`, "commit-lookup", { parents: [own.sha, pull.head] }, { system: "github-lookup" });
      s.deploy();
      return pull.subject;
    },
    { T6: "not-satisfied foreign-commit" },
  ),
  at(605, "The push never came", BOOK, "the push that brought the merge is not on record", pushLost, {
    T6: "not-assessable push-not-on-record",
  }),
  at(
    606,
    "A rebase without a list",
    "two commits, rebased",
    "neither the branch's pushes nor GitHub's list are on record",
    (s) => {
      const { pull } = s.change({ merge: "rebase", commits: [{ by: ada }, { by: ada }] });
      s.lose((fact) => !(fact.kind === "push" && fact.subject.includes("/feature/")));
      return pull.subject;
    },
    { T6: "not-assessable commits-unknown" },
  ),
  at(
    607,
    "Merged into a branch that nobody protects",
    "a repository without a default branch told",
    "the pull request goes to release",
    (s) => {
      const { pull } = s.change();
      s.lose((fact) => {
        if (fact.kind === "push" && fact.subject === s.repository.subject) delete (fact.facts as { default?: boolean }).default;
        return true;
      });
      return pull.subject;
    },
    { T6: "not-applicable not-protected", T8: "not-applicable not-protected", T17: "not-applicable not-protected" },
  ),
  at(608, "Still open", "an approved ticket", "the pull request is opened", opened, { T6: "pending open" }),
  at(
    609,
    "Fast-forwarded by hand",
    "the head itself becomes main's",
    "somebody pushes the branch's commits to main",
    (s) => s.change({ merge: "by-hand", commits: [{ by: ada }, { by: ada }] }).pull.subject,
    {
      T6: "satisfied",
      T4: "satisfied",
    },
  ),
  at(
    610,
    "A pull request claims it after all",
    "a push to main that nobody claimed",
    "the closing event of its pull request comes days late",
    (s) => {
      let subject: Subject = "change:none";
      s.acme.delivered(late(72), () => {
        const { pull } = s.change();
        subject = pull.subject;
      });
      return subject;
    },
    { T6: "satisfied" },
  ),
  at(
    611,
    "The push that is claimed after all",
    "a push to main that stood as a change of its own",
    "a merged pull request claims it by SHA",
    (s) => {
      s.change();
      return s.repository.pushChange(s.repository.head);
    },
    { T6: "not-applicable claimed", T3: "not-applicable claimed", T4: "not-applicable claimed", T14: "not-applicable claimed" },
  ),
  at(
    612,
    "Rebased, the branch's pushes on record",
    "two commits, approved",
    "they are rebased onto main",
    (s) => s.change({ merge: "rebase", commits: [{ by: ada }, { by: ben }], approvers: [ada, ben, quinn, lee] }).pull.subject,
    {
      T6: "satisfied",
      T4: "satisfied",
    },
  ),
  at(
    613,
    "Behind the merge in the same push",
    "somebody merges the branch by hand and commits on top of it",
    "both are pushed at once",
    (s) => {
      const pull = s.repository.pullRequest(ada, { ticket: s.ticket() }).checks();
      for (const who of [ben, quinn, lee]) pull.review(who);
      s.acme.tick();
      const head = { ...s.repository.commit(ada, "Step 1"), sha: pull.head };
      const merge = s.repository.commit(omar, "Merge branch");
      s.repository.advance(omar, [head, merge, s.repository.commit(omar, "Merge pull request #1 from acme/looks-reviewed")]);
      pull.closedAsMerged(omar, merge.sha);
      s.deploy();
      return pull.subject;
    },
    { T6: "not-satisfied foreign-commit" },
  ),
  at(
    614,
    "Two merges in one push",
    "two pull requests, approved",
    "both are merged by hand and pushed at once",
    (s) => {
      const pulls = [1, 2].map(() => {
        const pull = s.repository.pullRequest(ada, { ticket: s.ticket() }).checks();
        for (const who of [ben, quinn, lee]) pull.review(who);
        return pull;
      });
      s.acme.tick();
      const merged = pulls.map((pull) => ({
        pull,
        head: { ...s.repository.commit(ada, "Step 1"), sha: pull.head },
        merge: s.repository.commit(lee, "Merge branch"),
      }));
      s.repository.advance(
        lee,
        merged.flatMap(({ head, merge }) => [head, merge]),
      );
      for (const { pull, merge } of merged) pull.closedAsMerged(lee, merge.sha);
      return pulls[0]?.subject ?? "change:none";
    },
    { T6: "satisfied" },
  ),
];

export const BYPASS = [
  at(701, "Nothing bypassed", BOOK, "the rules passed the push", byTheBook, { T7: "satisfied" }),
  at(
    702,
    "GitHub's rules were bypassed",
    BOOK,
    "the rule suite of the push says bypass",
    (s) => {
      const { pull } = s.change();
      s.tell(
        s.repository.subject,
        "rule-suite-lookup",
        { id: "1", result: "bypass", after: s.repository.head },
        { system: "github-lookup", actor: { system: "github", login: "lee" } },
      );
      return pull.subject;
    },
    { T7: "not-satisfied rule-bypass" },
  ),
  at(
    703,
    "Approved after the merge",
    "merged without any approval",
    "peer and lead approve the merged head afterwards",
    (s) => s.change({ approvers: [], after: (pull) => [ben, quinn, lee].map((who) => pull.review(who)) }).pull.subject,
    { T4: "satisfied", T5: "satisfied", T7: "not-satisfied approved-after-merge", T11: "satisfied" },
  ),
  at(
    704,
    "Not told which commits",
    "a squash without its commits",
    "nobody can say who wrote it",
    (s) => {
      const { pull } = s.change({ merge: "squash" });
      s.lose((fact) => !(fact.kind === "push" && fact.subject.includes("/feature/")));
      return pull.subject;
    },
    { T7: "not-assessable approvals-unknown" },
  ),
  at(705, "Still open", "an approved ticket", "the pull request is opened", opened, { T7: "pending open" }),
  at(706, "Given up", "an approved ticket", "the pull request is closed and never merged", abandoned, {
    T7: "not-applicable never-merged",
  }),
  at(
    707,
    "A founded emergency",
    "an incident, an authoriser, a reason",
    "the fix is merged before it is reviewed",
    (s) => emergencyFix(s).subject,
    { T7: "satisfied" },
  ),
  at(
    708,
    "Bypassed, and the push never came",
    "the push that brought the merge never reached us",
    "the rule suite of the merge says bypass",
    (s) => {
      const { pull } = s.change();
      s.tell(
        s.repository.subject,
        "rule-suite-lookup",
        { id: "1", result: "bypass", after: s.repository.head },
        { system: "github-lookup", actor: { system: "github", login: "lee" } },
      );
      s.lose((fact) => !(fact.kind === "push" && fact.subject === s.repository.subject));
      return pull.subject;
    },
    { T7: "not-satisfied rule-bypass" },
  ),
];

export const REWRITE = [
  at(801, "Forward", BOOK, "every push to main goes forward", byTheBook, { T8: "satisfied" }),
  at(
    802,
    "A forced push brought it",
    "a change by the book before it",
    "somebody replaces main's history by a new commit",
    (s) => {
      s.change();
      const change = s.repository.forcePush(omar, s.repository.history[0] ?? "");
      s.deploy();
      return change;
    },
    { T8: "not-satisfied forced-push", T6: "not-satisfied direct-push" },
  ),
  at(
    803,
    "Rewritten afterwards",
    BOOK,
    "main is put back to the commit before it",
    (s) => {
      const before = s.repository.head;
      const { pull } = s.change();
      s.repository.reset(omar, before);
      return pull.subject;
    },
    { T8: "not-satisfied rewritten-later" },
  ),
  at(
    804,
    "Two pushes begin at one commit",
    "a push that put main back never reached us",
    "another push begins where this one began",
    (s) => {
      const before = s.repository.head;
      const { pull } = s.change();
      s.tell(
        s.repository.subject,
        "push",
        { before, after: STRANGE, default: true, commits: [written(STRANGE, "omar")] },
        { system: "github" },
      );
      return pull.subject;
    },
    { T8: "not-satisfied two-successors" },
  ),
  at(
    805,
    "Deleted and made again",
    "main with a history",
    "main is deleted, and the next change makes it again",
    (s) => {
      const { pull } = s.change();
      s.tell(
        s.repository.subject,
        "push",
        { before: s.repository.head, after: "0".repeat(40), deleted: true, default: true, commits: [] },
        { system: "github" },
      );
      return pull.subject;
    },
    { T8: "not-satisfied rewritten-later" },
  ),
  at(806, "The push never came", BOOK, "the push that brought the merge is not on record", pushLost, {
    T8: "not-assessable push-not-on-record",
  }),
  at(807, "Still open", "an approved ticket", "the pull request is opened", opened, { T8: "pending open" }),
  at(808, "A record brings no code", "ServiceNow is connected", "a change_request is closed", record, { T8: "not-applicable no-code" }),
  at(
    809,
    "Told twice",
    BOOK,
    "every delivery comes twice, the second time days later",
    (s) => {
      let subject: Subject = "change:none";
      s.acme.delivered(twice(72), () => {
        subject = s.change().pull.subject;
      });
      return subject;
    },
    { T8: "satisfied", T1: "satisfied", T4: "satisfied", T6: "satisfied" },
  ),
  at(810, "An unresolved deployment", "a nightly archive", "it is deployed, and nobody knows of which commit", unresolved, {
    T8: "not-assessable commit-unresolved",
  }),
  at(
    811,
    "Pushed to a branch of its own first",
    "a protection that is deleted",
    "a commit is pushed to a branch that nobody protects, then straight to main",
    (s) => {
      s.repository.protect(lee);
      s.change();
      s.acme.tick();
      const commit = s.repository.commit(omar, "Fix it quickly");
      s.repository.pushBranch(omar, "quick-fix", "0".repeat(40), [commit]);
      s.repository.unprotect(lee);
      s.acme.tick();
      s.repository.advance(omar, [commit]);
      return s.repository.pushChange(commit.sha);
    },
    { T8: "satisfied", T6: "not-satisfied direct-push", T17: "not-satisfied lapsed" },
  ),
  at(
    812,
    "Made again by the push",
    "main with a history is deleted",
    "the push that brings the change makes it again",
    (s) => {
      s.change();
      const pull = s.repository.pullRequest(ada, { ticket: s.ticket() }).checks();
      for (const who of [ben, quinn, lee]) pull.review(who);
      s.acme.tick();
      const merge = s.repository.commit(ada, "Change 2 (#2)", { byGithub: true });
      s.tell(
        s.repository.subject,
        "push",
        { before: "0".repeat(40), after: merge.sha, created: true, default: true, commits: [written(merge.sha, "ada")] },
        { system: "github" },
      );
      pull.closedAsMerged(lee, merge.sha);
      return pull.subject;
    },
    { T8: "not-satisfied made-again" },
  ),
];
