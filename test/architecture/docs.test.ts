import { createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createApi, principalsSchema, SCOPES } from "@change-ledger/api";
import { BODY_MAX_BYTES, markerOf, UNMARKED_ENTRIES, verifyChain } from "@change-ledger/ledger";
import {
  ENTRY_MAX_BYTES,
  FACT_KINDS,
  leafHash,
  openEntry,
  SUBJECT_MAX_BYTES,
  SUBJECT_TYPES,
  sealEntry,
  sha256Hex,
} from "@change-ledger/model";
import { DEFAULT_SETTINGS, normalise, settingsSchema } from "@change-ledger/sources";
import { describe, expect, it } from "vitest";
import { PROBLEMS } from "../../packages/api/fault.ts";
import { parseRecord } from "../../packages/evidence/record.ts";
import { COMMIT_METADATA, REPOSITORY_METADATA } from "../../packages/sources/codedeploy-lookup/revision.ts";
import { FUNCTIONS, QUEUES } from "../../stacks/definitions.ts";
import { UNREAD_PORTS } from "../api/unread.ts";
import {
  brokenLinks,
  type Document,
  machinePaths,
  missingPaths,
  missingRoutes,
  missingScripts,
  namedBlock,
  numberingFaults,
  REPOSITORY,
  readDocuments,
  type Surroundings,
} from "./documents.ts";
import { ROOT } from "./source-file.ts";

const documents = readDocuments();
const formats = documents.find(({ path }) => path === "docs/formats.md") as Document;

const TRIAL: Surroundings = {
  exists: (path) => ["docs/a.md", "docs/b.md", "packages/model/entry.ts"].includes(path),
  text: (path) => (path === "docs/b.md" ? "# Life of a *leaf*, in `steps`\n```\n# not a heading\n```\n" : undefined),
  scripts: new Set(["test", "bench", "test:peers"]),
};
const at = (text: string): Document => ({ path: "docs/a.md", text });

describe("documents tell the truth", () => {
  it("has links that lead somewhere", () => {
    expect(brokenLinks(at("[b](b.md#life-of-a-leaf-in-steps) [w](https://example.org) [e](../packages/model/entry.ts)"), TRIAL)).toEqual(
      [],
    );
    for (const bad of ["c.md", "../b.md", "b.md#life", "b.md#not-a-heading", "#nowhere"])
      expect(brokenLinks(at(`[x](${bad})`), TRIAL)).toHaveLength(1);
    expect(documents.flatMap((document) => brokenLinks(document, REPOSITORY))).toEqual([]);
  });
  it("names paths that exist", () => {
    expect(missingPaths(at("`packages/model/entry.ts` `b.md` `packages/<name>/index.ts` `GET /changes`"), TRIAL)).toEqual([]);
    for (const bad of ["packages/model/gone.ts", "scripts/start.ts", "test/nothing", "sst.config.ts", "GONE.md"])
      expect(missingPaths(at(`\`${bad}\``), TRIAL)).toHaveLength(1);
    expect(documents.flatMap((document) => missingPaths(document, REPOSITORY))).toEqual([]);
  });
  it("names scripts that exist", () => {
    expect(missingScripts(at("`npm test`, `npm run bench -- --json` and `test:peers`"), TRIAL)).toEqual([]);
    for (const bad of ["npm start", "npm run replay", "`test:browser`", "```sh\nnpm run check\n```"])
      expect(missingScripts(at(bad), TRIAL)).toHaveLength(1);
    expect(documents.flatMap((document) => missingScripts(document, REPOSITORY))).toEqual([]);
  });
  it("names no place on one machine", () => {
    const home = ["", "home", "jane", "ledger"].join("/");
    const windows = ["C:", "Users", "jane"].join("\\");
    for (const bad of [home, windows]) expect(machinePaths(at(`see ${bad}`))).toHaveLength(1);
    expect(machinePaths(at("https://example.org/home/jane and /v1/changes"))).toEqual([]);
    expect(documents.flatMap(machinePaths)).toEqual([]);
  });
  it("names routes that are served", async () => {
    const served = Object.keys(((await (await createApi(UNREAD_PORTS).request("/openapi.json")).json()) as { paths: object }).paths);
    expect(
      missingRoutes(at("`/v1/changes`, $URL/v1/chains/ref:github/a/b/refs/heads/main/entries and `/v1/changes/{id}/dossier`"), served),
    ).toEqual([]);
    for (const bad of ["`/v1/nothing`", "$URL/v1/chains", "/v1/change"]) expect(missingRoutes(at(bad), served)).toHaveLength(1);
    expect(documents.flatMap((document) => missingRoutes(document, served))).toEqual([]);
  });
  it("tells of every variable and secret of a deployment, and of no other", () => {
    const told = documents.find(({ path }) => path === "docs/deploy.md")?.text ?? "";
    const namesIn = (text: string, pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map(([, name = ""]) => name))].sort();
    const config = readFileSync(join(ROOT, "stacks/config.ts"), "utf8");
    expect(namesIn(told, /\b(LEDGER_[A-Z_]+)\b/g)).toEqual(namesIn(config, /"(LEDGER_[A-Z_]+)"/g));
    const stack = ["functions", "notifications"].map((name) => readFileSync(join(ROOT, `stacks/${name}.ts`), "utf8")).join("\n");
    const secrets = namesIn(stack, /(?:sst\.Secret|optional)\("(\w+)"/g);
    expect(secrets.length).toBeGreaterThan(0);
    for (const secret of secrets) expect(told).toContain(`\`${secret}\``);
    for (const { text } of documents) expect(secrets).toEqual(expect.arrayContaining(namesIn(text, /sst secret set (\w+)/g)));
    const settings = settingsSchema.safeParse(JSON.parse(namedBlock({ path: "docs/deploy.md", text: told }, "settings")));
    expect(settings.error).toBeUndefined();
    expect(principalsSchema.parse(JSON.parse(namedBlock({ path: "docs/deploy.md", text: told }, "api-principals")))).toHaveLength(2);
    for (const name of [...COMMIT_METADATA, ...REPOSITORY_METADATA]) expect(told).toContain(`\`${name}\``);
  });
  it("tells each of the API's problems with its status, and each scope", () => {
    const told = documents.find(({ path }) => path === "docs/api.md")?.text ?? "";
    const rows = [...told.matchAll(/^\| `urn:change-ledger:problem:([\w-]+)` \| (\d+) \|/gm)].map(([, code, status]) => [
      code,
      Number(status),
    ]);
    const ours = Object.entries(PROBLEMS).map(([code, { status }]) => [code, status]);
    // The local stack's door says one more.
    expect(Object.fromEntries(rows)).toEqual({ ...Object.fromEntries(ours), "too-many-requests": 429 });
    for (const scope of SCOPES) expect(told).toContain(`| \`${scope}\` |`);
  });
  it("tells the limits that the code keeps", () => {
    const number = (value: number) => value.toLocaleString("en-US");
    for (const limit of [
      `at most **${number(ENTRY_MAX_BYTES)} bytes**`,
      `at most ${number(SUBJECT_MAX_BYTES)} bytes`,
      `A chain of at most ${UNMARKED_ENTRIES} entries`,
      `at most ${number(BODY_MAX_BYTES)} bytes`,
    ])
      expect(formats.text).toContain(limit);
    for (const kind of FACT_KINDS) expect(formats.text).toContain(`\`${kind}\``);
    for (const type of SUBJECT_TYPES) expect(formats.text).toContain(`\`${type}\``);
    const architecture = documents.find(({ path }) => path === "docs/ARCHITECTURE.md")?.text ?? "";
    for (const [name, { maxReceive }] of Object.entries(QUEUES))
      expect(architecture).toMatch(new RegExp(`^\\| ${name} \\|[^|]*\\| .*${maxReceive} (?:tries|in all)`, "m"));
    for (const name of Object.keys(FUNCTIONS)) expect(architecture).toMatch(new RegExp(`^\\| (?:\\[${name}\\]\\(|${name} \\|)`, "m"));
  });
  it("numbers decisions without a gap", () => {
    const adr = (path: string, number: number): Document => ({ path: `docs/adr/${path}`, text: `# ${number}. Decided\n` });
    expect(numberingFaults([adr("0001-a.md", 1), adr("0002-b.md", 2)])).toEqual([]);
    expect(numberingFaults([adr("0001-a.md", 1), adr("0003-c.md", 3)])).toHaveLength(1);
    expect(numberingFaults([adr("0001-a.md", 2)])).toHaveLength(1);
    expect(numberingFaults(documents)).toEqual([]);
    expect(documents.filter(({ path }) => path.startsWith("docs/adr/")).length).toBeGreaterThan(0);
  });
});

describe("the worked example of docs/formats.md", () => {
  const block = (name: string): string => namedBlock(formats, name);
  const body = Buffer.from(block("body"));
  const signature = block("signature").split(": ")[1] ?? "";
  const chain = ["entry-0", "entry-1"].map((name) => Buffer.from(block(name)));
  const [first, second] = chain.map((bytes) => openEntry(bytes));
  const record = Buffer.concat([Buffer.from(`${block("record").replaceAll("\n", "\r\n")}\r\n\r\n`), body, Buffer.from("\r\n\r\n")]);

  it("is signed as it says", () => {
    const secret = /With the secret `([^`]+)`/.exec(formats.text)?.[1] ?? "";
    expect(`sha256=${createHmac("sha256", secret).update(body).digest("hex")}`).toBe(signature);
  });
  it("hashes as it says, with and without our code", () => {
    expect(chain.map((bytes) => leafHash(bytes))).toEqual([block("hash-0"), block("hash-1")]);
    expect(chain.map((bytes) => createHash("sha256").update("\0").update(bytes).digest("hex"))).toEqual([block("hash-0"), block("hash-1")]);
    expect(formats.text).toContain(`this entry, ${chain[0]?.length} bytes`);
  });
  it("is a chain of canonical entries", () => {
    expect(first?.entry.subject).toBeDefined();
    expect(verifyChain(first?.entry.subject ?? "audit:none", chain)).toEqual([]);
    expect(second?.entry.prev).toBe(block("hash-0"));
    for (const sealed of [first, second])
      expect(Buffer.from(sealEntry(sealed?.entry as never).bytes)).toEqual(Buffer.from(sealed?.bytes ?? []));
  });
  it("is archived as it says, byte for byte", () => {
    const read = parseRecord(record);
    expect(Buffer.from(read.body)).toEqual(body);
    expect(read.sha256).toBe(first?.entry.payload?.sha256);
    expect(read.headers["x-hub-signature-256"]).toBe(signature);
    const headers = Object.entries(read.headers).sort(([a], [b]) => (a < b ? -1 : 1));
    expect(read.id).toBe(sha256Hex(JSON.stringify([read.system, read.sha256, headers])));
  });
  it("is normalised as it says: what T2 of the audit tests does again", () => {
    const { kind, facts, subject, occurredAt, actor, source } = normalise(parseRecord(record), "hmac-sha256", DEFAULT_SETTINGS);
    const told = first?.entry;
    expect({ kind, facts, subject, occurredAt, actor, source }).toEqual({
      kind: told?.kind,
      facts: told?.facts,
      subject: told?.subject,
      occurredAt: told?.occurredAt,
      actor: told?.actor,
      source: told?.source,
    });
  });
  it("has the marker that it says", () => {
    expect(`seen:${markerOf(first?.entry as NonNullable<typeof first>["entry"]).key}`).toBe(block("marker-0"));
  });
});
