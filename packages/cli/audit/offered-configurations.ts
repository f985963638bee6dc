import { parseCanonical, sha256Hex } from "@change-ledger/model";
import { CONFIGURATION_MAX_BYTES } from "@change-ledger/procedure";
import { CliError } from "../fault.ts";
import { CONFIGURATIONS, type ConfigurationLine, configurationLineSchema } from "../workpapers/layout.ts";
import { PAPER_MAX_BYTES } from "../workpapers/manifest.ts";
import type { PaperFolder } from "./audit-state.ts";
import type { LedgerApi } from "./ledger-api.ts";

const CONFIGURATION = "config:default";

/**
 * Every configuration that was ever offered, in the order in which they were recorded, each text held to the SHA-256 that its entry names. Of a folder that holds them already
 * those are read.
 * @throws CliError
 */
export async function offeredConfigurations(api: LedgerApi, folder: PaperFolder): Promise<readonly ConfigurationLine[]> {
  const kept = folder.read(CONFIGURATIONS, PAPER_MAX_BYTES);
  if (kept !== undefined) return configurationLines(kept);
  const texts = new Map<string, string>();
  const lines: ConfigurationLine[] = [];
  for (let from = 0; ; ) {
    const page = await api.chain(CONFIGURATION, from);
    if (page.length === 0) return lines;
    from += page.length;
    for (const { entry } of page) {
      if (entry.kind !== "configuration" || entry.facts.status !== "offered") continue;
      const { version } = entry.facts;
      const text = texts.get(version) ?? (await textOf(api, version));
      texts.set(version, text);
      lines.push({ version, recordedAt: entry.recordedAt, text });
    }
  }
}

async function textOf(api: LedgerApi, version: string): Promise<string> {
  const bytes = await api.bytes(`configuration/${version}`, CONFIGURATION_MAX_BYTES);
  if (sha256Hex(bytes) !== version) throw new CliError("unreadable", `expected the configuration ${version} from the server, got another`);
  return Buffer.from(bytes).toString("utf8");
}

/** The lines of `configurations.jsonl`. @throws CliError */
export function configurationLines(bytes: Uint8Array): ConfigurationLine[] {
  return linesOf(bytes).map((line) => {
    const parsed = configurationLineSchema.safeParse(parseCanonical(line));
    if (!parsed.success) throw new CliError("unreadable", `${CONFIGURATIONS}: expected a configuration a line`);
    return parsed.data;
  });
}

/** A file's lines, without their line feeds. */
export function linesOf(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const feed = bytes.indexOf(10, at);
    const end = feed < 0 ? bytes.length : feed;
    lines.push(bytes.subarray(at, end));
    at = end + 1;
  }
  return lines;
}
