import { s3Client } from "./clients.ts";
import { AwsError } from "./fault.ts";
import type { OnceOptions } from "./s3-once.ts";

/** What a function finds in its environment: see `ENVIRONMENT` of the stacks' definitions. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** @throws AwsError `not-configured` */
export function need(environment: Environment, name: string): string {
  const value = environment[name];
  if (value === undefined || value === "") throw new AwsError("not-configured", `expected the environment variable ${name}, found none`);
  return value;
}

/**
 * The archive bucket, with the retention that everything gets there.
 * @throws AwsError `not-configured`
 */
export function archive(environment: Environment): OnceOptions {
  const mode = need(environment, "RETENTION_MODE");
  const days = Number(need(environment, "RETENTION_DAYS"));
  if (mode !== "COMPLIANCE" && mode !== "GOVERNANCE")
    throw new AwsError("not-configured", `expected RETENTION_MODE COMPLIANCE or GOVERNANCE, found ${mode}`);
  if (!Number.isInteger(days) || days < 1)
    throw new AwsError("not-configured", "expected RETENTION_DAYS to be a whole number of days, 1 or more");
  return { client: s3Client(), bucket: need(environment, "ARCHIVE_BUCKET"), retention: { mode, days }, now: () => new Date() };
}
