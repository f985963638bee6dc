import type { AuditTest } from "./sheet.ts";
import { completeness } from "./t01-completeness.ts";
import { accuracy } from "./t02-accuracy.ts";
import { authorised } from "./t03-authorised.ts";
import { fourEyes } from "./t04-four-eyes.ts";
import { finalRevision } from "./t05-final-revision.ts";
import { directPush } from "./t06-direct-push.ts";
import { bypass } from "./t07-bypass.ts";
import { rewrite } from "./t08-rewrite.ts";
import { tested } from "./t09-tested.ts";
import { securityReview } from "./t10-security-review.ts";
import { order } from "./t11-order.ts";
import { segregation } from "./t12-segregation.ts";
import { emergencyTest } from "./t13-emergency.ts";
import { outcomeTest } from "./t14-outcome.ts";
import { standardChange } from "./t15-standard.ts";
import { bots } from "./t16-bots.ts";
import { continuity } from "./t17-continuity.ts";
import { integrity } from "./t18-integrity.ts";

/** T1 to T18. */
export const AUDIT_TESTS: readonly AuditTest[] = [
  completeness,
  accuracy,
  authorised,
  fourEyes,
  finalRevision,
  directPush,
  bypass,
  rewrite,
  tested,
  securityReview,
  order,
  segregation,
  emergencyTest,
  outcomeTest,
  standardChange,
  bots,
  continuity,
  integrity,
];
