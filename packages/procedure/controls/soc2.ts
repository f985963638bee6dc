import type { Control } from "./control.ts";

const point = (name: string, title: string, more: Partial<Control> = {}): Control => ({
  id: `soc2/CC8.1/${name}`,
  framework: "SOC 2",
  reference: "CC8.1",
  title,
  evidence: "ledger",
  ...more,
});

/** CC8.1's points of focus. */
export const SOC2: readonly Control[] = [
  point("manages", "Manages changes throughout the system life cycle"),
  point("authorizes", "Authorizes changes"),
  point("designs", "Designs and develops changes", {
    note: "That a design was made and reviewed shows in the pull request and its approvals; how good it is does not.",
  }),
  point("documents", "Documents changes"),
  point("tracks", "Tracks system changes"),
  point("configures", "Configures software", {
    note: "Configuration that goes through repositories and deployments is a change like any other; what is set by hand on a system is not seen.",
  }),
  point("tests", "Tests system changes"),
  point("approves", "Approves system changes"),
  point("deploys", "Deploys system changes"),
  point("identifies", "Identifies and evaluates system changes"),
  point("remediates", "Identifies changes in infrastructure, data, software and procedures required to remediate incidents"),
  point("baseline", "Creates a baseline configuration of IT technology", {
    note: "The catalogue of standard changes and the protected branches are on record; machine images and network baselines are not.",
  }),
  point("emergency", "Provides for changes necessary in emergency situations"),
  point("protects-confidential", "Protects confidential information", {
    note: "The security checklist and the security review are on record; where confidential data lie is not.",
  }),
  point("protects-personal", "Protects personal information", {
    note: "The security checklist and the security review are on record; where personal data lie is not.",
  }),
];
