import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { buildConsole } from "@change-ledger/console/build.ts";
import type { Browser, BrowserContext, Page } from "playwright-core";
import {
  DEMONSTRATION_SECRETS,
  DEMONSTRATION_SETTINGS,
  type Demonstration,
  demonstrationEvents,
} from "../../packages/local/demonstration/index.ts";
import { addDeployments, putObjects } from "../../packages/local/kept-demonstration.ts";
import { bearer } from "../../packages/local/token.ts";
import { send } from "../end-to-end/played.ts";
import { type Running, run } from "../end-to-end/running.ts";
import { startChromium } from "./chromium.ts";

/** Of these tests; nobody's secret. */
export const TOKEN = "a-browser-test-token-of-good-length";
/** Pictures for people, outside git. */
const PICTURES = join(import.meta.dirname, "../../test-artefacts/console");
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export interface Opened {
  readonly running: Running;
  readonly browser: Browser;
  readonly told: Demonstration;
  /** A page of somebody who has signed in. What it complains of is kept in `complaints`. */
  page(options?: Parameters<Browser["newContext"]>[0]): Promise<Page>;
  /** Errors, refusals of the content policy, failed requests: of all pages. */
  readonly complaints: string[];
  close(): Promise<void>;
}

/** The demonstration through the whole pipeline, and a browser. @returns why not, where there is no browser */
export async function open(): Promise<Opened | string> {
  const browser = await startChromium();
  if (typeof browser === "string") return browser;
  const told = demonstrationEvents(new Date(Date.now() - 8 * 86_400_000).toISOString());
  const running = await run({
    secrets: DEMONSTRATION_SECRETS,
    settings: DEMONSTRATION_SETTINGS,
    authorize: bearer(TOKEN),
    environment: { CONSOLE_FOLDER: await buildConsole() },
  });
  addDeployments(running.stack, told);
  await putObjects(running.stack, told);
  await send(running, told.events);
  await running.stack.quiet();
  const complaints: string[] = [];
  return {
    running,
    browser,
    told,
    complaints,
    page: async (options) =>
      await signedIn(
        await browser.newContext({ baseURL: running.stack.url, viewport: { width: 1280, height: 900 }, ...options }),
        complaints,
      ),
    close: async () => {
      await browser.close();
      await running.close();
    },
  };
}

async function signedIn(context: BrowserContext, complaints: string[]): Promise<Page> {
  await context.addInitScript(`sessionStorage.setItem("change-ledger.token", ${JSON.stringify(TOKEN)})`);
  const page = await context.newPage();
  watch(page, complaints);
  return page;
}

/** Notes whatever a page complains of. */
export function watch(page: Page, complaints: string[]): void {
  page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error.message}`));
  page.on("console", (message) => message.type() === "error" && complaints.push(`${page.url()}: ${message.text()}`));
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
