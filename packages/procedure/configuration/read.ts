import { sha256Hex } from "@change-ledger/model";
import { type Document, LineCounter, parseDocument } from "yaml";
import type { Fault } from "./fault.ts";
import { placeOf } from "./place.ts";
import { checkConfiguration, type ReadResult } from "./value.ts";

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
  const document = documentOf(text, lines);
  if (document.errors.length > 0) {
    const faults = document.errors.slice(0, FAULTS_MAX).map((error): Fault => {
      const { line, col } = lines.linePos(error.pos[0]);
      return { file, line: Math.max(1, line), column: Math.max(1, col), field: "", code: "not-yaml", reason: error.message };
    });
    return { ok: false, faults };
  }
  let value: unknown;
  try {
    value = contentOf(document);
  } catch (error) {
    return whole("not-yaml", (error as Error).message);
  }
  const checked = checkConfiguration(value, asOf);
  if ("configuration" in checked) return { ok: true, configuration: checked.configuration, version: sha256Hex(text) };
  const faults = checked.faults.map(
    ({ path, code, reason }): Fault => ({ file, ...placeOf(document, lines, path), field: path.join("."), code, reason }),
  );
  return { ok: false, faults: faults.sort((a, b) => a.line - b.line || a.column - b.column).slice(0, FAULTS_MAX) };
}

/**
 * What a text that can be read stands for: plain JSON. Who offers a version in YAML sends it along, for those who read no YAML.
 * @throws Error of a text that cannot be read
 */
export function configurationValue(text: string): unknown {
  return contentOf(documentOf(text));
}

function documentOf(text: string, lineCounter = new LineCounter()): Document.Parsed {
  return parseDocument(text, { lineCounter, version: "1.2", uniqueKeys: true, strict: true, prettyErrors: false });
}

/** An alias may be used, but not to build a bomb of them: more than 100 values made by them are refused. */
function contentOf(document: Document.Parsed): unknown {
  return document.toJS() ?? {};
}
