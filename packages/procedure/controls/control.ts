/** A framework's clause, and what the ledger's evidence can say of it. */
export interface Control {
  /** `soc2/CC8.1/authorizes`. */
  readonly id: string;
  readonly framework: "SOC 2" | "HITRUST CSF v11.2.0" | "HIPAA Security Rule" | "ISO/IEC 27001:2013" | "ISO/IEC 27001:2022" | "CHI";
  readonly reference: string;
  readonly title: string;
  /** `none`: nothing in the ledger speaks to it, and it is never shown as satisfied. */
  readonly evidence: "ledger" | "none";
  /** What the evidence leaves open; for `none` where to look instead. */
  readonly note?: string;
  /** The same matter elsewhere. */
  readonly see?: readonly string[];
}
