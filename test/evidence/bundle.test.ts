import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { verifyProofFile } from "@change-ledger/log";
import { canonicalBytes, leafHash, openEntry, sealEntry, sha256Hex, subject } from "@change-ledger/model";
import fc from "fast-check";
import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import {
  type Dossier,
  EvidenceError,
  parseAttestation,
  payloadKey,
  payloadsOf,
  readRecord,
  type Sealing,
  writeBundle,
} from "../../packages/evidence/index.ts";
import { CHANGE, COMMIT, chainOf, DEPLOYMENT, dossierOf, linked, plainChains, plainDossier, pullRequest, state } from "./dossiers.ts";
import { bundleOf, MemoryLog, noteSigner, ORIGIN, sealingOf, trialEnvelopeSigner } from "./sealing.ts";

const filesOf = async (dossier: Dossier, over: Partial<Sealing> = {}): Promise<Map<string, Uint8Array>> => {
  const paths = Object.entries(unzipSync((await bundleOf(dossier, over)).bytes));
  return new Map(paths.map(([path, content]) => [path.slice(path.indexOf("/") + 1), content]));
};
/** All that the dossier alone decides: the payload but its proofs. */
const deterministic = (files: ReadonlyMap<string, Uint8Array>): string[] =>
  [...files].filter(([path]) => /^data\/(?!log\/)/.test(path)).map(([path, content]) => `${path} ${sha256Hex(content)}`);
const textOf = (files: ReadonlyMap<string, Uint8Array>, path: string): string => Buffer.from(files.get(path) ?? []).toString();
const code = async (run: () => Promise<unknown>): Promise<string | undefined> => {
  try {
    await run();
  } catch (error) {
    return error instanceof EvidenceError ? error.code : String(error);
  }
  return undefined;
};
/** An assessment that says nothing. */
const UNJUDGED = {
  v: 1,
  change: CHANGE,
  asOf: "2026-11-22T00:00:00.000Z",
  configuration: "0",
  procedure: { id: "P", version: "1" },
  type: { claimed: "normal", judgedAs: "normal", because: "Nothing says otherwise.", restsOn: [] },
  outcome: "pending",
  steps: [],
  tests: [],
  findings: [],
  obligations: [],
  controls: [],
};
const body = (text: string, id = text) => ({ id, body: Buffer.from(text) });

describe("an evidence bundle", () => {
  it("has golden bytes, but where it tells of signatures and the log", async () => {
    const { bytes, sha256, key, head, contentDigest } = await bundleOf(plainDossier());
    // Whoever has to change one of these changes what a key stands for: raise BUNDLE_FORMAT in layout.ts with it.
    expect(contentDigest).toBe("068bd88585da6f0ae0395d7f656b79da2bb9eaccd80182bd6de166a7926e6583");
    expect(key).toBe(`evidence/github/acme/cargo/pull/123/${head}-658cdf7bc3735eb1.zip`);
    expect(sha256).toBe(sha256Hex(bytes));
    expect(head).toBe(plainChains()[0]?.entries.at(-1)?.hash);
    const files = await filesOf(plainDossier());
    const payload = textOf(files, "manifest-sha256.txt").split(/(?<=\n)/);
    expect(sha256Hex(payload.filter((line) => !line.includes("  data/log/")).join(""))).toBe(contentDigest);
  });

  it("holds the bag, and each chain's entries as they were hashed", async () => {
    const files = await filesOf(plainDossier());
    const heads = plainChains().map(({ entries }) => entries.at(-1)?.hash ?? "");
    expect([...files.keys()]).toEqual([
      "README.md",
      "attestation.sigstore.json",
      "bag-info.txt",
      "bagit.txt",
      "data/chains.json",
      "data/entries.jsonl",
      ...[...heads.map((head) => `data/log/${head}.tlog-proof`), "data/log/checkpoint"].sort(),
      "data/summary.html",
      "manifest-sha256.txt",
      "tagmanifest-sha256.txt",
    ]);
    expect(textOf(files, "bagit.txt")).toBe("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n");
    const payload = [...files].filter(([path]) => path.startsWith("data/")).map(([, content]) => content.length);
    expect(textOf(files, "bag-info.txt").split("\n")).toEqual([
      "Bag-Software-Agent: change-ledger",
      "Bagging-Date: 2026-11-21",
      `External-Identifier: ${CHANGE}`,
      "External-Description: The record of one change: hash-chained entries, the raw deliveries they were made from, proofs that the log holds them, and a summary",
      "Change-Ledger-Bundle-Format: 3",
      `Change-Ledger-Head: ${plainChains()[0]?.entries.at(-1)?.hash}`,
      `Payload-Oxum: ${payload.reduce((a, b) => a + b)}.7`,
      "",
    ]);
    const lines = textOf(files, "data/entries.jsonl").trimEnd().split("\n");
    const chains = JSON.parse(textOf(files, "data/chains.json")) as {
      change: string;
      chains: { subject: string; length: number; head: string }[];
    };
    expect(chains.change).toBe(CHANGE);
    expect(chains.chains.map(({ subject, length }) => [subject, length])).toEqual([
      [CHANGE, 4],
      [COMMIT, 1],
      [DEPLOYMENT, 2],
    ]);
    for (const { subject, length, head } of chains.chains) {
      const chain = lines.splice(0, length).map((line) => openEntry(Buffer.from(line)));
      expect(chain.map(({ entry }) => [entry.subject, entry.seq])).toEqual(Array.from({ length }, (_, seq) => [subject, seq]));
      expect(leafHash(chain.at(-1)?.bytes ?? Buffer.alloc(0))).toBe(head);
    }
    expect(lines).toEqual([]);
  });

  it("gives every payload back by its digest", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 6 }), async (bodies) => {
        const dossier = dossierOf(bodies.map((content, index) => ({ id: String(index), body: content })));
        const files = await filesOf(dossier);
        for (const content of bodies) {
          const file = files.get(`data/raw/${sha256Hex(content)}.warc.gz`);
          const copies = bodies.filter((other) => Buffer.compare(other, content) === 0).length;
          expect(
            gunzipSync(file ?? Buffer.alloc(0))
              .toString("latin1")
              .split("WARC/1.1\r\nWARC-Type: resource\r\n").length - 1,
          ).toBeGreaterThanOrEqual(copies);
          if (copies === 1) expect(Buffer.compare(readRecord(file ?? Buffer.alloc(0)).body, content)).toBe(0);
        }
      }),
      { numRuns: 30 },
    );
  });

  it("keeps both records of a body that was replayed under another id", async () => {
    const files = await filesOf(dossierOf([body("same", "one"), body("same", "two")]));
    const text = gunzipSync(files.get(`data/raw/${sha256Hex("same")}.warc.gz`) ?? Buffer.alloc(0)).toString();
    expect(text.match(/delivery\/github\/(one|two)/g)).toEqual(["delivery/github/one", "delivery/github/two"]);
  });

  it("says the same whatever the order of chains and payloads, the clock's zone, the log's size, the time and the key that signs", async () => {
    const dossier = plainDossier();
    const first = await bundleOf(dossier);
    const content = deterministic(await filesOf(dossier));
    const zone = process.env["TZ"];
    try {
      for (const [at, other] of ["Pacific/Kiritimati", "America/Los_Angeles", "Asia/Kathmandu"].entries()) {
        process.env["TZ"] = other;
        const again = { ...dossier, chains: dossier.chains.toReversed() };
        const entries = again.chains.flatMap((chain) => chain.entries);
        const { checkpoint = new Uint8Array(), proofs } = await new MemoryLog(entries, at * 1000).prove(entries);
        const found = new Map(entries.map(({ hash }, index) => [hash, proofs[index] ?? new Uint8Array()]));
        const over = { checkpoint, proofs: found, sealedAt: `2027-01-0${at + 1}T00:00:00.000Z`, signer: trialEnvelopeSigner(at + 2) };
        const bundle = await bundleOf(again, over);
        expect([bundle.key, bundle.contentDigest]).toEqual([first.key, first.contentDigest]);
        expect(bundle.sha256).not.toBe(first.sha256);
        expect(deterministic(await filesOf(again, over))).toEqual(content);
      }
    } finally {
      if (zone === undefined) delete process.env["TZ"];
      else process.env["TZ"] = zone;
    }
    const withRaw = dossierOf([body("a"), body("b")]);
    const turned = { ...withRaw, raw: new Map([...withRaw.raw].reverse()) };
    expect((await bundleOf(turned)).contentDigest).toBe((await bundleOf(withRaw)).contentDigest);
  });

  it("has another content digest once anything of its content is another", async () => {
    const digests = await Promise.all(
      [
        plainDossier(),
        dossierOf([body("a")]),
        dossierOf([body("b")]),
        { ...plainDossier(), assessment: canonicalBytes(UNJUDGED) },
        { ...plainDossier(), assessment: canonicalBytes({ ...UNJUDGED, outcome: "satisfied" }) },
        { ...plainDossier(), chains: plainChains().slice(0, 2) },
      ].map(async (dossier) => (await bundleOf(dossier)).contentDigest),
    );
    expect(new Set(digests).size).toBe(digests.length);
  });

  it("proves the head of each chain, and of an excerpt the last entry before each gap", async () => {
    const [own, commit] = plainChains();
    const many = chainOf(DEPLOYMENT, [
      { fact: state("InProgress") },
      { fact: state("InProgress") },
      { fact: state("InProgress") },
      { fact: state("Succeeded") },
    ]);
    if (own === undefined || commit === undefined) throw new Error("fixture");
    const [one, two, , four] = many.entries;
    if (one === undefined || two === undefined || four === undefined) throw new Error("fixture");
    const excerpt = { subject: DEPLOYMENT, entries: [one, two, four], excerpt: true as const };
    const dossier = { change: CHANGE, chains: [own, excerpt, commit], raw: new Map() };
    const files = await filesOf(dossier);
    const expected = [own.entries.at(-1), commit.entries.at(-1), two, four].map((sealed) => sealed?.hash ?? "");
    const proved = [...files.keys()].filter((path) => path.endsWith(".tlog-proof"));
    expect(proved).toEqual(expected.map((hash) => `data/log/${hash}.tlog-proof`).sort());
    const log = { origin: ORIGIN, keys: [noteSigner.key] };
    for (const hash of expected) {
      const { checkpoint } = verifyProofFile(files.get(`data/log/${hash}.tlog-proof`) ?? new Uint8Array(), Buffer.from(hash, "hex"), log);
      expect(checkpoint.size).toBe(5 + 4 + 1 + 3);
    }
  });

  it("is not written without a proof of each, nor with one that does not hold or is of another checkpoint", async () => {
    const dossier = plainDossier();
    const good = await sealingOf(dossier);
    const refused = (over: Partial<Sealing>) => code(() => writeBundle(dossier, { ...good, ...over }));
    const entries = dossier.chains.flatMap((chain) => chain.entries);
    const [a = "", b = ""] = dossier.chains.map((chain) => chain.entries.at(-1)?.hash);
    const [proofA, proofB] = [good.proofs.get(a), good.proofs.get(b)];
    if (proofA === undefined || proofB === undefined) throw new Error("fixture");
    expect(await refused({})).toBeUndefined();
    expect(await refused({ proofs: new Map() })).toBe("not-proven");
    expect(await refused({ proofs: new Map([...good.proofs, [a, proofB]]) })).toBe("not-proven");
    expect(await refused({ proofs: new Map([...good.proofs, [a, Buffer.from("no proof")]]) })).toBe("not-proven");
    expect(await refused({ checkpoint: new Uint8Array() })).toBe("not-proven");
    const { checkpoint = new Uint8Array() } = await new MemoryLog(entries, 9).prove(entries);
    expect(await refused({ checkpoint })).toBe("not-proven");
    expect(
      await refused({ proofs: new Map([...good.proofs, [a, Buffer.from(proofA.toString().replace("index", "extra AAAA\nindex"))]]) }),
    ).toBe("not-proven");
    expect(await refused({ sealedAt: "yesterday" })).toBe("not-an-attestation");
    expect(await refused({ signer: { ...good.signer, sign: trialEnvelopeSigner(9).sign } })).toBe("not-an-attestation");
    expect(await refused({ predecessor: { key: "evidence/a b", versionId: "v", sha256: "0".repeat(64) } })).toBe("not-an-attestation");
  });

  it("names the bundle that it follows", async () => {
    const predecessor = { key: "evidence/x.zip", versionId: "v.1_", sha256: "a".repeat(64) };
    const files = await filesOf(plainDossier(), { predecessor });
    expect(textOf(files, "bag-info.txt")).toContain(`\nChange-Ledger-Predecessor: evidence/x.zip v.1_ ${"a".repeat(64)}\n`);
    expect(parseAttestation(files.get("attestation.sigstore.json") ?? new Uint8Array()).statement.predicate.predecessor).toEqual(
      predecessor,
    );
  });

  it("has another key once any chain has grown", async () => {
    const [own, commit] = plainChains();
    const before = await bundleOf({
      ...plainDossier(),
      chains: [own, commit, chainOf(DEPLOYMENT, [{ fact: state("InProgress") }])].filter((c) => c !== undefined),
    });
    const after = await bundleOf(plainDossier());
    expect(before.head).toBe(after.head);
    expect(before.key).not.toBe(after.key);
  });

  it.each([
    ["../../etc/passwd", /^evidence\/%2E%2E\/%2E%2E\/etc\/passwd\//],
    ["a//b", /^evidence\/a\/\/b\//],
    ["å/💥'(*)~!", /^evidence\/%C3%A5\/%F0%9F%92%A5%27%28%2A%29%7E%21\//],
    ["x".repeat(1000), /^evidence\/x{700}~[0-9a-f]{32}\//],
    ["💥".repeat(250), /^evidence\/(%F0%9F%92%A5)+[%0-9A-F]*~[0-9a-f]{32}\//],
  ])("has a key that S3 takes for the change %s", async (id, key) => {
    const change = subject("change", id);
    const bundle = await bundleOf({ change, chains: [chainOf(change, [{ fact: pullRequest() }])], raw: new Map() });
    expect(bundle.key).toMatch(key);
    expect(bundle.key.length).toBeLessThanOrEqual(1024);
    for (const path of Object.keys(unzipSync(bundle.bytes)))
      expect(path).toMatch(/^evidence-[A-Za-z0-9_-]+\/(data\/(log\/)?)?[A-Za-z0-9.-]+$/);
  });

  it("is not written of a dossier that is broken", async () => {
    const [own, commit, deployment] = plainChains();
    if (own === undefined || commit === undefined || deployment === undefined) throw new Error("fixture");
    const broken = (...chains: Dossier["chains"]) => code(() => bundleOf({ change: CHANGE, chains, raw: new Map() }));
    const [first, second] = own.entries;
    if (first === undefined || second === undefined) throw new Error("fixture");
    expect(await broken(own, commit)).toBeUndefined();
    expect(await broken(commit)).toBe("not-a-dossier");
    expect(await broken(own, own)).toBe("not-a-dossier");
    expect(await broken(own, commit, commit)).toBe("not-a-dossier");
    expect(await broken(own, { subject: COMMIT, entries: [] })).toBe("not-a-dossier");
    expect(await broken({ subject: CHANGE, entries: own.entries.slice(1) })).toBe("not-a-dossier");
    expect(await broken({ subject: CHANGE, entries: [first, ...own.entries.slice(2)] })).toBe("not-a-dossier");
    expect(await broken({ subject: CHANGE, entries: [second, first] })).toBe("not-a-dossier");
    expect(await broken({ subject: CHANGE, entries: commit.entries })).toBe("not-a-dossier");
    expect(await broken({ subject: CHANGE, entries: [{ ...first, bytes: Buffer.concat([first.bytes, Buffer.from(" ")]) }] })).toBe(
      "not-a-dossier",
    );
    const forged = sealEntry({ ...second.entry, prev: "f".repeat(64) });
    expect(await broken({ subject: CHANGE, entries: [first, forged] })).toBe("not-a-dossier");
  });

  it("is not written without its raw records, or with others in their place", async () => {
    const dossier = dossierOf([body("a"), body("b")]);
    const [a, b] = payloadsOf(dossier.chains).map(payloadKey);
    const [memberA, memberB] = [dossier.raw.get(a ?? ""), dossier.raw.get(b ?? "")];
    if (a === undefined || b === undefined || memberA === undefined || memberB === undefined) throw new Error("fixture");
    const written = (raw: [string, Uint8Array][]) => code(() => bundleOf({ ...dossier, raw: new Map(raw) }));
    expect(await written([[a, memberA]])).toBe("payload-missing");
    expect(
      await written([
        [a, memberB],
        [b, memberA],
      ]),
    ).toBe("digest-differs");
    expect(
      await written([
        [a, memberA],
        [b, memberB.subarray(1)],
      ]),
    ).toBe("not-a-member");
    expect(
      await written([
        [a, memberA],
        [b, memberB],
      ]),
    ).toBeUndefined();
  });

  it("satisfies sha256sum when it is unpacked", async (context) => {
    try {
      execFileSync("sha256sum", ["--version"]);
    } catch {
      context.skip("sha256sum is not on this machine");
    }
    const folder = mkdtempSync(join(tmpdir(), "bag-"));
    try {
      for (const [path, content] of await filesOf(dossierOf([body("a"), body("b")]))) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), content);
      }
      for (const manifest of ["manifest-sha256.txt", "tagmanifest-sha256.txt"])
        execFileSync("sha256sum", ["--check", "--strict", "--quiet", manifest], { cwd: folder });
      writeFileSync(join(folder, "data/chains.json"), "{}");
      expect(() => execFileSync("sha256sum", ["--check", "--strict", "--status", "manifest-sha256.txt"], { cwd: folder })).toThrow();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("names in the manifests every file but the tag manifest and the attestation, with its digest", async () => {
    const files = await filesOf(dossierOf([body("a")]));
    const listed = ["manifest-sha256.txt", "tagmanifest-sha256.txt"].flatMap((name) => textOf(files, name).trimEnd().split("\n"));
    const expected = [...files]
      .filter(([path]) => path !== "tagmanifest-sha256.txt" && path !== "attestation.sigstore.json")
      .map(([path, content]) => `${createHash("sha256").update(content).digest("hex")}  ${path}`);
    expect(listed.sort()).toEqual(expected.sort());
  });
});

it("links entries' chains as the ledger does", () => {
  expect(chainOf(CHANGE, [{ fact: pullRequest() }, { fact: linked() }]).entries[1]?.entry.prev).toBe(
    chainOf(CHANGE, [{ fact: pullRequest() }]).entries[0]?.hash,
  );
});
