import type { Case } from "../dossier/case.ts";
import type { TestId } from "../procedures/block.ts";
import { notAssessable, type Verdict } from "./verdict.ts";

/** What a test is: the sheet that an auditor reads, from which the documentation is made. */
export interface Sheet {
  readonly intent: string;
  readonly rule: string;
  /** Controls by their ids in the catalogue. */
  readonly controls: readonly string[];
  /** Kinds of facts. */
  readonly restsOn: readonly string[];
  readonly exemptions: string;
  readonly pass: string;
  readonly fail: string;
  /** What it cannot see. */
  readonly limitations: string;
  readonly remediation: string;
}

/** An audit test: a pure function of a change's dossier, the configuration and the instant, which the case holds. */
export interface AuditTest {
  readonly id: TestId;
  readonly title: string;
  readonly sheet: Sheet;
  readonly judge: (of: Case) => Verdict;
}

/** Tests that ask what came before the first deployment to production. */
const BEFORE_START: ReadonlySet<TestId> = new Set<TestId>(["T3", "T9", "T11", "T13", "T15"]);

/** The test's verdict, worked out once a case: T7 asks for T4's and T5's, requirements for T3's and T15's. */
export function verdictOf(test: AuditTest, of: Case): Verdict {
  const verdict = of.once(test.judge);
  if (verdict.outcome !== "satisfied" || !BEFORE_START.has(test.id)) return verdict;
  const { startUnknown } = of;
  if (startUnknown === undefined) return verdict;
  return notAssessable(
    "start-unknown",
    `${test.title}: when ${startUnknown.subject} started is not on record, so it is not known whether what it needed was there before.`,
    "Look the deployment up, or have its events sent again.",
    startUnknown.told,
  );
}
