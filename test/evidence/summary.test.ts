import { FACT_KINDS, type Fact } from "@change-ledger/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { orderedChains } from "../../packages/evidence/dossier.ts";
import { Html, html } from "../../packages/evidence/html.ts";
import { tell } from "../../packages/evidence/story.ts";
import { writeSummary } from "../../packages/evidence/summary.ts";
import { CHANGE, chainOf, HEAD, linked, lookup, MERGE, plainChains, pullRequest, state } from "./dossiers.ts";

const page = (chains = plainChains()): string => Buffer.from(writeSummary(CHANGE, orderedChains({ change: CHANGE, chains }))).toString();
const ofFact = (fact: Fact, login = "ann"): string => page([chainOf(CHANGE, [{ fact, login }])]);

const person = { login: "ann" };
const HASH = "0".repeat(64);
const one: { readonly [K in Fact["kind"]]: Extract<Fact, { kind: K }>["facts"] } = {
  "pull-request": {
    action: "closed",
    author: person,
    head: HEAD,
    headRef: "feature",
    base: MERGE,
    baseRef: "main",
    state: "merged",
    mergeSha: MERGE,
    mergedBy: { mail: "0123456789abcdef" },
    about: "label",
  },
  review: { action: "submitted", id: "1", reviewer: {}, state: "approved" },
  push: { before: HEAD, after: MERGE, forced: true, commits: [], truncated: true },
  "ref-change": { action: "created", refType: "branch" },
  "check-run": { action: "completed", id: "1", name: "test", status: "completed", conclusion: "failure" },
  "check-suite": { action: "requested", id: "1", name: "suite", status: "queued" },
  status: { id: "1", context: "ci/build", state: "success" },
  "workflow-run": { action: "completed", id: "1", status: "completed", attempt: "2" },
  "host-deployment": { action: "created", id: "1", environment: "production", commit: HEAD },
  "host-deployment-status": { action: "created", id: "1", environment: "production", commit: HEAD, state: "success" },
  ticket: { action: "updated", status: "Done" },
  comment: { action: "created", id: "1", author: { id: "77" } },
  record: { action: "updated", state: "Implement" },
  incident: { action: "triggered", status: "triggered" },
  attested: { what: "qa-sign-off", outcome: "passed", commit: HEAD },
  artifact: { digest: `sha256:${"0".repeat(64)}`, by: "image-label" },
  "merge-group": { action: "destroyed", head: HEAD, headRef: "q", base: MERGE, baseRef: "main", reason: "merged" },
  "branch-protection": { action: "edited", id: "1", pattern: "main", settings: {} },
  ruleset: { action: "created", id: "5", enforcement: "active" },
  ping: {},
  "deployment-state": { application: "cargo", group: "production", state: "Failed" },
  "target-state": { application: "cargo", group: "production", target: "i-1", state: "Failed" },
  "deployment-created": { application: "cargo", principal: { arn: "arn:aws:iam::1:user/ann" } },
  "deployment-lookup": {
    application: "cargo",
    group: "production",
    state: "Failed",
    revision: { type: "S3", location: "s3://b/k", unresolved: "no metadata" },
    error: "HEALTH_CONSTRAINTS",
    rolledBackBy: "d-RB",
    rollsBack: "d-A",
    targets: [],
  },
  "pull-request-lookup": { head: HEAD, commits: [] },
  "commit-lookup": { parents: [] },
  "files-lookup": { head: HEAD, paths: ["src/auth.ts"] },
  "rule-suite-lookup": { id: "1", result: "bypass", after: MERGE },
  configuration: { status: "in-force", version: "0".repeat(64) },
  assessed: {
    asOf: "2026-11-22T00:00:00.000Z",
    configuration: "0".repeat(64),
    procedure: "ENG-PROC-003",
    type: "normal",
    digest: "0".repeat(64),
    outcomes: { T4: "not-satisfied" },
    opened: [{ test: "T4", code: "no-approval", because: "nobody approved it" }],
    resolved: [],
  },
  verified: { check: "chains", upTo: "2026-11-22T00:00:00.000Z", looked: 9, faults: [], faulty: 0 },
  reconciled: {
    system: "codedeploy",
    scope: "1/eu/cargo/production",
    from: "2026-11-21T00:00:00.000Z",
    to: "2026-11-22T00:00:00.000Z",
    listed: 2,
    missing: ["d-A"],
    unlisted: [],
  },
  unresolved: { asked: "GetDeployment", attempts: 5, reason: "timeout" },
  linked: { deployment: "deployment:codedeploy/1/eu/d-A", version: 1 },
  unlinked: { deployment: "deployment:codedeploy/1/eu/d-A", version: 2 },
  sealed: { bundles: [] },
  "evidence-read": { what: "bundle", key: "evidence/x.zip", by: { kind: "token", id: "jane" }, scopes: ["evidence:read"] },
  other: {},
  "population-certified": {
    certificate: HASH,
    period: { from: "2026-10-01T00:00:00.000Z", to: "2027-01-01T00:00:00.000Z" },
    asOf: "2027-01-02T00:00:00.000Z",
    population: { root: HASH, size: 3, sha256: HASH },
    outcome: "satisfied",
    log: { size: 9, root: HASH },
    computed: "caller",
    by: { kind: "token", id: "auditor" },
  },
  "sample-drawn": {
    sample: HASH,
    certificate: HASH,
    population: { root: HASH, size: 3 },
    question: { nonce: "4 2", method: { name: "fixed", size: 25 }, replacements: 0 },
    drawn: 3,
    by: { kind: "token", id: "auditor" },
  },
  unparsed: { field: "body", rule: "not JSON", bytes: 3 },
};

describe("the summary", () => {
  it("tells a change's story in the order of the senders' clocks", () => {
    const text = page();
    expect(text).toContain("Deployed: a deployment that carried it succeeded");
    const story = text.slice(text.indexOf("The whole story"));
    const seen = [...story.matchAll(/<time datetime="([^"]+)">/g)].map(([, at]) => at);
    expect(seen).toHaveLength(7);
    expect(seen).toEqual(seen.toSorted());
    expect(text).toContain("bob: approved of aaaaaaaaaaaa (submitted)");
    expect(text).toContain("test: success");
    for (const { subject, entries } of plainChains())
      expect(text).toContain(`<code>${subject}</code></td><td>${entries.length}</td><td><code>${entries.at(-1)?.hash}</code>`);
  });

  it("says what is not on record, and how else a change ended", () => {
    expect(ofFact(pullRequest())).toContain("Not ended on this record");
    expect(ofFact(pullRequest())).toContain("<h2>Reviews</h2>\n<p>None on record.</p>");
    expect(ofFact(pullRequest({ state: "closed" }))).toContain("Abandoned: closed without a merge, or cancelled");
    const chains = [
      chainOf(CHANGE, [{ fact: linked() }]),
      chainOf("deployment:codedeploy/111122223333/eu-west-1/d-ABC", [
        { fact: state("Failed") },
        { fact: lookup("Failed", { rolledBackBy: "d-RB" }) },
      ]),
    ];
    expect(page(chains)).toContain("Failed and rolled back");
  });

  it("leads to the raw record of a fact, and says when there is none", () => {
    const payload = { sha256: "e".repeat(64), archive: "segments/x", offset: 0, length: 1 };
    expect(page([chainOf(CHANGE, [{ fact: pullRequest(), payload }])])).toContain(`<a href="raw/${payload.sha256}.warc.gz">`);
    expect(ofFact(linked())).toContain("<td>derived by the ledger</td>");
    expect(ofFact(pullRequest())).toContain("<td>none</td>");
  });

  it.each(FACT_KINDS)("has a sentence for %s", (kind) => {
    const fact = { kind, facts: one[kind] } as Fact;
    const { text } = tell(fact);
    expect(text).not.toMatch(/undefined|\[object|^\s|\s$|\s\s/);
    expect(text.length).toBeGreaterThan(3);
    expect(ofFact(fact)).toContain("<bdi>");
  });

  it("loads nothing and runs nothing", () => {
    const text = page();
    expect(text).toContain("default-src 'none'; style-src 'unsafe-inline'");
    expect(text).not.toMatch(/<(script|img|link|iframe|object|embed|base|form|svg)\b|\bon[a-z]+=|@import|url\(|https?:/i);
  });

  it("lets no sender write markup, whatever the text", () => {
    const tags = (text: string) => text.replaceAll(/ id="[0-9a-f]{64}"/g, "").match(/<[^>]*>/g);
    const plain = tags(ofFact({ kind: "status", facts: { id: "1", context: "x", state: "y" } }));
    const hostile = fc.oneof(
      fc.string({ unit: "grapheme", minLength: 1 }),
      fc.constantFrom("</bdi><script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, "'--><!--", "&lt;", "]]>", "<style>"),
    );
    fc.assert(
      fc.property(hostile, hostile, hostile, (context, state, login) => {
        fc.pre([context, state, login].every((text) => text.isWellFormed()));
        expect(tags(ofFact({ kind: "status", facts: { id: "1", context, state } }, login))).toEqual(plain);
      }),
    );
  });

  it("shows what is invisible or turns the text around", () => {
    const { text } = html`<p>${"a\u202Eb\u200Bc\u0000d\ud800e\u2028f\r\n"}</p>`;
    expect(text).toBe("<p>a[U+202E]b[U+200B]c[U+0000]d[U+D800]e[U+2028]f[U+000D][U+000A]</p>");
    expect(html`${new Html("<b>")}${[html`<i>`]}${1}${"<"}`.text).toBe("<b><i>1&lt;");
  });
});
