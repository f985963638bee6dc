import type { AuditTest } from "./sheet.ts";
import { verification } from "./verification.ts";

export const accuracy: AuditTest = {
  id: "T2",
  title: "Accuracy",
  sheet: {
    intent: "The ledger says what the sender said.",
    rule: "Normalising the archived raw payload again, with the normaliser's version that the entry names, gives the recorded entry.",
    controls: ["hipaa/164.312(b)", "hipaa/164.312(c)(1)", "soc2/CC8.1/documents"],
    restsOn: ["verified"],
    exemptions: "Entries that the ledger derives have no payload.",
    pass: "The latest run normalised every entry of the dossier again and found the same.",
    fail: "The run names an entry of the dossier: its archived payload gives another fact.",
    limitations: "It shows that nothing was changed after it was sent, not that the sender told the truth.",
    remediation: "Keep entry and payload as they are and find out which of the two is not what was sent.",
  },
  judge: (of) => verification(of, "normalisation", "Accuracy"),
};
