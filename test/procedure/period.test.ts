import type { Subject } from "@change-ledger/model";
import { type Assessment, assess, assessRef, judgeRestoration, PeriodTally, unseenCommits } from "@change-ledger/procedure";
import { describe, expect, it } from "vitest";
import type { PullRequest } from "../../packages/local/demonstration/pull-request.ts";
import { configured } from "../scenarios/configured.ts";
import { SCENARIOS } from "../scenarios/index.ts";
import { Ledger } from "../scenarios/ledger.ts";
import { daysLater, play } from "../scenarios/scenario.ts";
import { ada, ben, lee, omar, Story } from "../scenarios/story.ts";

const rules = configured();
const PERIOD = { from: "2026-11-01T00:00:00.000Z", to: "2026-12-01T00:00:00.000Z" };

function told(tell: (story: Story) => void): { readonly story: Story; readonly ledger: Ledger; readonly asOf: string } {
  const story = new Story(1);
  tell(story);
  const ledger = new Ledger(story.arrived());
  return { story, ledger, asOf: daysLater(story.now(), 10) };
}

const codes = (verdicts: readonly { readonly outcome: string; readonly code: string }[]) =>
  verdicts.map(({ outcome, code }) => `${outcome} ${code}`);

describe("a branch over a period", () => {
  const judged = (tell: (story: Story) => void, period = PERIOD) => {
    const { story, ledger, asOf } = told(tell);
    return assessRef(story.repository.subject, [...ledger.chains.values()].flat(), rules, period, asOf);
  };

  it("is well when every push goes forward and the protection stands", () => {
    const { completeness, rewrite, continuity, lapses } = judged((s) => {
      s.repository.protect(lee);
      s.change();
      s.change();
    });
    expect([completeness, rewrite, continuity].map(codes)).toEqual([
      ["satisfied satisfied"],
      ["satisfied satisfied"],
      ["satisfied satisfied"],
    ]);
    expect(lapses).toEqual([]);
  });
  it("shows a lapse for the whole time that it lasted, whatever came in", () => {
    let from = "";
    let until = "";
    const { lapses, continuity } = judged((s) => {
      s.repository.protect(lee);
      s.repository.unprotect(lee);
      from = s.now();
      s.wait(5);
      s.repository.protect(lee);
      until = s.now();
    });
    expect(lapses).toMatchObject([{ guard: "branch protection main", why: "it was deleted", from, until }]);
    expect(codes(continuity)).toEqual(["not-satisfied lapsed"]);
    expect(continuity[0]?.because).toContain(`from ${from} to ${until}`);
    expect(continuity[0]?.restsOn).toHaveLength(2);
  });
  it("shows a lapse that began before the period and is not back", () => {
    const { lapses } = judged(
      (s) => {
        s.repository.protect(lee);
        s.repository.unprotect(lee);
        s.wait(48);
        s.change();
      },
      { from: "2026-11-03T00:00:00.000Z", to: "2026-11-05T00:00:00.000Z" },
    );
    expect(lapses).toHaveLength(1);
    expect(lapses[0]?.until).toBeUndefined();
  });
  it("leaves out a lapse that was over before the period", () => {
    const { lapses, continuity } = judged(
      (s) => {
        s.repository.protect(lee);
        s.repository.unprotect(lee);
        s.repository.protect(lee);
        s.wait(48);
        s.change();
      },
      { from: "2026-11-03T00:00:00.000Z", to: "2026-11-05T00:00:00.000Z" },
    );
    expect(lapses).toEqual([]);
    expect(codes(continuity)).toEqual(["satisfied satisfied"]);
  });
  it("finds each gap and each rewrite", () => {
    const { completeness, rewrite } = judged((s) => {
      s.change({ deploy: false });
      s.change({ deploy: false });
      const lost = s.repository.head;
      s.change({ deploy: false });
      s.repository.forcePush(omar, s.repository.history[0] ?? "");
      s.lose((fact) => fact.kind !== "push" || fact.facts.after !== lost);
    });
    expect(codes(completeness)).toEqual(["not-satisfied gap"]);
    expect(codes(rewrite)).toEqual(["not-satisfied forced-push"]);
  });
  it("cannot say what protected a branch of which no rule was ever told", () => {
    expect(codes(judged((s) => s.change()).continuity)).toEqual(["not-assessable protection-unknown"]);
  });
});

describe("unseen code", () => {
  const unseen = (tell: (story: Story) => Subject) => {
    let change = "" as Subject;
    const { ledger, asOf } = told((s) => {
      change = tell(s);
    });
    return unseenCommits(ledger.dossier(change), rules, asOf);
  };

  it("is none where the head was approved by another", () => {
    expect(unseen((s) => s.change({ commits: [{ by: ada }, { by: ada }] }).pull.subject)).toEqual([]);
  });
  it("is what was pushed after the last approval", () => {
    let head = "";
    const found = unseen((s) => {
      const { pull } = s.change({ before: (of) => of.push(ada) });
      head = pull.head;
      return pull.subject;
    });
    expect(found).toMatchObject([{ sha: head, author: "ada", because: "after-the-approval" }]);
  });
  it("is what the only approver wrote", () => {
    const found = unseen((s) => s.change({ commits: [{ by: ada }, { by: ben }, { by: ada }], approvers: [ben] }).pull.subject);
    expect(found).toMatchObject([{ author: "ben", because: "own-approval" }]);
  });
  it("is all of a direct push, and of what nobody approved", () => {
    expect(unseen((s) => s.repository.directPush(omar, ["a", "b"]))).toMatchObject([
      { because: "direct-push" },
      { because: "direct-push" },
    ]);
    expect(unseen((s) => s.change({ commits: [{ by: ada }, { by: ada }], approvers: [] }).pull.subject)).toMatchObject([
      { because: "no-approval" },
      { because: "no-approval" },
    ]);
  });
  it("is the merge, where its commits are not on record", () => {
    const found = unseen((s) => {
      const { pull } = s.change({ merge: "squash" });
      s.lose((fact) => !(fact.kind === "push" && fact.subject.includes("/feature/")));
      return pull.subject;
    });
    expect(found).toMatchObject([{ because: "commits-unknown" }]);
  });
  it("is what came with the merge and is no pull request's", () => {
    const shas: string[] = [];
    const unlike = (merge: (s: Story, pull: PullRequest) => void) =>
      unseen((s) => {
        const pull = s.repository.pullRequest(ada, { ticket: s.ticket() }).checks();
        for (const who of [ben, lee]) pull.review(who);
        s.acme.tick();
        merge(s, pull);
        return pull.subject;
      });
    const behind = unlike((s, pull) => {
      const head = { ...s.repository.commit(ada, "Step 1"), sha: pull.head };
      const merge = s.repository.commit(omar, "Merge branch");
      const own = s.repository.commit(omar, "Fix it quickly");
      shas.push(own.sha);
      s.repository.advance(omar, [head, merge, own]);
      pull.closedAsMerged(omar, merge.sha);
    });
    expect(behind).toMatchObject([{ sha: shas[0], author: "omar", because: "foreign-commit" }]);
    const unknown = unlike((s, pull) => {
      const squash = s.repository.commit(ada, "Change 1 (#1)");
      const own = s.repository.commit(omar, "Fix it quickly");
      shas.push(own.sha, squash.sha);
      s.repository.advance(omar, [squash, own]);
      pull.closedAsMerged(omar, squash.sha);
      s.lose((fact) => !(fact.kind === "push" && fact.subject.includes("/feature/")));
    });
    expect(unknown.map(({ sha, because }) => [sha, because])).toEqual([
      [shas[1], "foreign-commit"],
      [shas[2], "commits-unknown"],
    ]);
  });
  it("is nothing of what was never merged", () => {
    expect(unseen((s) => s.repository.pullRequest(ada).subject)).toEqual([]);
  });
});

describe("a rollback", () => {
  const restored = (approvers: readonly (typeof ben)[], spoil: (story: Story) => void = () => {}) => {
    let rollback = "" as Subject;
    const changes = new Map<string, Subject>();
    const { ledger, asOf } = told((s) => {
      const first = s.change({ approvers });
      changes.set(s.repository.head, first.pull.subject);
      const { deployed } = s.change({ deploy: { failsAt: "ValidateService", rollback: "succeeds" } });
      rollback = deployed?.rollback?.subject ?? rollback;
      spoil(s);
    });
    const owner = (commit: string): Assessment | undefined => {
      const change = changes.get(commit);
      return change === undefined ? undefined : assess(ledger.dossier(change), rules, asOf);
    };
    const entries = [...ledger.chains].filter(([subject]) => subject.startsWith("deployment:")).flatMap(([, chain]) => chain);
    return judgeRestoration(rollback, entries, rules, asOf, owner);
  };

  it("is judged by whether what it put back was itself approved", () => {
    expect(restored([ben, lee])).toMatchObject({ outcome: "satisfied" });
    expect(restored([])).toMatchObject({ outcome: "not-satisfied", code: "restored-unapproved" });
  });
  it("cannot be judged where what it put back is not known", () => {
    const unknown = restored([ben, lee], (s) =>
      s.lose((fact) => {
        if (fact.kind === "deployment-lookup")
          (fact.facts as { revision: object }).revision = { type: "S3", location: "s3://a/b", unresolved: "no metadata" };
        return true;
      }),
    );
    expect(unknown).toMatchObject({ outcome: "not-assessable", code: "commit-unresolved" });
  });
  it("is none when it is an ordinary deployment, or nothing is on record", () => {
    const { ledger, asOf } = told((s) => s.change());
    const entries = [...ledger.chains.values()].flat();
    const ordinary = [...ledger.chains.keys()].find((subject) => subject.startsWith("deployment:")) as Subject;
    expect(judgeRestoration(ordinary, entries, rules, asOf, () => undefined).code).toBe("no-rollback");
    expect(judgeRestoration("deployment:codedeploy/1/eu/d-NONE", entries, rules, asOf, () => undefined).code).toBe("not-on-record");
  });
});

describe("a period's tally", () => {
  const told = process.env["MUTATION_RUN"] === undefined ? SCENARIOS : SCENARIOS.filter((_, nth) => nth % 5 === 0);
  const assessments = told.map((scenario) => play(scenario).assessment);

  it("adds up what was judged", () => {
    const tally = new PeriodTally(rules);
    for (const one of assessments) tally.add(one);
    const { changes, types, outcomes, tests, findings, emergencyPercent } = tally.summary();
    expect(changes).toBe(told.length);
    const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((total, one) => total + one, 0);
    expect([sum(types), sum(outcomes), ...Object.values(tests).map(sum)]).toEqual(Array(20).fill(changes));
    expect(findings).toBe(assessments.reduce((total, one) => total + one.findings.length, 0));
    const emergencies = assessments.filter(({ type }) => type.claimed === "emergency").length;
    expect(emergencyPercent).toBeCloseTo((100 * emergencies) / changes);
  });
  it("flags a share of emergencies over the limit, unfounded ones counted, and not at the limit", () => {
    const emergency = assessments.find(({ type }) => type.claimed === "emergency" && type.judgedAs === "normal") as Assessment;
    const normal = assessments.find(({ type }) => type.claimed === "normal") as Assessment;
    const share = (emergencies: number, of: number) => {
      const tally = new PeriodTally(rules);
      for (let nth = 0; nth < of; nth++) tally.add(nth < emergencies ? emergency : normal);
      return tally.summary().emergencyShare;
    };
    expect(share(1, 10).outcome).toBe("satisfied");
    expect(share(2, 10)).toMatchObject({ outcome: "not-satisfied", code: "emergency-share" });
    expect(share(0, 0).outcome).toBe("not-applicable");
  });
});
