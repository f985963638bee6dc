import { changesNaming, changesOfCommit } from "@change-ledger/ledger";
import type { Subject } from "@change-ledger/model";
import { expect, it } from "vitest";
import { MemoryLinks } from "./memory.ts";

const HOME = "github/acme/cargo";
const OTHER = "github/acme/tool";
const pull = (n: number): Subject => `change:${HOME}/pull/${n}`;

/** A push of c1, m1, c2, m2, c3 that two merges claim, and one that nobody does. */
async function index(): Promise<MemoryLinks> {
  const links = new MemoryLinks();
  const commits = ["c1", "m1", "c2", "m2", "c3"];
  for (const [at, sha] of commits.entries()) await links.merge(`commit:${HOME}/${sha}`, { in: [`refs/heads/main c3 ${at} 4`] });
  await links.merge(`push:${HOME}/refs/heads/main/c3`, {
    r: [JSON.stringify({ at: "", before: "x", part: 0, commits })],
    pr: ["m2 2", "m1 1"],
  });
  await links.merge(`commit:${HOME}/m1`, { pr: ["1"] });
  await links.merge(`commit:${OTHER}/d1`, { in: ["refs/heads/main d1 0 0"] });
  await links.merge(`push:${OTHER}/refs/heads/main/d1`, { r: [JSON.stringify({ at: "", before: "x", part: 0, commits: ["d1"] })] });
  await links.merge(`names:commit:${HOME}/h1`, { c: [pull(7)] });
  await links.merge("names:ticket:jira/PAY-1", { c: [pull(7), pull(2)] });
  return links;
}

it.each<[string, readonly Subject[]]>([
  ["c1", [pull(1)]],
  ["m1", [pull(1)]],
  ["c2", [pull(2)]],
  ["m2", [pull(2)]],
  // Behind the last merge: it came with it.
  ["c3", [pull(2)]],
  ["d1", [`change:${OTHER}/push/d1`]],
  ["h1", [pull(7)]],
  ["none", []],
])("commit %s belongs to what brought it", async (sha, expected) => {
  expect(await changesOfCommit(await index(), [HOME, OTHER], sha)).toEqual(expected);
});

it("changes that name a thing are told in one order, each once", async () => {
  const links = await index();
  expect(await changesNaming(links, ["ticket:jira/PAY-1", `commit:${HOME}/h1`])).toEqual([pull(2), pull(7)]);
  expect(await changesOfCommit(links, [], "c1")).toEqual([]);
});
