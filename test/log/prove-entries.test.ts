import {
  completeSubtrees,
  type Hash,
  type HashTile,
  leafOf,
  nodeHash,
  type ProofPorts,
  proveEntries,
  signCheckpoint,
  tilePath,
  verifyProofFile,
} from "@change-ledger/log";
import type { SealedEntry, Subject } from "@change-ledger/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { entryAt } from "../contract/sealed.ts";
import { IDENTITY, ORIGIN, SIGNER, TrialLog } from "./grown-log.ts";
import { codeOfPromise } from "./refusal.ts";

const A: Subject = "ticket:trial/A";
const B: Subject = "ticket:trial/B";

const portsOf = (log: TrialLog): ProofPorts => ({ places: log.places, tiles: log.store, log: IDENTITY });
const noteOf = (log: TrialLog): Uint8Array => log.store.current?.note ?? new Uint8Array();
const wantedOf = ({ entry, hash }: SealedEntry) => ({ subject: entry.subject, seq: entry.seq, hash });

describe("proof files of entries", () => {
  it("prove each entry in the published log, reading every tile once", async () => {
    const log = new TrialLog();
    const told = [...(await log.grow(A, 300)), ...(await log.grow(B, 5)), ...(await log.grow(A, 400))];
    const asked: string[] = [];
    const read = async (tile: HashTile) => {
      asked.push(tilePath(tile));
      return await log.store.read(tile);
    };
    const proofs = await proveEntries({ ...portsOf(log), tiles: { read } }, noteOf(log), told.map(wantedOf));
    for (const [at, each] of told.entries()) {
      const proof = proofs[at];
      if (proof === undefined || proof === "not-yet") throw new Error(`expected a proof of leaf ${at}`);
      expect(verifyProofFile(proof, leafOf(each.bytes), IDENTITY)).toMatchObject({ index: at, checkpoint: { size: 705 } });
    }
    expect(asked.toSorted()).toEqual(["tile/0/000", "tile/0/001", "tile/0/002.p/193", "tile/1/000.p/2"]);
  });
  it("are not yet there for what the log has not, or the checkpoint does not cover", async () => {
    const log = new TrialLog();
    const [first] = await log.grow(A, 3);
    const early = noteOf(log);
    const [, last] = await log.grow(A, 2);
    if (first === undefined || last === undefined) throw new Error("expected entries");
    const wanted = [last, entryAt(B, 0), entryAt(A, 5), first].map(wantedOf);
    const outcomes = async (note: Uint8Array) =>
      (await proveEntries(portsOf(log), note, wanted)).map((each) => (each === "not-yet" ? each : "proof"));
    expect(await outcomes(early)).toEqual(["not-yet", "not-yet", "not-yet", "proof"]);
    expect(await outcomes(noteOf(log))).toEqual(["proof", "not-yet", "not-yet", "proof"]);
    expect(await proveEntries(portsOf(log), noteOf(log), [])).toEqual([]);
  });
  it("are refused of another log, for another entry, and out of wrong tiles", async () => {
    const log = new TrialLog();
    const [first] = await log.grow(A, 300);
    if (first === undefined) throw new Error("expected an entry");
    const wanted = [wantedOf(first)];
    const foreign = { ...portsOf(log), log: { origin: "ledger.example/other", keys: [SIGNER.key] } };
    expect(await codeOfPromise(proveEntries(foreign, noteOf(log), wanted))).toBe("wrong-origin");
    const other = [{ ...wantedOf(first), hash: entryAt(A, 0, "other").hash }];
    expect(await codeOfPromise(proveEntries(portsOf(log), noteOf(log), other))).toBe("storage-differs");
    const tiles = {
      read: async (tile: HashTile) => {
        const bytes = Uint8Array.from(await log.store.read(tile));
        bytes[33] = (bytes[33] ?? 0) ^ 1;
        return bytes;
      },
    };
    expect(await codeOfPromise(proveEntries({ ...portsOf(log), tiles }, noteOf(log), wanted))).toBe("not-included");
  });
  it("take at most 6 tile reads for any entry of 10 million", async () => {
    // All leaves are the same, so that all complete subtrees of one height are.
    const leaf = leafOf(Buffer.from("the same"));
    const heights: Hash[] = [leaf];
    for (let height = 1; height <= 24; height++) heights.push(nodeHash(heights.at(-1) as Hash, heights.at(-1) as Hash));
    const rootOf = (size: number) =>
      completeSubtrees({ from: 0, to: size })
        .map(({ level }) => heights[level] as Hash)
        .reduceRight((right, left) => nodeHash(left, right));
    let most = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 9_999_999 }), fc.nat({ max: 70_000 }), async (index, fewer) => {
        const size = Math.max(index + 1, 10_000_000 - fewer);
        let reads = 0;
        const read = async ({ level, width }: HashTile) => {
          reads++;
          return Buffer.concat(Array.from({ length: width }, () => heights[level * 8] as Hash));
        };
        const places = { runs: async () => [{ subject: A, seq: 0, count: size, index: 0 }] };
        const note = await signCheckpoint({ origin: ORIGIN, size, root: rootOf(size), extensions: [] }, [SIGNER]);
        const hash = Buffer.from(leaf).toString("hex");
        const [proof] = await proveEntries({ places, tiles: { read }, log: IDENTITY }, note, [{ subject: A, seq: index, hash }]);
        if (proof === undefined || proof === "not-yet") throw new Error("expected a proof");
        expect(verifyProofFile(proof, leaf, IDENTITY).index).toBe(index);
        most = Math.max(most, reads);
      }),
    );
    expect(most).toBeLessThanOrEqual(6);
    expect(most).toBeGreaterThanOrEqual(4);
  });
});
