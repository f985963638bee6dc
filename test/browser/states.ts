import type { Page, Route } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axe, type Opened, picture } from "./opened.ts";

/** What a page reads of the API, what stands on it when there is nothing, and how that is brought about. */
interface Case {
  readonly page: string;
  readonly path: string;
  readonly empty: { readonly path: string; readonly shows: string };
  /** Where the page itself says what is missing, before it asks. */
  readonly denied?: string;
}

const DENIED = "You may not see this";
const UNKNOWN = "Nothing is on record here";

/** Every page, and each of its states: while it reads, when nothing is there, when the ledger does not answer, when its reader may not. */
export function states({ page: newPage, idOf, tokenFor }: Opened): void {
  let page: Page;
  let other: Page;
  const pages: readonly Case[] = [
    {
      page: "deployments",
      path: "/console/deployments",
      empty: { path: "/console/deployments?group=no-group", shows: "No deployment that matches is on record." },
    },
    {
      page: "deployment",
      path: `/console/deployments/${idOf(18, "deployment")}`,
      empty: { path: "/console/deployments/codedeploy/123456789012/us-east-1/d-NONE", shows: UNKNOWN },
    },
    {
      page: "changes",
      path: "/console/changes",
      empty: { path: "/console/changes?ticket=jira/NONE-1", shows: "No change that matches is on record." },
    },
    {
      page: "change",
      path: `/console/changes/${idOf(1, "change")}`,
      empty: { path: "/console/changes/github/acme/none/pull/1", shows: UNKNOWN },
    },
    {
      page: "overview",
      path: "/console/overview",
      empty: { path: "/console/overview?from=2001-01-01&to=2001-02-01", shows: "nothing to count" },
    },
    {
      page: "audit",
      path: "/console/audit",
      empty: { path: "/console/audit?from=2001-01-01&to=2001-02-01", shows: "Population: 0 items" },
      denied: "Populations need the scope population:read",
    },
    {
      page: "commit",
      path: `/console/commits/${"0".repeat(39)}1`,
      empty: { path: `/console/commits/${"0".repeat(39)}2`, shows: UNKNOWN },
    },
    { page: "chain", path: "/console/chains/config/default", empty: { path: "/console/chains/incident/pagerduty/NONE", shows: UNKNOWN } },
    {
      page: "search",
      path: "/console/search?q=PAY-101",
      empty: { path: "/console/search?q=no-such-thing", shows: "Nothing on record matches" },
    },
  ];

  beforeAll(async () => {
    page = await newPage();
    other = await newPage({ signedIn: false });
    // Real, and of a scope that no page needs alone.
    await other.addInitScript(`sessionStorage.setItem("change-ledger.token", ${JSON.stringify(await tokenFor("evidence:read"))})`);
  });
  afterAll(async () => {
    await page.context().close();
    await other.context().close();
  });

  const withApi = async (act: (route: Route) => Promise<void>, see: () => Promise<void>) => {
    await page.route("**/v1/**", act);
    try {
      await see();
    } finally {
      await page.unroute("**/v1/**");
    }
  };

  it("knows every page that the console has", () => {
    // Signing in and a page that does not exist read nothing: readers.ts and pages.ts have them.
    expect(pages.map((one) => one.page).sort()).toEqual(
      ["audit", "chain", "change", "changes", "commit", "deployment", "deployments", "overview", "search"].sort(),
    );
  });

  describe.each(pages)("$page", ({ page: name, path, empty, denied = DENIED }) => {
    it("says what it reads while it reads", async () => {
      let release = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      await withApi(
        async (route) => {
          await held;
          await route.abort();
        },
        async () => {
          await page.goto(path);
          await page
            .getByRole("status")
            .filter({ hasText: /^Reading .+…$/ })
            .first()
            .waitFor();
          expect(await axe(page)).toEqual([]);
          await picture(page, `state-${name}-loading`);
          release();
        },
      );
    });

    it("says that nothing is there", async () => {
      await page.goto(empty.path);
      await page.getByText(empty.shows).first().waitFor();
      expect(await axe(page)).toEqual([]);
      await picture(page, `state-${name}-empty`);
    });

    it("says that the ledger does not answer, and shows it once it does", async () => {
      await withApi(
        (route) => route.abort(),
        async () => {
          await page.goto(path);
          await page.getByText("The ledger does not answer").first().waitFor();
          expect(await axe(page)).toEqual([]);
          await picture(page, `state-${name}-error`);
        },
      );
      await page.getByText("The ledger does not answer").first().waitFor({ state: "detached" });
    });

    it("says what its reader lacks who may not see it", async () => {
      await other.goto(path);
      await other.getByText(denied).first().waitFor();
      // Once, however much of the page they may not see.
      expect(await other.getByText(denied).count()).toBe(1);
      expect(await axe(other)).toEqual([]);
      await picture(other, `state-${name}-denied`);
    });
  });
}
