import type { Scenario } from "./scenario.ts";
import { ACCURACY, COMPLETENESS } from "./told/t01-t02.ts";
import { AUTHORISED } from "./told/t03.ts";
import { FINAL_REVISION, FOUR_EYES } from "./told/t04-t05.ts";
import { BYPASS, DIRECT_PUSH, REWRITE } from "./told/t06-t08.ts";
import { SECURITY_REVIEW, TESTED } from "./told/t09-t10.ts";
import { ORDER, SEGREGATION } from "./told/t11-t12.ts";
import { EMERGENCY, OUTCOME, PLANS, RESOLVED, STANDARD } from "./told/t13-t15.ts";
import { AS_OF, BOTS, CONTINUITY, INTEGRITY } from "./told/t16-t18.ts";

/** In order of number: the hundreds are those of the audit test that a scenario is about. */
export const SCENARIOS: readonly Scenario[] = [
  ...COMPLETENESS,
  ...ACCURACY,
  ...AUTHORISED,
  ...FOUR_EYES,
  ...FINAL_REVISION,
  ...AS_OF,
  ...DIRECT_PUSH,
  ...BYPASS,
  ...REWRITE,
  ...TESTED,
  ...SECURITY_REVIEW,
  ...ORDER,
  ...SEGREGATION,
  ...EMERGENCY,
  ...OUTCOME,
  ...RESOLVED,
  ...PLANS,
  ...STANDARD,
  ...BOTS,
  ...CONTINUITY,
  ...INTEGRITY,
];
