import { LOOKUP_ATTEMPTS, type LookUpPorts, type LookupWork, lookUp } from "@change-ledger/ledger";
import { canonicalBytes, type Entry, type Fact, type SealedEntry, type Subject } from "@change-ledger/model";
import { DEFAULT_SETTINGS } from "@change-ledger/sources";
import { describe, expect, it } from "vitest";
import { type LookupRules, lookupRulesOf, lookupsOf } from "../../packages/ledger/lookup-work.ts";
import { chainOf } from "../evidence/dossiers.ts";
import { image } from "../sources/fixtures/artifact-lookups.ts";
import { MemoryChains } from "./memory.ts";

const ECS: Subject = "deployment:ecs/123456789012/eu-central-1/default/shop/7";
const DIGEST = `sha256:${"ab".repeat(32)}`;
const IMAGE = `123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop@${DIGEST}`;
const VERSION = "arn:aws:lambda:eu-central-1:123456789012:function:pay:7";

describe("the questions that entries raise", () => {
  const rules: LookupRules = { asksGithub: true, attestedBy: ["acme/builds"] };
  const raised = (fact: Fact, given: LookupRules = rules, auth?: "api") =>
    lookupsOf(
      given,
      chainOf(ECS, [{ fact }]).entries.map(
        (sealed): SealedEntry =>
          auth ? { ...sealed, entry: { ...sealed.entry, source: { ...sealed.entry.source, auth } } as Entry } : sealed,
      ),
    );
  const answer = (revision: object, more: object = {}): Fact => ({
    kind: "deployment-lookup",
    facts: { application: "shop", group: "default", state: "InProgress", revision: { type: "ECS", ...revision }, targets: [], ...more },
  });
  const attestations = (repository: string, location = IMAGE) => ({
    ask: "attestations",
    deployment: ECS,
    location,
    digest: DIGEST,
    repository,
  });

  it("are about both revisions, as far as they name no commit and somebody can be asked", () => {
    const previousRevision = { type: "Lambda", location: VERSION };
    expect(raised(answer({ location: IMAGE }, { previousRevision }))).toEqual([
      { ask: "image", deployment: ECS, location: IMAGE },
      { ask: "function-version", deployment: ECS, location: VERSION },
    ]);
    for (const revision of [
      { location: IMAGE, commit: "a".repeat(40) },
      {},
      { location: "s3://builds/a.zip" },
      { location: VERSION.replace(/7$/, "$LATEST") },
    ])
      expect(raised(answer(revision))).toEqual([]);
  });
  it("go to the repositories that may attest it where the registry is nobody's that we can ask", () => {
    const location = `ghcr.io/acme/cargo@${DIGEST}`;
    expect(raised(answer({ location }))).toEqual([attestations("acme/builds", location)]);
    expect(raised(answer({ location }), { asksGithub: false })).toEqual([]);
  });
  it("go on from what a look-up saw to what is attested of it, and end there", () => {
    const seen = { location: IMAGE, digest: DIGEST, repository: "acme/cargo", commit: "a".repeat(40) };
    expect(raised({ kind: "artifact", facts: { ...seen, by: "image-label" } }, rules, "api")).toEqual([
      attestations("acme/cargo"),
      attestations("acme/builds"),
    ]);
    expect(raised({ kind: "artifact", facts: { ...seen, by: "provenance" } }, rules, "api")).toEqual([]);
    // What somebody put on the bus sends nobody anywhere.
    expect(raised({ kind: "artifact", facts: { ...seen, by: "image-label" } })).toEqual([]);
  });
});

describe("the questions about GitHub's own", () => {
  const CHANGE: Subject = "change:github/acme/cargo/pull/7";
  const MAIN: Subject = "ref:github/acme/cargo/refs/heads/main";
  const [before, after] = ["b".repeat(40), "a".repeat(40)] as const;
  const given = (github: object) => lookupRulesOf({ github: { ...DEFAULT_SETTINGS.github, ...github } });
  const raised = (rules: LookupRules, subject: Subject, fact: Fact) =>
    lookupsOf(rules, chainOf(subject, [{ fact }]).entries).map(({ ask }) => ask);
  const pull = (state: "open" | "merged"): Fact => ({
    kind: "pull-request",
    facts: { action: "x", author: { login: "ada" }, head: after, headRef: "work", base: before, baseRef: "main", state },
  });
  const push = (more: object = {}): Fact => ({ kind: "push", facts: { before, after, default: true, commits: [], ...more } });
  const both = given({ lookups: true, ruleSuites: true, trackedRefs: ["refs/heads/release/*"] });

  it("are the files of what was merged, once its head can move no more, where there is somebody to ask", () => {
    expect(raised(both, CHANGE, pull("open"))).toEqual(["pull-request-commits"]);
    expect(raised(both, CHANGE, pull("merged"))).toEqual(["pull-request-commits", "pull-request-files"]);
    expect(raised(given({}), CHANGE, pull("merged"))).toEqual([]);
  });
  it("are how the rules judged a push to what is production's history, where GitHub may be asked for it", () => {
    expect(lookupsOf(both, chainOf(MAIN, [{ fact: push() }]).entries)).toEqual([{ ask: "rule-suite", ref: MAIN, before, after }]);
    expect(raised(both, "ref:github/acme/cargo/refs/heads/release/1", push({ default: undefined }))).toEqual(["rule-suite"]);
    expect(raised(both, "ref:github/acme/cargo/refs/heads/work", push({ default: undefined }))).toEqual([]);
    expect(raised(both, MAIN, push({ deleted: true }))).toEqual([]);
    expect(raised(given({ lookups: true }), MAIN, push())).toEqual([]);
    expect(raised(given({ ruleSuites: true }), MAIN, push())).toEqual([]);
  });
  it("are asked in the names that GitHub knows, and answered on the chains that they are about", async () => {
    const asked: unknown[] = [];
    const refuse = (...of: unknown[]) => {
      asked.push(of);
      return Promise.reject(Object.assign(new Error("no"), { code: "denied" }));
    };
    const { ask, recorded } = world({ pullRequestFiles: refuse, ruleSuite: refuse });
    await ask({ ask: "pull-request-files", change: CHANGE, head: after }, LOOKUP_ATTEMPTS);
    await ask({ ask: "rule-suite", ref: MAIN, before, after }, LOOKUP_ATTEMPTS);
    expect(asked).toEqual([["acme/cargo", 7, after], [{ repository: "acme/cargo", ref: "refs/heads/main", before, after }]]);
    expect(await recorded(CHANGE)).toMatchObject([{ kind: "unresolved", facts: { asked: "pull-request-files", reason: "denied" } }]);
    expect(await recorded(MAIN)).toMatchObject([{ kind: "unresolved", facts: { asked: "rule-suite", reason: "denied" } }]);
    const none = world({ ruleSuite: () => Promise.reject(Object.assign(new Error("no"), { code: "not-found" })) });
    const push = { ask: "rule-suite", ref: MAIN, before, after } as const;
    // It may be listed yet; in the end no rules cover the ref, which is no fault.
    expect(await none.ask(push)).toEqual(["m"]);
    expect(await none.ask(push, LOOKUP_ATTEMPTS)).toEqual([]);
    expect(await none.recorded(MAIN)).toEqual([]);
    const { ask: nobody } = world({});
    expect(await nobody({ ask: "rule-suite", ref: MAIN, before, after })).toEqual([]);
  });
});

/** A ledger in memory, and who is asked. */
function world(sources: Partial<LookUpPorts["sources"]>) {
  const store = new MemoryChains();
  const kept: unknown[] = [];
  const ports: LookUpPorts = {
    store,
    now: () => "2026-11-21T22:14:45.000Z",
    pause: async () => {},
    archive: {
      keep: async (messages) => {
        kept.push(...messages);
        return messages.map((_, at) => ({ archive: "segments/1.warc.gz", offset: at, length: 1, sha256: "0".repeat(64) }));
      },
    },
    count: () => {},
    settings: DEFAULT_SETTINGS,
    secrets: {},
    sources: { deployment: () => Promise.reject(new Error("not expected to be asked")), pullRequestCommits: undefined, ...sources },
  };
  const ask = (work: LookupWork, attempts = 1) => lookUp(ports, [{ id: "m", work, attempts }]);
  const recorded = async (of: Subject = ECS) => (await store.tail(of, 10)).map(({ entry }) => entry);
  return { ask, recorded, kept };
}

describe("a look-up of what was deployed", () => {
  const given = image({
    "org.opencontainers.image.revision": "c".repeat(40),
    "org.opencontainers.image.source": "https://github.com/acme/cargo",
  });
  const work: LookupWork = { ask: "image", deployment: ECS, location: given.location };

  it("is an entry of the deployment, its answer archived; the same answer is recorded once", async () => {
    const { ask, recorded, kept } = world({
      image: async (asked) => canonicalBytes({ ...asked, manifests: given.manifests, config: given.config }),
    });
    expect(await ask(work)).toEqual([]);
    expect(await ask(work)).toEqual([]);
    expect(await recorded()).toMatchObject([
      { kind: "artifact", facts: { by: "image-label", commit: "c".repeat(40) }, source: { auth: "api" } },
    ]);
    expect(kept).toHaveLength(1);
  });
  it("without an answer comes again, and at last says why there is none", async () => {
    const { ask, recorded } = world({ image: () => Promise.reject(Object.assign(new Error("no"), { code: "denied" })) });
    for (let attempts = 1; attempts < LOOKUP_ATTEMPTS; attempts++) expect(await ask(work, attempts)).toEqual(["m"]);
    expect(await recorded()).toEqual([]);
    expect(await ask(work, LOOKUP_ATTEMPTS)).toEqual([]);
    expect(await recorded()).toMatchObject([
      { kind: "unresolved", facts: { asked: "image", reason: "denied", attempts: LOOKUP_ATTEMPTS } },
    ]);
  });
  it("is left out where there is nobody to ask", async () => {
    const { ask, recorded } = world({});
    const about = { deployment: ECS, location: IMAGE };
    for (const one of [
      work,
      { ask: "function-version", ...about },
      { ask: "attestations", ...about, digest: DIGEST, repository: "acme/cargo" },
      { ask: "deployment", deployment: ECS },
    ] as const)
      expect(await ask(one, LOOKUP_ATTEMPTS)).toEqual([]);
    expect(await recorded()).toEqual([]);
  });
  it("asks ECS of its own deployment, and gives up in that deployment's name", async () => {
    const asked: unknown[] = [];
    const { ask, recorded } = world({
      ecsDeployment: (of) => {
        asked.push(of);
        return Promise.reject(Object.assign(new Error("no"), { code: "not-found" }));
      },
    });
    expect(await ask({ ask: "deployment", deployment: ECS }, LOOKUP_ATTEMPTS)).toEqual([]);
    expect(asked).toEqual([{ account: "123456789012", region: "eu-central-1", cluster: "default", service: "shop", deploymentId: "7" }]);
    expect(await recorded()).toMatchObject([{ kind: "unresolved", facts: { asked: "deployment", reason: "not-found" } }]);
  });
  it("of a deployment of nobody that it knows is refused", async () => {
    const { ask } = world({});
    for (const deployment of ["deployment:jenkins/1", "deployment:codedeploy/1/2/3/4", "deployment:ecs/1/2/3"] as Subject[])
      expect(await ask({ ask: "deployment", deployment }, LOOKUP_ATTEMPTS)).toEqual(["m"]);
  });
});
