import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Opened } from "./opened.ts";

const STEPS_MOST = 200;

/** From page to page and through the timeline without a pointer. */
export function keyboard({ page: newPage, failed }: Opened): void {
  let page: Page;
  beforeAll(async () => {
    page = await newPage();
  });
  afterAll(() => page.context().close());

  /** Tabs on until what has the focus is named so. */
  const tabTo = async (name: RegExp): Promise<void> => {
    for (let step = 0; step < STEPS_MOST; step++) {
      await page.keyboard.press("Tab");
      const focused = (await page.evaluate(
        `((at) => at === null ? "" : (at.getAttribute("aria-label") ?? at.textContent ?? "").trim())(document.activeElement)`,
      )) as string;
      if (name.test(focused)) return;
    }
    throw new Error(`no ${name} in ${STEPS_MOST} steps`);
  };

  it("opens a deployment from the list", async () => {
    await page.goto("/console/deployments");
    await page.getByText("19-rollback-that-fails-fixed").first().waitFor();
    await tabTo(/^d-[A-Z0-9]+$/);
    await page.keyboard.press("Enter");
    await page.getByRole("region", { name: "Timeline" }).waitFor();
  });

  it("goes from mark to mark and lane to lane, zooms, opens the entries behind a mark and closes them", async () => {
    await page.goto(`/console/deployments/${await failed()}`);
    await page.getByRole("region", { name: "Timeline" }).waitFor();
    await tabTo(/^Code, /);
    const focused = () => page.evaluate(`document.activeElement?.getAttribute("aria-label") ?? ""`) as Promise<string>;
    await page.keyboard.press("ArrowDown");
    expect(await focused()).toMatch(/^Review, /);
    await page.keyboard.press("ArrowDown");
    expect(await focused()).toMatch(/^Deployment, /);
    await page.keyboard.press("ArrowRight");
    expect(await focused()).toMatch(/^Deployment, .*InProgress/);
    await page.keyboard.press("+");
    await page.keyboard.press("-");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: /^Deployment: 1 entry/ }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("heading", { name: /^Deployment: 1 entry/ }).waitFor({ state: "detached" });
  });

  it("searches from anywhere by /", async () => {
    await page.goto("/console/overview");
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("PAY-101");
    await page.keyboard.press("Enter");
    await page.getByText("ticket:jira/PAY-101").waitFor();
  });

  it("skips to the page", async () => {
    await page.goto("/console/deployments");
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(await page.evaluate("document.activeElement?.id")).toBe("main");
  });
}
