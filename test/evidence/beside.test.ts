import { gatherDossiers } from "@change-ledger/evidence";
import { indexLinks } from "@change-ledger/ledger";
import type { CommitFact, Entry, FactsOf, Subject } from "@change-ledger/model";
import { beforeEach, describe, expect, it } from "vitest";
import { changesConcerned } from "../../packages/ledger/concerned.ts";
import { Judging } from "./judging.ts";

const HOME = "github/acme/shop";
const MAIN: Subject = `ref:${HOME}/refs/heads/main`;
const AUDIT: Subject = "audit:default";
const pullOf = (number: number): Subject => `change:${HOME}/pull/${number}`;
const sha = (letter: string): string => letter.repeat(40);
const commit = (letter: string): CommitFact => ({ sha: sha(letter), author: { login: "ada" } }) as CommitFact;

const merged = (letter: string, over: Partial<FactsOf<"pull-request">> = {}): FactsOf<"pull-request"> => ({
  action: "closed",
  author: { login: "ada" },
  head: sha(letter),
  headRef: "fix",
  base: sha("0"),
  baseRef: "main",
  state: "merged",
  mergeSha: sha(letter),
  ...over,
});
const push = (before: string, ...letters: readonly string[]): FactsOf<"push"> => ({
  before: sha(before),
  after: sha(letters.at(-1) ?? before),
  commits: letters.map(commit),
  default: true,
});

let ledger: Judging;
beforeEach(async () => {
  ledger = new Judging();
  await ledger.judge(await ledger.offer({}));
});

/** Enters all that is on record into the index, and answers what the last entry of a chain concerns. */
async function concernedBy(of: Subject): Promise<string[]> {
  const entries = ledger.chains.all().map(({ entry }) => entry);
  const brought = new Map<Entry, ReadonlySet<string>>();
  const tracked = (_home: string, _ref: string, isDefault: boolean) => isDefault;
  const direct = { put: async () => {}, drop: async () => {} };
  await indexLinks({ links: ledger.links, direct, tracked, brought: (entry, claims) => brought.set(entry, claims) }, entries);
  const ports = { links: ledger.links, plan: async () => undefined, tracked };
  await changesConcerned(ports, entries, brought);
  const last = entries.findLast(({ subject }) => subject === of);
  const work = await changesConcerned(ports, last === undefined ? [] : [last], brought);
  return work.map((one) => ("home" in one ? one.home : one.change)).sort();
}

/** Which parts of a test say what. */
async function parts(change: Subject, test: string, asOf?: string): Promise<string[]> {
  const found = (await ledger.verdict(change, asOf)).tests.find((one) => one.test === test);
  return (found?.parts ?? (found === undefined ? [] : [found])).map(({ code, outcome }) => (code === outcome ? outcome : code));
}

describe("the pushes around the one that brought a change", () => {
  const pushes = [push("a", "b"), push("b", "c"), push("c", "d")] as const;
  const tell = (nth: 0 | 1 | 2) => ledger.tell(MAIN, "push", pushes[nth]);

  it("show a gap while one is missing, and none when it has come late; whoever it concerns hears of it", async () => {
    for (const [number, letter] of [
      [1, "b"],
      [2, "c"],
      [3, "d"],
    ] as const)
      await ledger.tell(pullOf(number), "pull-request", merged(letter));
    await tell(0);
    await tell(2);
    await concernedBy(MAIN);
    expect(await parts(pullOf(1), "T1")).toContain("satisfied");
    expect(await parts(pullOf(3), "T1")).toContain("gap");
    await tell(1);
    expect(await concernedBy(MAIN)).toEqual([pullOf(2), pullOf(3)]);
    expect(await parts(pullOf(3), "T1")).not.toContain("gap");
  });

  it("say the same in every order of arrival", async () => {
    const orders = [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ] as const;
    for (const order of orders) {
      ledger = new Judging();
      await ledger.judge(await ledger.offer({}));
      await ledger.tell(pullOf(1), "pull-request", merged("b"));
      await ledger.tell(pullOf(3), "pull-request", merged("d"));
      const at = ["2026-11-21T09:00:00.000Z", "2026-11-21T09:10:00.000Z", "2026-11-21T09:20:00.000Z"];
      for (const nth of order) await ledger.tellAt(at[nth] ?? "", MAIN, "push", pushes[nth]);
      await concernedBy(MAIN);
      expect([await parts(pullOf(1), "T1"), await parts(pullOf(3), "T1")], String(order)).toEqual([
        ["satisfied", "no-independent-list"],
        ["satisfied", "no-independent-list"],
      ]);
    }
  });

  it("show that there was something before, though it comes to light later", async () => {
    await ledger.tell(pullOf(3), "pull-request", merged("d"));
    await ledger.tellAt("2026-11-21T09:20:00.000Z", MAIN, "push", pushes[2]);
    await concernedBy(MAIN);
    expect(await parts(pullOf(3), "T1")).not.toContain("gap");
    await ledger.tellAt("2026-11-21T09:00:00.000Z", MAIN, "push", pushes[0]);
    expect(await concernedBy(MAIN)).toContain(pullOf(3));
    expect(await parts(pullOf(3), "T1")).toContain("gap");
  });

  it("show another push that begins at the same commit", async () => {
    await ledger.tell(pullOf(2), "pull-request", merged("c"));
    await tell(1);
    await ledger.tell(MAIN, "push", push("b", "e"));
    expect(await concernedBy(MAIN)).toEqual([pullOf(2), `change:${HOME}/push/${sha("e")}`]);
    expect(await parts(pullOf(2), "T8")).toEqual(["two-successors"]);
  });
});

describe("a branch that was set back to a commit that it held before", () => {
  it("begins where the push before it ended, though the push that did it brings no commit", async () => {
    await ledger.tell(MAIN, "push", push("a", "b", "c"));
    await ledger.tell(MAIN, "push", push("c", "d"));
    await ledger.tell(MAIN, "push", { ...push("d"), after: sha("b"), forced: true });
    const change: Subject = `change:${HOME}/push/${sha("b")}`;
    expect(await concernedBy(MAIN)).toContain(change);
    expect(await parts(change, "T1")).toEqual(["satisfied", "no-independent-list"]);
    expect(await parts(change, "T8")).toEqual(["forced-push"]);
  });

  it("is known to end there without force too, be its push cut short", async () => {
    await ledger.tell(MAIN, "push", push("a", "b"));
    await ledger.tell(MAIN, "push", { ...push("b", "c"), after: sha("d"), truncated: true });
    await concernedBy(MAIN);
    expect(await parts(`change:${HOME}/push/${sha("d")}`, "T1")).toEqual(["satisfied", "no-independent-list"]);
  });
});

describe("a deployment that was rolled back", () => {
  const at = (id: string): Subject => `deployment:codedeploy/111122223333/eu-west-1/${id}`;
  const FAILED: Subject = `change:codedeploy/111122223333/eu-west-1/d-1`;
  const told = { application: "shop", group: "production" };
  const rollback: FactsOf<"deployment-lookup"> = {
    ...told,
    state: "Succeeded",
    completedAt: "2026-11-21T10:05:00.000Z",
    creator: "codeDeployRollback",
    revision: { type: "S3" },
    targets: [],
    rollsBack: "d-1",
  };

  it("is judged with its rollback, though only the rollback names the other", async () => {
    await ledger.tell(at("d-1"), "deployment-state", { ...told, state: "Failed" });
    await ledger.tell(at("d-1"), "unresolved", { asked: "deployment", attempts: 5, reason: "not-found" });
    await ledger.tell(FAILED, "linked", { deployment: at("d-1"), version: 1 });
    await concernedBy(FAILED);
    ledger.pass(400 * 24);
    expect(await parts(FAILED, "T14")).toEqual(["not-restored"]);
    await ledger.tell(at("d-2"), "deployment-lookup", rollback);
    await concernedBy(at("d-2"));
    expect(await parts(FAILED, "T14")).toEqual(["satisfied"]);
  });
});

describe("what came with the same push", () => {
  it("is told apart by the merges of the others, and each hears of the others' merge", async () => {
    await ledger.tell(MAIN, "push", push("a", "b", "c"));
    await ledger.tell(pullOf(1), "pull-request", merged("b"));
    await concernedBy(pullOf(1));
    await ledger.tell(pullOf(2), "pull-request", merged("c"));
    expect(await concernedBy(pullOf(2))).toEqual([pullOf(1), pullOf(2)]);
    const [dossier] = await gatherDossiers(
      ledger.ports(),
      [{ change: pullOf(2) }],
      () => true,
      (_change, make) => make(),
    );
    const other = dossier?.chains.find(({ subject }) => subject === pullOf(1));
    expect([other?.excerpt, other?.entries.map(({ entry }) => entry.kind)]).toEqual([true, ["pull-request"]]);
  });
});

describe("the branch of a pull request", () => {
  const BRANCH: Subject = `ref:${HOME}/refs/heads/fix`;
  it("tells its commits, and each push to it concerns the pull request", async () => {
    await ledger.tell(pullOf(1), "pull-request", merged("b", { state: "open", action: "opened", mergeSha: undefined }));
    await concernedBy(pullOf(1));
    await ledger.tell(BRANCH, "push", { before: sha("0"), after: sha("b"), commits: [commit("b")], created: true });
    expect(await concernedBy(BRANCH)).toEqual([pullOf(1)]);
    const [dossier] = await gatherDossiers(
      ledger.ports(),
      [{ change: pullOf(1) }],
      () => true,
      (_change, make) => make(),
    );
    expect(dossier?.chains.map(({ subject }) => subject)).toContain(BRANCH);
  });

  it("is none of ours where it lies in another repository", async () => {
    await ledger.tell(pullOf(1), "pull-request", merged("b", { state: "open", mergeSha: undefined, headRepository: "zoe/shop" }));
    await ledger.tell(BRANCH, "push", { before: sha("0"), after: sha("b"), commits: [commit("b")], created: true });
    expect(await concernedBy(BRANCH)).toEqual([]);
    const [dossier] = await gatherDossiers(
      ledger.ports(),
      [{ change: pullOf(1) }],
      () => true,
      (_change, make) => make(),
    );
    expect(dossier?.chains.map(({ subject }) => subject)).not.toContain(BRANCH);
  });
});

describe("runs over the record", () => {
  const run = (check: FactsOf<"verified">["check"], faults: FactsOf<"verified">["faults"] = []): FactsOf<"verified"> => ({
    check,
    upTo: ledger.now(),
    looked: 9,
    faults,
    faulty: faults.length,
  });
  beforeEach(async () => {
    await ledger.tell(pullOf(1), "pull-request", merged("b"));
    await ledger.tell(MAIN, "push", push("a", "b"));
  });

  it("make accuracy, integrity and completeness assessable", async () => {
    await concernedBy(MAIN);
    expect([await parts(pullOf(1), "T2"), (await parts(pullOf(1), "T18")).includes("chains-never-verified")]).toEqual([
      ["normalisation-never-verified"],
      true,
    ]);
    for (const check of ["normalisation", "chains", "log", "evidence"] as const) await ledger.tell(AUDIT, "verified", run(check));
    const window = { from: "2026-11-21T00:00:00.000Z", to: "2026-11-22T00:00:00.000Z", listed: 1, missing: [], unlisted: [] };
    await ledger.tell(AUDIT, "reconciled", { system: "github", scope: MAIN, ...window });
    await concernedBy(AUDIT);
    expect([await parts(pullOf(1), "T1"), await parts(pullOf(1), "T2"), await parts(pullOf(1), "T18")]).toEqual([
      ["satisfied", "satisfied"],
      ["satisfied"],
      ["satisfied", "satisfied", "satisfied", "satisfied"],
    ]);
  });

  it("that find something wrong concern the changes that rest on it; a later one that does not holds", async () => {
    await ledger.tell(AUDIT, "verified", run("normalisation", [{ subject: pullOf(1), seq: 0, code: "differs" }]));
    expect(await concernedBy(AUDIT)).toEqual([pullOf(1)]);
    expect(await parts(pullOf(1), "T2")).toEqual(["normalisation-fault"]);
    await ledger.tell(AUDIT, "verified", run("normalisation"));
    await concernedBy(AUDIT);
    expect(await parts(pullOf(1), "T2")).toEqual(["satisfied"]);
  });

  it("are not unsettled by what is said of the change because of them", async () => {
    for (const check of ["normalisation", "chains", "log", "evidence"] as const) await ledger.tell(AUDIT, "verified", run(check));
    await concernedBy(AUDIT);
    await ledger.judge({ change: pullOf(1) });
    const length = ledger.own(pullOf(1)).length;
    expect(length).toBe(2);
    ledger.pass(30);
    await ledger.judge({ change: pullOf(1) });
    expect(await parts(pullOf(1), "T2")).toEqual(["satisfied"]);
  });

  it("that were known then are those of then", async () => {
    await ledger.tell(AUDIT, "verified", run("normalisation", [{ subject: pullOf(1), seq: 0, code: "differs" }]));
    const then = ledger.now();
    ledger.pass(1);
    await ledger.tell(AUDIT, "verified", run("normalisation"));
    await concernedBy(AUDIT);
    expect([await parts(pullOf(1), "T2", then), await parts(pullOf(1), "T2")]).toEqual([["normalisation-fault"], ["satisfied"]]);
  });
});
