import { sha256Hex } from "@change-ledger/model";
import type * as z from "zod";
import { configurationFaults } from "./check.ts";
import type { Fault, FieldFault } from "./fault.ts";
import { type Configuration, configurationSchema } from "./schema.ts";

/** A configuration that can come into force, with the name of its version. */
export interface ReadConfiguration {
  readonly configuration: Configuration;
  /** SHA-256 of the text (64 hexadecimal digits): what verdicts name. */
  readonly version: string;
}

/** The configuration, or all that is wrong with the text, in order of place. */
export type ReadResult = ({ readonly ok: true } & ReadConfiguration) | { readonly ok: false; readonly faults: readonly Fault[] };

/** The configuration that a value stands for, or what is wrong with it, by path. @param asOf when it is to come into force */
export function checkConfiguration(
  value: unknown,
  asOf: string,
): { readonly configuration: Configuration } | { readonly faults: readonly FieldFault[] } {
  const parsed = configurationSchema.safeParse(value);
  const faults = parsed.success ? configurationFaults(parsed.data, asOf) : parsed.error.issues.flatMap((issue) => issueFaults(issue));
  return parsed.success && faults.length === 0 ? { configuration: parsed.data } : { faults };
}

/**
 * As `readConfiguration`, of what the text stands for: faults have no place in a text. For whoever reads only what was read as a text before.
 * @param version SHA-256 of the text
 */
export function readConfigurationValue(value: unknown, version: string, asOf: string): ReadResult {
  const checked = checkConfiguration(value, asOf);
  if ("configuration" in checked) return { ok: true, configuration: checked.configuration, version };
  return {
    ok: false,
    faults: checked.faults
      .slice(0, 100)
      .map(({ path, code, reason }) => ({ file: "", line: 1, column: 1, field: path.join("."), code, reason })),
  };
}

function issueFaults(issue: z.core.$ZodIssue): FieldFault[] {
  // No form of ours names a member by a symbol.
  const path = issue.path as readonly (string | number)[];
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({
      path: [...path, key],
      code: "unknown-member",
      reason: `expected no member ${JSON.stringify(key)} here`,
    }));
  if (issue.code === "invalid_union") {
    // The alternative that came furthest says what is wrong.
    const [closest = []] = issue.errors.toSorted((a, b) => depth(b) - depth(a));
    if (depth(closest) > 0)
      return closest.flatMap((each) => issueFaults(each)).map((fault) => ({ ...fault, path: [...path, ...fault.path] }));
  }
  return [{ path, code: "not-the-form", reason: issue.message }];
}

function depth(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(0, ...issues.map(({ path }) => path.length));
}

/** The safe beginning: nobody is known, nothing is exempt, every deployment counts as production; what cannot be resolved is said. */
export function defaultConfiguration(): ReadConfiguration {
  return { configuration: configurationSchema.parse({}), version: sha256Hex("") };
}
