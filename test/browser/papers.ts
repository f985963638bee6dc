import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { readBundle } from "@change-ledger/evidence";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { changeLedger } from "../../packages/cli/commands/change-ledger.ts";
import { axe, type Opened, picture, TOKEN } from "./opened.ts";

/** Runs a command of `change-ledger` as a terminal would. */
async function command(...args: readonly string[]): Promise<{ readonly code: number; readonly out: string }> {
  const out: string[] = [];
  const err = { isTTY: false, write: () => true } as unknown as NodeJS.WriteStream;
  const code = await changeLedger(args, { out: (text) => void out.push(text), err, now: () => new Date().toISOString() });
  return { code, out: out.join("") };
}

/** What makes the papers is a program of its own, fetched with the first package. */
const WORKER_MAX_BYTES = 150_000;
const NONCE = "3 1 6 6 2";
const WAIT = { timeout: 120_000 };
/** A package is some twenty seconds of work where two cores are shared by other tests. */
const TEST_MS = 180_000;

/** An auditor makes the working papers in the browser, and verifies them elsewhere. */
export function papers({ running, page: newPage }: Opened): void {
  let page: Page;
  let work: string;
  const fetched: string[] = [];
  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), "change-ledger-papers-"));
    page = await newPage();
    page.on("request", (request) => fetched.push(request.url()));
  });
  afterAll(async () => {
    await page.context().close();
    rmSync(work, { recursive: true });
  });

  const ask = async (of: Page, nonce: string): Promise<void> => {
    await of.getByLabel("Your nonce for the package").fill(nonce);
    await of.getByRole("button", { name: "Make the package" }).click();
  };
  const download = async (of: Page): Promise<{ readonly zip: string; readonly files: ReadonlyMap<string, Uint8Array> }> => {
    const link = of.getByRole("link", { name: /^Download papers-/ });
    await link.waitFor(WAIT);
    const [got] = await Promise.all([of.waitForEvent("download"), link.click()]);
    const zip = join(work, got.suggestedFilename());
    await got.saveAs(zip);
    return { zip, files: readBundle(readFileSync(zip)).files };
  };
  const unpacked = (name: string, files: ReadonlyMap<string, Uint8Array>): string => {
    const folder = join(work, name);
    for (const [file, bytes] of files) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), bytes);
    }
    return folder;
  };
  let first: ReadonlyMap<string, Uint8Array>;

  it(
    "makes the whole package with progress, of which the verifier says that it is sound",
    async () => {
      await page.goto("/console/audit");
      await page.getByRole("button", { name: "Make the package" }).waitFor();
      expect(fetched.filter((url) => url.includes("/assets/worker-"))).toEqual([]);
      await ask(page, NONCE);
      await page.getByRole("progressbar").waitFor();
      expect(await axe(page)).toEqual([]);
      const { zip, files } = await download(page);
      first = files;
      expect(await axe(page)).toEqual([]);
      await picture(page, "audit-papers");
      expect([...files.keys()]).toEqual(expect.arrayContaining(["index.html", "oscal.json", "sheets/T18.html", "manifest.json"]));
      expect([...files.keys()].filter((file) => file.startsWith("bundles/")).length).toBeGreaterThan(5);
      const folder = unpacked("first", files);
      const verified = await command("verify", folder);
      expect(verified.out).toMatch(/^Sound\.\n/);
      expect(verified.out).toContain("population: made again from the log");
      expect(verified.code).toBe(0);
      expect((await command("verify", zip)).out).toMatch(/^Sound\.\n/);
    },
    TEST_MS,
  );

  it(
    "is the very package that the command makes",
    async () => {
      const folder = unpacked("command", new Map([...first].filter(([file]) => file === ".audit.json" || file === "log/checkpoint")));
      writeFileSync(join(work, "token"), TOKEN);
      const { period } = JSON.parse(readFileSync(join(folder, ".audit.json"), "utf8"));
      const { url } = running.stack;
      const options = ["--url", url, "--token-file", join(work, "token"), "--from", period.from, "--to", period.to, "--nonce", NONCE];
      await command("audit", ...options, "--out", folder);
      const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1));
      expect(paths.toSorted()).toEqual([...first.keys()].toSorted());
      // Proofs are given under the checkpoint of the day.
      const ofTheDay = ["certificate.tlog-proof", "manifest.json", "sample.tlog-proof"];
      const other = paths.filter((path) => Buffer.compare(readFileSync(join(folder, path)), first.get(path) ?? new Uint8Array()) !== 0);
      expect(other.filter((path) => !ofTheDay.includes(path))).toEqual([]);
    },
    TEST_MS,
  );

  it(
    "comes to the same certificate and sample when a run was cut off, by the keyboard alone",
    async () => {
      const nonce = `${NONCE} again`;
      await page.goto("/console/audit");
      await page.getByLabel("Your nonce for the package").focus();
      await page.keyboard.type(nonce);
      await page.keyboard.press("Enter");
      await page.getByText("Putting the certificate on record").or(page.getByText("Putting the sample on record")).first().waitFor(WAIT);
      const cancel = page.getByRole("button", { name: "Cancel" });
      await cancel.focus();
      await page.keyboard.press("Enter");
      await page.getByText("Cancelled.").waitFor();
      expect(await axe(page)).toEqual([]);
      const begun = await page.evaluate(
        "Object.values(localStorage).find((text) => text.includes('again') && text.includes('certifiedAt'))",
      );
      const { certifiedAt } = JSON.parse(JSON.parse(String(begun))[".audit.json"]);
      await page.reload();
      await ask(page, nonce);
      const { files } = await download(page);
      const text = (file: string) => Buffer.from(files.get(file) ?? []).toString();
      expect(JSON.parse(text("certificate.json")).predicate.certifiedAt).toBe(certifiedAt);
      expect(text("sample.json")).toContain(nonce);
      expect((await command("verify", unpacked("again", files))).code).toBe(0);
    },
    TEST_MS,
  );

  it("says why where a reader may see some repositories alone, and shows the population of these", async () => {
    const outsider = await newPage({ signedIn: false });
    await outsider.goto("/console/audit");
    await outsider.getByRole("button", { name: "Sign in" }).click();
    await outsider.getByRole("button", { name: "outsider" }).click();
    await outsider.getByText("You may see github/elsewhere/* alone").waitFor();
    await outsider.getByText("Population: 0 items").waitFor();
    expect(await outsider.getByRole("button", { name: "Make the package" }).count()).toBe(0);
    expect(await axe(outsider)).toEqual([]);
    await picture(outsider, "audit-papers-restricted");
    await outsider.context().close();
  });

  it("says what the API says where it refuses the log, and puts nothing on record", async () => {
    const posts: string[] = [];
    page.on("request", (request) => request.method() === "POST" && posts.push(request.url()));
    const body = JSON.stringify({ type: "about:blank", title: "Forbidden", detail: "not for you", status: 403 });
    await page
      .context()
      .route("**/v1/log/tile/**", (route) => route.fulfill({ status: 403, contentType: "application/problem+json", body }));
    await page.goto("/console/audit");
    await ask(page, `${NONCE} refused`);
    await page.getByText("No papers were made: Forbidden: not for you").waitFor(WAIT);
    await page.getByText("The papers are made of the whole log").waitFor();
    expect(await axe(page)).toEqual([]);
    await picture(page, "audit-papers-refused");
    expect(posts).toEqual([]);
    await page.context().unroute("**/v1/log/tile/**");
  });

  it("needs a program of under 150 KB, gzipped, which no other page loads", async () => {
    const worker = fetched.find((url) => url.includes("/assets/worker-")) ?? "";
    const program = Buffer.from(await (await fetch(worker)).arrayBuffer());
    expect(program.length).toBeGreaterThan(100_000);
    expect(gzipSync(program).length).toBeLessThan(WORKER_MAX_BYTES);
  });
}
