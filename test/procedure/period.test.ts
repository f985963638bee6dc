import type { CommitFact, FactsOf, Subject } from "@change-ledger/model";
import {
  type Assessment,
  assess,
  assessRef,
  judgeRestoration,
  PeriodTally,
  type Recorded,
  resolveRestoration,
  unseenCommits,
} from "@change-ledger/procedure";
import { describe, expect, it } from "vitest";
import type { PullRequest } from "../../packages/local/demonstration/pull-request.ts";
import { configured } from "../scenarios/configured.ts";
import { SCENARIOS } from "../scenarios/index.ts";
import { Ledger } from "../scenarios/ledger.ts";
import { daysLater, play } from "../scenarios/scenario.ts";
import { ada, ben, bot, lee, omar, Story } from "../scenarios/story.ts";
import { CHANGE, merged, pull, review } from "./judged.ts";
import { minute, recorded, sha } from "./recorded.ts";

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
  const HEAD = "c";
  const commit = (digit: string, login = "ada", coAuthors: readonly string[] = []): CommitFact => ({
    sha: sha(digit),
    author: { login },
    ...(coAuthors.length > 0 && { coAuthors: coAuthors.map((each) => ({ login: each })) }),
  });
  const listed = (...commits: readonly CommitFact[]) =>
    recorded(CHANGE, "pull-request-lookup", { head: sha(HEAD), commits: [...commits] }, { at: 40, id: "list" });
  const of = (...entries: readonly Recorded[]) =>
    unseenCommits({ change: CHANGE, entries: [pull(10), merged(50), ...entries] }, rules, minute(100)).map(
      ({ sha: one, because }) => `${one[0]} ${because}`,
    );

  it("is what came before an approval too, where its author gave it; after it, whatever was pushed", () => {
    const list = listed(commit("a"), commit("b", "ben"), commit(HEAD));
    expect(of(list, review(30, "ben", { commit: sha("a") }))).toEqual(["b after-the-approval", "c after-the-approval"]);
    expect(of(list, review(30, "ben", { commit: sha("b") }))).toEqual(["b own-approval", "c after-the-approval"]);
    expect(of(list, review(30, "ben", { commit: sha("b") }), review(31, "lee", { commit: sha("b") }))).toEqual(["c after-the-approval"]);
    expect(of(list, review(30, "ben"), review(31, "lee"))).toEqual([]);
  });
  it("is all that an approval covers of a commit which the pull request holds no longer, or of none", () => {
    const list = listed(commit("a"), commit(HEAD));
    const all = ["a after-the-approval", "c after-the-approval"];
    expect(of(list, review(30, "ben", { commit: sha("f") }))).toEqual(all);
    expect(of(list, review(30, "ben", { commit: undefined as never }))).toEqual(all);
  });
  it("is nothing where the head was approved, wherever the list has it", () => {
    expect(of(listed(commit(HEAD), commit("a")), review(30, "ben"))).toEqual([]);
  });
  it("is what each of its authors has to have somebody else's approval for", () => {
    const list = listed(commit(HEAD, "ada", ["ben"]));
    expect(of(list, review(30, "ben"))).toEqual(["c own-approval"]);
    expect(of(list, review(30, "ben"), review(31, "lee"))).toEqual([]);
  });
  it("is what somebody wrote whom nobody can name", () => {
    const list = listed(commit("a", "stranger"), commit(HEAD));
    expect(of(list, review(30, "ben"))).toEqual(["a unknown-author"]);
    expect(of(list, review(30, "ben", { commit: sha("f") }))).toEqual(["a after-the-approval", "c after-the-approval"]);
    expect(of(list)).toEqual(["a no-approval", "c no-approval"]);
  });
  it("is none of an exempt bot's own work", () => {
    expect(unseen((s) => s.change({ author: bot, approvers: [] }).pull.subject)).toEqual([]);
  });
  it("rests on the pull request, what tells its commits, and every approval", () => {
    const entries = [pull(10), merged(50), listed(commit("a"), commit(HEAD)), review(30, "ben", { commit: sha("a") })];
    const [found] = unseenCommits({ change: CHANGE, entries }, rules, minute(100));
    expect(found?.restsOn.map(({ hash }) => hash).sort()).toEqual(
      entries
        .slice(1)
        .map(({ hash }) => hash)
        .sort(),
    );
  });
  it("is nothing where nothing is on record", () => {
    for (const change of [CHANGE, "change:github/acme/shop/push/x"] as const)
      expect(unseenCommits({ change, entries: [] }, rules, minute(100))).toEqual([]);
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
    const entries = [...ledger.chains].filter(([subject]) => subject.startsWith("deployment:")).flatMap(([, chain]) => chain);
    const restoration = resolveRestoration(rollback, entries, asOf);
    const change = changes.get(restoration.commit ?? "");
    return judgeRestoration(restoration, change && assess(ledger.dossier(change), rules, asOf));
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
  describe("of what was put back", () => {
    const ROLLBACK: Subject = "deployment:ecs/1/eu/main/shop/2";
    const told = (facts: Partial<FactsOf<"deployment-lookup">> = {}) => {
      const state = { application: "shop", group: "main", state: "Succeeded", restores: "1" } as const;
      const end = recorded(ROLLBACK, "deployment-state", state, { at: 5, id: "end", hash: "end" });
      const revision = { type: "GitHub", commit: sha("a") };
      const answer = { application: "shop", group: "main", state: "Succeeded" as const, revision, targets: [], ...facts };
      return [end, recorded(ROLLBACK, "deployment-lookup", answer, { at: 6, id: "look-up", seq: 1, hash: "look-up" })] as const;
    };
    const approved = (T4: string, T5 = "satisfied", change: Subject = CHANGE) => {
      const tests = Object.entries({ T3: "not-satisfied", T4, T5, T6: "not-satisfied" }).map(([test, outcome]) => ({
        test,
        outcome,
        code: "x",
        because: `${test} so.`,
        restsOn: [{ subject: change, seq: 7, hash: test }],
      }));
      return { change, tests } as unknown as Assessment;
    };
    const said = (entries: readonly Recorded[], owner?: Assessment) => {
      const restoration = resolveRestoration(ROLLBACK, entries, minute(100));
      const verdict = judgeRestoration(restoration, restoration.commit === sha("a") ? owner : undefined);
      const part = verdict.parts?.at(-1) ?? verdict;
      return `${part.outcome} ${part.code} ${part.restsOn.map(({ hash }) => hash).join()}: ${part.because}`;
    };
    const words = `aaaaaaaaaaaa was put back, of ${CHANGE}, whose`;

    it("nobody can tell without its look-up, or where that names no commit", () => {
      const [end, answer] = told({ revision: { type: "ECS", location: "x" } });
      expect(said([end])).toBe("not-assessable commit-unresolved end: Restored: which commit was put back is not known.");
      expect(said([end, answer])).toMatch(/^not-assessable commit-unresolved look-up: /);
    });
    it("no recorded change may have been merged as it", () => {
      expect(said(told())).toBe(
        "not-satisfied unrecorded-commit look-up: Restored: aaaaaaaaaaaa was put back, and no recorded change was merged as it.",
      );
    });
    it("is judged by four eyes and the final revision alone", () => {
      expect(said(told(), approved("satisfied"))).toMatch(/^satisfied satisfied look-up: .* which was approved as change:/);
      expect(said(told(), approved("not-applicable", "not-applicable"))).toMatch(/^satisfied/);
      expect(said(told(), approved("not-satisfied"))).toBe(
        `not-satisfied restored-unapproved T4: Restored: ${words} T4 is not-satisfied. T4 so.`,
      );
      expect(said(told(), approved("satisfied", "not-satisfied"))).toBe(
        `not-satisfied restored-unapproved T5: Restored: ${words} T5 is not-satisfied. T5 so.`,
      );
      // What is not satisfied outweighs what nobody can tell.
      for (const outcome of ["not-assessable", "pending"])
        expect(said(told(), approved(outcome, "not-satisfied"))).toMatch(/^not-satisfied restored-unapproved T5: /);
      for (const outcome of ["not-assessable", "pending"])
        expect(said(told(), approved(outcome))).toBe(
          `not-assessable restored-unknown look-up: Restored: ${words} T4 is ${outcome}. T4 so.`,
        );
    });
  });
  it("is none when it is an ordinary deployment, or nothing is on record", () => {
    const { ledger, asOf } = told((s) => s.change());
    const entries = [...ledger.chains.values()].flat();
    const ordinary = [...ledger.chains.keys()].find((subject) => subject.startsWith("deployment:")) as Subject;
    for (const [deployment, code] of [
      [ordinary, "no-rollback"],
      ["deployment:codedeploy/1/eu/d-NONE", "not-on-record"],
    ] as const) {
      const restoration = resolveRestoration(deployment, entries, asOf);
      // An ordinary deployment put nothing back, though it is known what it brought.
      expect(restoration.commit).toBeUndefined();
      expect(judgeRestoration(restoration, undefined).code).toBe(code);
    }
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
    expect(share(0, 0)).toMatchObject({ outcome: "not-applicable", code: "no-changes" });
    expect(share(1, 10).because).toBe("Emergency: 1 of 10 changes were called emergencies (10.0 %).");
    expect(share(2, 10).because).toMatch(/^Emergency: 2 of 10 changes were called emergencies \(20\.0 %\), more than the 10 % /);
    expect(new PeriodTally(rules).summary().emergencyPercent).toBe(0);
  });
});
