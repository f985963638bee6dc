import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** Debian's package; CHROMIUM names another. */
const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

/** Without these Chromium looks for its maker's hosts at every start. */
const QUIET = [
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-quic",
  "--disable-gpu",
];

/** @returns why there is none, where there is none; with `CI=true` that is a failure */
export async function startChromium(): Promise<Browser | string> {
  if (!existsSync(CHROMIUM)) {
    const reason = `no Chromium at ${CHROMIUM}: install Debian's package chromium, or name another by CHROMIUM`;
    if (process.env["CI"] === "true") throw new Error(reason);
    return reason;
  }
  // Chromium refuses its sandbox to root, as which containers run.
  return await chromium.launch({ executablePath: CHROMIUM, args: process.getuid?.() === 0 ? [...QUIET, "--no-sandbox"] : QUIET });
}
