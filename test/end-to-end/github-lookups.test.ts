import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { SealedEntry, Subject } from "@change-ledger/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { company, DEMONSTRATION_SECRETS, DEMONSTRATION_SETTINGS, PEOPLE } from "../../packages/local/demonstration/index.ts";
import { type GithubStub, startGithubStub } from "../../packages/local/github-stub.ts";
import { OWN_BUS, REGION } from "../../packages/local/names.ts";
import { bearer } from "../../packages/local/token.ts";
import { CONFIGURATION_OFFERED } from "../../stacks/definitions.ts";
import { send } from "./played.ts";
import { CREDENTIALS, type Running, run } from "./running.ts";

const TOKEN = "an-end-to-end-token-of-good-length";
const { ada, ben, chloe, lee, omar } = PEOPLE;

/** What GitHub's webhooks leave out, asked of GitHub: who wrote the commits, which files are touched, how the branch's rules judged a push. */
describe("what GitHub is asked for", () => {
  const acme = company("acme", "github-lookups", "2026-03-02T08:00:00.000Z");
  const repository = acme.repository("shop");
  /** No label; its files alone say that security is to see it. */
  const touching = (paths: readonly string[], ...approvers: readonly (typeof ada)[]) => {
    const pull = repository.pullRequest(ada, { paths });
    for (const approver of approvers) pull.review(approver);
    pull.merge(lee);
    return pull.subject;
  };
  const secret = touching(["src/auth/session.ts", "README.md"], ben);
  const seen = touching(["src/auth/token.ts"], ben, chloe);
  const plain = touching(["README.md"], ben);
  const pushed = (() => {
    const pull = repository.pullRequest(ada, { paths: ["README.md"] });
    pull.review(ben);
    pull.merge(omar);
    repository.bypassed();
    return pull.subject;
  })();
  const direct = repository.directPush(omar);
  repository.bypassed();

  let github: GithubStub;
  let running: Running;
  let ledger: readonly SealedEntry[];

  beforeAll(async () => {
    github = await startGithubStub({
      deliveries: acme.events as never,
      lost: [],
      triedAt: "2026-03-02T08:00:00.000Z",
      answers: acme.github,
      redeliver: async () => 500,
    });
    running = await run({
      secrets: DEMONSTRATION_SECRETS,
      settings: { ...DEMONSTRATION_SETTINGS, github: { ...DEMONSTRATION_SETTINGS.github, lookups: true, ruleSuites: true } },
      environment: { GITHUB_APP: JSON.stringify({ token: "t", baseUrl: github.url }) },
      authorize: bearer(TOKEN),
    });
    const people = [ada, ben, lee, omar].map(({ login, githubId }) => ({
      id: login,
      roles: ["developer", "peer-reviewer"],
      accounts: { github: [{ login, id: String(githubId) }] },
    }));
    const security = {
      id: chloe.login,
      roles: ["security-team"],
      accounts: { github: [{ login: chloe.login, id: String(chloe.githubId) }] },
    };
    const text = JSON.stringify({
      format: 1,
      people: [...people, security],
      repositories: [{ match: "github/acme/*", securityReview: { paths: ["src/auth/**"] } }],
    });
    const client = new EventBridgeClient({ endpoint: running.stack.endpoints.aws, region: REGION, credentials: CREDENTIALS });
    const Detail = JSON.stringify({ version: 1, text });
    const offered = { EventBusName: OWN_BUS, Source: "acme.operations", DetailType: CONFIGURATION_OFFERED, Detail };
    await client.send(new PutEventsCommand({ Entries: [offered] }));
    client.destroy();
    await running.stack.quiet();
    await send(running, acme.events);
    await running.stack.quiet();
    ledger = await running.ledger();
  }, 120_000);
  afterAll(async () => {
    await running?.close();
    await github?.close();
  });

  const entriesOf = (kind: string) => ledger.map(({ entry }) => entry).filter((entry) => entry.kind === kind);
  /** What stands against the change, with the entries that it rests on. */
  const findings = (change: Subject, test: string) =>
    ledger.flatMap(({ entry }) =>
      entry.kind === "assessed" && entry.subject === change ? entry.facts.opened.filter((one) => one.test === test) : [],
    );

  it("is on record: paths without what is in the files, authors, judgements of pushes, each once", () => {
    expect(entriesOf("files-lookup").map(({ subject, facts }) => [subject, facts])).toContainEqual([
      secret,
      expect.objectContaining({ paths: ["src/auth/session.ts", "README.md"] }),
    ]);
    expect(entriesOf("files-lookup")).toHaveLength(4);
    expect(JSON.stringify(ledger)).not.toContain("@@ -1");
    expect(
      entriesOf("rule-suite-lookup")
        .map(({ facts }) => (facts as { result: string }).result)
        .sort(),
    ).toEqual(["bypass", "bypass", "pass", "pass", "pass"]);
    expect(entriesOf("pull-request-lookup").length).toBeGreaterThanOrEqual(4);
    expect([...entriesOf("unresolved"), ...entriesOf("unparsed")]).toEqual([]);
  });

  it("decides whether security had to see it: by the path alone (T10)", () => {
    expect(findings(secret, "T10").map(({ code }) => code)).toEqual(["no-security-approval"]);
    expect(findings(secret, "T10")[0]?.because).toContain("src/auth/session.ts");
    for (const change of [seen, plain]) expect(findings(change, "T10")).toEqual([]);
  });

  it("names the bypass and whoever used it, of what was reviewed too (T7)", () => {
    for (const change of [pushed, direct]) {
      expect(findings(change, "T7").map(({ code }) => code)).toEqual(["rule-bypass"]);
      expect(findings(change, "T7")[0]?.because).toContain(omar.login);
    }
    for (const change of [secret, seen, plain]) expect(findings(change, "T7")).toEqual([]);
  });
});
