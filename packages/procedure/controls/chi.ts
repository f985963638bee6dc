import type { Control } from "./control.ts";

export const CHI: readonly Control[] = [
  { id: "chi/SR80", framework: "CHI", reference: "SR80", title: "Implementing software and upgrades in the EHRi", evidence: "ledger" },
  {
    id: "chi/SR81",
    framework: "CHI",
    reference: "SR81",
    title: "Protecting EHRi software",
    evidence: "ledger",
    note: "That production software is what was reviewed and merged; its protection on the machines is not seen.",
  },
  {
    id: "chi/SR82",
    framework: "CHI",
    reference: "SR82",
    title: "Managing known vulnerabilities",
    evidence: "none",
    note: "Not evidenced here: a scanner's findings are not in the ledger.",
  },
];
