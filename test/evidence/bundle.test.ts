import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { leafHash, openEntry, sealEntry, sha256Hex, subject } from "@change-ledger/model";
import fc from "fast-check";
import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { type Dossier, EvidenceError, payloadKey, payloadsOf, readRecord, writeBundle } from "../../packages/evidence/index.ts";
import { CHANGE, COMMIT, chainOf, DEPLOYMENT, dossierOf, linked, plainChains, plainDossier, pullRequest, state } from "./dossiers.ts";

const filesOf = (dossier: Dossier): Map<string, Uint8Array> => {
  const paths = Object.entries(unzipSync(writeBundle(dossier).bytes));
  return new Map(paths.map(([path, content]) => [path.slice(path.indexOf("/") + 1), content]));
};
const textOf = (files: ReadonlyMap<string, Uint8Array>, path: string): string => Buffer.from(files.get(path) ?? []).toString();
const code = (run: () => unknown): string | undefined => {
  try {
    run();
  } catch (error) {
    return error instanceof EvidenceError ? error.code : String(error);
  }
  return undefined;
};
const body = (text: string, id = text) => ({ id, body: Buffer.from(text) });

describe("an evidence bundle", () => {
  it("has the golden bytes", () => {
    const { bytes, sha256, base64Sha256, key, head } = writeBundle(plainDossier());
    // Whoever has to change this changes what a key stands for: raise FORMAT in bundle.ts with it.
    expect(sha256).toBe("614a5b8327e3fd441e172046227c2d78e852be2d3887aaef84f166d83c70896f");
    expect(sha256).toBe(sha256Hex(bytes));
    expect(Buffer.from(base64Sha256, "base64").toString("hex")).toBe(sha256);
    expect(head).toBe(plainChains()[0]?.entries.at(-1)?.hash);
    expect(key).toBe(`evidence/github/acme/cargo/pull/123/${head}-1fda68d5285b817f.zip`);
  });

  it("holds the bag, and each chain's entries as they were hashed", () => {
    const files = filesOf(plainDossier());
    expect([...files.keys()]).toEqual([
      "bag-info.txt",
      "bagit.txt",
      "data/chains.json",
      "data/entries.jsonl",
      "data/summary.html",
      "manifest-sha256.txt",
      "tagmanifest-sha256.txt",
    ]);
    expect(textOf(files, "bagit.txt")).toBe("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n");
    const payload = ["chains.json", "entries.jsonl", "summary.html"].map((name) => files.get(`data/${name}`)?.length ?? 0);
    expect(textOf(files, "bag-info.txt").split("\n")).toEqual([
      "Bag-Software-Agent: change-ledger",
      "Bagging-Date: 2026-11-21",
      `External-Identifier: ${CHANGE}`,
      "External-Description: The record of one change: hash-chained entries, the raw deliveries they were made from, and a summary",
      "Change-Ledger-Bundle-Format: 1",
      `Change-Ledger-Head: ${plainChains()[0]?.entries.at(-1)?.hash}`,
      `Payload-Oxum: ${payload.reduce((a, b) => a + b)}.3`,
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

  it("gives every payload back by its digest", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 6 }), (bodies) => {
        const dossier = dossierOf(bodies.map((content, index) => ({ id: String(index), body: content })));
        const files = filesOf(dossier);
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

  it("keeps both records of a body that was replayed under another id", () => {
    const files = filesOf(dossierOf([body("same", "one"), body("same", "two")]));
    const text = gunzipSync(files.get(`data/raw/${sha256Hex("same")}.warc.gz`) ?? Buffer.alloc(0)).toString();
    expect(text.match(/delivery\/github\/(one|two)/g)).toEqual(["delivery/github/one", "delivery/github/two"]);
  });

  it("is the same whatever the order of chains and payloads, the clock's zone and the number of tries", () => {
    const { change, chains, raw } = { ...plainDossier(), raw: new Map() };
    const first = writeBundle({ change, chains, raw });
    const zone = process.env["TZ"];
    try {
      for (const other of ["Pacific/Kiritimati", "America/Los_Angeles", "Asia/Kathmandu"]) {
        process.env["TZ"] = other;
        expect(writeBundle({ change, chains: chains.toReversed(), raw }).sha256).toBe(first.sha256);
      }
    } finally {
      if (zone === undefined) delete process.env["TZ"];
      else process.env["TZ"] = zone;
    }
    const withRaw = dossierOf([body("a"), body("b")]);
    expect(writeBundle({ ...withRaw, raw: new Map([...withRaw.raw].reverse()) }).sha256).toBe(writeBundle(withRaw).sha256);
  });

  it("has another key once any chain has grown", () => {
    const [own, commit] = plainChains();
    const before = writeBundle({
      ...plainDossier(),
      chains: [own, commit, chainOf(DEPLOYMENT, [{ fact: state("InProgress") }])].filter((c) => c !== undefined),
    });
    const after = writeBundle(plainDossier());
    expect(before.head).toBe(after.head);
    expect(before.key).not.toBe(after.key);
  });

  it.each([
    ["../../etc/passwd", /^evidence\/%2E%2E\/%2E%2E\/etc\/passwd\//],
    ["a//b", /^evidence\/a\/\/b\//],
    ["å/💥'(*)~!", /^evidence\/%C3%A5\/%F0%9F%92%A5%27%28%2A%29%7E%21\//],
    ["x".repeat(1000), /^evidence\/x{700}~[0-9a-f]{32}\//],
    ["💥".repeat(250), /^evidence\/(%F0%9F%92%A5)+[%0-9A-F]*~[0-9a-f]{32}\//],
  ])("has a key that S3 takes for the change %s", (id, key) => {
    const change = subject("change", id);
    const bundle = writeBundle({ change, chains: [chainOf(change, [{ fact: pullRequest() }])], raw: new Map() });
    expect(bundle.key).toMatch(key);
    expect(bundle.key.length).toBeLessThanOrEqual(1024);
    for (const path of Object.keys(unzipSync(bundle.bytes))) expect(path).toMatch(/^evidence-[A-Za-z0-9_-]+\/(data\/)?[a-z0-9-]+\.[a-z]+$/);
  });

  it("is not written of a dossier that is broken", () => {
    const [own, commit, deployment] = plainChains();
    if (own === undefined || commit === undefined || deployment === undefined) throw new Error("fixture");
    const broken = (...chains: Dossier["chains"]) => code(() => writeBundle({ change: CHANGE, chains, raw: new Map() }));
    const [first, second] = own.entries;
    if (first === undefined || second === undefined) throw new Error("fixture");
    expect(broken(own, commit)).toBeUndefined();
    expect(broken(commit)).toBe("not-a-dossier");
    expect(broken(own, own)).toBe("not-a-dossier");
    expect(broken(own, commit, commit)).toBe("not-a-dossier");
    expect(broken(own, { subject: COMMIT, entries: [] })).toBe("not-a-dossier");
    expect(broken({ subject: CHANGE, entries: own.entries.slice(1) })).toBe("not-a-dossier");
    expect(broken({ subject: CHANGE, entries: [first, ...own.entries.slice(2)] })).toBe("not-a-dossier");
    expect(broken({ subject: CHANGE, entries: [second, first] })).toBe("not-a-dossier");
    expect(broken({ subject: CHANGE, entries: commit.entries })).toBe("not-a-dossier");
    expect(broken({ subject: CHANGE, entries: [{ ...first, bytes: Buffer.concat([first.bytes, Buffer.from(" ")]) }] })).toBe(
      "not-a-dossier",
    );
    const forged = sealEntry({ ...second.entry, prev: "f".repeat(64) });
    expect(broken({ subject: CHANGE, entries: [first, forged] })).toBe("not-a-dossier");
  });

  it("is not written without its raw records, or with others in their place", () => {
    const dossier = dossierOf([body("a"), body("b")]);
    const [a, b] = payloadsOf(dossier.chains).map(payloadKey);
    const [memberA, memberB] = [dossier.raw.get(a ?? ""), dossier.raw.get(b ?? "")];
    if (a === undefined || b === undefined || memberA === undefined || memberB === undefined) throw new Error("fixture");
    const written = (raw: [string, Uint8Array][]) => code(() => writeBundle({ ...dossier, raw: new Map(raw) }));
    expect(written([[a, memberA]])).toBe("payload-missing");
    expect(
      written([
        [a, memberB],
        [b, memberA],
      ]),
    ).toBe("digest-differs");
    expect(
      written([
        [a, memberA],
        [b, memberB.subarray(1)],
      ]),
    ).toBe("not-a-member");
    expect(
      written([
        [a, memberA],
        [b, memberB],
      ]),
    ).toBeUndefined();
  });

  it("satisfies sha256sum when it is unpacked", (context) => {
    try {
      execFileSync("sha256sum", ["--version"]);
    } catch {
      context.skip("sha256sum is not on this machine");
    }
    const folder = mkdtempSync(join(tmpdir(), "bag-"));
    try {
      for (const [path, content] of filesOf(dossierOf([body("a"), body("b")]))) {
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

  it("names in the manifests every file but the tag manifest, with its digest", () => {
    const files = filesOf(dossierOf([body("a")]));
    const listed = ["manifest-sha256.txt", "tagmanifest-sha256.txt"].flatMap((name) => textOf(files, name).trimEnd().split("\n"));
    const expected = [...files]
      .filter(([path]) => path !== "tagmanifest-sha256.txt")
      .map(([path, content]) => `${createHash("sha256").update(content).digest("hex")}  ${path}`);
    expect(listed.sort()).toEqual(expected.sort());
  });
});

it("links entries' chains as the ledger does", () => {
  expect(chainOf(CHANGE, [{ fact: pullRequest() }, { fact: linked() }]).entries[1]?.entry.prev).toBe(
    chainOf(CHANGE, [{ fact: pullRequest() }]).entries[0]?.hash,
  );
});
