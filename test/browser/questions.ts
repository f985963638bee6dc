import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { Opened } from "./opened.ts";

/** What a new user asks first, each answered in at most three clicks from the page that opens. */
export function questions({ page: newPage, ask, idOf }: Opened): void {
  let page: Page;
  let clicks = 0;
  const click = async (at: Locator): Promise<void> => {
    clicks++;
    await at.click();
  };
  beforeAll(async () => {
    page = await newPage();
  });
  beforeEach(async () => {
    clicks = 0;
    await page.goto("/console/");
    await page.getByRole("heading", { level: 1, name: "Deployments" }).waitFor();
  });
  afterAll(() => page.context().close());

  it("what failed, and why?", async () => {
    // The failed ones stand first.
    await click(page.getByRole("main").getByRole("link", { name: /^d-/ }).first());
    await page.getByRole("heading", { name: "A script failed" }).waitFor();
    await page.getByText("First target").waitFor();
    await page.getByText("Next:").waitFor();
    expect(clicks).toBeLessThanOrEqual(3);
  });

  it("is what runs now approved?", async () => {
    await click(page.getByRole("main").getByRole("link", { name: /^d-/ }).first());
    const card = page.locator(".card", { hasText: "What runs now" });
    await card
      .getByText(/Approved|Not approved|Not assessable|Not judged/)
      .first()
      .waitFor();
    expect(clicks).toBeLessThanOrEqual(3);
  });

  it("who approved this commit?", async () => {
    const { headSha } = await ask<{ headSha: string }>(`/v1/changes/${idOf(1, "change")}`);
    await click(page.getByRole("searchbox"));
    await page.keyboard.type(headSha);
    await page.keyboard.press("Enter");
    await click(page.getByRole("main").getByRole("link").first());
    await page.getByText(/Approved by/).waitFor();
    expect(await page.getByRole("main").innerText()).toMatch(/Approved by.*ben/s);
    expect(clicks).toBeLessThanOrEqual(3);
  });
}
