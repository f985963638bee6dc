import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { bareInsertsPerSecond } from "../bench/bare.ts";
import { coldStarts } from "../bench/cold-start.ts";
import { hotChainEntriesPerSecond } from "../bench/hot-chain.ts";
import { judgingSpeed, periodMemory } from "../bench/judging.ts";
import { queryRows } from "../bench/queries-rows.ts";
import { proofTileReads, verifySpeed } from "../bench/verify.ts";
import { type RecordedDelivery, readDeliveries } from "../deliveries.ts";
import { DEMONSTRATION_SECRETS, DEMONSTRATION_SETTINGS, demonstrationEvents, type Emitted, randomStory } from "../demonstration/index.ts";
import { createTables, type DynamoDb, startDynamoDb } from "../dynamodb.ts";
import { LocalError } from "../fault.ts";
import { tableName } from "../names.ts";
import { EXAMPLE_SECRET, type ReplayReport, replay } from "../replay.ts";

/** Ratios against a limit measured in the same run, each beside what it has to be. */
interface Row {
  readonly what: string;
  readonly ratio: number;
  readonly demanded: string;
  readonly holds: boolean;
  readonly figures: string;
}

const WRITERS = 16;
const VERIFIED_ENTRIES = 1_000_000;
const VERIFIER_MAX_BYTES = 256 * 1024 * 1024;
const LARGE_LOG = 10_000_000;
/** Pull requests of the made-up history, and of the other one that warms up: it takes some thousand events before the compiler is done. */
const MADE_UP_SIZE = 600;
const WARM_UP_SIZE = 500;
const JUDGED_PER_SECOND = 20_000;
const CHANGES_OF_A_PERIOD = 100_000;
const rows: Row[] = [];
const atLeast = (what: string, ratio: number, least: number, figures: string) =>
  rows.push({ what, ratio, demanded: `≥ ${least}`, holds: ratio >= least, figures });
const atMost = (what: string, ratio: number, most: number, figures: string) =>
  rows.push({ what, ratio, demanded: `≤ ${most}`, holds: ratio <= most, figures });

const PARTS = { engine, pipeline, bundles, verifier, judging, queries } as const;
type Part = keyof typeof PARTS;
const isPart = (name: string): name is Part => Object.hasOwn(PARTS, name);

const { values } = parseArgs({
  options: {
    file: { type: "string" },
    codedeploy: { type: "string" },
    only: { type: "string", multiple: true, default: [] },
    full: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
const folder = mkdtempSync(join(tmpdir(), "change-ledger-bench-"));
try {
  const unknown = values.only.find((name) => !isPart(name));
  if (unknown !== undefined)
    throw new LocalError("bad-option", `expected --only to name one of ${Object.keys(PARTS).join(", ")}; got ${unknown}`);
  const names = values.only.length === 0 ? Object.keys(PARTS).filter(isPart) : values.only.filter(isPart);
  for (const name of names) await PARTS[name]();
} catch (error) {
  if (!(error instanceof LocalError)) throw error;
  console.error(`bench: ${error.message}`);
  process.exitCode = 2;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (values.json) console.log(JSON.stringify(rows));
else
  console.table(
    rows.map(({ ratio, ...row }) => ({ ...row, ratio: Number(ratio.toPrecision(3)) })),
    ["what", "ratio", "demanded", "holds", "figures"],
  );
if (rows.some(({ holds }) => !holds)) process.exitCode = 1;

/** The engine's limit by itself, and one hot chain against it. */
async function engine(): Promise<void> {
  console.error("bench: bare inserts, and one hot chain");
  const dynamoDb = await started("engine");
  try {
    await createTables(dynamoDb.endpoint);
    const bare = await bareInsertsPerSecond(dynamoDb.endpoint, 3_000, WRITERS);
    const hot = await hotChainEntriesPerSecond(dynamoDb.endpoint, WRITERS, 30);
    atLeast("one hot chain, 16 writers ÷ bare inserts", hot / bare, 0.02, `${Math.round(hot)} entries/s ÷ ${Math.round(bare)} inserts/s`);
  } finally {
    await dynamoDb.close();
  }
}

/** The whole pipeline, warmed up by the demonstration and a made-up history, and right before and after it the engine's limit. */
async function pipeline(): Promise<void> {
  const { deliveries, records } = await input();
  const warm = demonstrationEvents("2026-01-05T08:00:00.000Z");
  const more = randomStory(2, WARM_UP_SIZE);
  const codedeployFile = join(folder, "codedeploy.json");
  writeFileSync(codedeployFile, JSON.stringify({ ...warm.codedeploy, ...more.codedeploy, ...records }));
  console.error(`bench: the pipeline, ${deliveries.length} deliveries`);
  const before = await bare("before");
  const report = await replay({
    deliveries,
    warmUp: recorded([...warm.events, ...more.events]),
    codedeployFile,
    dataDir: join(folder, "pipeline"),
    secrets: {
      github: [EXAMPLE_SECRET, DEMONSTRATION_SECRETS.github],
      jira: [DEMONSTRATION_SECRETS.jira],
      pagerduty: [DEMONSTRATION_SECRETS.pagerduty],
    },
    settings: DEMONSTRATION_SETTINGS,
    duplicate: 0,
    drop: 0,
  });
  const after = await bare("after");
  const limit = (before + after) / 2;
  atLeast(
    "pipeline events/s ÷ bare inserts/s",
    report.eventsPerSecond / limit,
    0.3,
    `${Math.round(report.eventsPerSecond)} ÷ ${Math.round(limit)}`,
  );
  units(report);
}

/** An engine with a folder of its own. */
async function started(name: string): Promise<DynamoDb> {
  const dataDir = join(folder, name);
  mkdirSync(dataDir);
  return await startDynamoDb(dataDir, undefined);
}

async function bare(name: string): Promise<number> {
  const dynamoDb = await started(name);
  try {
    return await bareInsertsPerSecond(dynamoDb.endpoint, 3_000, WRITERS);
  } finally {
    await dynamoDb.close();
  }
}

function units({ accepted, added, dynamo, s3, bundles, counts }: ReplayReport): void {
  const of = (table: "ledger" | "models" | "log") => dynamo.perEvent[tableName(table)] ?? { write: 0, read: 0 };
  const ledger = of("ledger");
  const models = of("models");
  const log = of("log");
  atMost("entries an event", added / accepted, 1.3, `${added} ÷ ${accepted}`);
  atMost("write units an event, ledger", ledger.write, 2.5, "entries and deduplication");
  atMost(
    "write units an event, all tables",
    ledger.write + models.write + log.write,
    5,
    `${ledger.write} + ${models.write} + ${log.write}`,
  );
  atMost("read units an event, all tables", ledger.read + models.read + log.read, 2, `${ledger.read} + ${models.read} + ${log.read}`);
  atMost("write units an entry for sequencing", (log.write * accepted) / added, 1, `${log.write} an event ÷ ${added / accepted} entries`);
  atMost(
    "S3 PUTs beside bundles ÷ events",
    (s3.puts - (counts.bundles ?? bundles)) / accepted,
    0.1,
    `${s3.puts} PUTs, ${counts.bundles ?? bundles} of them bundles`,
  );
}

async function bundles(): Promise<void> {
  console.error("bench: the Lambdas' bundles");
  const { empty, functions } = await coldStarts();
  for (const { name, bytes, importMs } of functions) {
    atMost(
      `bundle of ${name} ÷ 1 MB`,
      bytes / 1_000_000,
      1,
      `${Math.round(bytes / 1000)} KB; an empty handler with the SDK client ${Math.round(empty.bytes / 1000)} KB`,
    );
    atMost(
      `import of ${name} ÷ empty handler`,
      importMs / empty.importMs,
      6,
      `${importMs.toFixed(0)} ms ÷ ${empty.importMs.toFixed(0)} ms`,
    );
  }
}

/** The verifier against a bare loop that hashes each entry once, its memory, and what a proof reads. */
async function verifier(): Promise<void> {
  console.error(`bench: the verifier, ${VERIFIED_ENTRIES} entries`);
  const speed = await verifySpeed(folder, VERIFIED_ENTRIES);
  const rounded = (perSecond: number): string => `${Math.round(perSecond / 1000)} k/s`;
  const { ratio, verifiedPerSecond, hashedPerSecond, bothPerSecond, peakBytes, peakBytesSpilled } = speed;
  const figures = `${rounded(verifiedPerSecond)} ÷ ${rounded(hashedPerSecond)}; log and ledger ${rounded(bothPerSecond)}`;
  atLeast("verified entries/s ÷ entries/s of bare SHA-256", ratio, 0.4, figures);
  const memory = (bytes: number): string => `${Math.round(bytes / 1_000_000)} MB`;
  atMost("verifier's peak memory ÷ 256 MB", peakBytes / VERIFIER_MAX_BYTES, 1, memory(peakBytes));
  atMost("… with chains in temporary files", peakBytesSpilled / VERIFIER_MAX_BYTES, 1, memory(peakBytesSpilled));
  const tiles = await proofTileReads(LARGE_LOG);
  atMost("tiles read for a proof of 10 million ÷ 6", tiles / 6, 1, `${tiles} tiles and the checkpoint`);
}

/** Changes of 60 entries: judged against read, which has to be done before; and a period of them, whose memory must not grow with it. */
async function judging(): Promise<void> {
  console.error(`bench: judging, and a period of ${CHANGES_OF_A_PERIOD} changes`);
  const { judgedPerSecond, readPerSecond } = await judgingSpeed();
  const rounded = (perSecond: number): string => String(Math.round(perSecond));
  // The goal is 20,000 a second of one core that is otherwise idle; beside what else such a core does the ratio is the same on any.
  atLeast(
    "assessments/s ÷ dossiers parsed and hashed/s",
    judgedPerSecond / readPerSecond,
    2.5,
    `${rounded(judgedPerSecond)} (goal ${JUDGED_PER_SECOND}) ÷ ${rounded(readPerSecond)}, 60 entries each`,
  );
  const { few, many } = await periodMemory(CHANGES_OF_A_PERIOD);
  const memory = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`;
  const told = (what: "heapBytes" | "peakBytes") =>
    `${memory(many[what])} ÷ ${memory(few[what])}; ${rounded(many.perSecond)} made and judged/s`;
  atMost("heap after 100,000 changes ÷ after 10,000", many.heapBytes / few.heapBytes, 1.1, told("heapBytes"));
  atMost("peak memory of 100,000 changes ÷ of 10,000", many.peakBytes / few.peakBytes, 1.25, told("peakBytes"));
}

/** What the API reads of a longer record must not be more. `--full` takes in a million changes. */
async function queries(): Promise<void> {
  const say = (what: string) => console.error(`bench: queries, ${what}`);
  for (const { what, ratio, most, figures } of await queryRows(folder, values.full, say)) atMost(what, ratio, most, figures);
}

interface Input {
  readonly deliveries: readonly RecordedDelivery[];
  /** CodeDeploy's, by deployment id. */
  readonly records: Readonly<Record<string, unknown>>;
}

/** What to send: the file that was named, else a company's history of the same kind, made up from a seed. */
async function input(): Promise<Input> {
  if (values.file !== undefined) {
    const records = values.codedeploy === undefined ? {} : (JSON.parse(readFileSync(values.codedeploy, "utf8")) as Record<string, unknown>);
    return { deliveries: await readDeliveries(values.file), records };
  }
  const { events, codedeploy } = randomStory(1, MADE_UP_SIZE);
  return { deliveries: recorded(events), records: codedeploy };
}

function recorded(events: readonly Emitted[]): RecordedDelivery[] {
  return events.map((event) =>
    event.channel === "bus"
      ? { channel: "bus", event: event.event }
      : { channel: "webhook", source: event.source, headers: event.headers, body: event.body },
  );
}
