import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readBundle } from "@change-ledger/evidence";
import { beforeAll, describe, expect, it } from "vitest";
import { changeLedger } from "../../packages/cli/commands/change-ledger.ts";
import { bundleAt } from "../../packages/cli/files/bundle-files.ts";
import { dossierOf } from "../evidence/dossiers.ts";
import { bundleOf, trustFile } from "../evidence/sealing.ts";
import { put, temporaryFolder } from "./kept.ts";

const folder = temporaryFolder();
const trust = join(folder, "trust.json");
let zip: Uint8Array;
beforeAll(async () => {
  zip = (await bundleOf(dossierOf([{ id: "1", body: Buffer.from("{}") }]))).bytes;
  put(trust, trustFile());
});

async function verified(...args: readonly string[]): Promise<{ readonly status: number; readonly said: string }> {
  const said: string[] = [];
  const terminal = { out: (text: string) => said.push(text), err: process.stderr, now: () => "2026-11-22T00:00:00Z" };
  return { status: await changeLedger(["verify", ...args, "--trust", trust], terminal), said: said.join("") };
}

/** The bag in a folder, unzipped. */
function unzipped(name: string): string {
  const bag = join(folder, name);
  for (const [path, bytes] of readBundle(zip).files) put(join(bag, path), bytes);
  return bag;
}

describe("verifying an evidence bundle", () => {
  it("takes it zipped, or as the folder that it unzips to", async () => {
    put(join(folder, "bundle.zip"), zip);
    for (const path of [join(folder, "bundle.zip"), unzipped("bag")])
      expect(await verified(path)).toMatchObject({ status: 0, said: expect.stringContaining("Sound.") });
  });

  it("names what was altered, by its file in the bag", async () => {
    const bag = unzipped("altered");
    const entries = join(bag, "data/entries.jsonl");
    writeFileSync(entries, readFileSync(entries, "utf8").replace('"recordedAt":"2026', '"recordedAt":"2025'));
    writeFileSync(join(bag, "data/note.txt"), "x");
    const { status, said } = await verified(bag);
    expect(status).toBe(1);
    expect(said).toMatch(/^The first thing wrong:\n(?:chain-prev|bundle-chains): .*data\/(?:entries\.jsonl|chains\.json)/);
    expect(said).toContain("file-differs: data/entries.jsonl");
    expect(said).toContain("file-extra: data/note.txt");
  });

  it("says by which bundle, where there are several, and calls a file that is none a bag of no form", async () => {
    const all = join(folder, "all");
    put(join(all, "evidence/a.zip"), zip);
    put(join(all, "evidence/b.zip"), Buffer.from(zip).fill(0, 100, 200));
    put(join(all, "evidence/c.zip"), "hello");
    const { status, said } = await verified("--bundles", all);
    expect(status).toBe(1);
    expect(said).toContain("bag-format: evidence/c.zip");
    expect(said).toMatch(/: evidence\/b\.zip/);
    expect(said).not.toMatch(/: evidence\/a\.zip/);
  });

  it("does not leave the folder through a link", async () => {
    const bag = join(folder, "linked");
    mkdirSync(join(bag, "data"), { recursive: true });
    symlinkSync(trust, join(bag, "data/entries.jsonl"));
    await expect(Promise.resolve().then(() => bundleAt(bag).files())).rejects.toMatchObject({ code: "unreadable" });
  });
});
