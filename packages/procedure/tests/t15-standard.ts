import type { AuditTest } from "./sheet.ts";
import { startTold } from "./stage.ts";
import { notApplicable, notSatisfied, satisfied } from "./verdict.ts";

export const standardChange: AuditTest = {
  id: "T15",
  title: "Standard",
  sheet: {
    intent: "What skips the approval of each change was approved as a kind of change, and still is.",
    rule: "The catalogue item and version were pre-approved and unexpired when the deployment started.",
    controls: ["soc2/CC8.1/authorizes", "soc2/CC8.1/baseline", "soc2/CC8.1/configures"],
    restsOn: ["record", "ticket", "deployment-state"],
    exemptions: "Changes that nothing calls standard.",
    pass: "The fulfilled request names the item `rotate-certificate`, version 3, approved until next June.",
    fail: "The item is not in the catalogue, another version was approved, or its approval ended before the deployment started. The item was named only afterwards.",
    limitations:
      "That what was done is what the item describes is not judged. A change that is not deployed is held to the time of its record.",
    remediation: "Treat it as a normal change, or have the item approved again for the next one.",
  },
  judge(of) {
    const { changeType } = of;
    if (changeType.catalogued === undefined) return notApplicable("not-standard", `Standard: ${changeType.because}`, changeType.told);
    const { founded, code, words, told } = changeType.catalogued;
    if (founded) return satisfied(`Standard: ${words}.`, changeType.told, told, startTold(of));
    return notSatisfied(
      code,
      `Standard: ${changeType.because} ${words}.`,
      "Treat it as a normal change, or have the item approved for the next one.",
      changeType.told,
      told,
      startTold(of),
    );
  },
};
