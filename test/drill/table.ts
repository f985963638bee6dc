import type { DrillClass, Finding, Findings, Undetected } from "./case.ts";

/** A class with what was found of each of its cases. */
export interface Tried {
  readonly drill: DrillClass;
  readonly findings: readonly Findings[];
}

const PLACES = ["subject", "seq", "leaf", "file"] as const;

/** Checks with the places that they name, each check once. */
function say(findings: readonly Finding[]): string {
  const checks = new Map<string, Set<string>>();
  for (const finding of findings) {
    const named = checks.get(finding.check) ?? new Set();
    checks.set(finding.check, named);
    for (const place of PLACES) if (finding[place] !== undefined) named.add(place);
  }
  return [...checks]
    .map(([check, named]) => `\`${check}\`${named.size === 0 ? "" : ` (${PLACES.filter((place) => named.has(place)).join(", ")})`}`)
    .join(", ");
}

/** docs/tamper-drill.md. */
export function writeTable(tried: readonly Tried[], undetected: readonly Undetected[]): string {
  const count = tried.reduce((sum, { findings }) => sum + findings.length, 0);
  const classes = tried.flatMap(({ drill, findings }) => [
    `## ${drill.title}`,
    "",
    "| Case | The operator | Our verifier says | The Python one says |",
    "|---|---|---|---|",
    ...drill.cases.map(({ name, operator }, at) => {
      const { ours, python } = findings[at] as Findings;
      return `| ${name} | ${operator} | ${say(ours)} | ${python === undefined ? "the same" : say(python)} |`;
    }),
    "",
  ]);
  return [
    "# The tamper drill",
    "",
    "An operator with every permission and every signing key tries to change what happened. What he cannot reach is what the auditor took away before: a checkpoint of the log from",
    "the middle of the time, an hour's checkpoint from two thirds of it, and a copy of the trust file. The auditor is given all else by him: the log, the ledger's export, the bundles.",
    "",
    `Below are ${count} cases, and then what nobody can tell. \`npm run drill\` plays them all against a few days of the demonstration's company and fails where one is not told as it says here; this page is`,
    "written by [test/drill/table.ts](../test/drill/table.ts), and a test holds it to what is found. In brackets: what a fault names exactly. A verifier tells of more than",
    "what stands here wherever more is wrong.",
    "",
    "The Python verifier ([packages/cli/verify.py](../packages/cli/verify.py)) checks chains, tiles, proofs, signatures of checkpoints, manifests and what is on record of bundles. It does not open raw records and",
    "verifies no attestation's signature: what is altered there it tells by the bundle's recorded SHA-256. What the checks mean: [formats](formats.md#the-log).",
    "",
    ...classes,
    "## What cannot be detected",
    "",
    "Each of these is done by the drill, too, and found sound: the list is true.",
    "",
    "| Case | The operator | Why nobody can tell, and what helps |",
    "|---|---|---|",
    ...undetected.map(({ name, operator, why }) => `| ${name} | ${operator} | ${why} |`),
    "",
  ].join("\n");
}
