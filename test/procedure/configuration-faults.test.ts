import { describe, expect, it } from "vitest";
import { configurationFaults } from "../../packages/procedure/configuration/check.ts";
import { configurationSchema } from "../../packages/procedure/configuration/schema.ts";

const AS_OF = "2026-11-22T00:00:00.000Z";
const LEE = { id: "lee" };
const PERIOD = { from: "2026-01-01T00:00:00Z", until: "2027-01-01T00:00:00Z" };
const waiver = (more: object) => ({ id: "w", tests: ["T4"], changes: ["*"], approvedBy: "lee", reason: "r", ...PERIOD, ...more });
const item = (more: object) => ({ item: "disk", version: "1", approvedBy: "lee", ...PERIOD, ...more });
const step = (more: object) => ({ number: 1, title: "t", who: ["developer"], requires: [{ block: "branch" }], tests: [], ...more });
const procedure = (id: string, steps: object = { normal: [step({})] }) => ({ id, version: "1", title: "t", steps });
const repository = (match: string, more: object = {}) => ({ match, ...more });

/** Faults as `code path: reason`. */
function faultsOf(configuration: object): string[] {
  const found = configurationFaults(configurationSchema.parse(configuration), AS_OF);
  return found.map(({ code, path, reason }) => `${code} ${path.join(".")}: ${reason}`);
}

describe("a name that is there twice", () => {
  it.each<[string, object, string]>([
    ["people", { people: [LEE, { id: "ben" }, LEE] }, "people.2: expected one person or bot of this name, lee is there twice"],
    ["bots", { bots: [{ id: "ci" }, { id: "ci" }] }, "bots.1: expected one person or bot of this name, ci is there twice"],
    ["a person and a bot", { people: [LEE], bots: [LEE] }, "bots.0: expected one person or bot of this name, lee is there twice"],
    [
      "teams",
      { teams: ["a", "a"].map((id) => ({ id, members: ["lee"] })), people: [LEE] },
      "teams.1: expected one team of this name, a is there twice",
    ],
    ["procedures", { procedures: [procedure("a"), procedure("a")] }, "procedures.1: expected one procedure of this name, a is there twice"],
    [
      "the built-in procedure",
      { procedures: [procedure("ENG-PROC-003")] },
      "procedures.0: expected one procedure of this name, ENG-PROC-003 is there twice",
    ],
    ["waivers", { people: [LEE], waivers: [waiver({}), waiver({})] }, "waivers.1: expected one waiver of this name, w is there twice"],
    [
      "catalogue items of one version",
      { people: [LEE], catalogue: [item({}), item({})] },
      "catalogue.1: expected one catalogue item and version of this name, disk 1 is there twice",
    ],
    [
      "ticket projects",
      { tickets: [{ project: "jira/PAY" }, { project: "jira/PAY" }] },
      "tickets.1: expected one ticket project of this name, jira/PAY is there twice",
    ],
  ])("is a fault of %s", (_of, configuration, fault) => {
    expect(faultsOf(configuration)).toEqual([`named-twice ${fault}`]);
  });
  it("is none where names differ, and none of lists of different things", () => {
    const different = {
      people: [LEE, { id: "ben" }],
      bots: [{ id: "ci" }, { id: "cd" }],
      teams: ["lee", "ben"].map((id) => ({ id, members: [id] })),
      procedures: [procedure("lee"), procedure("ben")],
      waivers: [waiver({}), waiver({ id: "lee" })],
      catalogue: [item({}), item({ version: "2" }), item({ item: "lee" })],
      tickets: [{ project: "jira/PAY" }, { project: "jira/INC" }],
    };
    expect(faultsOf(different)).toEqual([]);
  });
});

describe("a name that stands for nothing", () => {
  const role = "expected a role (built in, or listed under roles), boss is none";
  const person = "expected a person of this file, lee is none";
  it.each<[string, object, string]>([
    ["a person's role", { people: [{ id: "ada", roles: ["developer", "boss"] }] }, `unknown-role people.0.roles.1: ${role}`],
    ["a team's member", { teams: [{ id: "a", members: ["lee"] }] }, `unknown-person teams.0.members.0: ${person}`],
    [
      "a repository's procedure",
      { procedures: [procedure("own")], repositories: [repository("github/a/b", { procedure: "x" })] },
      "unknown-procedure repositories.0.procedure: expected ENG-PROC-003 or own, x is none",
    ],
    [
      "a repository's team",
      { repositories: [repository("github/a/b", { reviewTeams: ["core"] })] },
      "unknown-team repositories.0.reviewTeams.0: expected a team of this file, core is none",
    ],
    [
      "a role that signs off",
      { repositories: [repository("github/a/b", { qaSignOff: [{ check: "qa" }, { review: { roles: ["boss"] } }] })] },
      `unknown-role repositories.0.qaSignOff.1.review.roles.0: ${role}`,
    ],
    [
      "a role that approves tickets",
      { tickets: [{ project: "servicenow", approval: { roles: ["boss"] } }] },
      `unknown-role tickets.0.approval.roles.0: ${role}`,
    ],
    [
      "a role that authorises emergencies",
      { emergency: { authoriserRoles: ["boss"] } },
      `unknown-role emergency.authoriserRoles.0: ${role}`,
    ],
    [
      "a role that looks back",
      { emergency: { retrospective: { roles: ["boss"] } } },
      `unknown-role emergency.retrospective.roles.0: ${role}`,
    ],
    ["who approved a catalogue item", { catalogue: [item({})] }, `unknown-person catalogue.0.approvedBy: ${person}`],
    ["who approved a waiver", { waivers: [waiver({})] }, `unknown-person waivers.0.approvedBy: ${person}`],
    [
      "a waiver's test",
      { people: [LEE], waivers: [waiver({ tests: ["T4", "T19"] })] },
      "unknown-test waivers.0.tests.1: expected an audit test T1 to T18, T19 is none",
    ],
    [
      "a step's control",
      { procedures: [procedure("own", { normal: [step({ controls: ["soc2/CC8.1/tracks", "soc2/none"] })] })] },
      "unknown-control procedures.0.steps.normal.0.controls.1: expected a control of the catalogue, soc2/none is none",
    ],
    [
      "a step's test, of another type of change",
      { procedures: [procedure("own", { normal: [step({})], standard: undefined, emergency: [step({}), step({ tests: ["T0"] })] })] },
      "unknown-test procedures.0.steps.emergency.1.tests.0: expected an audit test T1 to T18, T0 is none",
    ],
    [
      "a step's approving role",
      { procedures: [procedure("own", { normal: [step({ requires: [{ block: "branch" }, { block: "approval", roles: ["boss"] }] })] })] },
      `unknown-role procedures.0.steps.normal.0.requires.1.roles.0: ${role}`,
    ],
  ])("is a fault: %s", (_what, configuration, fault) => {
    expect(faultsOf(configuration)).toEqual([fault]);
  });
  it("is none of roles of the company's own", () => {
    const own = { roles: ["boss"], people: [{ id: "ada", roles: ["boss"] }], emergency: { authoriserRoles: ["boss"] } };
    expect(faultsOf(own)).toEqual([]);
  });
});

describe("repositories of two sets of rules", () => {
  const overlapping = (...matches: readonly string[]) => faultsOf({ repositories: matches.map((match) => repository(match)) });
  const fault = (index: number, rival: string, of: number) =>
    `overlapping-repositories repositories.${index}.match: expected one set of rules a repository; ${rival} (repositories.${of}) speaks for some of the same`;

  it("are a repository twice, and one beside its owner's, in either order and whatever the case", () => {
    expect(overlapping("github/acme/shop", "github/ACME/Shop")).toEqual([fault(1, "github/acme/shop", 0)]);
    expect(overlapping("github/acme/*", "github/acme/*")).toEqual([fault(1, "github/acme/*", 0)]);
    expect(overlapping("github/other/x", "github/acme/*", "github/Acme/shop")).toEqual([fault(2, "github/acme/*", 1)]);
    expect(overlapping("github/other/x", "github/Acme/shop", "github/acme/*")).toEqual([fault(2, "github/Acme/shop", 1)]);
  });
  it("are told by the first that spoke", () => {
    expect(overlapping("github/a/x", "github/a/x", "github/a/x")).toEqual([fault(1, "github/a/x", 0), fault(2, "github/a/x", 0)]);
    expect(overlapping("github/a/y", "github/a/x", "github/a/*")).toEqual([fault(2, "github/a/y", 0)]);
    expect(overlapping("github/a/x", "github/a/*", "github/a/x")).toEqual([fault(1, "github/a/x", 0), fault(2, "github/a/x", 0)]);
    expect(overlapping("github/a/*", "github/a/x", "github/a/x")).toEqual([fault(1, "github/a/*", 0), fault(2, "github/a/*", 0)]);
  });
  it("are not those of owners whose names begin alike", () => {
    expect(overlapping("github/acme/*", "github/acmex/*", "github/acmex2/b", "github/acm/c", "github/acme-two/d")).toEqual([]);
    expect(overlapping("github/acmex/b", "github/acm/b", "github/acme/*", "github/other/shop")).toEqual([]);
  });
});

describe("a deployment target of two environments", () => {
  const targets = (...lists: readonly (readonly object[])[]) =>
    faultsOf({
      repositories: lists.map((deployments, nth) =>
        repository(`github/a/${nth}`, { deployments: deployments.map((target) => ({ environment: "production", ...target })) }),
      ),
    });
  const group = (application: string, name: string) => ({ codedeploy: { application, group: name } });
  const service = (cluster: string, name: string) => ({ ecs: { cluster, service: name } });
  const fault = (path: string, of: number) =>
    `claimed-twice repositories.${path}: expected a target of one environment, repositories.${of} names this one too`;

  it("is a group or a service that is named again", () => {
    expect(targets([group("a", "g"), group("a", "h")], [group("b", "g"), group("a", "g")])).toEqual([fault("1.deployments.1", 0)]);
    expect(targets([], [service("c", "s")], [service("c", "t"), service("c", "s")])).toEqual([fault("2.deployments.1", 1)]);
    expect(targets([group("a", "g")], [group("a", "g")], [group("a", "g")])).toEqual([
      fault("1.deployments.0", 0),
      fault("2.deployments.0", 0),
    ]);
  });
  it("is none where a group and a service only have the same names, or the code host names an environment", () => {
    const host = { host: { environment: "production" } };
    expect(targets([group("a", "g"), service("a", "g"), host], [host, host])).toEqual([]);
  });
});

describe("a period", () => {
  it("ends after it begins", () => {
    const never = { from: "2027-01-01T00:00:00Z", until: "2027-01-01T00:00:00Z" };
    const back = { from: "2027-01-01T00:00:00Z", until: "2026-12-31T23:59:59Z" };
    const fault = (path: string, { from, until }: typeof never) =>
      `empty-period ${path}.until: expected an end after ${from}, got ${until}`;
    expect(faultsOf({ people: [LEE], catalogue: [item({}), item({ version: "2", ...never })] })).toEqual([fault("catalogue.1", never)]);
    expect(faultsOf({ people: [LEE], catalogue: [item(back)] })).toEqual([fault("catalogue.0", back)]);
    expect(faultsOf({ people: [LEE], waivers: [waiver({}), waiver({ id: "x", ...never })] })).toEqual([fault("waivers.1", never)]);
  });
  it("of a waiver is not over, by the instant at which the configuration is to come into force", () => {
    const until = (at: string) => faultsOf({ people: [LEE], waivers: [waiver({ until: at })] });
    const over = (at: string) => [
      `expired-waiver waivers.0.until: expected a waiver that is not over, w ended at ${at}; renew it or take it out`,
    ];
    expect(until("2026-11-22T00:00:01Z")).toEqual([]);
    expect(until("2026-11-22T00:00:00Z")).toEqual(over("2026-11-22T00:00:00Z"));
    expect(until("2026-11-21T23:59:59Z")).toEqual(over("2026-11-21T23:59:59Z"));
    expect(faultsOf({ people: [LEE], catalogue: [item({ until: "2026-02-01T00:00:00Z" })] })).toEqual([]);
  });
});

describe("an account of two people", () => {
  const claims = (...people: readonly object[]) =>
    faultsOf({
      people: people.map((accounts, nth) => ({ id: `p${nth}`, accounts })),
      bots: [{ id: "ci", accounts: { aws: ["arn/ci/*"] } }],
    });
  const fault = (path: string, owner: string, known: string, at: string) =>
    `claimed-twice ${path}: expected an account of one person or bot, ${owner} and ${known} (${at}) both claim this one`;

  it("is one that both name, in one system", () => {
    expect(claims({ jira: ["x", "y"] }, { jira: ["z", "y"] })).toEqual([
      fault("people.1.accounts.jira.1", "p1", "p0", "people.0.accounts.jira.1"),
    ]);
    expect(claims({ jira: ["x"], bus: ["Y"] }, { servicenow: ["x"], jira: ["X"], bus: ["y"] })).toEqual([]);
    expect(claims({ github: ["Ada"] }, { github: [{ login: "aDA", id: "1" }] })).toEqual([
      fault("people.1.accounts.github.0", "p1", "p0", "people.0.accounts.github.0"),
    ]);
  });
  it("is one that a pattern of another matches, told once", () => {
    expect(claims({ aws: ["arn/ci/ada"] })).toEqual([fault("people.0.accounts.aws.0", "p0", "ci", "bots.0.accounts.aws.0")]);
    expect(claims({ aws: ["arn/*", "arn/ada"] })).toEqual([fault("bots.0.accounts.aws.0", "ci", "p0", "people.0.accounts.aws.0")]);
    expect(claims({ aws: ["arn/ci/*"] })).toEqual([fault("bots.0.accounts.aws.0", "ci", "p0", "people.0.accounts.aws.0")]);
    expect(claims({ aws: ["arn/cd/*", "arn/cd/x"], bus: ["arn/ci/x"] }, { aws: ["arn/c"] })).toEqual([]);
  });
});
