import { sha256Hex } from "@change-ledger/model";
import { settingsSchema } from "@change-ledger/sources";
import { describe, expect, it } from "vitest";
import { checklists, MAX_BOXES, TOO_MANY_BOXES } from "../../packages/sources/github/checklist.ts";
import { githubFact, ofKind } from "./fixtures/deliveries.ts";
import { pullRequest } from "./fixtures/github.ts";

const digest = (text: string) => sha256Hex(text).slice(0, 16);
const NONE = settingsSchema.parse({}).checklist;

const BODY = `Intro
- [x] before any heading

## Security checklist ##
- [x] No secrets
* [X]   Inputs checked
+ [ ] Threats reviewed
1. [ ] Numbered

### Tests
  - [x] Unit
- [] no box
- [y] no box
- [ ]
\`\`\`
- [x] in code
\`\`\`
<!--
- [x] in a comment
-->
> - [x] quoted`;

describe("checklists", () => {
  it("groups boxes by the heading above them and keeps digests, not text", () => {
    expect(checklists(BODY, NONE)).toEqual([
      { checked: [digest("before any heading")], unchecked: [] },
      {
        section: digest("Security checklist"),
        checked: [digest("No secrets"), digest("Inputs checked")],
        unchecked: [digest("Threats reviewed"), digest("Numbered")],
      },
      { section: digest("Tests"), checked: [digest("Unit"), digest("quoted")], unchecked: [] },
    ]);
  });
  it("uses the names that the settings give", () => {
    const settings = settingsSchema.parse({
      checklist: { sections: { "Security checklist": "security" }, items: { "No secrets": "no-secrets", "Threats reviewed": "threats" } },
    });
    expect(checklists(BODY, settings.checklist)?.[1]).toEqual({
      section: "security",
      checked: ["no-secrets", digest("Inputs checked")],
      unchecked: ["threats", digest("Numbered")],
    });
  });
  it("takes what is written twice once", () => {
    const twice = [{ section: digest("A"), checked: [digest("one")], unchecked: [digest("one")] }];
    expect(checklists("# A\n- [x] one\n- [x] one\n# B\n# A\n- [ ] one", NONE)).toEqual(twice);
  });
  it("is not fooled by names that every object has", () => {
    expect(checklists("# constructor\n- [x] __proto__\n- [ ] toString", NONE)).toEqual([
      { section: digest("constructor"), checked: [digest("__proto__")], unchecked: [digest("toString")] },
    ]);
  });
  it("says nothing of a body without boxes", () => {
    expect(checklists("# Heading\ntext", NONE)).toBeUndefined();
    expect(checklists("", NONE)).toBeUndefined();
  });
  it("counts a list that is too long to read as not done", () => {
    const found = checklists(Array.from({ length: 10_000 }, (_, n) => `- [x] ${n}`).join("\n"), NONE);
    expect(found?.[0]?.checked).toHaveLength(MAX_BOXES);
    expect(found?.[0]?.unchecked).toEqual([TOO_MANY_BOXES]);
  });
  it("reads every line ending, and a megabyte without boxes", () => {
    expect(checklists("# A\r\n- [x] one\r- [ ] two", NONE)?.[0]).toMatchObject({ checked: [digest("one")], unchecked: [digest("two")] });
    for (const piece of ["- [", "# ", " ", "`", "- [ ] \n", ">"]) expect(checklists(piece.repeat(300_000), NONE), piece).toBeUndefined();
  });
  it("becomes a fact of the pull request", () => {
    const { facts } = ofKind("pull-request", githubFact("pull_request", pullRequest("edited", { body: "- [x] done" })));
    expect(facts.checklists).toEqual([{ checked: [digest("done")], unchecked: [] }]);
  });
});
