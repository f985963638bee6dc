import { readFileSync, writeFileSync } from "node:fs";
import { configurationJsonSchema, configurationSchema, defaultConfiguration, inForce, readConfiguration } from "@change-ledger/procedure";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const AS_OF = "2026-11-22T00:00:00.000Z";
const SCHEMA = new URL("../../docs/change-ledger.config.schema.json", import.meta.url);

/** Faults as `line:column code field`. */
function faultsOf(text: string): string[] {
  const read = readConfiguration(text, AS_OF, "c.yaml");
  if (read.ok) return [];
  for (const { file, reason } of read.faults) {
    expect(file).toBe("c.yaml");
    expect(reason).not.toBe("");
  }
  return read.faults.map(({ line, column, code, field }) => `${line}:${column} ${code} ${field}`);
}

const yaml = (...lines: string[]) => lines.join("\n");

describe("a configuration that is refused", () => {
  it.each([
    ["unknown role", yaml("people:", "  - id: ada", "    roles: [developer, wizard]"), ["3:24 unknown-role people.0.roles.1"]],
    [
      "login claimed by two people",
      yaml("people:", "  - { id: ada, accounts: { github: [ada] } }", "  - id: ben", "    accounts:", "      github:", "        - Ada"),
      ["6:11 claimed-twice people.1.accounts.github.0"],
    ],
    [
      "account id claimed by two people",
      yaml(
        "people:",
        "  - { id: ada, accounts: { github: [{ login: ada, id: '7' }] } }",
        "  - { id: ben, accounts: { github: [{ login: ben, id: '7' }] } }",
      ),
      ["3:37 claimed-twice people.1.accounts.github.0"],
    ],
    [
      "a person's principal matched by a bot's pattern",
      yaml(
        "people:",
        "  - { id: ada, accounts: { aws: ['arn:aws:sts::1:assumed-role/ci/ada'] } }",
        "bots:",
        "  - { id: ci, accounts: { aws: ['arn:aws:sts::1:assumed-role/ci/*'] } }",
      ),
      ["2:34 claimed-twice people.0.accounts.aws.0"],
    ],
    ["two people of one name", yaml("people:", "  - id: ada", "  - id: ada"), ["3:5 named-twice people.1"]],
    [
      "expired waiver",
      yaml(
        "people: [{ id: lee }]",
        "waivers:",
        "  - id: legacy",
        "    tests: [T9]",
        "    changes: ['change:github/acme/*']",
        "    approvedBy: lee",
        "    reason: no tests yet",
        "    from: 2025-01-01T00:00:00Z",
        "    until: 2026-11-21T23:59:59Z",
      ),
      ["9:5 expired-waiver waivers.0.until"],
    ],
    [
      "waiver of an unknown test, approved by nobody known",
      yaml(
        "waivers:",
        "  - { id: w, tests: [T4, T19], changes: ['*'], approvedBy: lee, reason: r, from: 2026-01-01T00:00:00Z, until: 2027-01-01T00:00:00Z }",
      ),
      ["2:26 unknown-test waivers.0.tests.1", "2:48 unknown-person waivers.0.approvedBy"],
    ],
    [
      "overlapping repositories",
      yaml("repositories:", "  - match: github/acme/shop", "  - match: github/acme/*"),
      ["3:5 overlapping-repositories repositories.1.match"],
    ],
    [
      "one repository twice, in another case",
      yaml("repositories:", "  - match: github/acme/shop", "  - match: github/Acme/Shop"),
      ["3:5 overlapping-repositories repositories.1.match"],
    ],
    [
      "a repository after its owner's",
      yaml("repositories:", "  - match: github/acme/*", "  - match: github/other/x", "  - match: github/acme/x"),
      ["4:5 overlapping-repositories repositories.2.match"],
    ],
    [
      "unknown procedure",
      yaml("repositories:", "  - match: github/acme/shop", "    procedure: MINE"),
      ["3:5 unknown-procedure repositories.0.procedure"],
    ],
    [
      "unknown team",
      yaml("repositories:", "  - match: github/acme/shop", "    reviewTeams: [core]"),
      ["3:19 unknown-team repositories.0.reviewTeams.0"],
    ],
    ["a team of somebody unknown", yaml("teams:", "  - { id: core, members: [ada] }"), ["2:27 unknown-person teams.0.members.0"]],
    [
      "one deployment group of two environments",
      yaml(
        "repositories:",
        "  - match: github/acme/a",
        "    deployments: [{ environment: production, codedeploy: { application: a, group: g } }]",
        "  - match: github/acme/b",
        "    deployments: [{ environment: staging, codedeploy: { application: a, group: g } }]",
      ),
      ["5:19 claimed-twice repositories.1.deployments.0"],
    ],
    [
      "a procedure with a step of an unknown role, test and control",
      yaml(
        "procedures:",
        "  - id: own",
        "    version: '1'",
        "    title: Our own",
        "    steps:",
        "      normal:",
        "        - { number: 1, title: t, who: [boss], requires: [{ block: approval, roles: [boss] }], tests: [T99], controls: [soc2/CC9] }",
      ),
      [
        "7:40 unknown-role procedures.0.steps.normal.0.who.0",
        "7:85 unknown-role procedures.0.steps.normal.0.requires.0.roles.0",
        "7:103 unknown-test procedures.0.steps.normal.0.tests.0",
        "7:120 unknown-control procedures.0.steps.normal.0.controls.0",
      ],
    ],
    [
      "a procedure named like the built-in one",
      yaml(
        "procedures:",
        "  - id: ENG-PROC-003",
        "    version: '2'",
        "    title: t",
        "    steps: { normal: [{ number: 1, title: t, who: [developer], requires: [{ block: branch }], tests: [] }] }",
      ),
      ["2:5 named-twice procedures.0"],
    ],
    ["a member that is none", yaml("people: []", "peopel: []"), ["2:1 unknown-member peopel"]],
    [
      "a member within",
      yaml("repositories:", "  - match: github/acme/shop", "    requiredCheck: [build]"),
      ["3:5 unknown-member repositories.0.requiredCheck"],
    ],
    [
      "a target of no kind",
      yaml("repositories:", "  - match: github/acme/shop", "    deployments:", "      - environment: production"),
      ["4:9 not-the-form repositories.0.deployments.0"],
    ],
    [
      "a wrong way of sign-off",
      yaml("repositories:", "  - match: github/acme/shop", "    qaSignOff:", "      - review: { roles: [] }"),
      ["4:19 not-the-form repositories.0.qaSignOff.0.review.roles"],
    ],
    ["a number for text", "roles: [1]", ["1:9 not-the-form roles.0"]],
    [
      "a period that ends before it begins",
      yaml(
        "people: [{ id: lee }]",
        "catalogue:",
        "  - { item: i, version: '1', approvedBy: lee, from: 2026-02-01T00:00:00Z, until: 2026-01-01T00:00:00Z }",
      ),
      ["3:75 empty-period catalogue.0.until"],
    ],
    ["a list at the top", "- 1", ["1:1 not-the-form "]],
  ] as const)("%s", (_name, text, expected) => {
    expect(faultsOf(text)).toEqual(expected);
  });
  it.each([
    ["no YAML", yaml("people:", "  - id: ada", " - id: ben"), /^[23]:\d+ not-yaml $/],
    ["a key twice", yaml("roles: []", "roles: [x]"), /^2:1 not-yaml $/],
  ])("%s", (_name, text, expected) => {
    expect(faultsOf(text)[0]).toMatch(expected);
  });

  it("is refused when it is too large, or a bomb of aliases", () => {
    expect(faultsOf(`# ${"x".repeat(5_000_000)}`)).toEqual(["1:1 too-large "]);
    const bomb = [
      "a: &a [x, x, x, x, x, x, x, x, x]",
      ..."bcdefgh".split("").map((name, at) => `${name}: &${name} [${`*${"abcdefg"[at]},`.repeat(9)}]`),
    ];
    expect(faultsOf(bomb.join("\n"))).toEqual(["1:1 not-yaml "]);
  });
  it("never throws, whatever the text", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.jsonValue().map((value) => JSON.stringify({ people: value, repositories: value, waivers: [value] })),
        ),
        (text) => {
          const read = readConfiguration(text, AS_OF);
          if (!read.ok) for (const { line, column } of read.faults) expect(Math.min(line, column)).toBeGreaterThanOrEqual(1);
        },
      ),
    );
  });
});

describe("a configuration that is taken", () => {
  it("reads YAML and JSON alike, and names its version by the text", () => {
    const text = "people:\n  - { id: ada, roles: [developer] }\n";
    const read = readConfiguration(text, AS_OF);
    const same = readConfiguration(JSON.stringify({ people: [{ id: "ada", roles: ["developer"] }] }), AS_OF);
    expect(read.ok && same.ok && read.configuration).toEqual(same.ok && same.configuration);
    expect(read.ok && read.version).toMatch(/^[0-9a-f]{64}$/);
    expect(read.ok && same.ok && read.version !== same.version).toBe(true);
  });
  it("is empty where nothing is said, and then nobody is known", () => {
    const read = readConfiguration("", AS_OF);
    expect(read.ok && read.configuration).toEqual(defaultConfiguration().configuration);
    const nobody = inForce(defaultConfiguration());
    expect(nobody.resolve("github", { login: "ada", id: "1" })).toBeUndefined();
    expect(nobody.codedeployEnvironment("shop", "staging")).toBeUndefined();
    expect(nobody.repository("github/acme/shop").isProtected("refs/heads/anything", false)).toBe(true);
  });
  it("knows roles of its own, and waivers that still run", () => {
    const text = yaml(
      "roles: [wizard]",
      "people: [{ id: ada, roles: [wizard] }]",
      "waivers:",
      "  - { id: w, tests: [T4], changes: ['*'], approvedBy: ada, reason: r, from: 2026-01-01T00:00:00+01:00, until: 2026-11-22T00:00:01Z }",
    );
    expect(faultsOf(text)).toEqual([]);
  });
  it("the examples are", () => {
    expect(faultsOf(readFileSync(new URL("../../docs/examples/cargo.config.yaml", import.meta.url), "utf8"))).toEqual([]);
  });
});

describe("whom an account belongs to", () => {
  const rules = (text: string) => {
    const read = readConfiguration(text, AS_OF);
    if (!read.ok) throw new Error(JSON.stringify(read.faults));
    return inForce(read).resolve;
  };
  const known = rules(
    yaml(
      "people:",
      "  - id: ada",
      "    accounts: { github: [{ login: Ada, id: '7' }], jira: [5f0c], aws: ['arn:aws:iam::1:user/ada'], mail: [0123456789abcdef] }",
      "  - { id: ben, accounts: { github: [ben] } }",
      "bots:",
      "  - { id: ci, accounts: { aws: ['arn:aws:sts::1:assumed-role/ci/*'] } }",
    ),
  );
  it.each([
    ["github", { login: "ada" }, "ada"],
    ["github", { login: "ADA", id: "7" }, "ada"],
    ["github", { login: "renamed", id: "7" }, "ada"],
    ["github", { login: "ada", id: "8" }, undefined],
    ["github", { login: "ben", id: "7" }, undefined],
    ["github", { login: "ben", id: "9" }, "ben"],
    ["github", { id: "5f0c" }, undefined],
    ["github", { mail: "0123456789abcdef" }, "ada"],
    ["github", { login: "eve", mail: "0123456789abcdef" }, undefined],
    ["github", {}, undefined],
    ["github", undefined, undefined],
    ["jira", { id: "5f0c" }, "ada"],
    ["jira", { id: "5F0C" }, undefined],
    ["aws", { login: "arn:aws:iam::1:user/ada" }, "ada"],
    ["aws", { login: "arn:aws:sts::1:assumed-role/ci/run-9" }, "ci"],
    ["aws", { login: "arn:aws:sts::1:assumed-role/ci" }, undefined],
    ["nowhere", { id: "5f0c", login: "ada" }, undefined],
    ["github", { login: "__proto__" }, undefined],
  ] as const)("%s %o: %s", (system, identity, expected) => {
    expect(known(system, identity)?.id).toBe(expected);
  });
  it("lets unlisted accounts be people of their own, if it says so, and never those of an address alone", () => {
    const open = rules("unlistedAccounts: own-person");
    expect(open("github", { login: "Eve" })).toMatchObject({ kind: "unlisted", id: "github:eve" });
    expect(open("github", { login: "eve", id: "3" })).toBe(open("github", { login: "EVE" }));
    expect(open("github", { mail: "0123456789abcdef" })).toBeUndefined();
    expect(open("github", {})).toBeUndefined();
  });
});

describe("the JSON Schema", () => {
  it("is what docs/change-ledger.config.schema.json says (UPDATE_DOCS=1 writes it)", () => {
    const text = `${JSON.stringify(configurationJsonSchema(), undefined, 2)}\n`;
    if (process.env["UPDATE_DOCS"] !== undefined) writeFileSync(SCHEMA, text);
    expect(readFileSync(SCHEMA, "utf8")).toBe(text);
  });
  it("names every member of the configuration", () => {
    const { properties } = configurationJsonSchema() as { properties: object };
    expect(Object.keys(properties).sort()).toEqual(Object.keys(configurationSchema.shape).sort());
  });
});
