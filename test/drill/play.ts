/**
 * `npm run drill`: plays every case of the tamper drill, against our verifier and, where there is a Python, against the other one; prints what
 * each says, and ends with 1 where something is not told as docs/tamper-drill.md has it.
 *
 *     npm run drill -- [--no-python] [--write] [words of cases' names]
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Finding, type Findings, isFinding, type ToldFault } from "./case.ts";
import { DRILL_CASES, DRILL_CLASSES } from "./classes.ts";
import { verifyWithOurs } from "./ours.ts";
import { pythonMissing, verifyWithPython } from "./python.ts";
import { writeTable } from "./table.ts";
import { UNDETECTED } from "./undetected.ts";
import { copyOf, honestWorld, type World } from "./world.ts";

const { values, positionals } = parseArgs({
  options: { "no-python": { type: "boolean", default: false }, write: { type: "boolean", default: false } },
  allowPositionals: true,
});
const noPython = values["no-python"] ? "left out" : pythonMissing();
const isAsked = (name: string): boolean => positionals.length === 0 || positionals.some((word) => name.includes(word));
const began = performance.now();
const found = new Map<string, Findings>();
let wrong = 0;

console.log("Making a few days of a company that nobody tampered with …");
const honest = await honestWorld();
const asked = [...DRILL_CASES, ...UNDETECTED].filter(({ name }) => isAsked(name));
console.log(`${honest.leaves.length} entries, ${honest.kept.bundles.size} bundles; ${asked.length} cases.\n`);
report("nobody did anything", { ours: [] }, await answersOf(honest));

let done = 0;
for (const { title, cases } of DRILL_CLASSES) {
  const some = cases.filter(({ name }) => isAsked(name));
  if (some.length > 0) console.log(`\n${title}`);
  for (const { name, operator, tamper } of some) {
    const world = copyOf(honest);
    const findings = await tamper(world);
    found.set(name, findings);
    report(`${name}: ${operator}`, findings, await answersOf(world), ++done);
  }
}
const silent = UNDETECTED.filter(({ name }) => isAsked(name));
if (silent.length > 0) console.log("\nWhat nobody can detect");
for (const { name, operator, done: makeWorld } of silent) {
  const world = await makeWorld();
  report(`${name}: ${operator}`, { ours: [] }, await answersOf(world), ++done);
}
if (values.write && positionals.length === 0) {
  const tried = DRILL_CLASSES.map((drill) => ({ drill, findings: drill.cases.map(({ name }) => found.get(name) as Findings) }));
  writeFileSync(new URL("../../docs/tamper-drill.md", import.meta.url), writeTable(tried, UNDETECTED));
}
console.log(`\n${wrong === 0 ? "All as promised" : `${wrong} not as promised`}, in ${Math.round((performance.now() - began) / 1000)} s.`);
if (noPython !== undefined) console.log(`Without the Python verifier: ${noPython}.`);
process.exitCode = wrong === 0 ? 0 : 1;

interface Answers {
  readonly ours: readonly ToldFault[];
  readonly python: readonly ToldFault[] | undefined;
}

async function answersOf(world: World): Promise<Answers> {
  return { ours: await verifyWithOurs(world), python: noPython === undefined ? verifyWithPython(world) : undefined };
}

function report(title: string, { ours, python = ours }: Findings, answers: Answers, nth = 0): void {
  const verdicts = [
    verdict("ours", ours, answers.ours),
    ...(answers.python === undefined ? [] : [verdict("python", python, answers.python)]),
  ];
  const good = verdicts.every((each) => each.good);
  if (!good) wrong++;
  console.log(`${good ? "  ok " : "  NOT"} ${nth === 0 ? "" : `${nth}/${asked.length} `}${title}`);
  for (const { text } of verdicts) console.log(`        ${text}`);
}

/** Good is: everything that is looked for is told; where nothing is, nothing is told. */
function verdict(who: string, wanted: readonly Finding[], faults: readonly ToldFault[]): { readonly good: boolean; readonly text: string } {
  const untold = wanted.filter((finding) => !faults.some((fault) => isFinding(fault, finding)));
  const good = untold.length === 0 && (wanted.length > 0 || faults.length === 0);
  const [first] = wanted.flatMap((finding) => faults.filter((fault) => isFinding(fault, finding)));
  const place =
    first === undefined
      ? ""
      : [first.subject, first.seq, first.leaf === undefined ? undefined : `leaf ${first.leaf}`, first.file]
          .filter((each) => each !== undefined)
          .join(" ");
  const told =
    faults.length === 0 ? "sound" : `${faults.length} faults${first === undefined ? "" : `, among them ${first.check} ${place}`}`;
  return { good, text: `${who}: ${told}${untold.length === 0 ? "" : `; not told: ${JSON.stringify(untold)}`}` };
}
