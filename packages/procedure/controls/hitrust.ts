import type { Control } from "./control.ts";

const clause = (reference: string, title: string): Control => ({
  id: `hitrust/${reference}`,
  framework: "HITRUST CSF v11.2.0",
  reference,
  title,
  evidence: "ledger",
  note: "The reference is the procedure's own; HITRUST's category numbering puts change management at 09.b and 10.k.",
  see: ["hitrust/09.b", "hitrust/10.k"],
});

export const HITRUST: readonly Control[] = [
  clause("07.a", "Secure Development Life Cycle"),
  clause("07.b", "Security Testing in Development"),
  clause("07.c", "Production Security Testing"),
  clause("12.a", "System Configuration Management"),
  {
    ...clause("09.b", "Change Management"),
    note: "HITRUST's own category number; evidenced by the same tests as 12.a.",
    see: ["hitrust/12.a"],
  },
  {
    ...clause("10.k", "Change Control Procedures"),
    note: "HITRUST's own category number; evidenced by the same tests as 12.a.",
    see: ["hitrust/12.a"],
  },
];
