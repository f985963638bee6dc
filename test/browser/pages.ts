import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { REGION } from "../../packages/local/index.ts";
import { ACCOUNT, deadLetterName, queueName } from "../../packages/local/names.ts";
import { CREDENTIALS } from "../end-to-end/running.ts";
import { axe, type Opened, picture } from "./opened.ts";

/** Every page and state, light and dark, on a phone too. */
export function pages({ running, ask, page: newPage, idOf, failed }: Opened): void {
  let page: Page;
  beforeAll(async () => {
    page = await newPage();
  });
  afterAll(() => page.context().close());

  const PAGES: readonly (readonly [name: string, path: () => Promise<string> | string, shows: string])[] = [
    ["deployments", () => "/console/deployments", "19-rollback-that-fails-fixed"],
    ["deployments-empty", () => "/console/deployments?application=nothing-of-this-name", "No deployment that matches"],
    ["deployment", async () => `/console/deployments/${await failed()}`, "A script failed"],
    ["deployment-unknown", () => "/console/deployments/codedeploy/123456789012/us-east-1/d-NOTHING", "Nothing is on record here"],
    ["changes", () => "/console/changes", "acme/31-paged-at-night #1"],
    ["change", () => `/console/changes/${idOf(30, "change")}`, "Findings and what to do"],
    ["chain", () => "/console/chains/config/default", "Entry 0"],
    ["overview", () => "/console/overview?days=30", "The ledger itself"],
    ["audit", () => "/console/audit", "Is that all?"],
    [
      "commit",
      async () => `/console/commits/${(await ask<{ headSha: string }>(`/v1/changes/${idOf(1, "change")}`)).headSha}`,
      "Changes that it belongs to",
    ],
    ["search", () => "/console/search?q=PAY-101", "ticket:jira/PAY-101"],
    ["search-nothing", () => "/console/search?q=zzz-nothing", "Nothing on record matches"],
    ["no-such-page", () => "/console/nothing", "There is no such page"],
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

  it.each(PAGES)("%s fits a phone: nothing is wider than the screen", async (name, path, shows) => {
    await page.setViewportSize({ width: 360, height: 740 });
    await page.goto(await path());
    await page.getByText(shows).first().waitFor();
    await picture(page, `${name}-phone`);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it("shows while it reads that it does, and what is wrong when the ledger does not answer, until it does again", async () => {
    let fail = true;
    await page.route("**/v1/changes?*", async (route) => (fail ? await route.abort() : await route.continue()));
    await page.goto("/console/changes?person=nobody-else");
    await page.getByText("The ledger does not answer").waitFor();
    expect(await axe(page)).toEqual([]);
    fail = false;
    await page.getByText("No change that matches").waitFor();
    await page.unroute("**/v1/changes?*");
  });

  it("re-computes a chain and its place in the log by itself, and says so", async () => {
    await page.goto(`/console/changes/${idOf(1, "change")}`);
    await page.getByRole("button", { name: "Verify" }).click();
    await page.getByText("Verified in this browser").waitFor();
  });

  it("says so when the server gives other bytes than were hashed", async () => {
    await page.route(/\/entries\?from=/, async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, body: (await answer.text()).replace('"action":"opened"', '"action":"edited"') });
    });
    await page.goto(`/console/changes/${idOf(1, "change")}`);
    await page.getByRole("button", { name: "Verify" }).click();
    await page.getByText("Does not verify").waitFor();
    await page.unroute(/\/entries\?from=/);
  });

  it("searches by anything that one has in hand, and leads to it", async () => {
    const change = await ask<{ headSha: string; deployments: string[] }>(`/v1/changes/${idOf(1, "change")}`);
    const deployment = change.deployments[0]?.split("/").at(-1) ?? "";
    const leads: readonly (readonly [q: string, shows: string | RegExp])[] = [
      [change.headSha, /^Commit /],
      [change.headSha.slice(0, 8), "acme/01-happy-path #1"],
      ["PAY-101", "PAY-101"],
      ["acme/01-happy-path#1", "acme/01-happy-path #1"],
      [deployment, deployment],
      ["quinn", "Changes"],
      ["acme/01-happy-path", "Changes"],
      ["01-happy-path/production", "Deployments"],
    ];
    for (const [q, shows] of leads) {
      await page.goto("/console/overview");
      await page.getByRole("searchbox").fill(q);
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { level: 1, name: "Search" }).waitFor();
      await page.getByRole("main").getByRole("link").first().click();
      await page.getByRole("heading", { level: 1, name: shows }).waitFor();
      if (shows === "Changes" || shows === "Deployments") await page.locator(".list li").first().waitFor();
    }
    await page.goto("/console/chains/ticket/jira/PAY-101");
    await page.getByRole("link", { name: "Changes that name this ticket" }).click();
    await page.getByRole("link", { name: "acme/01-happy-path #1" }).waitFor();
  });

  it("tells every time in UTC on hover", async () => {
    await page.goto(`/console/deployments/${await failed()}`);
    await page.getByRole("region", { name: "Timeline" }).waitFor();
    const titles = (await page.evaluate(`[...document.querySelectorAll("main time")].map(({ title }) => title)`)) as string[];
    expect(titles.length).toBeGreaterThan(5);
    expect(titles.filter((title) => !/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? UTC$/.test(title))).toEqual([]);
  });

  describe("what was given up on", () => {
    const queue = deadLetterName(queueName("seal"));
    const letters = () => page.locator("dt", { hasText: "Dead-letter queues" }).locator("xpath=following-sibling::dd[1]");
    const health = async (change: (looked: Record<string, unknown>) => Record<string, unknown> | undefined) => {
      await page.route("**/v1/metrics?*", async (route) => {
        const answer = await route.fetch();
        const body = (await answer.json()) as { ledger: { looked?: Record<string, unknown> } };
        const { looked = {}, ...ledger } = body.ledger;
        const changed = change(looked);
        await route.fulfill({ response: answer, json: { ...body, ledger: { ...ledger, ...(changed && { looked: changed }) } } });
      });
      await page.goto("/console/overview");
    };
    afterEach(() => page.unroute("**/v1/metrics?*"));

    it("is nothing, as of a moment ago; then a message, since when and what to do; then nothing again", async () => {
      await running.stack.fire("minute");
      await page.goto("/console/overview");
      await letters().getByText("All empty").waitFor();
      expect(await letters().innerText()).toMatch(/as of \d\d:\d\d:\d\d/);
      const sqs = new SQSClient({ endpoint: running.stack.endpoints.aws, region: REGION, credentials: CREDENTIALS });
      const QueueUrl = `${running.stack.endpoints.aws}/${ACCOUNT}/${queue}`;
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "{}" }));
      await running.stack.fire("minute");
      await letters().getByText("1 message").waitFor();
      expect(await page.getByRole("list", { name: "What was given up on" }).innerText()).toMatch(/seal: 1, since .+ at least/);
      await page.getByText("docs/runbooks/dlq.md").waitFor();
      expect(await axe(page)).toEqual([]);
      await picture(page, "overview-dead-letters");
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
      for (const { ReceiptHandle } of Messages) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      sqs.destroy();
      await running.stack.fire("minute");
      await letters().getByText("All empty").waitFor();
    });

    it("is not known before anybody looked, nor when nobody has looked for minutes", async () => {
      await health(() => undefined);
      await letters().getByText("Not known", { exact: true }).waitFor();
      await page.unroute("**/v1/metrics?*");
      await health((looked) => ({ ...looked, asOf: "2026-01-01T00:00:00.000Z" }));
      await letters().getByText("Not known any more").waitFor();
      expect(await axe(page)).toEqual([]);
    });

    it("is told beside a checkpoint that is late", async () => {
      await health((looked) => ({ ...looked, checkpointLateSince: "2026-01-01T00:00:00.000Z" }));
      await page.getByText("Late since").waitFor();
      await page.getByText("docs/runbooks/checkpoint-late.md").waitFor();
      expect(await axe(page)).toEqual([]);
    });
  });

  it("tells the time in UTC where the reader wants it so", async () => {
    await page.goto("/console/deployments");
    await page.getByRole("button", { name: "UTC" }).click();
    await page
      .getByText(/\d\d:\d\d:\d\d UTC/)
      .first()
      .waitFor();
    await page.getByRole("button", { name: "UTC" }).click();
  });

  it("reads the script's log for who may, out of the archive", async () => {
    await page.goto(`/console/deployments/${await failed()}`);
    await page.getByRole("button", { name: "Read the script's log" }).click();
    await page.getByRole("group", { name: "The script's log" }).waitFor();
  });

  it("puts a certificate on record, and draws a sample by the auditor's nonce", async () => {
    await page.goto("/console/audit");
    await page.getByRole("button", { name: "Put the certificate on record" }).click();
    await page.getByText("On record as").waitFor();
    await page.getByLabel("Your nonce (dice will do)").fill("4 4 2 6 1");
    // It is on record when the log's reader has it: asked too early, the ledger says so.
    await expect
      .poll(
        async () => {
          await page.getByRole("button", { name: "Draw the sample" }).click();
          return await page.getByText(/^25 of \d+ items$/).isVisible();
        },
        { timeout: 30_000, interval: 1_000 },
      )
      .toBe(true);
    // Nothing under the bar that stays at the top.
    await page.evaluate("scrollTo(0, 0)");
    expect(await axe(page)).toEqual([]);
    await picture(page, "audit-sample");
  });

  it("is served under a policy that lets nothing in or out but itself", async () => {
    const { headers } = await fetch(`${running.stack.url}/console/`);
    expect(headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' /,
    );
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
  });
}
