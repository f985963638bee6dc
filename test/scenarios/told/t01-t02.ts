import { at } from "../scenario.ts";
import { lee, omar } from "../story.ts";
import { abandoned, BOOK, byTheBook, opened, pushLost, record, unresolved } from "./usual.ts";

const GROUP = "123456789012/us-east-1/shop/production";

export const COMPLETENESS = [
  at(101, "Reconciled both ways", BOOK, "the reconciler compared main and the group with GitHub's and CodeDeploy's own lists", byTheBook, {
    T1: "satisfied",
  }),
  at(
    102,
    "A missed push shows as a gap",
    "two changes, one after the other",
    "the push of the first never reached us",
    (s) => {
      s.change({ deploy: false });
      s.change({ deploy: false });
      const { pull } = s.change();
      const lost = s.repository.history.at(-3);
      s.lose((fact) => fact.kind !== "push" || fact.facts.after !== lost);
      return pull.subject;
    },
    { T1: "not-satisfied gap" },
  ),
  at(103, "The merge's push is missing", BOOK, "the push that brought it never reached us", pushLost, {
    T1: "not-satisfied push-missing",
    T6: "not-assessable push-not-on-record",
    T8: "not-assessable push-not-on-record",
  }),
  at(
    104,
    "AWS lists a deployment that the ledger lacks",
    BOOK,
    "the reconciler finds one more deployment in CodeDeploy's list of the same time",
    (s) => {
      s.audited = false;
      const { pull } = s.change();
      const to = s.now();
      s.tell("audit:default", "reconciled", {
        system: "github",
        scope: s.repository.subject,
        from: "2026-11-01T00:00:00.000Z",
        to,
        listed: 1,
        missing: [],
        unlisted: [],
      });
      s.tell("audit:default", "reconciled", {
        system: "codedeploy",
        scope: GROUP,
        from: "2026-11-01T00:00:00.000Z",
        to,
        listed: 2,
        missing: ["d-UNSEEN"],
        unlisted: [],
      });
      return pull.subject;
    },
    { T1: "not-satisfied missing", T2: "not-assessable", T18: "not-assessable" },
  ),
  at(
    105,
    "The ledger has a deployment that AWS does not list",
    BOOK,
    "somebody put an event on the bus for a deployment that CodeDeploy never made",
    (s) => {
      s.audited = false;
      const { pull, deployed } = s.change();
      const to = s.now();
      s.tell("audit:default", "reconciled", {
        system: "github",
        scope: s.repository.subject,
        from: "2026-11-01T00:00:00.000Z",
        to,
        listed: 1,
        missing: [],
        unlisted: [],
      });
      s.tell("audit:default", "reconciled", {
        system: "codedeploy",
        scope: GROUP,
        from: "2026-11-01T00:00:00.000Z",
        to,
        listed: 0,
        missing: [],
        unlisted: [deployed?.id ?? ""],
      });
      return pull.subject;
    },
    { T1: "not-satisfied not-listed" },
  ),
  at(
    106,
    "Not compared since",
    "the reconciler ran in the morning",
    "a change goes out in the afternoon",
    (s) => {
      s.audited = false;
      const to = s.now();
      for (const [system, scope] of [
        ["github", s.repository.subject],
        ["codedeploy", GROUP],
      ] as const)
        s.tell("audit:default", "reconciled", {
          system,
          scope,
          from: "2026-11-01T00:00:00.000Z",
          to,
          listed: 0,
          missing: [],
          unlisted: [],
        });
      return s.change().pull.subject;
    },
    { T1: "pending not-reconciled-yet" },
  ),
  at(107, "Still open", "an approved ticket", "the pull request is opened", opened, { T1: "pending open" }),
  at(
    108,
    "Nobody ever reconciled",
    BOOK,
    "no independent list was ever compared with the ledger",
    (s) => {
      s.audited = false;
      return s.change().pull.subject;
    },
    { T1: "not-assessable no-independent-list" },
  ),
  at(109, "Given up", "an approved ticket", "the pull request is closed and never merged", abandoned, {
    T1: "not-applicable never-merged",
  }),
  at(110, "A record brings no code", "ServiceNow is connected", "a change_request is approved, done and closed", record, {
    T1: "not-applicable no-code",
  }),
  at(111, "An unmatched deployment is listed", "the reconciler runs", "an archive that names no commit is deployed", unresolved, {
    T1: "satisfied",
  }),
  at(
    112,
    "A branch made by its first push",
    "a repository without history here",
    "the first push to the record begins at a commit from before",
    (s) => s.change({ deploy: { by: omar } }).pull.subject,
    { T1: "satisfied" },
  ),
  at(
    113,
    "A push that GitHub does not list",
    BOOK,
    "somebody who knows the webhook's secret tells of a push that GitHub's own list has not",
    (s) => {
      s.audited = false;
      const { pull } = s.change({ deploy: false });
      s.tell("audit:default", "reconciled", {
        system: "github",
        scope: s.repository.subject,
        from: "2026-11-01T00:00:00.000Z",
        to: s.now(),
        listed: 0,
        missing: [],
        unlisted: [s.repository.head],
      });
      return pull.subject;
    },
    { T1: "not-satisfied not-listed" },
  ),
];

export const ACCURACY = [
  at(201, "Normalised again, the same", BOOK, "the verifier normalises every archived payload again", byTheBook, { T2: "satisfied" }),
  at(
    202,
    "The archive says something else",
    BOOK,
    "the payload of a review gives another fact than the entry",
    (s) => {
      s.audited = false;
      const { pull } = s.change();
      s.tell("audit:default", "verified", {
        check: "normalisation",
        upTo: s.now(),
        looked: 9,
        faults: [{ subject: pull.subject, code: "differs" }],
        faulty: 1,
      });
      return pull.subject;
    },
    { T2: "not-satisfied normalisation-fault" },
  ),
  at(
    203,
    "More faults than were listed",
    BOOK,
    "the verifier found 500 faults and names one of another change",
    (s) => {
      s.audited = false;
      const { pull } = s.change();
      s.tell("audit:default", "verified", {
        check: "normalisation",
        upTo: s.now(),
        looked: 900,
        faults: [{ subject: "ticket:jira/PAY-99", seq: 0, code: "differs" }],
        faulty: 500,
      });
      return pull.subject;
    },
    { T2: "not-assessable normalisation-faults-not-listed" },
  ),
  at(
    204,
    "Recorded after the last run",
    "the verifier ran in the morning",
    "a change goes out in the afternoon",
    (s) => {
      s.audited = false;
      s.tell("audit:default", "verified", { check: "normalisation", upTo: s.now(), looked: 0, faults: [], faulty: 0 });
      return s.change().pull.subject;
    },
    { T2: "pending normalisation-not-verified-yet" },
  ),
  at(
    205,
    "Never verified",
    BOOK,
    "nobody ever ran the verifier",
    (s) => {
      s.audited = false;
      s.repository.protect(lee);
      return s.change().pull.subject;
    },
    { T2: "not-assessable normalisation-never-verified" },
  ),
  at(
    206,
    "A later run finds it mended",
    "a run of the verifier named a fault of its own, since mended",
    "it runs again over everything",
    (s) => {
      const { pull } = s.change();
      s.tell("audit:default", "verified", {
        check: "normalisation",
        upTo: s.now(),
        looked: 9,
        faults: [{ subject: pull.subject, code: "differs" }],
        faulty: 1,
      });
      return pull.subject;
    },
    { T2: "satisfied" },
  ),
];
