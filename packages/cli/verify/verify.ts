/**
 * Verifies what an auditor was given, each part by itself and all parts against each other: evidence bundles, a mirrored log, a ledger export,
 * checkpoints held before. What is wrong comes as it is found; nothing of what is read is trusted but the trust file, and that as far as the
 * auditor had it from elsewhere.
 */
import { EMPTY_ROOT, LogError, parseTrust, sameHash, type TreeHead, type TrustFile } from "@change-ledger/log";
import { EntryScanner } from "../wasm/entry-scan.ts";
import type { WorkpapersSummary } from "../workpapers/check-workpapers.ts";
import { ChainStates, type Difference, slotsFor } from "./chain-states.ts";
import { tableWords } from "./chain-table.ts";
import { checkClaims } from "./check-claims.ts";
import { compareChains, type Suspect } from "./compare-chains.ts";
import type { Fault } from "./fault.ts";
import { type Claim, openBundle } from "./open-bundles.ts";
import { type HeldCheckpoint, markOf, type OpenedLog, openLog, rootText } from "./open-log.ts";
import { ledgerEntries, logEntries } from "./read-entries.ts";
import type { BundleFiles, LedgerFile, LogFiles, Progress } from "./sources.ts";
import { checkSpareTiles } from "./spare-tiles.ts";
import { type LedgerSummary, walkLedger } from "./walk-ledger.ts";
import { describeBreak, type Mark, walkLog } from "./walk-log.ts";

export interface VerifyInputs {
  /** `trust.json`. Absent: the log's own is taken, and the summary says so. */
  readonly trust?: Uint8Array | undefined;
  readonly log?: LogFiles | undefined;
  readonly ledger?: LedgerFile | undefined;
  readonly bundles?: readonly BundleFiles[] | undefined;
  /** `bundles` are all that there are: one that is on record and not among them is missing. */
  readonly allBundles?: boolean | undefined;
  /** Those that the auditor took from the log before. */
  readonly checkpoints?: readonly HeldCheckpoint[] | undefined;
  /** RFC 3339: who signed the current checkpoint must be allowed to now. */
  readonly now: string;
  readonly progress?: Progress | undefined;
  /** Chains held in memory at once, a power of two; the others go through temporary files. */
  readonly tableSlots?: number | undefined;
}

/** What was verified. */
export interface Summary {
  readonly trust: "given" | "of the log itself" | "of the working papers";
  readonly log?: { readonly origin: string; readonly size: number; readonly root: string; readonly hours?: OpenedLog["hours"] } | undefined;
  readonly ledger?: LedgerSummary | undefined;
  readonly bundles: number;
  readonly papers?: readonly WorkpapersSummary[];
}

const TRUST_MAX_BYTES = 1_000_000;
/** Chains that are looked at again; of more that differ only the first are told entry by entry. */
const MAX_SUSPECTS = 10_000;

/**
 * Yields what is wrong, the first thing first in each part; returns what was verified.
 * @throws LogError `not-canonical` for a trust file that is none; whatever the sources throw
 */
export async function* verify(inputs: VerifyInputs): AsyncGenerator<Fault, Summary> {
  const { log, ledger, progress = () => {} } = inputs;
  const trust = await trustOf(inputs);
  const claims = yield* openBundles(inputs, trust);
  const opened = log === undefined ? undefined : yield* openLog(log, trust, inputs.checkpoints ?? [], inputs.now);
  const scanner = new EntryScanner(tableWords(inputs.tableSlots ?? slotsFor(opened?.head.size ?? 0)));
  const states = new ChainStates(scanner.table);
  try {
    if (log !== undefined && opened !== undefined) {
      const { head, sealed } = opened;
      const marks: Mark[] = [...opened.marks];
      for (const { bundle, checkpoint } of claims)
        if (checkpoint !== undefined) yield* markOf(checkpoint, `${bundle}/data/log/checkpoint`, head, marks);
      const { root } = yield* walkLog({ log, head, marks, sealed, scanner, states, progress });
      if (!sameHash(root, head.root))
        yield { check: "root", file: "checkpoint", field: "root", expected: rootText(head.root), found: rootText(root) };
      yield* checkSpareTiles(log, head.size);
    }
    const parts = { log: opened === undefined ? undefined : log, head: opened?.head ?? NO_LOG, scanner, states, progress };
    const summary = yield* checkLedger(parts, ledger);
    if (claims.length > 0 && (parts.log !== undefined || ledger !== undefined)) {
      const entries =
        parts.log !== undefined
          ? logEntries(parts.log, parts.head.size, scanner, progress)
          : ledgerEntries(ledger as LedgerFile, scanner, progress);
      yield* checkClaims({ claims, complete: inputs.allBundles === true, scanner, entries });
    }
    return {
      trust: inputs.trust === undefined ? "of the log itself" : "given",
      ...(opened === undefined
        ? {}
        : { log: { origin: trust.origin, size: opened.head.size, root: rootText(opened.head.root), hours: opened.hours } }),
      ...(summary === undefined ? {} : { ledger: summary }),
      bundles: inputs.bundles?.length ?? 0,
    };
  } finally {
    states.close();
  }
}

async function trustOf({ trust, log }: VerifyInputs): Promise<TrustFile> {
  const bytes = trust ?? (await log?.read("trust.json", TRUST_MAX_BYTES));
  if (bytes === undefined) throw new LogError("not-signed", "expected a trust file: without one no signature says anything");
  return parseTrust(bytes);
}

async function* openBundles({ bundles = [], progress = () => {} }: VerifyInputs, trust: TrustFile): AsyncGenerator<Fault, Claim[]> {
  const claims: Claim[] = [];
  for (const [at, bundle] of bundles.entries()) {
    progress("bundles", at, bundles.length);
    const claim = yield* openBundle(bundle, trust, bundles.length === 1 ? "" : `${bundle.name}/`);
    if (claim !== undefined) claims.push(claim);
  }
  return claims;
}

const NO_LOG: TreeHead = { size: 0, root: EMPTY_ROOT };

interface Parts {
  /** Undefined also when its size is not known. */
  readonly log: LogFiles | undefined;
  readonly head: TreeHead;
  readonly scanner: EntryScanner;
  readonly states: ChainStates;
  readonly progress: Progress;
}

/** The ledger, if there is one, and what the chains of the log did not show before it was read. */
async function* checkLedger(parts: Parts, ledger: LedgerFile | undefined): AsyncGenerator<Fault, LedgerSummary | undefined> {
  const { log, head, scanner, states, progress } = parts;
  const suspects: Suspect[] = [];
  const suspect = ({ low, high }: Difference): void => {
    if (suspects.length < MAX_SUSPECTS) suspects.push({ low, high });
  };
  const compared = log === undefined ? undefined : states;
  const summary = ledger === undefined ? undefined : yield* walkLedger({ ledger, scanner, states: compared, progress, differs: suspect });
  if (log === undefined) return summary;
  for (const each of states.rest(summary?.ordered === true))
    if (each.what === "break") yield await describeBreak({ log, head, scanner }, each);
    else suspect(each);
  if (ledger !== undefined && summary?.ordered === true && suspects.length > 0)
    yield* compareChains({ log, size: head.size, ledger, scanner, progress }, suspects);
  return summary;
}
