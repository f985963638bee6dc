/** `change-ledger config`: checks a configuration, prints its schema, offers it to a ledger. */

import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { CONFIGURATION_MAX_BYTES, configurationJsonSchema, configurationValue, readConfiguration } from "@change-ledger/procedure";
import { CliError } from "../fault.ts";
import { readFileWithin } from "../files/log-directory.ts";
import { printable } from "../text.ts";
import { USAGE } from "./given.ts";
import type { Terminal } from "./verify.ts";

/** EventBridge takes 256 KB in one entry: a longer text travels packed. */
const PLAIN_MAX_BYTES = 100_000;

/** @returns the exit code: 1 when the configuration has faults. @throws CliError `usage`, `unreadable`, `refused` */
export async function configCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values: given, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { bus: { type: "string" }, label: { type: "string" } },
  });
  const [what, file] = positionals;
  if (what === "schema" && file === undefined) {
    terminal.out(`${JSON.stringify(configurationJsonSchema(), undefined, 2)}\n`);
    return 0;
  }
  if ((what !== "check" && what !== "put") || file === undefined || positionals.length > 2) throw new CliError("usage", USAGE);
  const bytes = readFileWithin(file, CONFIGURATION_MAX_BYTES);
  if (bytes === undefined) throw new CliError("unreadable", `there is no file ${file}`);
  const text = Buffer.from(bytes).toString("utf8");
  const read = readConfiguration(text, terminal.now(), file);
  if (!read.ok) {
    for (const { line, column, field, code, reason } of read.faults)
      terminal.out(`${file}:${line}:${column}: ${code}${field === "" ? "" : ` in ${printable(field)}`}: ${printable(reason)}\n`);
    return 1;
  }
  if (what === "check") {
    terminal.out(`${file}: can come into force as ${read.version}\n`);
    return 0;
  }
  if (given.bus === undefined) throw new CliError("usage", USAGE);
  // The SDK is loaded by who needs it alone.
  const { eventBridgeBus, eventBridgeClient } = await import("@change-ledger/aws");
  const packed = Buffer.byteLength(text) > PLAIN_MAX_BYTES ? { gzip: gzipSync(text).toString("base64") } : { text };
  const value = isJson(text) ? {} : { valueGzip: gzipSync(JSON.stringify(configurationValue(text))).toString("base64") };
  const detail = JSON.stringify({ version: 1, ...(given.label !== undefined && { label: given.label }), ...packed, ...value });
  try {
    const bus = eventBridgeBus({ client: eventBridgeClient(), name: given.bus });
    await bus.put({ source: "change-ledger.cli", detailType: "configuration.offered", detail });
  } catch (error) {
    throw new CliError("refused", `the bus did not take it: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  terminal.out(`${file}: offered as ${read.version}; /v1/configuration of the API says what became of it\n`);
  return 0;
}

/** Whoever reads no YAML takes the text as it is. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
