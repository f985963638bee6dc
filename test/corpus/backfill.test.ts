import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { backfillCommand } from "@change-ledger/cli/commands/backfill.ts";
import type { Entry } from "@change-ledger/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { disordered, type RecordedDelivery, readDeliveries } from "../../packages/local/deliveries.ts";
import { type GithubStub, startGithubStub } from "../../packages/local/github-stub.ts";
import { bucketName } from "../../packages/local/index.ts";
import { OWN_BUS } from "../../packages/local/names.ts";
import { EXAMPLE_SECRET } from "../../packages/local/replay.ts";
import { type Running, run } from "../end-to-end/running.ts";
import { CODEDEPLOY, corpusLines, HERE } from "./replayed.ts";

if (!HERE) console.warn("test/corpus/backfill.test.ts: skipped, since ../shared/corpus is not there");

describe.skipIf(!HERE)("a month of which the ledger heard a half, filled in (needs ../shared/corpus)", () => {
  const folder = mkdtempSync(join(tmpdir(), "change-ledger-backfill-"));
  let running: Running;
  let github: GithubStub;
  let all: RecordedDelivery[];
  let said = "";

  const terminal = {
    out: (text: string) => {
      said += text;
    },
    err: { isTTY: false } as NodeJS.WriteStream,
    now: () => new Date().toISOString(),
  };
  const fill = async (what: string, state: string, ...more: string[]) => {
    expect(
      await backfillCommand(
        [what, "--since", "2022-01-01", "--bus", OWN_BUS, "--inbox", bucketName("inbox"), "--state", join(folder, state), ...more],
        terminal,
      ),
    ).toBe(0);
    await running.stack.quiet();
  };
  const ofGithub = () => ["--repository", "acme/cargo", "--token-file", join(folder, "token"), "--api", github.url];
  const ofCodedeploy = ["--account", "123456789012", "--region", "us-east-1"];
  const entries = async (): Promise<Entry[]> => (await running.ledger()).map(({ entry }) => entry);
  const webhooks = (event: string) =>
    all.flatMap((one) => (one.channel === "webhook" && one.headers["x-github-event"] === event ? [JSON.parse(one.body)] : []));

  beforeAll(async () => {
    const file = join(folder, "deliveries.jsonl");
    writeFileSync(file, corpusLines().slice(0, 250).join("\n"));
    writeFileSync(join(folder, "token"), "a-token\n");
    all = await readDeliveries(file);
    github = await startGithubStub({ deliveries: all, lost: [], triedAt: "2023-01-01T00:00:00Z", redeliver: async () => 500 });
    running = await run({ secrets: { github: EXAMPLE_SECRET }, codedeployFile: CODEDEPLOY });
    for (const one of disordered(all, { drop: 0.5, duplicate: 0 })) {
      if (one.channel === "bus") running.stack.injectDefaultBus(one.event);
      else expect((await running.http("POST", "/webhooks/github", one.headers, Buffer.from(one.body))).status).toBe(202);
    }
    await running.stack.quiet();
  });
  afterAll(async () => {
    await running?.close();
    await github?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("holds each push, pull request, review, issue and deployment, once", async () => {
    const before = await entries();
    await fill("github", "state.json", ...ofGithub());
    await fill("codedeploy", "state.json", ...ofCodedeploy);
    const after = await entries();
    const once = (kind: Entry["kind"], name: (entry: Entry) => string) =>
      after
        .filter((entry) => entry.kind === kind)
        .map(name)
        .toSorted();

    const pair = ({ facts }: Entry) => `${(facts as { before: string }).before}..${(facts as { after: string }).after}`;
    expect(once("push", pair)).toEqual(
      webhooks("push")
        .map(({ before, after: end }) => `${before}..${end}`)
        .toSorted(),
    );
    // The month's cut takes a review's pull request away, and with it what GitHub's stand-in knows of both.
    const pulls = new Set<number>(webhooks("pull_request").map(({ number }) => number));
    const reviews = webhooks("pull_request_review").filter(({ pull_request: of }) => pulls.has(of.number));
    const ids = new Set(reviews.map(({ review }) => String(review.id)));
    const reviewId = ({ facts }: Entry) => (facts as { id: string }).id;
    expect(once("review", reviewId).filter((id) => ids.has(id))).toEqual([...ids].toSorted());
    const closed = after.filter((entry) => entry.kind === "pull-request" && entry.facts.state !== "open").map(({ subject }) => subject);
    expect(closed.toSorted()).toEqual(
      webhooks("pull_request")
        .filter(({ action }) => action === "closed")
        .map(({ number }) => `change:github/acme/cargo/pull/${number}`)
        .toSorted(),
    );
    const issues = new Set(webhooks("issues").map(({ issue }) => `ticket:github/acme/cargo/issues/${issue.number}`));
    expect(once("ticket", ({ subject }) => subject)).toEqual([...issues].toSorted());
    expect(new Set(after.filter(({ subject }) => subject.startsWith("deployment:")).map(({ subject }) => subject)).size).toBe(28);

    const found = after.slice(0).filter(({ source }) => source.event.startsWith("backfill."));
    expect(found.length).toBeGreaterThan(50);
    expect(found.every(({ source, payload }) => source.auth === "api" && payload !== undefined)).toBe(true);
    expect(after.filter(({ kind }) => kind === "unparsed")).toEqual(before.filter(({ kind }) => kind === "unparsed"));
    expect(said).toMatch(/^\d+ deliveries handed in\. /);
  });

  it("says how far it has come, and goes on from there", async () => {
    const state = JSON.parse(readFileSync(join(folder, "state.json"), "utf8"));
    expect(state).toMatchObject({ version: 1, github: { "acme/cargo": { refs: ["refs/heads/master"] } } });
    expect(Object.keys(state.codedeploy)).toEqual(["123456789012/us-east-1/cargo/production"]);
    said = "";
    await fill("github", "state.json", ...ofGithub());
    expect(said).toMatch(/^0 deliveries handed in/);
  });

  it("adds nothing when it is done again from the beginning", async () => {
    const before = (await entries()).filter(({ source }) => source.auth !== "ledger").length;
    await fill("github", "anew.json", ...ofGithub());
    await fill("codedeploy", "anew.json", ...ofCodedeploy);
    expect((await entries()).filter(({ source }) => source.auth !== "ledger")).toHaveLength(before);
  });
});
