import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readDeliveries } from "../deliveries.ts";
import { LocalError } from "../fault.ts";
import { Progress } from "../progress.ts";
import { EXAMPLE_SECRET, replay } from "../replay.ts";

const USAGE = `npm run replay -- FILE [--codedeploy FILE] [--shuffle SEED] [--duplicate RATE] [--drop RATE] [--seed N] [--reconcile RUNS [--forgotten]]
           [--data DIR] [--secret TEXT] [--settings FILE] [--json]

  FILE          deliveries, one JSON object a line (gzip when it ends in .gz)
  --codedeploy  what CodeDeploy shall answer, by deployment id
  --shuffle     send in another order, drawn from this seed
  --duplicate   share of deliveries sent twice (0 to 1)
  --drop        share of deliveries left out (0 to 1)
  --seed        draws which are left out or come twice
  --reconcile   run the reconcilers so often afterwards, against stand-ins of GitHub and CodeDeploy that know everything
  --forgotten   GitHub sends nothing again: the deliveries failed more than three days ago
  --data        keep the ledger in this folder (else a temporary one, removed at the end)
  --secret      what the webhooks are signed with
  --settings    JSON of the functions' SETTINGS
  --json        one JSON object on stdout`;

try {
  await main();
} catch (error) {
  const known = error instanceof LocalError || (error as { code?: string }).code?.startsWith("ERR_PARSE_ARGS") === true;
  if (!known) throw error;
  console.error(`replay: ${(error as Error).message}`);
  process.exitCode = 2;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      codedeploy: { type: "string" },
      shuffle: { type: "string" },
      duplicate: { type: "string", default: "0" },
      drop: { type: "string", default: "0" },
      seed: { type: "string", default: "0" },
      reconcile: { type: "string" },
      forgotten: { type: "boolean", default: false },
      data: { type: "string" },
      secret: { type: "string", default: EXAMPLE_SECRET },
      settings: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const [file] = positionals;
  if (values.help || file === undefined || positionals.length > 1) {
    console.error(USAGE);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const disorder = {
    shuffle: values.shuffle === undefined ? undefined : number("--shuffle", values.shuffle, Number.MAX_SAFE_INTEGER),
    duplicate: number("--duplicate", values.duplicate, 1),
    drop: number("--drop", values.drop, 1),
    seed: number("--seed", values.seed, 1_000_000),
  };
  const deliveries = await readDeliveries(file);
  const dataDir = values.data ?? mkdtempSync(join(tmpdir(), "change-ledger-"));
  const progress = new Progress("sent", deliveries.length);
  try {
    const report = await replay({
      ...disorder,
      deliveries,
      codedeployFile: values.codedeploy,
      reconcile:
        values.reconcile === undefined ? undefined : { runs: number("--reconcile", values.reconcile, 100), forgotten: values.forgotten },
      dataDir,
      secrets: Object.fromEntries(["github", "jira", "servicenow", "pagerduty"].map((sender) => [sender, [values.secret]])),
      settings: values.settings === undefined ? undefined : JSON.parse(readFileSync(values.settings, "utf8")),
      onSent: () => progress.add(),
      onStep: (step) => console.error(`replay: ${step}`),
    });
    progress.end();
    if (values.json) console.log(JSON.stringify(report));
    else
      console.table(
        Object.fromEntries(
          Object.entries(report).map(([name, value]) => [name, typeof value === "object" ? JSON.stringify(value) : value]),
        ),
      );
  } finally {
    if (values.data === undefined) rmSync(dataDir, { recursive: true, force: true });
  }
}

function number(name: string, text: string, most: number): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0 || value > most)
    throw new LocalError("bad-option", `expected ${name} to be a number from 0 to ${most}, got ${text}`);
  return value;
}
