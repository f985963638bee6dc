import type { Control } from "./control.ts";

const pair = (
  of2013: string,
  of2022: string,
  title: string,
  evidence: Control["evidence"] = "ledger",
  note?: string,
): readonly Control[] => {
  const ids = [`iso27001-2013/${of2013}`, `iso27001-2022/${of2022}`] as const;
  const more = { title, evidence, ...(note !== undefined && { note }) };
  return [
    { id: ids[0], framework: "ISO/IEC 27001:2013", reference: of2013, see: [ids[1]], ...more },
    { id: ids[1], framework: "ISO/IEC 27001:2022", reference: of2022, see: [ids[0]], ...more },
  ];
};

/** In both numberings. */
export const ISO27001: readonly Control[] = [
  ...pair("A.12.1.2", "8.32", "Change management"),
  ...pair("A.6.1.2", "5.3", "Segregation of duties"),
  ...pair(
    "A.9.4.5",
    "8.4",
    "Access control to program source code",
    "ledger",
    "That protected branches could be changed only through reviewed pull requests; who may read the source is not seen.",
  ),
  ...pair("A.12.1.3", "8.6", "Capacity management", "none", "Not evidenced here: look at monitoring and capacity planning."),
  ...pair(
    "A.12.6",
    "8.8",
    "Management of technical vulnerabilities",
    "none",
    "Not evidenced here: a scanner's findings are not in the ledger. Changes that mend them are, like any change.",
  ),
  ...pair("A.17.2", "8.14", "Redundancies", "none", "Not evidenced here: look at the architecture and at recovery exercises."),
  {
    id: "iso27001-2013/A.17.2.1",
    framework: "ISO/IEC 27001:2013",
    reference: "A.17.2.1",
    title: "Availability of information processing facilities",
    evidence: "none",
    note: "Not evidenced here: look at the architecture and at recovery exercises.",
    see: ["iso27001-2022/8.14"],
  },
];
