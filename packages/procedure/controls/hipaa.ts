import type { Control } from "./control.ts";

export const HIPAA: readonly Control[] = [
  {
    id: "hipaa/164.312(b)",
    framework: "HIPAA Security Rule",
    reference: "45 CFR § 164.312(b)",
    title: "Audit controls",
    evidence: "ledger",
    note: "Of changes to systems; access to health information itself is recorded elsewhere.",
  },
  {
    id: "hipaa/164.312(c)(1)",
    framework: "HIPAA Security Rule",
    reference: "45 CFR § 164.312(c)(1)",
    title: "Integrity",
    evidence: "ledger",
    note: "That the software is what was approved; the integrity of health information at rest is not seen.",
  },
];
