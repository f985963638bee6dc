import { canonicalBytes, sha256Hex } from "@change-ledger/model";
import type { Assessment } from "@change-ledger/procedure";
import { SCENARIOS } from "./index.ts";
import type { Ledger } from "./ledger.ts";
import { play } from "./scenario.ts";

/** What an assessment says, entries named by the sender's event instead of their place. */
export function said(assessment: Assessment, { chains }: Ledger): Assessment {
  const named = ({ subject, seq }: { readonly subject: string; readonly seq: number }) => {
    const entry = chains.get(subject as never)?.[seq]?.entry;
    return `${subject} ${entry?.source.id} ${entry?.part?.index ?? 0}`;
  };
  return JSON.parse(JSON.stringify(assessment), (key, value: unknown) =>
    key === "restsOn" ? [...new Set((value as { subject: string; seq: number }[]).map(named))].sort() : value,
  );
}

/**
 * Each scenario's whole assessment in a line: the type, what is neither satisfied nor beside the point, what is due, and the first digits of the digest of all of it,
 * sentences, steps, controls and the entries that they rest on included.
 */
export function* verdictLines(): Generator<string> {
  for (const scenario of SCENARIOS) {
    const { assessment, ledger } = play(scenario);
    const { type, tests, findings, obligations } = assessment;
    const open = tests.filter(({ outcome }) => outcome !== "satisfied" && outcome !== "not-applicable");
    const short = ({ id }: { readonly id: string }) => id.slice(id.indexOf("#") + 1);
    const parts = [
      type.claimed === type.judgedAs ? type.claimed : `${type.claimed} judged as ${type.judgedAs}`,
      open.map(({ test, outcome, code }) => `${test} ${outcome} ${code}`).join(", "),
      `${findings.length} findings`,
      ...obligations.map((one) => `${short(one)} by ${one.dueAt}`),
      sha256Hex(canonicalBytes(said(assessment, ledger))).slice(0, 16),
    ];
    yield `${scenario.number}: ${parts.filter((part) => part !== "").join("; ")}`;
  }
}
