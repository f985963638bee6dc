import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipParts } from "@change-ledger/evidence";
import { audit, type LedgerReader, MemoryStore, manifestOf } from "@change-ledger/workpapers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { changeLedger } from "../../packages/cli/commands/change-ledger.ts";
import { HttpReader } from "../../packages/cli/files/http.ts";
import { PaperFolder } from "../../packages/cli/files/paper-folder.ts";
import { checkManifest } from "../../packages/cli/workpapers/check-manifest.ts";
import type { Running } from "./running.ts";

/** Runs a command of `change-ledger` as a terminal would. */
async function command(...args: readonly string[]): Promise<{ readonly code: number; readonly out: string }> {
  const out: string[] = [];
  const err = { isTTY: false, write: () => true } as unknown as NodeJS.WriteStream;
  const code = await changeLedger(args, { out: (text) => void out.push(text), err, now: () => new Date().toISOString() });
  return { code, out: out.join("") };
}

const PAGE = new URL("../../docs/audit.md", import.meta.url);

/** Commands of docs/audit.md, in their order, without what a shell would do. */
function commandsOfThePage(values: Readonly<Record<string, string>>): string[][] {
  const [, block = ""] = /```sh name=audit\n([\s\S]*?)```/.exec(readFileSync(PAGE, "utf8")) ?? [];
  return block
    .split("\n")
    .filter((line) => line.startsWith("npx change-ledger "))
    .map((line) => Object.entries(values).reduce((text, [from, to]) => text.replaceAll(from, to), line))
    .map((line) =>
      [...line.slice("npx change-ledger ".length).matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? ""),
    );
}

const linesIn = (path: string) => readFileSync(path, "utf8").split("\n");

/** What somebody may alter in working papers, and what is said of it when they made the manifest anew. */
const TAMPERED: readonly (readonly [what: string, alter: (folder: string) => void, said: RegExp])[] = [
  [
    "an item less in the population",
    (folder) => writeFileSync(join(folder, "population.jsonl"), linesIn(join(folder, "population.jsonl")).slice(1).join("\n")),
    /population: certificate\.json, population population\.root: expected /,
  ],
  [
    "another outcome in the certificate",
    (folder) => edit(join(folder, "certificate.json"), (text) => text.replace(/"outcome":"[a-z-]+"/, '"outcome":"satisfied"')),
    /certificate: certificate\.json, signature entry: expected [\s\S]*population: certificate\.json, predicate\.outcome: expected "not-satisfied", as the log says/,
  ],
  [
    "another nonce in the sample",
    (folder) => edit(join(folder, "sample.json"), (text) => text.replace('"nonce":"4 4', '"nonce":"4 5')),
    /sample: sample\.json, seed: expected /,
  ],
  [
    "an exception less in the results",
    (folder) =>
      edit(join(folder, "results.json"), (text) =>
        text.replace(/\{"because":"[^"]*","change":"[^"]*","code":"[^"]*","id":"[^"]*","test":"[^"]*"\},/, ""),
      ),
    /result: results\.json, exceptions\.\d+\./,
  ],
  [
    "a friendlier page",
    (folder) => edit(join(folder, "index.html"), (text) => text.replace("not-satisfied", "satisfied")),
    /result: index\.html: expected what the evidence gives/,
  ],
  [
    "a bundle in another's place",
    (folder) => {
      const [one = "", other = ""] = readdirSync(join(folder, "bundles"));
      cpSync(join(folder, "bundles", other), join(folder, "bundles", one));
    },
    /result: results\.json, /,
  ],
  [
    "an entry of the log",
    (folder) => {
      const file = join(folder, "log/tile/entries/000");
      const bytes = readFileSync(file);
      bytes.writeUInt8(bytes.readUInt8(100) ^ 1, 100);
      writeFileSync(file, bytes);
    },
    /tile: log\/checkpoint: expected the log of this checkpoint, found tile\/entries\/000/,
  ],
];

function edit(file: string, change: (text: string) => string): void {
  const before = readFileSync(file, "utf8");
  const after = change(before);
  expect(after, file).not.toBe(before);
  writeFileSync(file, after);
}

/** The auditor's page against a ledger that the demonstration was played into; `running` has the API behind `token`. */
export function auditsByThePage(running: () => Running, token: string): void {
  describe("an auditor with docs/audit.md", () => {
    let work: string;
    let commands: string[][];
    const papers = () => join(work, "papers");
    const anew = () => ({
      trusted: undefined,
      lists: [],
      scope: undefined,
      asOf: undefined,
      now: new Date().toISOString(),
      progress: () => {},
    });
    const readerOf = (url: string): LedgerReader => {
      const http = new HttpReader(url, "/v1", token);
      return {
        get: (path, maxBytes) => http.get(path, maxBytes),
        bundle: (path, maxBytes) => http.get(path, maxBytes),
        post: (path, body, maxBytes) => http.post(path, body, maxBytes),
        once: (path, maxBytes) => http.once(path, maxBytes),
        pause: async () => {},
      };
    };

    beforeAll(async () => {
      work = mkdtempSync(join(tmpdir(), "change-ledger-audit-"));
      const { stack } = running();
      writeFileSync(join(work, "token"), token);
      writeFileSync(join(work, "trust.json"), Buffer.from(await (await fetch(`${stack.url}/v1/log/trust.json`)).arrayBuffer()));
      commands = commandsOfThePage({
        $LEDGER: stack.url,
        ".change-ledger/token": join(work, "token"),
        "--trust trust.json": `--trust ${join(work, "trust.json")}`,
        $FROM: "2026-10-01",
        $TO: "2027-01-01",
        papers: papers(),
      });
    });
    afterAll(() => rmSync(work, { recursive: true, force: true }));

    it("certifies the population before the nonce is chosen", async () => {
      expect(commands.map(([name]) => name)).toEqual(["audit", "audit", "verify"]);
      const { code, out } = await command(...(commands[0] ?? []));
      expect([code, out]).toEqual([0, expect.stringContaining("--nonce")]);
      expect(out).toMatch(/population: [1-9]\d* items/);
      expect(existsSync(join(papers(), "certificate.tlog-proof"))).toBe(true);
      expect(existsSync(join(papers(), "sample.json"))).toBe(false);
    });

    it("draws, fetches and tests again, and all of it is sound", async () => {
      const { code, out } = await command(...(commands[1] ?? []));
      expect([code, out]).toEqual([0, expect.stringMatching(/sample: 25 items, \d+ satisfied, [1-9]\d* exceptions/)]);
      const verified = await command(...(commands[2] ?? []));
      expect(verified.out).toMatch(/^Sound\.\n/);
      expect(verified.out).toContain("population: made again from the log");
      expect(verified.code).toBe(0);
      const { items } = JSON.parse(readFileSync(join(papers(), "results.json"), "utf8"));
      const again: string[] = items.flatMap(({ changes }: { changes: { again: string }[] }) => changes.map((one) => one.again));
      expect(new Set(again)).toEqual(new Set(["same", "no-bundle"].filter((one) => again.includes(one))));
      expect(again).toContain("same");
    });

    it("comes to the same files without a folder: nothing of it is the command's alone", async () => {
      const store = new MemoryStore(1 << 30);
      for (const file of [".audit.json", "log/checkpoint"]) store.put(file, readFileSync(join(papers(), file)));
      const { question, period } = JSON.parse(readFileSync(join(papers(), ".audit.json"), "utf8"));
      await audit({
        ...anew(),
        ledger: readerOf(running().stack.url),
        papers: store,
        period,
        question,
      });
      expect(store.files()).toEqual(new PaperFolder(papers()).files());
      // Proofs are given under the checkpoint of the day.
      const ofTheDay = new Set(["certificate.tlog-proof", "sample.tlog-proof", "manifest.json"]);
      const other = store.all().filter(([file, bytes]) => Buffer.compare(bytes, readFileSync(join(papers(), file))) !== 0);
      expect(other.map(([file]) => file).filter((file) => !ofTheDay.has(file))).toEqual([]);
    });

    it("reads no more of the log than it may, and then puts nothing on record", async () => {
      const { url } = running().stack;
      const [from, to] = ["2026-10-01T00:00:00.000Z", "2027-01-01T00:00:00.000Z"];
      const asked: string[] = [];
      const ledger = { ...readerOf(url), post: async (path: string) => void asked.push(path) };
      const auditing = audit({
        ...anew(),
        ledger,
        papers: new MemoryStore(1 << 30),
        period: { from, to },
        question: undefined,
        mostEntries: 1,
      });
      await expect(auditing).rejects.toMatchObject({ code: "too-large" });
      expect(asked).toEqual([]);
    });

    it("is sound in one archive too, and is not with a byte changed in it", async () => {
      const store = new PaperFolder(papers());
      const paths = [
        ...store.files(),
        ...readdirSync(papers(), { recursive: true, encoding: "utf8" }).filter(
          (path) => /^log.tile.*\d$/.test(path) && statSync(join(papers(), path)).isFile(),
        ),
      ];
      const files = new Map(paths.map((path) => [`papers/${path}`, Uint8Array.from(readFileSync(join(papers(), path)))]));
      const zip = join(work, "papers.zip");
      writeFileSync(zip, Buffer.concat(zipParts(files)));
      const sound = await command("verify", zip, "--trust", join(work, "trust.json"));
      expect([sound.code, sound.out]).toEqual([0, expect.stringContaining("population: made again from the log")]);
      files.set("papers/results.json", Buffer.concat([files.get("papers/results.json") ?? new Uint8Array(), Buffer.from(" ")]));
      writeFileSync(zip, Buffer.concat(zipParts(files)));
      expect((await command("verify", zip)).out).toContain("file-differs: results.json");
    });

    it("goes on where a run was broken off, fetches nothing that is there, and comes to the same bytes", async () => {
      const before = readFileSync(join(papers(), "manifest.json"), "utf8");
      unlinkSync(join(papers(), "manifest.json"));
      unlinkSync(join(papers(), "index.html"));
      const reads = running().stack.stats().functions.api?.invocations ?? 0;
      await command(...(commands[1] ?? []));
      expect(readFileSync(join(papers(), "manifest.json"), "utf8")).toBe(before);
      const asked = (running().stack.stats().functions.api?.invocations ?? 0) - reads;
      const changes = (before.match(/bundles\//g) ?? []).length;
      expect(asked).toBeLessThan(5 * changes + 20);
      const other = ["--nonce", "another"];
      await expect(command(...(commands[0] ?? []), ...other)).rejects.toThrow("a second one goes into another folder");
    });

    it("is told of every file that is not the one which was made", () => {
      const copy = join(work, "altered");
      cpSync(papers(), copy, { recursive: true });
      const { files } = JSON.parse(readFileSync(join(copy, "manifest.json"), "utf8")) as { files: { path: string }[] };
      const told = () => [...checkManifest(new PaperFolder(copy))].map(({ check, file }) => `${check} ${file}`).toSorted();
      const eachSaid = (check: string) => files.map(({ path }) => `${check} ${path}`).toSorted();
      for (const { path } of files) appendFileSync(join(copy, path), " ");
      expect(told()).toEqual(eachSaid("file-differs"));
      for (const { path } of files) rmSync(join(copy, path));
      expect(told()).toEqual(eachSaid("file-missing"));
      writeFileSync(join(copy, "more.txt"), "");
      expect(told()).toContain("file-extra more.txt");
      rmSync(copy, { recursive: true });
    });

    it.each(TAMPERED)("is told of %s, though the manifest was made anew", async (_what, alter, said) => {
      const copy = join(work, "tampered");
      cpSync(papers(), copy, { recursive: true });
      alter(copy);
      writeFileSync(join(copy, "manifest.json"), manifestOf(new PaperFolder(copy)));
      const { code, out } = await command("verify", copy, "--trust", join(work, "trust.json"));
      rmSync(copy, { recursive: true });
      expect([code, out]).toEqual([1, expect.stringMatching(said)]);
    });
  });
}
