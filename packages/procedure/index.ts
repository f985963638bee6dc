export { type Assessment, assess, type RequirementResult, type StepResult, type TestResult, type TypeResult } from "./assess.ts";
export type { Fault, FaultCode } from "./configuration/fault.ts";
export { type InForce, inForce } from "./configuration/in-force.ts";
export {
  CONFIGURATION_MAX_BYTES,
  defaultConfiguration,
  type ReadConfiguration,
  type ReadResult,
  readConfiguration,
} from "./configuration/read.ts";
export { ENVIRONMENTS, type Environment } from "./configuration/repository-schema.ts";
export { type Configuration, configurationJsonSchema, configurationSchema } from "./configuration/schema.ts";
export { CONTROLS } from "./controls/catalogue.ts";
export type { Control } from "./controls/control.ts";
export { type Evidencing, evidencing } from "./controls/evidencing.ts";
export type { ControlVerdict } from "./controls/judged.ts";
export type { Dossier } from "./dossier/buckets.ts";
export type { Lapse } from "./dossier/protection.ts";
export type { Recorded } from "./dossier/recorded.ts";
export { type ResolvedCommit, resolveRevision } from "./dossier/revision.ts";
export { type ProcedureCode, ProcedureError } from "./fault.ts";
export { type Finding, type FindingChanges, findingChanges, type Obligation } from "./findings.ts";
export { type ControlException, type ControlOverPeriod, ControlTally } from "./period/control-tally.ts";
export { assessRef, type Period, type RefAssessment } from "./period/ref.ts";
export { judgeRestoration } from "./period/restoration.ts";
export { type PeriodSummary, PeriodTally } from "./period/tally.ts";
export { type UnseenCommit, unseenCommits } from "./period/unseen-code.ts";
export { type Block, type ChangeType, type Procedure, type Step, TEST_IDS, type TestId } from "./procedures/block.ts";
export { ENG_PROC_003 } from "./procedures/eng-proc-003.ts";
export { AUDIT_TESTS } from "./tests/index.ts";
export type { AuditTest, Sheet } from "./tests/sheet.ts";
export { type Rest, type Verdict, worse } from "./tests/verdict.ts";
