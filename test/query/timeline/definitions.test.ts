import { readFileSync } from "node:fs";
import { DEPLOYMENT_FIGURES, FAILURE_ADVICE, PERIOD_FIGURES } from "@change-ledger/query";
import { expect, it } from "vitest";
import { deploy, timeline } from "./group.ts";

const document = readFileSync(new URL("../../../docs/timeline.md", import.meta.url), "utf8");

it("docs/timeline.md defines every figure and failure class in the words that stand beside it", () => {
  for (const { title, definition } of [...Object.values(DEPLOYMENT_FIGURES), ...Object.values(PERIOD_FIGURES)])
    expect(document).toContain(`| ${title} | ${definition} |`);
  for (const [name, { meaning, next }] of Object.entries(FAILURE_ADVICE))
    expect(document).toContain(`| \`${name}\` | ${meaning} | ${next} |`);
  const { definitions } = timeline("d-1", [deploy("d-1", { start: 0, commit: "a" })]).blastRadius;
  for (const [name, definition] of Object.entries(definitions)) expect(document).toContain(`| \`${name}\` | ${definition} |`);
});
