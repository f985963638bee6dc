import { AUDIT_TESTS, type TestId } from "@change-ledger/procedure";
import { SCENARIOS } from "./index.ts";
import { type Played, play } from "./scenario.ts";

/** docs/SCENARIOS.md's list: given – when – then, with the sentence that an auditor reads. */
export function scenarioList(): string {
  return AUDIT_TESTS.map(({ id, title }) => {
    const own = SCENARIOS.filter(({ about }) => about === id);
    return [`## ${id} ${title}`, ...own.map((scenario) => told(play(scenario)))].join("\n\n");
  }).join("\n\n");
}

function told({ scenario, assessment, asOf }: Played): string {
  const { number, title, given, when, expects } = scenario;
  const lines = Object.keys(expects).map((test) => {
    const verdict = assessment.tests.find((one) => one.test === (test as TestId));
    const code = verdict?.code === verdict?.outcome ? "" : ` (${verdict?.code})`;
    return `  - **${test} ${verdict?.outcome}**${code}: ${verdict?.because}`;
  });
  return [`**${number}. ${title}**`, "", `- Given ${given},`, `- when ${when},`, `- then, as of ${asOf.slice(0, 10)}:`, ...lines].join(
    "\n",
  );
}
