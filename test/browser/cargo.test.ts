import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { duration } from "../../packages/console/parts/duration.ts";
import { CODEDEPLOY, HERE, replayCorpus, truth } from "../corpus/replayed.ts";
import { axe, picture, type Visit, visiting } from "./opened.ts";

const dataDir = mkdtempSync(join(tmpdir(), "change-ledger-cargo-"));
const REPOSITORY = "github/acme/cargo";

async function open(): Promise<Visit | string> {
  if (!HERE) return "the corpus is not beside the checkout";
  await replayCorpus("--data", dataDir);
  return await visiting({ dataDir, codedeployFile: CODEDEPLOY });
}
const opened = await open();

/** Half a year of a real project. */
describe.skipIf(typeof opened === "string")(`the console on the cargo corpus${typeof opened === "string" ? ` (${opened})` : ""}`, () => {
  const { page: newPage, ask, complaints, close } = opened as Visit;
  afterAll(async () => {
    await close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const failed = HERE ? truth().deployments.filter(({ outcome }) => outcome === "failed") : [];

  it("shows the three deployments that failed first", async () => {
    const page = await newPage();
    await page.goto("/console/deployments");
    const section = page.getByRole("region", { name: "Failed" });
    for (const { id } of failed) await section.getByRole("link", { name: id }).first().waitFor();
    expect(await axe(page)).toEqual([]);
    await picture(page, "cargo-deployments");
    await page.context().close();
  });

  it.each(failed)(
    "$id: what failed first, what it carried, its rollback, the time to restore",
    async ({ id, carried, rolledBackBy, timeToRestoreSeconds }) => {
      const { items } = await ask<{ items: { subject: string; failure?: { target: string; event?: string } }[] }>(
        "/v1/deployments?outcome=failed&limit=100",
      );
      const found = items.find(({ subject }) => subject.endsWith(`/${id}`));
      const page = await newPage();
      await page.goto(`/console/deployments/${found?.subject.slice("deployment:".length)}`);
      await page.getByText(`What was in it: ${carried.length} change`).waitFor();
      await page
        .getByText(found?.failure?.target ?? "no target")
        .first()
        .waitFor();
      await page
        .getByText(found?.failure?.event ?? "no event")
        .first()
        .waitFor();
      await page
        .getByRole("link", { name: rolledBackBy ?? "no rollback" })
        .first()
        .waitFor();
      expect(await page.locator(".figure", { hasText: "Time to restore" }).innerText()).toContain(
        duration(timeToRestoreSeconds ?? Number.NaN),
      );
      expect(await axe(page)).toEqual([]);
      await picture(page, `cargo-${id}`);
      await page.context().close();
    },
  );

  it.each([
    ["changes", `/console/changes?repository=${REPOSITORY}`, "acme/cargo #"],
    ["overview", "/console/overview?from=2023-01-01&to=2023-07-01", "Change failure rate"],
    ["audit", "/console/audit?from=2023-01-01&to=2023-07-01", "Is that all?"],
  ])("%s of half a year", async (name, path, shows) => {
    const page = await newPage();
    await page.goto(path);
    await page.getByText(shows).first().waitFor();
    expect(await axe(page)).toEqual([]);
    await picture(page, `cargo-${name}`);
    await page.context().close();
  });

  it("complained of nothing", () => {
    expect(complaints).toEqual([]);
  });
});
