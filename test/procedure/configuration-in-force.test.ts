import { inForce, readConfiguration } from "@change-ledger/procedure";
import { describe, expect, it } from "vitest";
import { nameOf } from "../../packages/procedure/configuration/identity.ts";

function asked(configuration: object) {
  const read = readConfiguration(JSON.stringify(configuration), "2026-11-22T00:00:00.000Z");
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  return inForce(read);
}

const step = (requires: readonly object[]) => ({ number: 1, title: "t", who: ["developer"], requires, tests: [] });
const own = (id: string, ...requires: readonly object[]) => ({ id, version: "7", title: "t", steps: { normal: [step(requires)] } });

describe("a repository's rules", () => {
  const rules = asked({
    procedures: [
      own("own", { block: "branch" }, { block: "approval", roles: ["qa-team", "developer"] }),
      own(
        "guarded",
        { block: "approval", roles: ["peer-reviewer"] },
        { block: "approval", roles: ["engineering-lead"], when: "security-relevant" },
      ),
    ],
    repositories: [
      {
        match: "github/acme/shop",
        procedure: "own",
        protectedBranches: ["release/*", "hotfix"],
        securityReview: { paths: ["src/auth/**", "*.tf"], labels: ["security"] },
      },
      {
        match: "github/other/*",
        procedure: "guarded",
        requiredChecks: ["build", "check-run:build", "check-suite:s", "status:ci:unit", "workflow-run:w", "other:x", ":y"],
      },
    ],
  });
  const shop = rules.repository("github/Acme/SHOP");

  it("are those of its name, else its owner's, else the safe ones", () => {
    expect(shop.rules.match).toBe("github/acme/shop");
    expect(rules.repository("github/Other/anything").rules.match).toBe("github/other/*");
    for (const home of ["github/acme/other", "github/othe/x", "github/other", "", "github/another/x"])
      expect([home, rules.repository(home).configured, rules.repository(home).procedure.id]).toEqual([home, false, "ENG-PROC-003"]);
  });
  it("protect the default branch and those that are named, and every branch of one that is not configured", () => {
    const isProtected = (home: string, ref: string, isDefault = false) => rules.repository(home).isProtected(ref, isDefault);
    expect(isProtected("github/acme/shop", "refs/heads/anything", true)).toBe(true);
    for (const ref of ["refs/heads/release/1", "refs/heads/hotfix"]) expect(isProtected("github/acme/shop", ref)).toBe(true);
    for (const ref of ["refs/heads/main", "release/1", "refs/tags/hotfix", "refs/heads/release/1/x"])
      expect(isProtected("github/acme/shop", ref)).toBe(false);
    expect(isProtected("github/nobody/x", "refs/heads/anything")).toBe(true);
  });
  it("call security-relevant what any of the patterns matches", () => {
    expect(["src/auth/a.ts", "main.tf", "src/a.ts"].filter(shop.securityPath)).toEqual(["src/auth/a.ts", "main.tf"]);
    expect([...shop.securityLabels]).toEqual(["security"]);
  });
  it("take the reviewing roles from the procedure, and the security team where it names none", () => {
    expect([shop.procedure.id, shop.procedure.version]).toEqual(["own", "7"]);
    expect([...shop.reviewRoles]).toEqual(["qa-team", "developer"]);
    expect(shop.securityRoles).toEqual(["security-team"]);
    const other = rules.repository("github/other/x");
    expect([...other.reviewRoles]).toEqual(["peer-reviewer", "engineering-lead"]);
    expect(other.securityRoles).toEqual(["engineering-lead"]);
    const safe = rules.repository("github/nobody/x");
    expect(safe.securityRoles).toEqual(["security-team"]);
    expect([...safe.reviewRoles].sort()).toEqual(["engineering-lead", "peer-reviewer", "security-team"]);
  });
  it("know a required check by its name, or by one of four kinds and its name", () => {
    expect(rules.repository("github/other/x").requiredChecks).toEqual([
      { name: "build" },
      { kind: "check-run", name: "build" },
      { kind: "check-suite", name: "s" },
      { kind: "status", name: "ci:unit" },
      { kind: "workflow-run", name: "w" },
      { name: "other:x" },
      { name: ":y" },
    ]);
  });
});

describe("a ticket's rules", () => {
  const rules = asked({ tickets: ["jira/PAY", "github/acme/shop", "github/other/*", "servicenow"].map((project) => ({ project })) });

  it("are its project's, its repository's, its owner's or the system's", () => {
    const project = (ticket: string) => rules.ticketRules(ticket)?.project;
    expect(project("ticket:jira/PAY-12")).toBe("jira/PAY");
    expect(project("ticket:jira/pay-7")).toBe("jira/PAY");
    expect(project("ticket:github/Acme/Shop/issues/7")).toBe("github/acme/shop");
    expect(project("ticket:github/other/anything/issues/7")).toBe("github/other/*");
    expect(project("ticket:servicenow/STRY001")).toBe("servicenow");
    for (const ticket of [
      "jira/PAY-1-2",
      "jira/PAYX-1",
      "jira/PA-1",
      "github/acme/x/issues/1",
      "gitlab/servicenow/",
      "service/X-1",
      "xservicenow/",
    ])
      expect([ticket, project(`ticket:${ticket}`)]).toEqual([ticket, undefined]);
  });
});

describe("where a deployment goes", () => {
  const target = (environment: string, more: object) => ({ environment, ...more });
  const rules = asked({
    repositories: [
      {
        match: "github/Acme/shop",
        deployments: [
          target("staging", { codedeploy: { application: "a", group: "b" } }),
          target("other", { ecs: { cluster: "a", service: "b" } }),
          target("staging", { host: { environment: "test" } }),
        ],
      },
      { match: "github/other/*", deployments: [target("other", { host: { environment: "lab" } })] },
    ],
  });

  it("is what its group, its service or the host's environment is called, each by itself", () => {
    expect(rules.codedeployEnvironment("a", "b")).toBe("staging");
    expect(rules.ecsEnvironment("a", "b")).toBe("other");
    expect([rules.codedeployEnvironment("b", "a"), rules.ecsEnvironment("a", "c"), rules.codedeployEnvironment('a","b', "")]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(rules.hostEnvironment("github/acme/Shop", "test")).toBe("staging");
    expect(rules.hostEnvironment("github/other/any", "lab")).toBe("other");
    for (const [home, name] of [
      ["github/acme/x", "test"],
      ["github/acme/shop", "Test"],
      ["github/oth/x", "lab"],
    ] as const)
      expect(rules.hostEnvironment(home, name)).toBeUndefined();
  });
  it("may be named production, or nobody has named it", () => {
    expect(rules.productionIsNamed).toBe(false);
    const named = { repositories: [{ match: "github/a/b", deployments: [target("production", { host: { environment: "x" } })] }] };
    expect(asked(named).productionIsNamed).toBe(true);
  });
});

describe("who may attest", () => {
  it("is everybody on the bus, until accounts are listed: then these, and what they are listed for", () => {
    expect(asked({}).mayAttest(undefined, "qa-sign-off")).toBe(true);
    const { mayAttest } = asked({ attesters: [{ account: "111111111111" }, { account: "222222222222", what: ["qa-sign-off"] }] });
    expect([mayAttest("111111111111", "anything"), mayAttest("222222222222", "qa-sign-off")]).toEqual([true, true]);
    expect([mayAttest("222222222222", "authorisation"), mayAttest("333333333333", "qa-sign-off"), mayAttest(undefined, "x")]).toEqual([
      false,
      false,
      false,
    ]);
    expect(asked({ attesters: [] }).mayAttest("111111111111", "x")).toBe(false);
  });
});

describe("whose account it is", () => {
  const { resolve } = asked({
    unlistedAccounts: "own-person",
    people: [
      {
        id: "ada",
        roles: ["developer"],
        accounts: { github: [{ login: "Ada", id: "7" }, "ada-two"], jira: ["5f*", "x"], mail: ["0123456789abcdef"] },
      },
      { id: "ben", accounts: { aws: ["arn/ben"], bus: ["ben"] } },
    ],
    bots: [
      { id: "ci", accounts: { aws: ["arn/ci/*"] } },
      { id: "merge", exempt: true, accounts: { github: ["merge-bot"] } },
    ],
    teams: [
      { id: "core", members: ["ada"] },
      { id: "web", members: ["ben", "ada"] },
      { id: "ops", members: ["ben"] },
    ],
  });

  it("comes with roles, teams and what a bot need not", () => {
    expect(resolve("github", { login: "ADA-two" })).toEqual({
      kind: "person",
      id: "ada",
      roles: new Set(["developer"]),
      teams: new Set(["core", "web"]),
      exempt: false,
    });
    expect(resolve("bus", { login: "ben" })).toMatchObject({ kind: "person", teams: new Set(["web", "ops"]), roles: new Set() });
    expect(resolve("github", { login: "merge-bot" })).toEqual({
      kind: "bot",
      id: "merge",
      roles: new Set(),
      teams: new Set(),
      exempt: true,
    });
    expect(resolve("aws", { id: "arn/ci/run" })).toMatchObject({ kind: "bot", id: "ci", exempt: false });
  });
  it("is known by a pattern in AWS alone, and there by id or login", () => {
    expect(resolve("aws", { login: "arn/ci/1", id: "AROA" })?.id).toBe("ci");
    expect(resolve("jira", { id: "5f*" })?.id).toBe("ada");
    expect(resolve("jira", { id: "5f7" })).toEqual({
      kind: "unlisted",
      id: "jira:#5f7",
      roles: new Set(),
      teams: new Set(),
      exempt: false,
    });
    expect(resolve("bus", { login: "arn/ci/1" })?.kind).toBe("unlisted");
    expect(resolve("aws", { login: "arn/ben" })?.id).toBe("ben");
    expect(resolve("aws", { id: "arn/ben" })?.id).toBe("ben");
    expect(resolve("aws", { login: "arn/ben/session" })?.kind).toBe("unlisted");
  });
  it("is known by a number in GitHub alone", () => {
    expect(resolve("github", { id: "7" })?.id).toBe("ada");
    expect(resolve("github", { id: "ada-two" })).toMatchObject({ kind: "unlisted", id: "github:#ada-two" });
    expect(resolve("jira", { id: "7" })).toMatchObject({ kind: "unlisted", id: "jira:#7" });
    expect(resolve("jira", { login: "zoe", id: "x" })?.id).toBe("ada");
    expect(resolve("github", { login: "Ada" })?.id).toBe("ada");
    expect(resolve("github", { login: "ada", id: "8" })).toBeUndefined();
    expect(resolve("github", { login: "ada-two", id: "8" })?.id).toBe("ada");
  });
  it("is known by an address only where there is nothing else", () => {
    expect(resolve("github", { mail: "0123456789abcdef" })?.id).toBe("ada");
    expect(resolve("github", { mail: "f".repeat(16) })).toBeUndefined();
    expect(resolve("github", { login: "eve", mail: "0123456789abcdef" })?.id).toBe("github:eve");
    expect(resolve("github", { id: "9", mail: "0123456789abcdef" })?.id).toBe("github:#9");
    expect([resolve("github", {}), resolve("github", undefined)]).toEqual([undefined, undefined]);
  });
  it("is nobody's where not even a name is told, whatever its address may be elsewhere", () => {
    expect(resolve("jira", { mail: "0123456789abcdef" })?.id).toBe("ada");
    expect(resolve("jira", { id: "undefined" })?.id).toBe("jira:#undefined");
  });
  it("is one person of its own however often it comes", () => {
    expect(resolve("github", { login: "Eve" })).toBe(resolve("github", { login: "eve", id: "9" }));
    expect(resolve("jira", { login: "Eve" })?.id).toBe("jira:Eve");
  });
  it("is called by login, id or address in a sentence", () => {
    expect(nameOf({ login: "ada", id: "7", mail: "x" })).toBe("ada");
    expect(nameOf({ id: "7", mail: "x" })).toBe("7");
    expect(nameOf({ mail: "x" })).toBe("the address x");
    expect([nameOf({}), nameOf(undefined)]).toEqual(Array(2).fill("somebody whom nobody can name"));
  });
});
