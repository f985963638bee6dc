import { describe, expect, it } from "vitest";
import { judge, merged, pull, push } from "./judged.ts";

describe("ENG-PROC-003", () => {
  it("asks in its second step for the security checklist of the template", () => {
    const second = (section: string) => {
      const checklists = [{ section, checked: ["x"], unchecked: ["y"] }];
      const { steps } = judge([pull(1), push(5, "cd"), merged(5, { checklists })]);
      return steps.find(({ number }) => number === 2)?.requirements.map(({ code }) => code);
    };
    expect(second("security")).toEqual(["satisfied"]);
    expect(second("database")).toEqual(["section-missing"]);
  });
});
