import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Findings, isFinding } from "./case.ts";
import { DRILL_CASES, DRILL_CLASSES } from "./classes.ts";
import { verifyWithOurs } from "./ours.ts";
import { writeTable } from "./table.ts";
import { UNDETECTED } from "./undetected.ts";
import { copyOf, honestWorld, type World } from "./world.ts";

const TABLE = new URL("../../docs/tamper-drill.md", import.meta.url);

/** Where the bundles are as they were, `npm run drill` alone looks into them again. */
function hasOtherBundles(world: World, honest: World): boolean {
  const { bundles } = honest.kept;
  return world.kept.bundles.size !== bundles.size || [...world.kept.bundles].some(([key, bytes]) => bundles.get(key) !== bytes);
}

const isNote = (path: string): boolean => path === "checkpoint" || path.startsWith("hours/");

describe("the tamper drill", () => {
  const found = new Map<string, Findings>();

  it("begins with a ledger that is sound, and long enough to have more than one tile", async () => {
    const world = await honestWorld();
    expect(await verifyWithOurs(world)).toEqual([]);
    expect(world.leaves.length).toBeGreaterThan(512);
    expect(world.kept.bundles.size).toBeGreaterThan(10);
    expect(new Set(DRILL_CASES.map(({ name }) => name)).size).toBe(DRILL_CASES.length);
  });

  it.each(DRILL_CASES)("tells of $name", async ({ name, tamper }) => {
    const world = copyOf(await honestWorld());
    const findings = await tamper(world);
    found.set(name, findings);
    const faults = await verifyWithOurs(world, { bundles: hasOtherBundles(world, await honestWorld()) });
    expect(findings.ours.length).toBeGreaterThan(0);
    const untold = findings.ours.filter((finding) => !faults.some((fault) => isFinding(fault, finding)));
    expect(untold, JSON.stringify(faults.slice(0, 5), undefined, 1)).toEqual([]);
  });

  it.each(UNDETECTED)("tells nothing of $name, which nobody can detect", async ({ done }) => {
    expect(await verifyWithOurs(await done())).toEqual([]);
  });

  it("tells of a split view as soon as one auditor's checkpoint is held to the other's log", async () => {
    const one = await honestWorld();
    const other = await UNDETECTED.find(({ name }) => name === "split-view")?.done();
    if (other === undefined) throw new Error("no split view");
    const checkpoints = [{ name: "the-other-auditors", note: one.kept.log.get("checkpoint") ?? new Uint8Array() }];
    const faults = await verifyWithOurs({ ...other, held: { ...other.held, checkpoints } });
    expect(faults).toMatchObject([{ check: "fork", file: "the-other-auditors" }]);
  });

  it("tells of any byte changed in whatever is kept", { timeout: 120_000 }, async () => {
    const world = await honestWorld();
    const files = [...world.kept.log.keys()].filter((path) => path !== "trust.json").map((path) => ["log", path] as const);
    const all = [...files, ...[...world.kept.bundles.keys()].map((key) => ["bundles", key] as const)];
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 }), async (file, place, change) => {
        const copy = copyOf(world);
        const [kind, path] = all[file % all.length] as (typeof all)[number];
        const bytes = Uint8Array.from(copy.kept[kind].get(path) ?? []);
        // A signature may become an unknown key's, which is ignored where another one holds.
        const at = place % (isNote(path) ? Buffer.from(bytes).indexOf("\n\n") : bytes.length);
        bytes[at] = (bytes[at] as number) ^ change;
        copy.kept[kind].set(path, bytes);
        expect(await verifyWithOurs(copy), `${path} byte ${at} ^ ${change}`).not.toEqual([]);
      }),
      { numRuns: 16 },
    );
  });

  it("is told in docs/tamper-drill.md", () => {
    const tried = DRILL_CLASSES.map((drill) => ({ drill, findings: drill.cases.map(({ name }) => found.get(name) ?? { ours: [] }) }));
    // `npm run drill -- --write` writes it.
    expect(readFileSync(TABLE, "utf8")).toBe(writeTable(tried, UNDETECTED));
  });
});
