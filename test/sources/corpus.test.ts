import { existsSync, readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { canonicalBytes, type SourceFact } from "@change-ledger/model";
import { normalise, webhookSource } from "@change-ledger/sources";
import { describe, expect, it } from "vitest";
import { bytes, delivery, ofKind, RECEIVED_AT, SETTINGS } from "./fixtures/deliveries.ts";

const CORPUS = new URL("../../../shared/corpus/", import.meta.url);
const here = existsSync(CORPUS);
const read = (name: string) => readFileSync(new URL(name, CORPUS));
if (!here) console.warn("test/sources/corpus.test.ts: skipped, since ../shared/corpus is not there");

type Line =
  | { readonly at: string; readonly channel: "github-webhook"; readonly headers: Readonly<Record<string, string>>; readonly body: string }
  | { readonly at: string; readonly channel: "eventbridge"; readonly event: { readonly id: string } };

interface Truth {
  readonly changes: readonly { readonly number: number; readonly tickets: readonly number[] }[];
  readonly deployments: readonly unknown[];
}

describe.skipIf(!here)("half a year of real deliveries (needs ../shared/corpus)", () => {
  const lines = (): Line[] =>
    gunzipSync(read("cargo-2023h1.deliveries.jsonl.gz"))
      .toString()
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
  const deliver = (line: Line) =>
    line.channel === "github-webhook" ? delivery("github", line.body, line.headers) : delivery("codedeploy", line.event);
  let facts: SourceFact[] | undefined;
  const all = (): SourceFact[] => {
    facts ??= lines().map((line) => normalise(deliver(line), line.channel === "github-webhook" ? "hmac-sha256" : "bus", SETTINGS));
    return facts;
  };

  it("are authentic, parsed, told apart by their ids, and small", () => {
    for (const line of lines()) {
      if (line.channel !== "github-webhook") continue;
      const webhook = webhookSource("github")?.webhook;
      expect(webhook?.authenticate(line.headers, bytes(line.body), ["It's a Secret to Everybody"], RECEIVED_AT)).toBe("hmac-sha256");
    }
    expect(all().filter((fact) => fact.kind === "unparsed" || fact.kind === "other")).toEqual([]);
    expect(new Set(all().map((fact) => `${fact.source.system} ${fact.source.id}`)).size).toBe(2242);
    const sizes = all()
      .map((fact) => canonicalBytes(fact).length)
      .sort((a, b) => a - b);
    // With its place in the chain and the address of its raw bytes (about 400 bytes) a typical entry fits one write unit.
    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThan(600);
  });

  it("name the tickets that the truth names, in each event of all 375 pull requests", () => {
    const truth: Truth = JSON.parse(read("cargo-2023h1.truth.json").toString());
    const expected = new Map(truth.changes.map((change) => [change.number, change.tickets]));
    const seen = new Set<number>();
    for (const fact of all()) {
      if (fact.kind !== "pull-request") continue;
      const number = Number(fact.subject.split("/").at(-1));
      seen.add(number);
      const tickets = expected.get(number)?.map((ticket) => `ticket:github/acme/cargo/issues/${ticket}`);
      expect(fact.facts.tickets ?? [], `#${number}`).toEqual(tickets?.sort());
    }
    expect(seen.size).toBe(375);
  });

  it("look up all deployments, three of which are rollbacks of three that failed", () => {
    const answers: Readonly<Record<string, object>> = JSON.parse(read("cargo-2023h1.codedeploy.json").toString());
    const found = Object.entries(answers).map(([deploymentId, answer]) => {
      const body = { account: "123456789012", region: "us-east-1", deploymentId, ...answer };
      return [deploymentId, ofKind("deployment-lookup", normalise(delivery("codedeploy-lookup", body), "api", SETTINGS)).facts] as const;
    });
    expect(found).toHaveLength(28);
    expect(found.every(([, facts]) => facts.revision.by === "revision" && facts.revision.repository === "acme/cargo")).toBe(true);
    const failed = found.filter(([, facts]) => facts.state === "Failed");
    expect(failed).toHaveLength(3);
    for (const [id, facts] of failed) {
      const [, back] = found.find(([other]) => other === facts.rolledBackBy) ?? [];
      expect(back?.rollsBack).toBe(id);
      expect(facts.targets.some((target) => target.lifecycle.some((event) => event.error !== undefined))).toBe(true);
    }
  });

  it("of Jira are tickets and comments", () => {
    for (const name of readdirSync(new URL("jira/", CORPUS))) {
      const fact = normalise(delivery("jira", new Uint8Array(read(`jira/${name}`))), "shared-secret", SETTINGS);
      expect(fact.kind, `${name} ${JSON.stringify(fact.facts)}`).toBe(name.includes("comment") ? "comment" : "ticket");
      expect(fact.subject).toMatch(/^ticket:jira\/[A-Z]+-\d+$/);
      expect(JSON.stringify(fact), name).not.toMatch(/@/);
    }
  });

  it("of CodeDeploy are what AWS publishes", () => {
    const fact = (name: string) => normalise(delivery("codedeploy", new Uint8Array(read(`codedeploy/${name}`))), "bus", SETTINGS);
    expect(fact("codedeploy-deployment-event.json")).toMatchObject({ kind: "deployment-state", facts: { state: "Succeeded" } });
    expect(fact("codedeploy-instance-event.json")).toMatchObject({ kind: "target-state", facts: { target: "i-0000000aaaaaaaaaa" } });
  });
});
