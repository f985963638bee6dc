import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  HASH_BYTES,
  hashFromHex,
  logIdentity,
  openCheckpoint,
  parseBundle,
  parseTrust,
  sealedHour,
  tilePath,
  tilesOf,
  verifyProofFile,
} from "@change-ledger/log";
import { type FactsOf, type Subject, sha256Hex, storedEntry } from "@change-ledger/model";
import { SignatureV4 } from "@smithy/signature-v4";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEMONSTRATION_SECRETS, DEMONSTRATION_SETTINGS, demonstrationEvents } from "../../packages/local/demonstration/index.ts";
import { localIssuer } from "../../packages/local/issuer.ts";
import { openIssuerKey } from "../../packages/local/issuer-keys.ts";
import { addDeployments, putObjects } from "../../packages/local/kept-demonstration.ts";
import { keyOf, READY_MACHINES, Sha256 } from "../../packages/local/machines.ts";
import { send } from "../end-to-end/played.ts";
import { type Running, run } from "../end-to-end/running.ts";

const TOKEN = "an-end-to-end-token-of-good-length";
const folder = mkdtempSync(join(tmpdir(), "change-ledger-auditor-"));
const told = demonstrationEvents("2026-03-02T08:00:00.000Z");

describe("what an auditor reads over the API of a whole stack", () => {
  let running: Running;

  beforeAll(async () => {
    // The folder's own token, and the machines' keys that are worked out from it.
    const issuer = async (url: string) => localIssuer({ key: await openIssuerKey(folder), folderToken: TOKEN, now: Date.now }, url);
    running = await run({ secrets: DEMONSTRATION_SECRETS, settings: DEMONSTRATION_SETTINGS, issuer });
    addDeployments(running.stack, told);
    await putObjects(running.stack, told);
    await send(
      running,
      told.scenarios.slice(0, 4).flatMap(({ events }) => events),
    );
    await running.stack.quiet();
    await running.stack.fire("hour");
    // What the reconcilers found of the hour is on its way.
    await running.stack.quiet();
  });
  afterAll(async () => {
    await running?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const get = (path: string) => fetch(`${running.stack.url}${path}`, { headers: { authorization: `Bearer ${TOKEN}` } });
  const bytes = async (path: string) => {
    const response = await get(path);
    expect([path, response.status]).toEqual([path, 200]);
    return new Uint8Array(await response.arrayBuffer());
  };
  const identity = async () =>
    logIdentity(parseTrust(new Uint8Array(await (await fetch(`${running.stack.url}/v1/log/trust.json`)).arrayBuffer())));

  it("the whole log, tile by tile, holds every entry of the ledger once", async () => {
    const { size } = openCheckpoint(await bytes("/v1/log/checkpoint"), await identity());
    const hashes: string[] = [];
    for (const tile of tilesOf(size)) {
      const content = await bytes(`/v1/log/${tilePath(tile)}`);
      if (tile.level === "entries") hashes.push(...parseBundle(content, tile.width).map((entry) => storedEntry(entry).hash));
      else expect(content.length).toBe(tile.width * HASH_BYTES);
    }
    expect(hashes.toSorted()).toEqual((await running.ledger()).map(({ hash }) => hash).toSorted());
  });

  it("the hour that was sealed", async () => {
    const { items } = (await (await get("/v1/log/hours")).json()) as { items: string[] };
    expect(items).toHaveLength(1);
    const [hour = ""] = items;
    for (const path of [hour, hour.replaceAll(/[-T]/g, "/")])
      expect(sealedHour(openCheckpoint(await bytes(`/v1/log/hours/${path}`), await identity()))).toBe(hour);
  });

  it("the export: every entry once, chain by chain, and its proof", async () => {
    const lines: string[] = [];
    for (let cursor = ""; ; ) {
      const response = await get(`/v1/ledger/entries?limit=40${cursor}`);
      lines.push(...(await response.text()).split("\n").slice(0, -1));
      const next = response.headers.get("x-next-cursor");
      if (next === null) break;
      cursor = `&cursor=${next}`;
    }
    const exported = lines.map((line) => storedEntry(Buffer.from(line)));
    expect(exported.map(({ hash }) => hash).toSorted()).toEqual((await running.ledger()).map(({ hash }) => hash).toSorted());
    const log = await identity();
    for (const { entry, hash } of [exported[0], exported.at(-1)].filter((each) => each !== undefined)) {
      const proof = await bytes(`/v1/log/proof?subject=${encodeURIComponent(entry.subject)}&seq=${entry.seq}`);
      expect(() => verifyProofFile(proof, hashFromHex(hash), log)).not.toThrow();
    }
  });

  it("every bundle that is on record, behind a link that needs no token", async () => {
    const entries = (await running.ledger()).map(({ entry }) => entry);
    const recorded = entries.flatMap((entry) => (entry.kind === "sealed" ? (entry.facts as FactsOf<"sealed">).bundles : []));
    expect(recorded.length).toBeGreaterThan(0);
    for (const change of new Set<Subject>(recorded.map((bundle) => bundle.change))) {
      const { items } = (await (await get(`/v1/bundles?change=${encodeURIComponent(change)}`)).json()) as {
        items: { key: string; sha256: string; href: string }[];
      };
      expect(items.map(({ key }) => key)).toEqual(recorded.filter((bundle) => bundle.change === change).map(({ key }) => key));
      for (const { href, sha256 } of items) {
        const found = await fetch(`${running.stack.url}${href}`, { headers: { authorization: `Bearer ${TOKEN}` }, redirect: "manual" });
        expect(found.status).toBe(302);
        const bundle = await fetch(found.headers.get("location") ?? "");
        expect(sha256Hex(new Uint8Array(await bundle.arrayBuffer()))).toBe(sha256);
      }
    }
  });

  it("what a sender sent, as it lies in the archive", async () => {
    const [entry] = (await running.ledger()).map((sealed) => sealed.entry).filter(({ kind }) => kind === "pull-request");
    const raw = await bytes(`/v1/chains/${entry?.subject}/entries/${entry?.seq}/raw`);
    expect(sha256Hex(raw)).toBe(entry?.payload?.sha256);
    expect(Buffer.from(raw)).toEqual(Buffer.from(await running.rawOf(entry?.payload)));
  });

  it("and who read it: an entry for each evidence that was given out, in the log like all others", async () => {
    await running.stack.quiet();
    const recorded = (await running.ledger()).flatMap(({ entry }) =>
      entry.kind === "sealed" ? (entry.facts as FactsOf<"sealed">).bundles : [],
    );
    const { items } = (await (await get("/v1/audit?kind=evidence-read&limit=100")).json()) as {
      items: { entry: { subject: string; seq: number; actor: object; source: object; payload: object; facts: FactsOf<"evidence-read"> } }[];
    };
    const read = items.map(({ entry }) => entry).reverse();
    expect(read.map(({ facts }) => [facts.what, facts.by])).toEqual(
      [...recorded.map(() => "bundle"), "raw"].map((what) => [what, { kind: "token", id: "local" }]),
    );
    expect(new Set(read.map(({ facts }) => facts.key))).toEqual(new Set([...recorded.map(({ key }) => key), undefined]));
    expect(read[0]).toMatchObject({
      subject: "audit:default",
      actor: { system: "ledger-api", id: "local" },
      source: { system: "ledger-api", event: "evidence-read", auth: "bus" },
      payload: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    const last = read.at(-1);
    const proof = await bytes(`/v1/log/proof?subject=audit:default&seq=${last?.seq}`);
    expect(Buffer.from(proof).toString()).toMatch(/^c2sp\.org\/tlog-proof@v1\n/);
    expect(running.stack.stats().deadLettered).toBe(0);
  });

  it("as known now what is there, and as known before it nothing", async () => {
    const listed = async (path: string) => (await (await get(path)).json()) as { items: object[]; next?: string };
    const now = new Date(Date.now() + 60_000).toISOString();
    for (const list of ["changes", "deployments"]) {
      const there = await listed(`/v1/${list}?limit=100`);
      expect(there.items.length).toBeGreaterThan(3);
      expect(await listed(`/v1/${list}?limit=100&as-of=${now}`)).toEqual(there);
      expect(await listed(`/v1/${list}?limit=100&as-of=2026-03-01T00:00:00.000Z`)).toEqual({ items: [] });
    }
  });

  it("as a machine that signs, what API_PRINCIPALS lets it see", async () => {
    const asked = async (name: string) => {
      const machine = READY_MACHINES.find((one) => one.name === name);
      if (machine === undefined) throw new Error(`expected a ready machine ${name}`);
      const credentials = keyOf(machine, TOKEN);
      const signer = new SignatureV4({ service: "execute-api", region: "us-east-1", credentials, sha256: Sha256 });
      const { host, hostname } = new URL(running.stack.url);
      const path = "/machine/v1/changes";
      const { headers } = await signer.sign({ method: "GET", protocol: "http:", hostname, path, headers: { host } });
      const { host: _host, ...sent } = headers;
      const { items } = (await (await fetch(`${running.stack.url}${path}`, { headers: sent })).json()) as {
        items: { repository: string }[];
      };
      return new Set(items.map(({ repository }) => repository));
    };
    expect((await asked("mirror")).size).toBeGreaterThan(2);
    expect(await asked("dashboard")).toEqual(new Set(["github/acme/01-happy-path"]));
    expect((await fetch(`${running.stack.url}/machine/v1/changes`)).status).toBe(403);
  });

  it("nothing of the log but the trust file without the token", async () => {
    for (const path of ["/v1/log/checkpoint", "/v1/log/tile/0/000", "/v1/log/hours", "/v1/log/proof", "/v1/ledger/entries", "/v1/bundles"])
      expect([path, (await fetch(`${running.stack.url}${path}`)).status]).toEqual([path, 401]);
  });
});
