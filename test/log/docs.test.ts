import { createHash } from "node:crypto";
import {
  Edge,
  formatProofFile,
  formatVerifierKey,
  leafOf,
  NOTE_MAX_BYTES,
  NOTE_MAX_SIGNATURES,
  parseBundle,
  parseVerifierKey,
  proveConsistency,
  proveInclusion,
  rootOf,
  signCheckpoint,
  tilePath,
  verifyConsistency,
  verifyProofFile,
} from "@change-ledger/log";
import { describe, expect, it } from "vitest";
import { type Document, namedBlock, readDocuments } from "../architecture/documents.ts";
import { readSources } from "../architecture/source-file.ts";
import { hex, naiveReader } from "./naive.ts";
import { trialSigner } from "./signer.ts";

const formats = readDocuments().find(({ path }) => path === "docs/formats.md") as Document;
const block = (name: string): string => namedBlock(formats, name);
const section = /^## The log\n[\s\S]*?(?=^## )/m.exec(formats.text)?.[0] ?? "";

const ORIGIN = "ledger.example/acme";
const signers = [trialSigner(ORIGIN, 1), trialSigner(ORIGIN, 2)];
const entries = ["one", "two", "three"].map((word) => Buffer.from(word));
const leaves = entries.map(leafOf);
const roots = [0, 1, 2, 3].map((size) => rootOf(leaves.slice(0, size)));
const checkpoint = `${block("log-checkpoint")}\n`;

describe("the example log of docs/formats.md", () => {
  it("hashes as it says, with and without our code", () => {
    expect(leaves.map(hex)).toEqual(block("log-leaves").split("\n"));
    expect(roots.map(hex)).toEqual(block("log-roots").split("\n"));
    expect(createHash("sha256").update("\0one").digest("hex")).toBe(block("log-leaves").split("\n")[0]);
    const node = Buffer.from(`01${block("log-leaves").split("\n").slice(0, 2).join("")}`, "hex");
    expect(createHash("sha256").update(node).digest("hex")).toBe(block("log-roots").split("\n")[2]);
  });
  it("has the files that it says", () => {
    const edge = new Edge();
    for (const entry of entries) edge.append(entry);
    const files = Object.fromEntries(edge.takeTiles().map(({ tile, bytes }) => [tilePath(tile), hex(bytes)]));
    expect(files).toEqual({ "tile/entries/000.p/3": block("log-bundle"), "tile/0/000.p/3": block("log-leaves").replaceAll("\n", "") });
    for (const path of Object.keys(files)) expect(section).toContain(`\`${path}\``);
    expect(parseBundle(Buffer.from(block("log-bundle"), "hex"), 3).map((entry) => Buffer.from(entry).toString())).toEqual([
      "one",
      "two",
      "three",
    ]);
  });
  it("is signed as it says", async () => {
    const [, size, root] = checkpoint.split("\n");
    expect([size, root]).toEqual(["3", Buffer.from(roots[3] ?? []).toString("base64")]);
    const note = await signCheckpoint({ origin: ORIGIN, size: 3, root: roots[3] as Uint8Array, extensions: [] }, signers);
    expect(Buffer.from(note).toString()).toBe(checkpoint);
    expect(signers.map(({ key }) => formatVerifierKey(key))).toEqual(block("log-keys").split("\n"));
  });
  it("proves what it says, to whoever knows either key", async () => {
    const proof = await proveInclusion(naiveReader(leaves), 0, 3);
    const file = Buffer.from(`${block("log-proof")}\n`);
    expect(Buffer.from(formatProofFile({ index: 0, proof, checkpoint: Buffer.from(checkpoint) })).toString()).toBe(file.toString());
    for (const key of block("log-keys").split("\n").map(parseVerifierKey))
      expect(verifyProofFile(file, leaves[0] as Uint8Array, { origin: ORIGIN, keys: [key] }).index).toBe(0);
    for (const [from, told] of [
      [2, ["three"]],
      [1, ["two", "three"]],
    ] as const) {
      const consistency = await proveConsistency(naiveReader(leaves), from, 3);
      expect(consistency.map(hex)).toEqual(told.map((word) => hex(leafOf(Buffer.from(word)))));
      verifyConsistency({ size: from, root: roots[from] as Uint8Array }, { size: 3, root: roots[3] as Uint8Array }, consistency);
    }
  });
  it("tells the limits that the code keeps", () => {
    expect(section).toContain(`${NOTE_MAX_BYTES.toLocaleString("en-US")} bytes, ${NOTE_MAX_SIGNATURES} signatures`);
  });
});

describe("the worked examples at the head of packages/log's modules", () => {
  const heads = readSources("packages/log").map(({ path, text }) => ({ path, head: /^\/\*\*\n([\s\S]*?)\*\//.exec(text)?.[1] ?? "" }));
  const told = heads.flatMap(({ path, head }) =>
    [...(head.split("Worked example")[1] ?? "").matchAll(/^ \* {5}(.*)$/gm)].map(([, line = ""]) => ({ path, line })),
  );

  it("are there", () => {
    const nouns = [
      "hash",
      "subtree",
      "compact-range",
      "inclusion",
      "consistency",
      "tile",
      "tile-hashes",
      "entry-bundle",
      "edge",
      "verifier-key",
      "note",
      "checkpoint",
      "proof-file",
    ];
    for (const noun of nouns) expect(heads.find(({ path }) => path === `packages/log/${noun}.ts`)?.head).toContain("Worked example");
    expect(told.length).toBeGreaterThan(20);
  });
  it.each(told)("$path: $line", ({ line }) => {
    expect(section).toContain(line);
  });
});
