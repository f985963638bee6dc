import { SCENARIOS } from "../index.ts";
import type { Claim, Section } from "./claim.ts";
import { REST } from "./rest.ts";
import { TESTS } from "./tests.ts";

/** Every claim of the requirement. */
export const SECTIONS: readonly Section[] = [...TESTS, ...REST];

const BY_NUMBER = new Map(SCENARIOS.map((scenario) => [scenario.number, scenario]));

/** docs/coverage.md's tables. */
export function claimTables(): string {
  return SECTIONS.map(
    ({ title, id, claims }) =>
      `## ${id.startsWith("T") ? `${id} ` : ""}${title}\n\n| Claim | Held by |\n|---|---|\n${claims.map(row).join("\n")}`,
  ).join("\n\n");
}

function row(claim: Claim): string {
  return `| ${claim.says} | ${claim.by.map((one) => held(claim, one)).join("; ")} |`;
}

function held({ id }: Claim, by: number | string): string {
  if (typeof by === "string") return link(by);
  const [test = ""] = id.split(".");
  const expected: string | undefined = BY_NUMBER.get(by)?.expects[test as "T1"];
  return expected === undefined ? String(by) : `${by} ${expected.split(" ").at(-1)}`;
}

function link(by: string): string {
  const [path = "", title = ""] = by.split(": ");
  return `[${path.slice(path.lastIndexOf("/") + 1, -".test.ts".length)}](../${path}): ${title}`;
}
