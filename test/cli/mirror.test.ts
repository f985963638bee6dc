import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { CompactRange, leafOf, parseBundle } from "@change-ledger/log";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { changeLedger } from "../../packages/cli/commands/change-ledger.ts";
import { exportFromApi } from "../../packages/cli/commands/export-api.ts";
import { mirror } from "../../packages/cli/commands/mirror.ts";
import { checkpointOf, madeLedger, NOW, put, temporaryFolder, verifyMade } from "./kept.ts";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
});

async function served(answer: Answer): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

let made: Awaited<ReturnType<typeof madeLedger>>;
beforeAll(async () => {
  made = await madeLedger(2_500);
  const note = await checkpointOf(made.size, made.root, ["hour 2026-11-21T22"]);
  put(join(made.log, "hours/2026/11/21/22"), note);
});

/** The log's files below /v1/log/, as the API serves them; `asked` hears of each path. */
const files =
  (asked: string[] = [], other: (path: string) => Uint8Array | undefined = () => undefined): Answer =>
  (request, response) => {
    const { pathname } = new URL(request.url ?? "", "http://x");
    const path = pathname.replace("/v1/log/", "");
    asked.push(path);
    if (path === "hours") return void response.end(JSON.stringify({ items: ["2026-11-21T22"] }));
    const file = join(made.log, path);
    const bytes = other(path) ?? (existsSync(file) ? readFileSync(file) : undefined);
    response.statusCode = bytes === undefined ? 404 : 200;
    response.end(bytes);
  };

const mirrorInto = async (url: string, folder: string, token?: string) =>
  await mirror({ url, folder, token, progress: () => {}, trusted: undefined, now: NOW });

describe("mirror", () => {
  it("copies a log that the verifier then finds sound, and afterwards only what is new", async () => {
    const asked: string[] = [];
    const url = await served(files(asked));
    const folder = join(temporaryFolder(), "log");
    expect(await mirrorInto(url, folder)).toMatchObject({ size: 2_500, origin: "ledger.example/made" });
    const { faults, summary } = await verifyMade({ log: folder });
    expect(faults).toEqual([]);
    expect(summary.log?.hours).toEqual({ first: "2026-11-21T22", last: "2026-11-21T22", count: 1 });
    asked.splice(0);
    await mirrorInto(`${url}/v1/log/`, folder);
    expect(asked.toSorted()).toEqual(["checkpoint", "hours", "trust.json"]);
  });

  it("goes on where it was stopped", async () => {
    let left = 12;
    const broken = await served((request, response) => {
      if (left-- > 0) files()(request, response);
      else response.writeHead(403).end();
    });
    const folder = temporaryFolder();
    await expect(mirrorInto(broken, folder)).rejects.toMatchObject({ code: "unreadable" });
    expect(existsSync(join(folder, "checkpoint"))).toBe(false);
    const asked: string[] = [];
    await mirrorInto(await served(files(asked)), folder);
    expect((await verifyMade({ log: folder })).faults).toEqual([]);
  });

  it("keeps no file that does not lead to the root hash", async () => {
    const altered = (path: string): Uint8Array | undefined => {
      if (path !== "tile/entries/004") return undefined;
      return Buffer.from(readFileSync(join(made.log, path)).toString("latin1").replace("success", "failure"), "latin1");
    };
    const folder = temporaryFolder();
    await expect(mirrorInto(await served(files([], altered)), folder)).rejects.toMatchObject({
      code: "wrong-tile",
      message: expect.stringContaining("tile/entries/004: expected leaf 1024"),
    });
    expect(existsSync(join(folder, "tile/entries/004"))).toBe(false);
    expect(existsSync(join(folder, "checkpoint"))).toBe(false);
  });

  it("tells of a log that shrank, and of one that was rewritten, since the last time", async () => {
    const folder = temporaryFolder();
    await mirrorInto(await served(files()), folder);
    put(join(folder, "checkpoint"), await checkpointOf(2_501, made.root));
    await expect(mirrorInto(await served(files()), folder)).rejects.toMatchObject({ message: expect.stringContaining("truncated") });
    put(join(folder, "checkpoint"), await checkpointOf(2_000, made.root));
    await expect(mirrorInto(await served(files()), folder)).rejects.toMatchObject({ message: expect.stringContaining("fork") });
    const range = new CompactRange();
    for (const entry of parseBundle(readFileSync(join(made.log, "tile/entries/000")), 256)) range.append(leafOf(entry));
    put(join(folder, "checkpoint"), await checkpointOf(256, range.root()));
    expect((await mirrorInto(await served(files()), folder)).size).toBe(2_500);
  });

  it("gives the token to the server that it was made for, and to none that this one names", async () => {
    const heard: [string, string | undefined][] = [];
    const other = await served((request, response) => {
      heard.push(["other", request.headers.authorization]);
      files()(request, response);
    });
    const url = await served((request, response) => {
      heard.push(["first", request.headers.authorization]);
      if (!request.url?.includes("entries/002")) return files()(request, response);
      response.writeHead(302, { location: `${other}${request.url}` }).end();
    });
    await mirrorInto(url, temporaryFolder(), "secret");
    expect(heard.filter(([who]) => who === "other")).toEqual([["other", undefined]]);
    expect(heard.filter(([who]) => who === "first").every(([, token]) => token === "Bearer secret")).toBe(true);
  });

  it("waits for a server that is busy, and says what another one answers", async () => {
    let busy = 2;
    const url = await served((request, response) => {
      if (busy-- > 0) response.writeHead(503, { "retry-after": "0" }).end();
      else files()(request, response);
    });
    expect((await mirrorInto(url, temporaryFolder())).size).toBe(2_500);
    const closed = await served((_, response) => response.writeHead(401).end());
    await expect(mirrorInto(closed, temporaryFolder())).rejects.toMatchObject({
      code: "unreadable",
      message: expect.stringContaining("--token-file"),
    });
    const endless = await served((_, response) => response.end(Buffer.alloc(2_000_000)));
    await expect(mirrorInto(endless, temporaryFolder())).rejects.toMatchObject({
      message: expect.stringContaining("expected at most 1000000 bytes"),
    });
    const around = await served((request, response) => response.writeHead(302, { location: request.url ?? "" }).end());
    await expect(mirrorInto(around, temporaryFolder())).rejects.toMatchObject({ message: expect.stringContaining("leads too far") });
  });
});

describe("export", () => {
  /** The ledger as the API hands it out: chains in another order, in pages that end where they will. */
  function ledgerApi(shuffle: (lines: string[]) => string[], pageLines = 33): Answer {
    const lines = shuffle(readFileSync(made.ledger, "utf8").split("\n").slice(0, -1));
    return (request, response) => {
      const { searchParams, pathname } = new URL(request.url ?? "", "http://x");
      if (pathname !== "/v1/ledger/entries") return void response.writeHead(404).end();
      const from = Number(searchParams.get("cursor") ?? 0);
      const page = from === 66 ? [] : lines.slice(from, from + pageLines);
      const next = from === 66 ? 66.5 : from + page.length;
      if (from === 66.5)
        return void response.setHeader("x-next-cursor", "99").end(
          lines
            .slice(66, 99)
            .map((line) => `${line}\n`)
            .join(""),
        );
      if (next < lines.length) response.setHeader("x-next-cursor", String(next));
      response.end(page.map((line) => `${line}\n`).join(""));
    };
  }
  const byChains = (lines: string[]): string[] => {
    const chains = Array.from({ length: lines.length / 5 }, (_, at) => lines.slice(5 * at, 5 * at + 5));
    return chains.sort((a, b) => ((a[0] ?? "").slice(-40) < (b[0] ?? "").slice(-40) ? 1 : -1)).flat();
  };

  it("brings what the API hands out into the order of an export, byte for byte", async () => {
    const path = join(temporaryFolder(), "ledger.jsonl");
    expect(await exportFromApi({ url: await served(ledgerApi(byChains)), path, token: undefined, progress: () => {} })).toBe(2_500);
    expect(readFileSync(path).equals(readFileSync(made.ledger))).toBe(true);
  });

  it("refuses what is no list of entries, and leaves no file behind", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "ledger.jsonl");
    const options = { path, token: undefined, progress: () => {} };
    for (const body of [
      "hello\n",
      '{"subject":1,"seq":0}\n',
      '{"subject":"a","seq":0}',
      '{"subject":"a","seq":0}\n{"subject":"a","seq":0}\n',
    ])
      await expect(exportFromApi({ ...options, url: await served((_, response) => response.end(body)) })).rejects.toMatchObject({
        code: "unreadable",
      });
    expect(existsSync(path)).toBe(false);
  });

  it("verifies over the network: log and ledger by their URLs", async () => {
    const log = await served(files());
    const ledger = await served(ledgerApi(byChains));
    const out: string[] = [];
    const terminal = { out: (text: string) => out.push(text), err: process.stderr, now: () => NOW };
    expect(await changeLedger(["verify", "--log", log, "--ledger", ledger], terminal)).toBe(0);
    expect(out.join("")).toContain("2500 entries in 500 chains");
    const folder = join(temporaryFolder(), "mirror");
    expect(await changeLedger(["mirror", "--url", log, folder], terminal)).toBe(0);
    rmSync(join(folder, "tile/0/003"));
    writeFileSync(join(folder, "ledger.jsonl"), readFileSync(made.ledger));
    expect(await changeLedger(["verify", "--log", folder, "--ledger", folder], terminal)).toBe(1);
    expect(out.join("")).toContain("tile-missing: leaf 768, tile/0/003");
  });
});
