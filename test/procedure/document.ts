import { readFileSync, writeFileSync } from "node:fs";
import { AUDIT_TESTS, type AuditTest, CONTROLS, ENG_PROC_003, evidencing } from "@change-ledger/procedure";

/** A document's text with what is generated between its marks; with UPDATE_DOCS set it is written. */
export function documentWith(
  path: string,
  generated: Readonly<Record<string, string>>,
): { readonly found: string; readonly expected: string } {
  const url = new URL(`../../${path}`, import.meta.url);
  const found = readFileSync(url, "utf8");
  let expected = found;
  for (const [name, text] of Object.entries(generated)) {
    const marks = new RegExp(`(<!-- generated: ${name} -->\n)[\\s\\S]*?(<!-- end of ${name} -->)`);
    if (!marks.test(expected)) throw new Error(`${path}: expected marks for ${name}`);
    expected = expected.replace(marks, (_, begin: string, end: string) => `${begin}\n${text.trimEnd()}\n\n${end}`);
  }
  if (process.env["UPDATE_DOCS"] !== undefined) writeFileSync(url, expected);
  return { found: readFileSync(url, "utf8"), expected };
}

/** The sheets of T1 to T18. */
export function sheets(): string {
  return AUDIT_TESTS.map(sheetOf).join("\n");
}

function sheetOf({ id, title, sheet }: AuditTest): string {
  const rows: readonly (readonly [string, string])[] = [
    ["Intent", sheet.intent],
    ["Rule", sheet.rule],
    ["Controls", sheet.controls.join(", ")],
    ["Rests on", sheet.restsOn.map((kind) => `\`${kind}\``).join(", ")],
    ["Exemptions", sheet.exemptions],
    ["Pass", sheet.pass],
    ["Fail", sheet.fail],
    ["Limitations", sheet.limitations],
    ["Remediation", sheet.remediation],
  ];
  return `### ${id} ${title}\n\n| | |\n|---|---|\n${rows.map(([name, text]) => `| ${name} | ${text} |`).join("\n")}\n`;
}

/** ENG-PROC-003, step by step. */
export function steps(): string {
  const { normal, standard = [], emergency = [] } = ENG_PROC_003.steps;
  const rows = (of: typeof normal) =>
    of.map(({ number, title, who, requires, tests }) => {
      const blocks = requires.map(
        (one) =>
          `\`${one.block}\`${one.block === "approval" ? ` (${one.roles.join(" or ")}${one.when === "always" ? "" : ", when security-relevant"})` : ""}`,
      );
      return `| ${number} | ${title} | ${who.join(", ")} | ${blocks.join(", ")} | ${tests.join(", ")} |`;
    });
  const table = (title: string, of: typeof normal) =>
    [`**${title}**`, "", "| Step | What | Who | Blocks | Tests |", "|---|---|---|---|---|", ...rows(of)].join("\n");
  return [table("Normal", normal), table("Standard", standard), table("Emergency", emergency)].join("\n\n");
}

/** Control → tests and steps. */
export function controls(): string {
  const rows = evidencing(ENG_PROC_003.steps.normal).map(({ control, tests, steps: of }) => {
    const by =
      control.evidence === "none"
        ? "*not evidenced here*"
        : [tests.join(", "), of.length > 0 ? `steps ${of.join(", ")}` : ""].filter(Boolean).join("; ");
    return `| ${control.framework} | ${control.reference} | ${control.title} | ${by} | ${control.note ?? ""} |`;
  });
  if (rows.length !== CONTROLS.length) throw new Error("expected a row for each control");
  return ["| Framework | Reference | Title | Evidenced by | Note |", "|---|---|---|---|---|", ...rows].join("\n");
}
