import type { AuditTest } from "./sheet.ts";
import { authorised } from "./t03-authorised.ts";
import { fourEyes } from "./t04-four-eyes.ts";
import { finalRevision } from "./t05-final-revision.ts";
import { directPush } from "./t06-direct-push.ts";

export const AUDIT_TESTS: readonly AuditTest[] = [authorised, fourEyes, finalRevision, directPush];
