import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { directoryLog, type Fault, ledgerFile, type Summary, type VerifyInputs, verify } from "@change-ledger/cli";
import { formatTrust, type Hash, signCheckpoint } from "@change-ledger/log";
import { afterAll } from "vitest";
import { makeLedger } from "../../packages/local/bench/verify-made.ts";
import { trialSigner } from "../log/signer.ts";

const ORIGIN = "ledger.example/made";
const SIGNER = trialSigner(ORIGIN, 9);
export const NOW = "2026-11-22T00:00:00Z";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is gone after the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "cli-test-"));
  folders.push(folder);
  return folder;
}

const trustOf = (): Uint8Array =>
  formatTrust({ origin: ORIGIN, noteKeys: [{ key: SIGNER.key, from: "2026-01-01T00:00:00Z" }], envelopeKeys: [] });

export const checkpointOf = async (size: number, root: Hash, extensions: readonly string[] = []): Promise<Uint8Array> =>
  await signCheckpoint({ origin: ORIGIN, size, root, extensions }, [SIGNER]);

export function put(path: string, bytes: Uint8Array | string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}

/** A log with its export in a folder of their own: chains of five entries each. */
export async function madeLedger(entries = 2_500) {
  const folder = temporaryFolder();
  const made = makeLedger(folder, entries);
  put(join(made.log, "checkpoint"), await checkpointOf(made.size, made.root));
  put(join(made.log, "trust.json"), trustOf());
  return { ...made, folder };
}

/** What the verifier says of them. */
export async function verifyMade(made: { readonly log?: string; readonly ledger?: string }, more: Partial<VerifyInputs> = {}) {
  const inputs: VerifyInputs = {
    ...(made.log === undefined ? {} : { log: directoryLog(made.log) }),
    ...(made.ledger === undefined ? {} : { ledger: ledgerFile(made.ledger) }),
    trust: trustOf(),
    now: NOW,
    ...more,
  };
  return await told(inputs);
}

async function told(inputs: VerifyInputs): Promise<{ readonly faults: Fault[]; readonly summary: Summary }> {
  const faults: Fault[] = [];
  const verifying = verify(inputs);
  for (;;) {
    const next = await verifying.next();
    if (next.done) return { faults, summary: next.value };
    faults.push(next.value);
  }
}

/** Rewrites a file's lines. */
export function editLines(path: string, edit: (lines: string[]) => readonly string[]): void {
  const lines = readFileSync(path, "utf8").split("\n").slice(0, -1);
  writeFileSync(
    path,
    edit(lines)
      .map((line) => `${line}\n`)
      .join(""),
  );
}
