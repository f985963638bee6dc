import { createApi } from "@change-ledger/api";
import {
  formatBundle,
  hashFromHex,
  openCheckpoint,
  parseBundle,
  parseTrust,
  sealedHour,
  type Tile,
  tileWidth,
  verifyProofFile,
} from "@change-ledger/log";
import type { Subject } from "@change-ledger/model";
import { describe, expect, it } from "vitest";
import { checkAnswer, type Document } from "./openapi.ts";
import { BLANK, bundleKey, COMMIT, EVIDENCE, MERGED, makeWorld, OPEN, READER } from "./world.ts";
import { IDENTITY } from "./world-log.ts";

const world = await makeWorld();
const ask = (path: string) => world.app.request(path, {}, READER);
const bytesOf = async (path: string) => new Uint8Array(await (await ask(path)).arrayBuffer());
const document = (await (await ask("/openapi.json")).json()) as Document;
const AUDIT: Subject = "audit:default";

/** Status and problem of what is refused, held to the document. */
async function refused(route: string, path: string, app = world.app): Promise<[number, string]> {
  const response = await app.request(path, {}, READER);
  const body = (await response.json()) as { type: string };
  checkAnswer(document, route, response.status, response.headers.get("content-type") ?? "", body);
  return [response.status, body.type.slice("urn:change-ledger:problem:".length)];
}

describe("the log", () => {
  it("shows its checkpoint, which the published keys open, and every tile of it", async () => {
    const { origin, noteKeys } = parseTrust(await bytesOf("/v1/log/trust.json"));
    const { size } = openCheckpoint(await bytesOf("/v1/log/checkpoint"), { origin, keys: noteKeys.map(({ key }) => key) });
    const entries = [...world.chains.chains.values()].flat().length - 5;
    expect(size).toBe(entries);
    const width = tileWidth(0, 0, size);
    const bundle = parseBundle(await bytesOf(`/v1/log/tile/entries/000.p/${width}`), width);
    expect(bundle).toHaveLength(Math.min(size, 256));
    expect((await bytesOf(`/v1/log/tile/0/000.p/${width}`)).length).toBe(32 * width);
    // A narrower one, as the log had it once.
    expect(parseBundle(await bytesOf("/v1/log/tile/entries/000.p/3"), 3)).toEqual(bundle.slice(0, 3));
  });

  it.each([
    ["entries/001", 404],
    ["0/000", 404],
    ["1/000.p/1", 404],
    ["0/x001/234", 404],
    ["0/000.p/255", 404],
    ["64/000", 400],
    ["0/000.p/0", 400],
    ["0/000.p/256", 400],
    ["0/0", 400],
    ["data/000", 400],
    ["..%2F..%2Fcheckpoint", 400],
    ["0%2F000.p%2F3%2F", 400],
    ["%00", 400],
  ])("has no tile %s", async (path, status) => {
    expect(await refused("/v1/log/tile/{path}", `/v1/log/tile/${path}`)).toEqual([status, status === 404 ? "not-found" : "invalid"]);
  });

  it("shows nothing beyond its checkpoint, although it may be stored", async () => {
    const { size } = openCheckpoint(await bytesOf("/v1/log/checkpoint"), IDENTITY);
    const ahead: Tile = { level: 0, index: 0, width: size + 1 };
    await world.log.store.write([{ tile: ahead, bytes: new Uint8Array(32 * ahead.width) }]);
    expect(await refused("/v1/log/tile/{path}", `/v1/log/tile/0/000.p/${ahead.width}`)).toEqual([404, "not-found"]);
    await world.log.store.discard([ahead]);
  });

  it("leads to S3 for a bundle that no answer holds", async () => {
    const large = formatBundle(Array.from({ length: 200 }, () => new Uint8Array(32_768)));
    const log = { ...world.ports.log, published: world.ports.log.published.bind(world.log.store), read: async () => large };
    const response = await createApi({ ...world.ports, log }).request("/v1/log/tile/entries/000.p/200", {}, READER);
    expect([response.status, response.headers.get("location"), await response.text()]).toEqual([
      302,
      "https://objects.example/tile/entries/000.p/200",
      "",
    ]);
  });

  it("lists its sealed hours page by page, and shows each, by either spelling", async () => {
    const hours: string[] = [];
    for (let after = ""; ; ) {
      const page = (await (await ask(`/v1/log/hours?limit=1${after}`)).json()) as { items: string[]; next?: string };
      hours.push(...page.items);
      if (page.next === undefined) break;
      after = `&after=${page.next}`;
    }
    expect(hours).toEqual(["2023-02-05T00", "2023-02-05T01", "2023-02-05T02"]);
    for (const hour of hours) {
      const note = await bytesOf(`/v1/log/hours/${hour}`);
      expect(sealedHour(openCheckpoint(note, IDENTITY))).toBe(hour);
      expect(await bytesOf(`/v1/log/hours/${hour.replaceAll(/[-T]/g, "/")}`)).toEqual(note);
    }
    for (const hour of ["2023-02-04T23", "2023-02-05T03", "1970-01-01T00"])
      expect([hour, await refused("/v1/log/hours/{hour}", `/v1/log/hours/${hour}`)]).toEqual([hour, [404, "not-found"]]);
    for (const hour of ["2023-02-05T24", "2023-02-30T00", "2023-02-05", "latest", "2023/02/05", "2023-02-05T01/"])
      expect([hour, await refused("/v1/log/hours/{hour}", `/v1/log/hours/${hour}`)]).toEqual([hour, [400, "invalid"]]);
    for (const query of ["after=2023-13-01T00", "after=", "limit=0", "limit=1001"])
      expect([query, await refused("/v1/log/hours", `/v1/log/hours?${query}`)]).toEqual([query, [400, "invalid"]]);
  });

  it("proves every entry that a checkpoint covers", async () => {
    for (const [subject, seq] of [
      [MERGED, 2],
      [EVIDENCE, 1],
      [AUDIT, 199],
    ] as const) {
      const file = await bytesOf(`/v1/log/proof?subject=${encodeURIComponent(subject)}&seq=${seq}`);
      const entry = world.chains.chains.get(subject)?.[seq];
      expect(() => verifyProofFile(file, hashFromHex(entry?.hash ?? ""), IDENTITY)).not.toThrow();
    }
  });

  it("says when an entry is not covered yet, and when there is none", async () => {
    const proof = (subject: string, seq: number | string) =>
      refused("/v1/log/proof", `/v1/log/proof?subject=${encodeURIComponent(subject)}&seq=${seq}`);
    expect(await proof(AUDIT, 204)).toEqual([503, "not-yet"]);
    const response = await ask(`/v1/log/proof?subject=${AUDIT}&seq=204`);
    expect(response.headers.get("retry-after")).toBe("5");
    expect(await proof(AUDIT, 205)).toEqual([404, "not-found"]);
    expect(await proof("ticket:jira/NONE-1", 0)).toEqual([404, "not-found"]);
    expect(await proof("none", 0)).toEqual([400, "invalid"]);
    for (const seq of [-1, "", "x", "1.5", "9007199254740993"]) expect([seq, await proof(AUDIT, seq)]).toEqual([seq, [400, "invalid"]]);
    expect(await refused("/v1/log/proof", `/v1/log/proof?subject=${AUDIT}`)).toEqual([400, "invalid"]);
  });

  it("is a fault, not a proof, where the log holds another entry than the ledger", async () => {
    const faults: unknown[] = [];
    const places = { runs: async () => [{ subject: MERGED, seq: 0, count: 1, index: 1 }] };
    const app = createApi({ ...world.ports, places, onFault: (error) => faults.push(error) });
    expect((await app.request(`/v1/log/proof?subject=${MERGED}&seq=0`, {}, READER)).status).toBe(500);
    expect(faults).toEqual([expect.objectContaining({ code: "storage-differs" })]);
  });

  it("has nothing to show before it begins", async () => {
    const log = { published: async () => undefined, trust: async () => undefined, hours: async () => [], read: unasked, hour: unasked };
    const app = createApi({ ...world.ports, log });
    for (const [route, path] of [
      ["/v1/log/checkpoint", "/v1/log/checkpoint"],
      ["/v1/log/tile/{path}", "/v1/log/tile/0/000"],
      ["/v1/log/trust", "/v1/log/trust"],
      ["/v1/log/proof", `/v1/log/proof?subject=${MERGED}&seq=0`],
    ] as const)
      expect([path, await refused(route, path, app)]).toEqual([path, [503, "not-yet"]]);
    expect(await (await app.request("/v1/log/hours", {}, READER)).json()).toEqual({ items: [] });
  });
});

const unasked = () => Promise.reject(new Error("not to be asked for"));

describe("the export", () => {
  it("gives every entry once, chain by chain, as the very bytes that were hashed", async () => {
    const lines: string[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const response = await ask(`/v1/ledger/entries?limit=50${cursor}`);
      expect(response.headers.get("content-type")).toBe("application/jsonl");
      const page = (await response.text()).split("\n");
      expect(page.pop()).toBe("");
      lines.push(...page);
      const next: string | null = response.headers.get("x-next-cursor");
      cursor = next === null ? null : `&cursor=${next}`;
    }
    const all = [...world.chains.chains.values()].flat();
    expect(lines).toEqual(all.map(({ bytes }) => Buffer.from(bytes).toString()));
  });

  it("refuses what it did not give out", async () => {
    for (const query of ["cursor=x", "cursor=", `cursor=${"1".repeat(5000)}`, "limit=0", "limit=1001", "limit=", "from=1"])
      expect([query, await refused("/v1/ledger/entries", `/v1/ledger/entries?${query}`)]).toEqual([query, [400, "invalid"]]);
  });
});

describe("bundles", () => {
  interface Page {
    readonly items: readonly { readonly key: string; readonly href: string; readonly evidence: object }[];
    readonly next?: number;
  }
  const list = async (query: string) => (await (await ask(`/v1/bundles?${query}`)).json()) as Page;

  it("are those of a change, as they are on record, each with where to read it", async () => {
    const { items, next } = await list(`change=${encodeURIComponent(OPEN)}`);
    expect([items, next]).toEqual([
      [
        {
          at: "2023-02-05T00:31:00.000Z",
          change: OPEN,
          head: "1".repeat(64),
          key: bundleKey(OPEN, 1),
          versionId: "v1",
          sha256: "e".repeat(64),
          bytes: 9,
          evidence: { subject: EVIDENCE, seq: 1 },
          href: `/v1/bundles/${encodeURIComponent(bundleKey(OPEN, 1))}`,
        },
      ],
      undefined,
    ]);
    const response = await ask(items[0]?.href ?? "");
    const location = `https://objects.example/${encodeURIComponent(bundleKey(OPEN, 1))}?versionId=v1`;
    expect([response.status, response.headers.get("location"), await response.text()]).toEqual([302, location, ""]);
    // By the id without its type, and by the key as it is.
    expect((await list("change=github/acme/cargo/pull/8")).items).toEqual(items);
    expect((await ask(`/v1/bundles/${bundleKey(OPEN, 1)}`)).headers.get("location")).toBe(location);
  });

  it("are found where ids have escapes, however often the path was decoded on its way", async () => {
    const [item] = (await list(`change=${encodeURIComponent(BLANK)}`)).items;
    const { href = "", key = "" } = item ?? {};
    for (const path of [href, decodeURIComponent(href), `/v1/bundles/${key}`]) {
      expect([path, (await ask(path)).headers.get("location")]).toEqual([
        path,
        `https://objects.example/${encodeURIComponent(key)}?versionId=v3`,
      ]);
    }
  });

  it("are not there where none is on record", async () => {
    expect(await list("change=change:none")).toEqual({ items: [] });
    expect(await list(`change=${COMMIT.replace("commit:", "")}`)).toEqual({ items: [] });
    for (const key of ["x", "evidence/x.zip", "segments/a/b.zip", bundleKey(MERGED, 7), bundleKey("change:none", 1), "%00", "%ff/%ff.zip"])
      expect([key, await refused("/v1/bundles/{key}", `/v1/bundles/${key}`)]).toEqual([key, [404, "not-found"]]);
    for (const query of ["", "change=", "change=x&from=-1", "change=x&limit=101", `change=${MERGED}&change=${OPEN}`])
      expect([query, await refused("/v1/bundles", `/v1/bundles?${query}`)]).toEqual([query, [400, "invalid"]]);
  });

  it("are listed in pages that a long chain of evidence cannot stretch", async () => {
    const chain = Array.from({ length: 2_500 }, (_, seq) => {
      const change: Subject = seq % 1_200 === 1_199 ? MERGED : OPEN;
      const bundle = { change, head: "a".repeat(64), key: bundleKey(change, 4), versionId: `v${seq}`, sha256: "e".repeat(64), bytes: 1 };
      return { entry: { subject: EVIDENCE, seq, kind: "sealed", occurredAt: "2023-02-05T00:00:00.000Z", facts: { bundles: [bundle] } } };
    });
    let read = 0;
    const chains = {
      ...world.ports.chains,
      read: async (_: Subject, from: number, limit: number) => {
        const page = chain.slice(from, from + limit);
        read += page.length;
        return page as unknown as Awaited<ReturnType<typeof world.ports.chains.read>>;
      },
    };
    const app = createApi({ ...world.ports, chains });
    const pages: [number, number | undefined][] = [];
    for (let from: number | undefined = 0; from !== undefined; ) {
      read = 0;
      const page = (await (await app.request(`/v1/bundles?change=${MERGED}&from=${from}`, {}, READER)).json()) as Page;
      pages.push([page.items.length, page.next]);
      expect(read).toBeLessThanOrEqual(1_200);
      from = page.next;
    }
    expect(pages).toEqual([
      [0, 1_000],
      [1, 2_000],
      [1, undefined],
    ]);
  });
});
