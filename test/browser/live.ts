import { randomUUID } from "node:crypto";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { deploymentStateEvent, instanceStateEvent } from "../../packages/local/demonstration/codedeploy.ts";
import type { Opened } from "./opened.ts";

const OF = { account: "123456789012", region: "us-east-1", application: "live", group: "production", deploymentId: "d-LIVE00001" } as const;
const ID = `codedeploy/${OF.account}/${OF.region}/${OF.deploymentId}`;
/** What the page promises is two seconds; a busy machine gets more before the test gives up, and the picture of it is in the report. */
const GIVE_UP_MS = 20_000;

/** Events come while pages are open: they appear, and nobody loses their place. */
export function live({ running, page: newPage }: Opened): void {
  let list: Page;
  let one: Page;
  beforeAll(async () => {
    list = await newPage();
    one = await newPage();
    running.stack.injectDefaultBus(deploymentStateEvent(OF, "START", Date.now(), randomUUID()));
    // Not until all is quiet: CodeDeploy knows nothing of it, and is asked again and again.
    await list.goto("/console/deployments");
    await one.goto(`/console/deployments/${ID}`);
    await one.getByText("It is under way").waitFor();
  });
  afterAll(async () => {
    await list.context().close();
    await one.context().close();
  });

  it("a deployment that fails appears in the list and on its page, without a reload", async () => {
    await list.evaluate("window.notReloaded = true");
    await list.getByText("d-LIVE00001").first().waitFor();
    await list.evaluate("scrollTo(0, 400)");
    const before = await list.evaluate("scrollY");
    const at = Date.now();
    running.stack.injectDefaultBus(instanceStateEvent(OF, "i-0123456789abcdef0", "FAILURE", at, randomUUID()));
    running.stack.injectDefaultBus(deploymentStateEvent(OF, "FAILURE", at, randomUUID()));
    await one.getByRole("heading", { level: 1, name: /Failed/ }).waitFor({ timeout: GIVE_UP_MS });
    console.log(`a failure appeared on its page after ${Date.now() - at} ms`);
    await list.locator("li.bad", { hasText: "d-LIVE00001" }).first().waitFor({ timeout: GIVE_UP_MS });
    expect(await list.evaluate("window.notReloaded")).toBe(true);
    // What the reader looks at stays in sight, though something was put above it.
    expect(await list.evaluate("scrollY")).toBeGreaterThanOrEqual(before as number);
  });
}
