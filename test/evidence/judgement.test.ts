import { canonicalBytes } from "@change-ledger/model";
import type { Assessment } from "@change-ledger/procedure";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Dossier, type DossierChain, openBag, readBundle } from "../../packages/evidence/index.ts";
import { readAssessment } from "../../packages/evidence/read-assessment.ts";
import { SCENARIOS } from "../scenarios/index.ts";
import { play } from "../scenarios/scenario.ts";
import { bundleOf } from "./sealing.ts";

/** By the book, unticketed, no approval, an emergency without an incident, what was never looked up, a rollback. */
const NUMBERS = [101, 302, 402, 1302, 1403];
const played = NUMBERS.map((number) => {
  const scenario = SCENARIOS.find((one) => one.number === number);
  if (scenario === undefined) throw new Error(`no scenario ${number}`);
  const { ledger, change, assessment } = play(scenario);
  const chains = [...Map.groupBy(ledger.dossier(change).entries, ({ entry }) => entry.subject)].map(
    ([subject]): DossierChain => ({
      subject,
      entries: ledger.chains.get(subject) ?? [],
    }),
  );
  return { change, chains, assessment };
});
const first = played[0] as (typeof played)[number];
type Files = Map<string, Uint8Array>;

const dossierOf = ({ change, chains }: (typeof played)[number], assessment: unknown): Dossier => ({
  change,
  chains,
  raw: new Map(),
  assessment: canonicalBytes(assessment),
});
const filesOf = async (one: (typeof played)[number]): Promise<Files> =>
  readBundle((await bundleOf(dossierOf(one, one.assessment))).bytes).files;
const pageIn = (files: Files): string => Buffer.from(files.get("data/summary.html") ?? []).toString();
/** As the page shows it. */
const shown = (text: string): string =>
  text.replace(/[&<>"']/g, (char) => `&${{ "&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "#39" }[char]};`);

describe("the page of a bundle that holds an assessment", () => {
  it("says what was required, what was found, what is missing and what it rests on; and is sound", async () => {
    for (const one of played) {
      const files = await filesOf(one);
      expect(openBag(files).faults).toEqual([]);
      const page = pageIn(files);
      const { assessment } = one;
      for (const { because, remedy } of assessment.findings) {
        expect(page).toContain(shown(because));
        expect(page).toContain(`To do: <bdi>${shown(remedy)}</bdi>`);
      }
      for (const { because } of [...assessment.tests, ...assessment.obligations]) expect(page).toContain(shown(because));
      for (const { title, requirements } of assessment.steps)
        for (const words of [title, ...requirements.map(({ because }) => because)]) expect(page).toContain(shown(words));
      for (const { control } of assessment.controls) expect(page).toContain(`<code>${control}</code>`);
      for (const words of [assessment.asOf, assessment.configuration, assessment.procedure.id, shown(assessment.type.because)])
        expect(page).toContain(words);
      for (const { subject, seq, hash } of assessment.tests.flatMap(({ restsOn }) => restsOn))
        expect(page).toContain(`<a href="#${hash}"><code>${subject}</code> #${seq} <code>${hash.slice(0, 12)}</code></a>`);
    }
  });

  it("leads each link to one row of the story", async () => {
    for (const one of played) {
      const page = pageIn(await filesOf(one));
      const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const [, to] of page.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(to);
    }
  });

  it("is the same for the same assessment, and another for another", async () => {
    const again = pageIn(await filesOf(first));
    expect(again).toBe(pageIn(await filesOf(first)));
    const { findings } = first.assessment;
    expect(findings).toEqual([]);
    expect(again).toContain("Nothing is found to be wrong.");
    const other = { ...first, assessment: { ...first.assessment, outcome: "pending" as const } };
    expect(pageIn(await filesOf(other))).not.toBe(again);
  });

  it("runs nothing, loads nothing, and lets no text make markup", async () => {
    const tags = (page: string) => page.match(/<[^>]*>/g);
    const page = pageIn(await filesOf(first));
    expect(page).not.toMatch(/<(script|img|link|iframe|object|embed|base|form|svg)\b|\bon[a-z]+=|@import|url\(|https?:/i);
    const hostile = fc.constantFrom("</bdi><script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, "'--><!--", "&lt;", "<style>");
    await fc.assert(
      fc.asyncProperty(hostile, hostile, hostile, async (because, id, version) => {
        const [test, ...tests] = first.assessment.tests;
        const assessment = {
          ...first.assessment,
          procedure: { id, version },
          tests: [{ ...(test as Assessment["tests"][number]), because }, ...tests],
        };
        expect(tags(pageIn(await filesOf({ ...first, assessment })))).toEqual(tags(page));
      }),
      { numRuns: 10 },
    );
  });
});

describe("an assessment in a bag", () => {
  it("is every assessment that is made, read back whole", () => {
    for (const { assessment } of played) expect(readAssessment(canonicalBytes(assessment))).toEqual(assessment);
  });

  it.each<[string, Uint8Array | ((good: Assessment) => unknown)]>([
    ["that is no JSON", Buffer.from("<html>")],
    ["that is empty", new Uint8Array()],
    ["that says nothing", Buffer.from("{}")],
    ["that is nested without end", Buffer.from(`${"[".repeat(500_000)}${"]".repeat(500_000)}`)],
    ["that is too long", Buffer.alloc(8 * 1024 * 1024 + 1, 0x20)],
    ["that is not canonical", Buffer.concat([canonicalBytes(first.assessment), Buffer.from("\n")])],
    ["with a member that the page does not show", (good) => ({ ...good, approvedBy: "the board" })],
    ["of another version", (good) => ({ ...good, v: 2 })],
    ["with an outcome of its own", (good) => ({ ...good, outcome: "excellent" })],
    ["of another change", (good) => ({ ...good, change: "change:github/acme/shop/pull/999" })],
    [
      "that rests on what is not in the bag",
      (good) => ({ ...good, type: { ...good.type, restsOn: [{ subject: good.change, seq: 0, hash: "f".repeat(64) }] } }),
    ],
  ])("%s is a fault", async (_, given) => {
    const files = await filesOf(first);
    files.set("data/assessment.json", given instanceof Uint8Array ? given : canonicalBytes(given(first.assessment)));
    const { faults } = openBag(files);
    expect(faults.filter(({ check }) => check === "assessment")).toMatchObject([{ file: "data/assessment.json" }]);
  });

  it("is shown as it is: one that says something else makes the page another", async () => {
    const files = await filesOf(first);
    files.set("data/assessment.json", canonicalBytes({ ...first.assessment, outcome: "not-satisfied" }));
    expect(openBag(files).faults).toContainEqual(expect.objectContaining({ check: "file-differs", file: "data/summary.html" }));
  });

  it("that cannot be read is not sealed", async () => {
    await expect(bundleOf(dossierOf(first, { findings: [] }))).rejects.toMatchObject({ code: "not-a-dossier" });
  });
});
