import { execFile } from "node:child_process";
import { generateKeyPairSync, sign } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  formatTrust,
  HASH_BYTES,
  type HashTile,
  proveInclusion,
  signCheckpoint,
  TileHashes,
  tilePath,
  verifierKey,
} from "@change-ledger/log";
import { LocalError } from "../fault.ts";
import { type Made, makeLedger } from "./verify-made.ts";
import type { VerifyRun } from "./verify-run.ts";

export interface VerifySpeed {
  /** Entries verified a second ÷ entries hashed a second in a bare loop. */
  readonly ratio: number;
  readonly verifiedPerSecond: number;
  readonly hashedPerSecond: number;
  /** Log and ledger against each other; of the entries of both. */
  readonly bothPerSecond: number;
  readonly peakBytes: number;
  /** With a table that holds a tenth of the chains. */
  readonly peakBytesSpilled: number;
}

const RUN = fileURLToPath(new URL("verify-run.ts", import.meta.url));
const ORIGIN = "bench.example/log";
const SPILLING_SLOTS = 1 << 14;
const ROUNDS = 5;

/** Verifies a made-up ledger of so many entries; each measurement is a process of its own, some rounds of each in turn. */
export async function verifySpeed(folder: string, entries: number): Promise<VerifySpeed> {
  const base = join(folder, "verify");
  mkdirSync(base);
  const made = makeLedger(base, entries);
  await signed(made);
  // Of each the least: what else the machine does only adds.
  const bare: VerifyRun[] = [];
  const log: VerifyRun[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(await measured("bare", made));
    log.push(await measured("verify", made));
  }
  const least = (runs: readonly VerifyRun[]): number => Math.min(...runs.map(({ seconds }) => seconds));
  const both = await measured("verify", made, made.ledger);
  const spilled = await measured("verify", made, made.ledger, String(SPILLING_SLOTS));
  return {
    ratio: least(bare) / least(log),
    verifiedPerSecond: entries / least(log),
    hashedPerSecond: entries / least(bare),
    bothPerSecond: (2 * entries) / both.seconds,
    peakBytes: Math.max(...[...log, both].map((run) => run.peakBytes)),
    peakBytesSpilled: spilled.peakBytes,
  };
}

async function signed({ log, size, root }: Made): Promise<void> {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const key = verifierKey(ORIGIN, Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url"));
  const signer = { key, sign: async (message: Uint8Array) => sign(null, message, privateKey) };
  writeFileSync(join(log, "checkpoint"), await signCheckpoint({ origin: ORIGIN, size, root, extensions: [] }, [signer]));
  writeFileSync(
    join(log, "trust.json"),
    formatTrust({ origin: ORIGIN, noteKeys: [{ key, from: "2026-01-01T00:00:00Z" }], envelopeKeys: [] }),
  );
}

async function measured(what: "bare" | "verify", { log, size }: Made, ...more: readonly string[]): Promise<VerifyRun> {
  const { stdout } = await promisify(execFile)(process.execPath, [RUN, what, log, String(size), ...more]);
  const run = JSON.parse(stdout) as VerifyRun;
  if (run.faults > 0) throw new LocalError("not-verified", `the verifier found ${run.faults} faults in what the bench made`);
  return run;
}

/** The most tiles that a proof of any leaf of a log of `size` reads: of leaves all over it, the first and the last among them. */
export async function proofTileReads(size: number): Promise<number> {
  let most = 0;
  const leaves = [
    0,
    1,
    255,
    256,
    65_535,
    65_536,
    size - 1,
    size - 2,
    ...Array.from({ length: 500 }, (_, nth) => Math.floor((nth * size) / 500)),
  ];
  for (const leaf of leaves) {
    const read = new Set<string>();
    const tiles = {
      read: async (tile: HashTile) => {
        read.add(tilePath(tile));
        return new Uint8Array(tile.width * HASH_BYTES);
      },
    };
    await proveInclusion(new TileHashes(size, tiles), leaf, size);
    most = Math.max(most, read.size);
  }
  return most;
}
