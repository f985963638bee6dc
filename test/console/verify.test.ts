import { checkChain } from "@change-ledger/console/verify/chain.ts";
import { checkInclusion } from "@change-ledger/console/verify/inclusion.ts";
import { formatProofFile, formatVerifierKey, proveInclusion, signCheckpoint } from "@change-ledger/log";
import { type Entry, sealEntry } from "@change-ledger/model";
import { describe, expect, it } from "vitest";
import { LEAVES, leafAt, mth, naiveReader } from "../log/naive.ts";
import { trialSigner } from "../log/signer.ts";

const ORIGIN = "ledger.example/acme";
const signer = trialSigner(ORIGIN, 1);
const KEY = formatVerifierKey(signer.key);

/** Words of a refusal, or that there was none. */
async function refusal(work: Promise<unknown>): Promise<string> {
  return await work.then(
    () => "passed",
    (error: Error) => error.message,
  );
}

async function proofOf(index: number, size: number): Promise<string> {
  const leaves = LEAVES.slice(0, size);
  const checkpoint = await signCheckpoint({ origin: ORIGIN, size, root: mth(leaves), extensions: [] }, [signer]);
  return Buffer.from(formatProofFile({ index, proof: await proveInclusion(naiveReader(leaves), index, size), checkpoint })).toString();
}

describe("a proof of inclusion, in the browser's own reading", () => {
  it("holds for every entry of logs of every shape", async () => {
    for (const size of [1, 2, 3, 7, 8, 33])
      for (let index = 0; index < size; index++) {
        const found = await checkInclusion(leafAt(index), await proofOf(index, size), [KEY]);
        expect([found.index, found.size, found.origin]).toEqual([index, size, ORIGIN]);
      }
  });
  it("holds for nothing else: another entry, another key, another place, a path cut short or longer", async () => {
    const proof = await proofOf(20, 33);
    const lines = proof.split("\n");
    const cut = [...lines.slice(0, 2), ...lines.slice(3)].join("\n");
    const longer = [...lines.slice(0, 2), lines[2], ...lines.slice(2)].join("\n");
    const wrong = "the proof does not lead to the checkpoint's root hash";
    expect(await refusal(checkInclusion(leafAt(21), proof, [KEY]))).toBe(wrong);
    expect(await refusal(checkInclusion(leafAt(20), cut, [KEY]))).toBe(wrong);
    expect(await refusal(checkInclusion(leafAt(20), longer, [KEY]))).toBe(wrong);
    expect(await refusal(checkInclusion(leafAt(20), proof.replace("index 20", "index 21"), [KEY]))).toBe(wrong);
    expect(await refusal(checkInclusion(leafAt(20), proof.replace("index 20", "index 33"), [KEY]))).toBe(wrong);
    expect(await refusal(checkInclusion(leafAt(20), proof, [formatVerifierKey(trialSigner(ORIGIN, 2).key)]))).toBe(
      "no key of the trust file signed the checkpoint",
    );
    expect(await refusal(checkInclusion(leafAt(20), proof.replace("\n33\n", "\n34\n"), [KEY]))).toBe("the checkpoint's signature is wrong");
    expect(await refusal(checkInclusion(leafAt(20), proof.replace("index 20", "index 020"), [KEY]))).toBe("the proof names no index");
    expect(await refusal(checkInclusion(leafAt(20), proof, [KEY.replace(/\+[0-9a-f]{8}\+/, "+00000000+")]))).toBe(
      "a key's id is not its own",
    );
    expect(await refusal(checkInclusion(leafAt(20), "", [KEY]))).toBe("this is no proof file");
  });
});

describe("a chain, in the browser's own reading", () => {
  const SUBJECT = "ticket:jira/PAY-12";
  const chain: string[] = [];
  let prev = "0".repeat(64);
  for (let seq = 0; seq < 4; seq++) {
    const entry: Entry = {
      v: 1,
      subject: SUBJECT,
      seq,
      prev,
      kind: "other",
      occurredAt: "2026-11-22T05:00:00.000Z",
      recordedAt: "2026-11-22T05:00:01.000Z",
      source: { system: "jira", event: "e", id: String(seq), auth: "hmac-sha256", norm: 1 },
      facts: {},
    };
    const sealed = sealEntry(entry);
    prev = sealed.hash;
    chain.push(Buffer.from(sealed.bytes).toString());
  }

  it("leads to the head that the ledger has", async () => {
    expect(await checkChain(SUBJECT, chain)).toEqual({ sound: true, length: 4, head: prev });
  });
  it("is refused at the first entry that is altered, missing, doubled, moved or another chain's", async () => {
    const at = async (lines: readonly string[], subject = SUBJECT) => {
      const checked = await checkChain(subject, lines);
      return checked.sound ? "sound" : checked.seq;
    };
    expect(await at(chain.with(1, chain[1]?.replace('"id":"1"', '"id":"9"') ?? ""))).toBe(2);
    expect(await at(chain.toSpliced(1, 1))).toBe(1);
    expect(await at(chain.toSpliced(2, 0, chain[1] ?? ""))).toBe(2);
    expect(await at([...chain].reverse())).toBe(0);
    expect(await at(chain, "ticket:jira/PAY-13")).toBe(0);
    expect(await at(chain.with(3, "{"))).toBe(3);
    expect(await at([])).toBe(0);
  });
});
