import type { LookupCode } from "@change-ledger/sources";
import { LookupError } from "./lookup-fault.ts";

/**
 * What AWS answers to a look-up, or the reason why it does not, in our own codes.
 * @throws LookupError
 */
export async function told<T>(operation: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw faultOf(operation, error);
  }
}

const NOT_FOUND = /DoesNotExist|InvalidDeploymentId|NotFound|NoSuch|UnsupportedFeature/;
const THROTTLED = /Throttl|TooManyRequests|RequestLimitExceeded|SlowDown|LimitExceeded/;
const DENIED =
  /AccessDenied|NotAuthorized|Unauthorized|UnrecognizedClient|InvalidSignature|ExpiredToken|InvalidClientTokenId|InvalidAccessKey|Forbidden|Credential/;

export function faultOf(operation: string, error: unknown): LookupError {
  const name = nameOf(error);
  const status = (error as { readonly $metadata?: { readonly httpStatusCode?: number } }).$metadata?.httpStatusCode;
  return new LookupError(codeOf(name, status), `${operation}: ${name}`);
}

function codeOf(name: string, status: number | undefined): LookupCode {
  if (THROTTLED.test(name) || status === 429) return "throttled";
  if (NOT_FOUND.test(name) || status === 404) return "not-found";
  if (DENIED.test(name) || status === 401 || status === 403) return "denied";
  return "unavailable";
}

export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "UnknownError";
}

/** What is gone or what we may not read leaves the commit unresolved; it does not keep the rest of the answer away. */
export async function readable<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof LookupError && (error.code === "not-found" || error.code === "denied")) return undefined;
    throw error;
  }
}
