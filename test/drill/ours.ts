import { type LedgerFile, type LogFiles, verify } from "@change-ledger/cli";
import { readBundle } from "@change-ledger/evidence";
import { sha256Hex } from "@change-ledger/model";
import type { ToldFault } from "./case.ts";
import { hoursOf } from "./mirror.ts";
import type { World } from "./world.ts";

/**
 * What our verifier says of all that is kept, held to what the auditor holds.
 * @param bundles whether it is given the bundles, which are most of the work
 */
export async function verifyWithOurs(
  { kept, held }: World,
  given: { readonly bundles: boolean } = { bundles: true },
): Promise<ToldFault[]> {
  const log: LogFiles = {
    read: (path) => {
      const bytes = kept.log.get(path);
      return bytes && Uint8Array.from(bytes);
    },
    hours: () => hoursOf(kept.log),
    tiles: () => [...kept.log.keys()].filter((path) => path.startsWith("tile/")),
  };
  const bundles = (given.bundles ? [...kept.bundles] : []).map(([key, bytes]) => ({
    name: key,
    zip: { sha256: sha256Hex(bytes), key },
    files: () => readBundle(bytes).files,
  }));
  const { trust, checkpoints, now } = held;
  const faults: ToldFault[] = [];
  for await (const fault of verify({ trust, log, ledger: exportOf(kept.ledger), bundles, allBundles: given.bundles, checkpoints, now }))
    faults.push(fault);
  return faults;
}

function exportOf(lines: readonly Uint8Array[]): LedgerFile {
  const bytes = Buffer.concat(lines.flatMap((line) => [line, Buffer.from("\n")]));
  return {
    name: "ledger.jsonl",
    bytes: bytes.length,
    open: () => {
      let at = 0;
      const read = (into: Uint8Array): number => {
        const some = bytes.subarray(at, at + into.length);
        into.set(some);
        at += some.length;
        return some.length;
      };
      return { read, close: () => {} };
    },
  };
}
