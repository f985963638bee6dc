import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { axe, type Opened, picture } from "./opened.ts";

/** Who may see what, and how they sign in. */
export function readers({ page: newPage, idOf, failed }: Opened): void {
  const signIn = async (user: string, path: string): Promise<Page> => {
    const page = await newPage({ signedIn: false });
    await page.goto(path);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("button", { name: user }).click();
    await page.waitForURL((url) => url.pathname === new URL(path, url).pathname);
    return page;
  };

  it("sign in, and come back to the page that they had opened", async () => {
    const page = await signIn("auditor", `/console/changes/${idOf(1, "change")}`);
    await page.getByRole("heading", { level: 1, name: /01-happy-path #1/ }).waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    await picture(page, "sign-in");
    expect(await axe(page)).toEqual([]);
    await page.context().close();
  });

  it("who may read nothing here see that nothing is on record for them", async () => {
    const page = await signIn("outsider", "/console/deployments");
    await page.getByText("No deployment that matches").waitFor();
    await page.goto(`/console/deployments/${await failed()}`);
    await page.getByText("Nothing is on record here").waitFor();
    expect(await axe(page)).toEqual([]);
    await page.context().close();
  });

  it("whose token is refused are told, and lose neither page nor place", async () => {
    const page = await newPage({ signedIn: false });
    await page.addInitScript(
      `sessionStorage.getItem("change-ledger.token") ?? sessionStorage.setItem("change-ledger.token", "no-token-of-this-stack")`,
    );
    await page.goto("/console/overview");
    await page.getByText("Your session has ended").waitFor();
    expect(new URL(page.url()).pathname).toBe("/console/overview");
    await page.context().close();
  });

  describe("without the scope for evidence", () => {
    it("are told what is missing where the log would be", async () => {
      const page = await newPage({ signedIn: false });
      const id = await failed();
      // What the page knows of its reader is the token's own word; the API decides.
      const claims = Buffer.from(JSON.stringify({ sub: "reader", scope: "ledger:read" })).toString("base64url");
      await page.addInitScript(`sessionStorage.setItem("change-ledger.token", "x.${claims}.x")`);
      await page.route("**/v1/**", async (route) => {
        const headers = { ...route.request().headers(), authorization: "Bearer a-browser-test-token-of-good-length" };
        await route.continue({ headers });
      });
      await page.goto(`/console/deployments/${id}`);
      await page.getByText("reading it needs the scope evidence:read").waitFor();
      await page.context().close();
    });
  });
}
