import { CONFIGURATION_MAX_BYTES, defaultConfiguration, readConfiguration } from "@change-ledger/procedure";
import { describe, expect, it } from "vitest";
import { globPattern } from "../../packages/procedure/configuration/glob.ts";
import { configurationValue } from "../../packages/procedure/configuration/read.ts";
import { readConfigurationValue } from "../../packages/procedure/configuration/value.ts";

const AS_OF = "2026-11-22T00:00:00.000Z";
const VERSION = "0".repeat(64);

function faults(text: string) {
  const read = readConfiguration(text, AS_OF);
  return read.ok ? [] : read.faults;
}

/** Faults as `line:column code field: reason`. */
function told(...lines: readonly string[]): string[] {
  return faults(lines.join("\n")).map(({ line, column, code, field, reason }) => `${line}:${column} ${code} ${field}: ${reason}`);
}

describe("a configuration's text", () => {
  it("is named as the file that it usually is, unless it is told otherwise", () => {
    expect(faults("a: 1")[0]?.file).toBe("change-ledger.config.yaml");
    const named = readConfiguration("a: 1", AS_OF, "other.yaml");
    expect(!named.ok && named.faults[0]?.file).toBe("other.yaml");
  });
  it("holds as many bytes as the limit says, and not one more", () => {
    const filled = (bytes: number) => `#${"x".repeat(bytes - 1)}`;
    expect(faults(filled(CONFIGURATION_MAX_BYTES))).toEqual([]);
    expect(told(filled(CONFIGURATION_MAX_BYTES + 1))).toEqual([
      `1:1 too-large : expected at most ${CONFIGURATION_MAX_BYTES} bytes, got ${CONFIGURATION_MAX_BYTES + 1}`,
    ]);
    expect(faults(`#${"é".repeat(CONFIGURATION_MAX_BYTES / 2)}`)[0]?.code).toBe("too-large");
  });
  it("is refused where it is no YAML: with its place, a plain sentence, and at most 100 times", () => {
    expect(told("a: b: c")).toEqual(["1:4 not-yaml : Nested mappings are not allowed in compact mappings"]);
    expect(told("people: 1", "people: 2")).toEqual(["2:1 not-yaml : Map keys must be unique"]);
    expect(told(`${"k".repeat(1100)}: 1`)[0]).toContain("not-yaml");
    expect(faults("] ".repeat(150))).toHaveLength(100);
  });
  it("is told at most 100 faults", () => {
    const many = Array.from({ length: 150 }, (_, nth) => `m${nth}: 1`);
    expect(told(...many)).toHaveLength(100);
    const value = Object.fromEntries(many.map((_, nth) => [`m${nth}`, 1]));
    const read = readConfigurationValue(value, VERSION, AS_OF);
    expect(!read.ok && read.faults.length).toBe(100);
  });
  it("is told its faults in order of place", () => {
    expect(told("x: 1", "people: [{ z: 1, id: ada, y: 2 }]", "a: 1").map((line) => line.slice(0, line.indexOf(":", 3)))).toEqual([
      "1:1 unknown-member x",
      "2:12 unknown-member people.0.z",
      "2:27 unknown-member people.0.y",
      "3:1 unknown-member a",
    ]);
  });
  it("is told what is missing at the place that lacks it", () => {
    const lacking = "Invalid input: expected string, received undefined";
    expect(told("roles: []", "repositories:", "  - procedure: X")).toEqual([`3:5 not-the-form repositories.0.match: ${lacking}`]);
    expect(told("roles: []", "waivers:", "  - {}")[0]).toMatch(/^3:5 not-the-form waivers\.0\./);
    expect(told("people:", "  - id: ada", "    accounts:", "      github: [{ login: a }]")).toEqual([
      `4:16 not-the-form people.0.accounts.github.0.id: ${lacking}`,
    ]);
  });
  it("is told at its beginning what is wrong with all of it", () => {
    expect(told("# a list", "", "[1]")).toEqual(["3:1 not-the-form : Invalid input: expected object, received array"]);
    expect(told("1: 2")).toEqual(['1:1 unknown-member 1: expected no member "1" here']);
  });
  it("of several forms is told by the one that came furthest", () => {
    const signOff = (...lines: readonly string[]) => told("repositories:", "  - match: github/a/b", "    qaSignOff:", ...lines);
    const at = "repositories.0.qaSignOff.0";
    expect(signOff("      - review: { roles: qa }")).toEqual([
      `4:19 not-the-form ${at}.review.roles: Invalid input: expected array, received string`,
    ]);
    expect(signOff("      - ticket: { statuses: 5 }")).toEqual([
      `4:19 not-the-form ${at}.ticket.statuses: Invalid input: expected array, received number`,
    ]);
    expect(signOff("      - { ticket: { statuses: [], more: 1 } }")).toEqual([
      `4:35 unknown-member ${at}.ticket.more: expected no member "more" here`,
    ]);
    expect(signOff("      - 5")).toEqual([`4:9 not-the-form ${at}: Invalid input`]);
  });
  it("may be read from what it stands for, under the name of the text's version", () => {
    expect(readConfigurationValue({ roles: ["boss"] }, VERSION, AS_OF)).toMatchObject({
      ok: true,
      version: VERSION,
      configuration: { roles: ["boss"] },
    });
    expect(readConfigurationValue({ people: [{ id: "ada", roles: ["boss"] }] }, VERSION, AS_OF)).toEqual({
      ok: false,
      faults: [
        {
          file: "",
          line: 1,
          column: 1,
          field: "people.0.roles.0",
          code: "unknown-role",
          reason: "expected a role (built in, or listed under roles), boss is none",
        },
      ],
    });
  });
  it("stands for plain JSON, and for an empty one where nothing is said", () => {
    expect(configurationValue("roles: [boss]")).toEqual({ roles: ["boss"] });
    expect(configurationValue("")).toEqual({});
    expect(() => configurationValue("a: *b")).toThrow();
  });
  it("with a target of no kind, or of two, is told which kinds there are", () => {
    const target = (more: string) =>
      told("repositories:", "  - match: github/a/b", `    deployments: [{ environment: production${more} }]`);
    const fault = "3:19 not-the-form repositories.0.deployments.0: exactly one of codedeploy, ecs and host";
    expect(target("")).toEqual([fault]);
    expect(target(", host: { environment: x }, ecs: { cluster: a, service: b }")).toEqual([fault]);
  });
  it("that was never given is named by the digest of nothing", () => {
    expect(defaultConfiguration().version).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  });
});

describe("a pattern", () => {
  const matched = (glob: string, ...paths: readonly string[]) => paths.filter((path) => globPattern(glob).test(path));

  it("matches within a segment by one star, any segments by two, and nothing but the whole", () => {
    expect(matched("src/*.ts", "src/a.ts", "src/.ts", "src/a/b.ts", "src/a.ts.orig", "x/src/a.ts", "src/ats")).toEqual([
      "src/a.ts",
      "src/.ts",
    ]);
    expect(matched("**/auth/**", "auth/a", "x/auth/a", "x/y/auth/a/b", "xauth/a", "auth", "x/authz/a")).toEqual([
      "auth/a",
      "x/auth/a",
      "x/y/auth/a/b",
    ]);
    expect(matched("src/**", "src/", "src/a", "src/a/b", "src", "xsrc/a")).toEqual(["src/", "src/a", "src/a/b"]);
    expect(matched("docs/**/*.md", "docs/a.md", "docs/x/y/a.md", "docs/x/a.txt", "docsa.md")).toEqual(["docs/a.md", "docs/x/y/a.md"]);
    expect(matched("src*", "src", "srcs", "src/a")).toEqual(["src", "srcs"]);
  });
  it("means every other letter by itself", () => {
    expect(matched("a.b", "a.b", "axb")).toEqual(["a.b"]);
    expect(matched("-*", "-a", "a")).toEqual(["-a"]);
    expect(matched("a+b?(c)[d]{e}|^$\\", "a+b?(c)[d]{e}|^$\\", "aab(c)de", "a+b?(c)[d]{e}")).toEqual(["a+b?(c)[d]{e}|^$\\"]);
    expect(matched("släsh/*/😀", "släsh/x/😀", "släsh/😀/😀")).toEqual(["släsh/x/😀", "släsh/😀/😀"]);
  });
});
