import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { axe, type Opened, picture } from "./opened.ts";

/** Who may see what, and how they sign in. */
export function readers({ page: newPage, idOf, failed, tokenFor }: Opened): void {
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
    it("read what the script said, and are told what the log needs", async () => {
      const page = await newPage({ signedIn: false });
      await page.addInitScript(`sessionStorage.setItem("change-ledger.token", ${JSON.stringify(await tokenFor("ledger:read"))})`);
      await page.goto(`/console/deployments/${await failed()}`);
      await page.getByText("The end of its log needs the scope evidence:read").waitFor();
      await page.getByRole("button", { name: "Read what the script said" }).click();
      const said = page.getByRole("group", { name: "What the script said" });
      await said.getByText("Script failed with exit code 1").waitFor();
      expect(await said.textContent()).not.toContain("stderr");
      expect(await axe(page)).toEqual([]);
      await page.context().close();
    });
  });
}
