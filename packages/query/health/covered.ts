import type { ChainStore } from "@change-ledger/ledger";
import type { LogPlaces } from "@change-ledger/log";
import type { SealedEntry, Subject } from "@change-ledger/model";

/** A chain's last entry. */
export interface Head {
  readonly last: SealedEntry;
  /** Whether the log's first `size` entries hold it. */
  readonly covered: boolean;
}

/** Undefined for a chain without entries. @param size of the checkpoint; 0: there is none */
export async function readHead(
  { chains, places }: { readonly chains: Pick<ChainStore, "tail">; readonly places: Pick<LogPlaces, "runs"> },
  subject: Subject,
  size: number,
): Promise<Head | undefined> {
  const [last] = await chains.tail(subject, 1);
  if (last === undefined) return undefined;
  const { seq } = last.entry;
  const [run] = await places.runs(subject, seq, seq + 1);
  return { last, covered: run !== undefined && run.index + (seq - run.seq) < size };
}

/** Of our own store's checkpoint its first lines (C2SP tlog-checkpoint): whoever relies on it verifies it. */
export function checkpointLines(note: Uint8Array): { readonly origin: string; readonly size: number } {
  const [origin = "", size = "0"] = Buffer.from(note).toString("utf8").split("\n");
  return { origin, size: Number(size) };
}
