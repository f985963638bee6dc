import { sha256Hex } from "@change-ledger/model";
import { LineCounter, parseDocument } from "yaml";
import type * as z from "zod";
import { configurationFaults } from "./check.ts";
import type { Fault, FieldFault } from "./fault.ts";
import { placeOf } from "./place.ts";
import { type Configuration, configurationSchema } from "./schema.ts";

/** A configuration that can come into force, with the name of its version. */
export interface ReadConfiguration {
  readonly configuration: Configuration;
  /** SHA-256 of the text (64 hexadecimal digits): what verdicts name. */
  readonly version: string;
}

/** The configuration, or all that is wrong with the text, in order of place. */
export type ReadResult = ({ readonly ok: true } & ReadConfiguration) | { readonly ok: false; readonly faults: readonly Fault[] };

export const CONFIGURATION_MAX_BYTES = 4 * 1024 * 1024;
const FAULTS_MAX = 100;

/**
 * Reads the text of a configuration (YAML 1.2, of which JSON is a part).
 * @param asOf RFC 3339, UTC, milliseconds: when it is to come into force; a waiver that is over by then is a fault
 * @param file what faults call the text
 */
export function readConfiguration(text: string, asOf: string, file = "change-ledger.config.yaml"): ReadResult {
  const whole = (code: Fault["code"], reason: string): ReadResult => ({
    ok: false,
    faults: [{ file, line: 1, column: 1, field: "", code, reason }],
  });
  if (Buffer.byteLength(text) > CONFIGURATION_MAX_BYTES)
    return whole("too-large", `expected at most ${CONFIGURATION_MAX_BYTES} bytes, got ${Buffer.byteLength(text)}`);
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    version: "1.2",
    schema: "core",
    uniqueKeys: true,
    strict: true,
    prettyErrors: false,
  });
  if (document.errors.length > 0) {
    const faults = document.errors.slice(0, FAULTS_MAX).map((error): Fault => {
      const { line, col } = lines.linePos(error.pos[0]);
      return { file, line: Math.max(1, line), column: Math.max(1, col), field: "", code: "not-yaml", reason: error.message };
    });
    return { ok: false, faults };
  }
  let value: unknown;
  try {
    // An alias may be used, but not to build a bomb of them.
    value = document.toJS({ maxAliasCount: 100 }) ?? {};
  } catch (error) {
    return whole("not-yaml", (error as Error).message);
  }
  const parsed = configurationSchema.safeParse(value);
  const found = parsed.success ? configurationFaults(parsed.data, asOf) : parsed.error.issues.flatMap((issue) => issueFaults(issue));
  if (parsed.success && found.length === 0) return { ok: true, configuration: parsed.data, version: sha256Hex(text) };
  const faults = found.map(
    ({ path, code, reason }): Fault => ({ file, ...placeOf(document, lines, path), field: path.join("."), code, reason }),
  );
  return { ok: false, faults: faults.sort((a, b) => a.line - b.line || a.column - b.column).slice(0, FAULTS_MAX) };
}

function issueFaults(issue: z.core.$ZodIssue): FieldFault[] {
  const path = issue.path.map((part) => (typeof part === "symbol" ? part.toString() : part));
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({
      path: [...path, key],
      code: "unknown-member",
      reason: `expected no member ${JSON.stringify(key)} here`,
    }));
  if (issue.code === "invalid_union") {
    // The alternative that came furthest says what is wrong.
    const closest = issue.errors.toSorted((a, b) => depth(b) - depth(a))[0] ?? [];
    const inner = closest.flatMap((each) => issueFaults(each));
    if (inner.length > 0 && depth(closest) > 0) return inner.map((fault) => ({ ...fault, path: [...path, ...fault.path] }));
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
