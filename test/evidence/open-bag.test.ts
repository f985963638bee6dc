import { type Entry, leafHash, parseCanonical, type SealedEntry, sealEntry, sha256Hex } from "@change-ledger/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { attest } from "../../packages/evidence/attestation.ts";
import { contentDigestOf, manifestOf } from "../../packages/evidence/bag.ts";
import { type BagFault, isAttestedBy, openBag, readBundle, type Sealing } from "../../packages/evidence/index.ts";
import { CHANGE, COMMIT, chainOf, DEPLOYMENT, dossierOf, plainChains, pullRequest } from "./dossiers.ts";
import { bundleOf, envelopeSigner, MemoryLog, sealingOf } from "./sealing.ts";

type Files = Map<string, Uint8Array>;

const raw = dossierOf(["one", "two"].map((text) => ({ id: text, body: Buffer.from(text) })));
/** A change with raw records, a check, a deployment of which only some entries are there. */
const dossier = () => {
  const deployment = plainChains()[2];
  if (deployment === undefined) throw new Error("fixture");
  return {
    ...raw,
    chains: [
      ...raw.chains,
      plainChains()[1] ?? deployment,
      { ...deployment, entries: deployment.entries.slice(1), excerpt: true as const },
    ],
  };
};
const filesOf = async (over: Partial<Sealing> = {}): Promise<Files> => readBundle((await bundleOf(dossier(), over)).bytes).files;
const good = await filesOf();
const predecessor = { key: "evidence/before.zip", versionId: "v0", sha256: "a".repeat(64) };
const heads = dossier().chains.map(({ entries }) => entries.at(-1)?.hash ?? "");
const [ONE, TWO] = ["one", "two"].map((text) => `data/raw/${sha256Hex(text)}.warc.gz`) as [string, string];

const textAt = (files: Files, path: string): string => Buffer.from(files.get(path) ?? []).toString();
const replace = (files: Files, path: string, from: string | RegExp, to: string): void => {
  const text = textAt(files, path);
  expect(text.replace(from, to), `${path} changes`).not.toBe(text);
  files.set(path, Buffer.from(text.replace(from, to)));
};

/** Makes tag files and attestation agree again with what was altered: as somebody can who holds the key, or could before it was signed. */
async function sealAgain(files: Files): Promise<void> {
  const payload = [...files].filter(([path]) => path.startsWith("data/"));
  const octets = payload.reduce((sum, [, content]) => sum + content.length, 0);
  const info = textAt(files, "bag-info.txt").replace(/Payload-Oxum: .*/, `Payload-Oxum: ${octets}.${payload.length}`);
  files.set("bag-info.txt", Buffer.from(info));
  files.set("manifest-sha256.txt", manifestOf(new Map(payload)));
  const tags = ["README.md", "bag-info.txt", "bagit.txt", "manifest-sha256.txt"].flatMap((path) => {
    const content = files.get(path);
    return content === undefined ? [] : [[path, content] as const];
  });
  const tagManifest = manifestOf(new Map(tags));
  files.set("tagmanifest-sha256.txt", tagManifest);
  const { predecessor: _none, ...predicate } = statementOf(good).predicate;
  const contentDigest = contentDigestOf(files.get("manifest-sha256.txt") ?? new Uint8Array());
  files.set("attestation.sigstore.json", await attest(tagManifest, { ...predicate, contentDigest }, envelopeSigner));
}

function statementOf(files: Files) {
  const { bag } = openBag(files);
  if (bag.attestation === undefined) throw new Error("expected an attestation");
  return bag.attestation.statement;
}

const brief = ({ check, subject, seq, file, field }: BagFault): string =>
  [check, subject?.slice(0, subject.indexOf(":")), seq === undefined ? undefined : `#${seq}`, file, field]
    .filter((part) => part !== undefined)
    .join(" ")
    // Of an entry that the good bag has not: its hash says nothing to who reads this.
    .replace(/data\/log\/([0-9a-f]{64})/, (whole, hash: string) => (heads.includes(hash) ? whole : "data/log/*"));

describe("a bag that is sound", () => {
  it("has no faults, and says what was sealed", async () => {
    const { bag, faults } = openBag(await filesOf({ predecessor }));
    expect(faults).toEqual([]);
    expect(bag.change).toBe(CHANGE);
    expect(bag.chains.map(({ subject, length, excerpt, entries }) => [subject, length, excerpt, entries.length])).toEqual([
      [CHANGE, 2, false, 2],
      [COMMIT, 1, false, 1],
      [DEPLOYMENT, 1, true, 1],
    ]);
    expect([...bag.proofs.keys()]).toEqual(heads);
    expect(bag.predecessor).toEqual(predecessor);
    expect(bag.checkpoint?.size).toBe(5 + 4);
    expect(bag.attestation !== undefined && isAttestedBy(bag.attestation, envelopeSigner.publicKeyPem)).toBe(true);
    expect(bag.attestation?.statement.predicate.contentDigest).toBe(bag.contentDigest);
  });

  it("may hold what senders wrote to deceive", async () => {
    const hostile = fc.oneof(
      fc.string({ unit: "grapheme", minLength: 1 }),
      fc.string({ unit: "binary", minLength: 1 }).filter((text) => text.isWellFormed()),
      fc.constantFrom("\n", "\r\n\r\nWARC/1.1\r\n", "</script><script>", "\u2028", "../../x", "\ufeff", "```\n# x", "@HEAD@ $& $1"),
    );
    const id = hostile.filter((text) => /^[^\s\p{Cc}]+$/u.test(text));
    await fc.assert(
      fc.asyncProperty(id, hostile, hostile, hostile, fc.uint8Array({ maxLength: 50 }), async (name, context, login, delivery, body) => {
        const { chains, raw: members } = dossierOf([{ id: delivery, body }]);
        const payload = chains[0]?.entries[0]?.entry.payload;
        if (payload === undefined) throw new Error("fixture");
        const change = `change:${name}` as const;
        const own = chainOf(change, [
          { fact: pullRequest({ headRef: context, author: { login } }), login, payload },
          { fact: { kind: "status", facts: { id: context, context, state: login } } },
        ]);
        const { files } = readBundle((await bundleOf({ change, chains: [own], raw: members })).bytes);
        expect(openBag(files).faults).toEqual([]);
        const readme = textAt(files, "README.md");
        expect(readme.split("\n").filter((line) => line.startsWith("change  "))).toHaveLength(1);
        const fences = (text: string) => text.split("\n").filter((line) => line.startsWith("```"));
        expect(fences(readme)).toEqual(fences(textAt(good, "README.md")));
      }),
      { numRuns: 60 },
    );
  });
});

describe("a bag whose bytes were altered", () => {
  it("shows it, whichever bit of whichever file", () => {
    const bits = fc
      .constantFrom(...good.keys())
      .chain((path) => fc.tuple(fc.constant(path), fc.nat((good.get(path)?.length ?? 1) * 8 - 1)));
    fc.assert(
      fc.property(bits, ([path, bit]) => {
        const files = new Map(good);
        const bad = Uint8Array.from(good.get(path) ?? []);
        bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        files.set(path, bad);
        const { bag, faults } = openBag(files);
        const attested = bag.attestation !== undefined && isAttestedBy(bag.attestation, envelopeSigner.publicKeyPem);
        expect(faults.length > 0 || !attested || bag.attestation?.keyId !== envelopeSigner.keyId).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it("names each file that is gone, and one that came, once", () => {
    for (const gone of good.keys()) {
      const files = new Map(good);
      files.delete(gone);
      const missing = openBag(files).faults.filter(({ check, file }) => file === gone && check === "file-missing");
      expect(missing, gone).toHaveLength(1);
    }
    for (const path of ["extra", "data/extra", "data/raw/extra", "data/log/extra", "data/raw/../x", "sub/extra"]) {
      const files = new Map([...good, [path, Buffer.from("x")]]);
      expect(
        openBag(files)
          .faults.filter(({ check }) => check === "file-extra")
          .map(({ file }) => file),
        path,
      ).toEqual([path]);
    }
  });

  it.each<[string, (files: Files) => void, readonly string[]]>([
    ["bagit.txt", (files) => replace(files, "bagit.txt", "1.0", "0.97"), ["bag-format bagit.txt", "file-differs bagit.txt sha256"]],
    [
      "a manifest's order",
      (files) => replace(files, "manifest-sha256.txt", /^(.*\n)(.*\n)/, "$2$1"),
      ["attestation attestation.sigstore.json contentDigest", "bag-format manifest-sha256.txt", "file-differs manifest-sha256.txt sha256"],
    ],
    [
      "a line of bag-info.txt",
      (files) => replace(files, "bag-info.txt", "2026-11-21", "2025-11-21"),
      ["bag-format bag-info.txt Bagging-Date", "file-differs bag-info.txt sha256"],
    ],
    [
      "a line more in bag-info.txt",
      (files) => replace(files, "bag-info.txt", /$/, "More: 1\n"),
      ["bag-format bag-info.txt", "file-differs bag-info.txt sha256"],
    ],
    ["the README", (files) => replace(files, "README.md", "sha256sum", "true"), ["file-differs README.md sha256"]],
    [
      "a predecessor that the attestation does not know",
      (files) => replace(files, "bag-info.txt", /Payload/, `Change-Ledger-Predecessor: k v ${"a".repeat(64)}\nPayload`),
      ["attestation attestation.sigstore.json predecessor", "file-differs bag-info.txt sha256"],
    ],
    [
      "a predecessor that is none",
      (files) => replace(files, "bag-info.txt", /Payload/, "Change-Ledger-Predecessor: nobody\nPayload"),
      ["bag-format bag-info.txt Change-Ledger-Predecessor", "bag-format bag-info.txt", "file-differs bag-info.txt sha256"],
    ],
    [
      "the attestation of another bag",
      (files) => files.set("attestation.sigstore.json", foreign),
      ["change", "contentDigest", "head", "log.size", "log.root", "subject"].map(
        (field) => `attestation attestation.sigstore.json ${field}`,
      ),
    ],
    [
      "an attestation that is none",
      (files) => files.set("attestation.sigstore.json", Buffer.from("{}")),
      ["attestation attestation.sigstore.json"],
    ],
  ])("shows %s", (_, alter, expected) => {
    const files = new Map(good);
    alter(files);
    expect(openBag(files).faults.map(brief).sort()).toEqual([...expected].sort());
  });
});

const other = chainOf("change:other/1", [{ fact: pullRequest() }]);
const foreign = readBundle((await bundleOf({ change: "change:other/1", chains: [other], raw: new Map() })).bytes).files.get(
  "attestation.sigstore.json",
) as Uint8Array;

/** Line `at` of the entries, rewritten; the others as they were. */
const rewrite = (files: Files, at: number, change: (entry: Entry) => Entry): SealedEntry => {
  const lines = textAt(files, "data/entries.jsonl").trimEnd().split("\n");
  const sealed = sealEntry(change(parseCanonical(Buffer.from(lines[at] ?? "")) as Entry));
  lines[at] = Buffer.from(sealed.bytes).toString();
  files.set("data/entries.jsonl", Buffer.from(`${lines.join("\n")}\n`));
  return sealed;
};

describe("a bag that was altered and sealed again by somebody who holds the key", () => {
  const again = async (alter: (files: Files) => void | Promise<void>): Promise<string[]> => {
    const files = new Map(good);
    await alter(files);
    await sealAgain(files);
    return openBag(files).faults.map(brief);
  };

  it("is sound when nothing was altered", async () => {
    expect(await again(() => {})).toEqual([]);
  });

  it.each<[string, (files: Files) => void | Promise<void>, readonly string[]]>([
    [
      "an entry",
      (files) => void rewrite(files, 0, (entry) => ({ ...entry, occurredAt: "2020-01-01T00:00:00.000Z" })),
      ["chain-prev change #1 data/entries.jsonl prev", "file-differs data/summary.html"],
    ],
    [
      "a head",
      (files) => void rewrite(files, 1, (entry) => ({ ...entry, occurredAt: "2020-01-01T00:00:00.000Z" })),
      [
        "bundle-chains change data/entries.jsonl head",
        "file-differs data/summary.html",
        "proof change #1 data/log/*.tlog-proof",
        "bag-format bag-info.txt Change-Ledger-Head",
        `file-extra data/log/${heads[0]}.tlog-proof`,
      ],
    ],
    [
      "an entry's spelling",
      (files) => replace(files, "data/entries.jsonl", '{"facts"', '{ "facts"'),
      ["canonical change data/entries.jsonl line 1", "chain-prev change #1 data/entries.jsonl prev"],
    ],
    [
      "an entry's members",
      (files) => replace(files, "data/entries.jsonl", '"kind":"pull-request"', '"kind":"praise"'),
      ["entry change data/entries.jsonl line 1", "chain-prev change #1 data/entries.jsonl prev"],
    ],
    [
      "two entries' places",
      (files) => replace(files, "data/entries.jsonl", /^(.*\n)(.*\n)/, "$2$1"),
      [
        "chain-gap change #0 data/entries.jsonl seq",
        "chain-prev change #0 data/entries.jsonl prev",
        "chain-doubled change #2 data/entries.jsonl seq",
        "chain-prev change #2 data/entries.jsonl prev",
        "bundle-chains change data/entries.jsonl head",
        "proof change #0 data/log/*.tlog-proof",
        "bag-format bag-info.txt Change-Ledger-Head",
        "file-differs data/summary.html",
      ],
    ],
    [
      "the last entry, which is gone",
      (files) => replace(files, "data/entries.jsonl", /[^\n]+\n$/, ""),
      ["bundle-chains deployment data/entries.jsonl length", "bundle-chains deployment data/entries.jsonl head"],
    ],
    ["a line more", (files) => replace(files, "data/entries.jsonl", /$/, "{}\n"), ["bundle-chains data/entries.jsonl length"]],
    ["no last line break", (files) => replace(files, "data/entries.jsonl", /\n$/, ""), ["bundle-chains data/entries.jsonl"]],
    ["the format", (files) => replace(files, "data/chains.json", '"format":3', '"format":4'), ["bag-format data/chains.json format"]],
    ["chains.json's spelling", (files) => replace(files, "data/chains.json", "{", "{ "), ["bag-format data/chains.json"]],
    [
      "the mark of an excerpt",
      (files) => replace(files, "data/chains.json", '"excerpt":true,', ""),
      [
        "chain-gap deployment #0 data/entries.jsonl seq",
        "chain-prev deployment #0 data/entries.jsonl prev",
        "file-differs data/summary.html",
      ],
    ],
    ["the page", (files) => replace(files, "data/summary.html", "Reviews", "Views"), ["file-differs data/summary.html"]],
    [
      "two raw records, each in the other's place",
      (files) => {
        const [one, two] = [files.get(ONE), files.get(TWO)];
        if (one === undefined || two === undefined) throw new Error("fixture");
        files.set(ONE, two).set(TWO, one);
      },
      [ONE, TWO].flatMap((file, seq) => ["length", "sha256"].map((field) => `payload-differs change #${seq} ${file} ${field}`)),
    ],
    ["a raw record", (files) => files.set(ONE, Buffer.from("x")), [`payload-differs change #0 ${ONE} record`]],
    ["no raw record", (files) => files.delete(ONE), [`payload-missing change #0 ${ONE}`]],
    [
      "a raw record twice",
      (files) => files.set(ONE, Buffer.concat([files.get(ONE) ?? new Uint8Array(), files.get(ONE) ?? new Uint8Array()])),
      [`payload-differs change #0 ${ONE} length`],
    ],
    ["no proof", (files) => files.delete(`data/log/${heads[0]}.tlog-proof`), [`proof change #1 data/log/${heads[0]}.tlog-proof`]],
    [
      "a proof of another entry",
      (files) => files.set(`data/log/${heads[0]}.tlog-proof`, files.get(`data/log/${heads[1]}.tlog-proof`) ?? new Uint8Array()),
      [`proof change #1 data/log/${heads[0]}.tlog-proof`],
    ],
    [
      "a proof more",
      (files) => files.set(`data/log/${"0".repeat(64)}.tlog-proof`, files.get(`data/log/${heads[1]}.tlog-proof`) ?? new Uint8Array()),
      ["file-extra data/log/*.tlog-proof"],
    ],
    [
      "the checkpoint of a larger log",
      async (files) => files.set("data/log/checkpoint", (await new MemoryLog([], 20).prove([])).checkpoint ?? new Uint8Array()),
      [
        ...heads.map((head, at) => `proof ${["change #1", "commit #0", "deployment #1"][at]} data/log/${head}.tlog-proof`),
        "attestation attestation.sigstore.json log.size",
        "attestation attestation.sigstore.json log.root",
      ],
    ],
    [
      "a checkpoint that is none",
      (files) => files.set("data/log/checkpoint", Buffer.from("size 9")),
      [
        "checkpoint data/log/checkpoint",
        ...heads.map((head, at) => `proof ${["change #1", "commit #0", "deployment #1"][at]} data/log/${head}.tlog-proof`),
      ],
    ],
  ])("shows %s", async (_, alter, expected) => {
    expect((await again(alter)).sort()).toEqual([...expected].sort());
  });

  it("holds an entry to another record's place: two that name one place must agree", async () => {
    const first = raw.chains[0]?.entries[0]?.entry.payload;
    if (first === undefined) throw new Error("fixture");
    const twice = chainOf(CHANGE, [
      { fact: pullRequest(), payload: first },
      { fact: pullRequest(), payload: { ...first, sha256: sha256Hex("two") } },
    ]);
    const entries = [...twice.entries];
    const { checkpoint = new Uint8Array(), proofs } = await new MemoryLog(entries).prove(entries);
    await expect(
      bundleOf(
        { change: CHANGE, chains: [twice], raw: raw.raw },
        { checkpoint, proofs: new Map(entries.map(({ hash }, at) => [hash, proofs[at] ?? new Uint8Array()])) },
      ),
    ).rejects.toMatchObject({ code: "digest-differs" });
  });

  it("does not take hashes from what it reads", () => {
    const { bag } = openBag(good);
    for (const { entries } of bag.chains) for (const { bytes, hash } of entries) expect(hash).toBe(leafHash(bytes));
  });
});

it("does not begin where nothing is", () => {
  expect(openBag(new Map()).faults.map(({ check }) => check)).toContain("file-missing");
});

it("says what a dossier without an end says", async () => {
  const own = chainOf(CHANGE, [{ fact: pullRequest({ state: "closed" }) }]);
  const closed = { change: CHANGE, chains: [own], raw: new Map<string, Uint8Array>() };
  const outcome = async (chains: typeof closed) =>
    statementOf(readBundle((await bundleOf(chains, await sealingOf(chains))).bytes).files).predicate.outcome;
  expect(await outcome(closed)).toBe("abandoned");
  expect(await outcome({ ...closed, chains: [chainOf(CHANGE, [{ fact: pullRequest() }])] })).toBe("not-ended");
  expect(await outcome({ ...closed, chains: plainChains() })).toBe("deployed");
});
