import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildConsole } from "@change-ledger/console/build.ts";
import type { Browser, BrowserContext, Page } from "playwright-core";
import {
  DEMONSTRATION_SECRETS,
  DEMONSTRATION_SETTINGS,
  type Demonstration,
  demonstrationEvents,
} from "../../packages/local/demonstration/index.ts";
import { localIssuer } from "../../packages/local/issuer.ts";
import { openIssuerKey } from "../../packages/local/issuer-keys.ts";
import { addDeployments, putConfiguration, putObjects } from "../../packages/local/kept-demonstration.ts";
import { send } from "../end-to-end/played.ts";
import { type Running, run } from "../end-to-end/running.ts";
import { startChromium } from "./chromium.ts";

/** Of these tests; nobody's secret. It may everything. */
export const TOKEN = "a-browser-test-token-of-good-length";
/** Pictures for people, outside git. */
const PICTURES = join(import.meta.dirname, "../../test-artefacts/console");
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const DAY_MS = 86_400_000;

type ContextOptions = Parameters<Browser["newContext"]>[0];

/** Pages of a stack that runs. */
export interface Visit {
  readonly running: Running;
  /** A page of somebody who has signed in, unless `signedIn` is false. */
  page(options?: ContextOptions & { readonly signedIn?: boolean }): Promise<Page>;
  /** The answer of the API, asked with every scope. */
  ask<T>(path: string): Promise<T>;
  /** A real token of a machine that asked for `scope` alone. */
  tokenFor(scope: string): Promise<string>;
  /** What pages complained of: errors, refusals of the content policy. Answers that say no, and those that a test withholds, are none. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

export interface Opened extends Visit {
  readonly told: Demonstration;
  /** A subject that a scenario of the demonstration speaks of, without its type. */
  idOf(scenario: number, type: "change" | "ticket" | "deployment"): string;
  /** The deployment of the demonstration that failed, whose rollback failed too. */
  failed(): Promise<string>;
}

/** The demonstration through the whole pipeline, and a browser. @returns why not, where there is no browser */
export async function open(): Promise<Opened | string> {
  const told = demonstrationEvents(new Date(Date.now() - 8 * DAY_MS).toISOString());
  const visit = await visiting({ secrets: DEMONSTRATION_SECRETS, settings: DEMONSTRATION_SETTINGS });
  if (typeof visit === "string") return visit;
  const { running, ask } = visit;
  addDeployments(running.stack, told);
  await putObjects(running.stack, told);
  await putConfiguration(running.stack, told);
  await running.stack.quiet();
  await send(running, told.events);
  await running.stack.quiet();
  return {
    ...visit,
    told,
    idOf: (scenario, type) => {
      const open_ = told.scenarios.find(({ number }) => number === scenario)?.open ?? [];
      const subject = open_.find((one) => one.startsWith(`${type}:`));
      if (subject === undefined) throw new Error(`scenario ${scenario} speaks of no ${type}`);
      return subject.slice(type.length + 1);
    },
    failed: async () => {
      const { items } = await ask<{ items: { subject: string; application?: string; rollback: boolean }[] }>(
        "/v1/deployments?state=Failed&limit=100",
      );
      const found = items.find(({ application, rollback }) => application?.startsWith("19-") === true && !rollback);
      if (found === undefined) throw new Error("the demonstration has no failed deployment");
      return found.subject.slice("deployment:".length);
    },
  };
}

/** A stack with the console, and a browser. @returns why not, where there is no browser */
export async function visiting(options: Parameters<typeof run>[0]): Promise<Visit | string> {
  const browser = await startChromium();
  if (typeof browser === "string") return browser;
  const keys = mkdtempSync(join(tmpdir(), "change-ledger-browser-"));
  const key = await openIssuerKey(keys);
  const running = await run({
    ...options,
    issuer: async (url) => localIssuer({ key, folderToken: TOKEN, now: Date.now }, url),
    environment: { CONSOLE_FOLDER: await buildConsole() },
  });
  const complaints: string[] = [];
  return {
    running,
    complaints,
    ask: async <T>(path: string): Promise<T> =>
      JSON.parse((await running.http("GET", path, { authorization: `Bearer ${TOKEN}` })).body) as T,
    tokenFor: async (scope) => {
      const form = new URLSearchParams({ grant_type: "client_credentials", client_id: "auditor", client_secret: TOKEN, scope });
      const answer = await fetch(`${running.stack.url}/oauth/token`, { method: "POST", body: form });
      return ((await answer.json()) as { access_token: string }).access_token;
    },
    page: async ({ signedIn = true, ...given } = {}) => {
      const context = await browser.newContext({ baseURL: running.stack.url, viewport: { width: 1280, height: 900 }, ...given });
      if (signedIn) await signIn(context);
      const page = await context.newPage();
      page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error.message}`));
      page.on("console", (message) => {
        if (message.type() === "error" && !/status of (?:401|403|404|429)|net::ERR_FAILED/.test(message.text()))
          complaints.push(`${page.url()}: ${message.text()}`);
      });
      return page;
    },
    close: async () => {
      await browser.close();
      await running.close();
      rmSync(keys, { recursive: true });
    },
  };
}

async function signIn(context: BrowserContext): Promise<void> {
  await context.addInitScript(`sessionStorage.setItem("change-ledger.token", ${JSON.stringify(TOKEN)})`);
}

/** What axe-core finds against WCAG 2.2 AA and good practice, one line each. */
export async function axe(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const found = await page.evaluate(
    `axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }).then(({ violations }) =>
      violations.flatMap(({ id, help, nodes }) => nodes.map(({ target, failureSummary }) => id + ": " + help + " at " + target.join(" ") + " " + failureSummary)))`,
  );
  return found as string[];
}

/** Keeps a picture of the whole page. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
}
