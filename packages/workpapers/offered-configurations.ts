import { sha256Hex } from "@change-ledger/model";
import { CONFIGURATION_MAX_BYTES } from "@change-ledger/procedure";
import { WorkpapersError } from "./fault.ts";
import { CONFIGURATIONS, type ConfigurationLine } from "./layout.ts";
import type { LedgerApi } from "./ledger-api.ts";
import { PAPER_MAX_BYTES } from "./manifest.ts";
import { configurationLines } from "./paper-files.ts";
import type { PaperStore } from "./ports.ts";

const CONFIGURATION = "config:default";

/**
 * Every configuration that was ever offered, in the order in which they were recorded, each text held to the SHA-256 that its entry names. Where they are
 * kept already those are read.
 * @throws WorkpapersError
 */
export async function offeredConfigurations(api: LedgerApi, papers: PaperStore): Promise<readonly ConfigurationLine[]> {
  const kept = papers.read(CONFIGURATIONS, PAPER_MAX_BYTES);
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
  if (sha256Hex(bytes) !== version)
    throw new WorkpapersError("unreadable", `expected the configuration ${version} from the server, got another`);
  return Buffer.from(bytes).toString("utf8");
}
