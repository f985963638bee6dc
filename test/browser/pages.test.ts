import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axe, type Opened, open, picture } from "./opened.ts";

const opened = await open();

describe.skipIf(typeof opened === "string")(`the console${typeof opened === "string" ? ` (${opened})` : ""}`, () => {
  const { running, told, page: newPage, complaints, close } = opened as Opened;
  const subjectOf = (number: number, type: string) =>
    (told.scenarios.find((one) => one.number === number)?.open ?? []).find((subject) => subject.startsWith(`${type}:`)) ?? "";
  const failed = async (): Promise<string> => {
    const { body } = await running.http("GET", "/v1/deployments?state=Failed&limit=100", {
      authorization: "Bearer a-browser-test-token-of-good-length",
    });
    const { items } = JSON.parse(body) as { items: { subject: string; application: string; rollback: boolean }[] };
    return items.find(({ application, rollback }) => application.startsWith("19-") && !rollback)?.subject.slice("deployment:".length) ?? "";
  };
  let page: Page;
  beforeAll(async () => {
    page = await newPage();
  });
  afterAll(() => close());

  const PAGES: readonly (readonly [name: string, path: () => Promise<string>, shows: string])[] = [
    ["deployments", async () => "/console/deployments", "19-rollback-that-fails-fixed"],
    ["deployments-empty", async () => "/console/deployments?application=nothing-of-this-name", "No deployment that matches"],
    ["deployment", async () => `/console/deployments/${await failed()}`, "A script failed"],
    ["deployment-unknown", async () => "/console/deployments/codedeploy/123456789012/us-east-1/d-NOTHING", "Nothing is on record here"],
    ["changes", async () => "/console/changes", "acme/01-happy-path #1"],
    ["change", async () => `/console/changes/${subjectOf(30, "change").slice("change:".length)}`, "Findings and what to do"],
    ["chain", async () => `/console/chains/ticket/${subjectOf(1, "ticket").slice("ticket:".length) || "jira/PAY-101"}`, "Entry 0"],
    ["overview", async () => "/console/overview?days=30", "The ledger itself"],
    ["search", async () => "/console/search?q=PAY-101", "PAY-101"],
    ["search-nothing", async () => "/console/search?q=zzz-nothing", "Nothing on record matches"],
    ["no-such-page", async () => "/console/nothing", "There is no such page"],
  ];

  describe.each(["light", "dark"] as const)("%s", (colorScheme) => {
    it.each(PAGES)("%s shows what it is for, with nothing against WCAG 2.2 AA", async (name, path, shows) => {
      await page.emulateMedia({ colorScheme });
      await page.goto(await path());
      await page.getByText(shows).first().waitFor();
      await picture(page, `${name}-${colorScheme}`);
      expect(await axe(page)).toEqual([]);
    });
  });

  it("fits a phone: nothing is wider than the screen", async () => {
    const phone = await newPage({ viewport: { width: 360, height: 740 } });
    for (const [name, path, shows] of PAGES) {
      await phone.goto(await path());
      await phone.getByText(shows).first().waitFor();
      await picture(phone, `${name}-phone`);
      expect([name, await phone.evaluate("document.documentElement.scrollWidth")]).toEqual([name, 360]);
    }
    await phone.close();
  });

  it("re-computes a chain and its place in the log by itself, and says so", async () => {
    await page.goto(`/console/changes/${subjectOf(1, "change").slice("change:".length)}`);
    await page.getByRole("button", { name: "Verify" }).click();
    await page.getByText("Verified in this browser").waitFor();
  });

  it("says so when the server gives other bytes than were hashed", async () => {
    const path = `/console/changes/${subjectOf(1, "change").slice("change:".length)}`;
    await page.route(/\/entries\?from=/, async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, body: (await answer.text()).replace('"action":"opened"', '"action":"edited"') });
    });
    await page.goto(path);
    await page.getByRole("button", { name: "Verify" }).click();
    await page.getByText("Does not verify").waitFor();
    await page.unroute(/\/entries\?from=/);
  });

  it("shows nothing but what it loads from itself, under a strict policy, and complains of nothing", async () => {
    const { headers } = await running
      .http("GET", "/console/")
      .then(async () => ({ headers: await (await fetch(`${running.stack.url}/console/`)).headers }));
    expect(headers.get("content-security-policy")).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'/);
    expect(complaints.filter((line) => !/status of 40[34]/.test(line))).toEqual([]);
  });
});
