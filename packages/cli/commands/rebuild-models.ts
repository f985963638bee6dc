/** `change-ledger rebuild-models`: read models and links, made again from the ledger. */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { dynamoChains, dynamoClient, dynamoExport, sqsClient, sqsQueue } from "@change-ledger/aws";
import { pause } from "@change-ledger/aws/pause.ts";
import { projection } from "@change-ledger/aws/projection.ts";
import { type RebuildState, rebuildModels } from "@change-ledger/query";
import { settingsSchema } from "@change-ledger/sources";
import * as z from "zod";
import { CliError } from "../fault.ts";
import { fileOf, needed, USAGE } from "./given.ts";
import { ProgressBar } from "./progress-bar.ts";
import type { Terminal } from "./verify.ts";

const OPTIONS = {
  ledger: { type: "string" },
  models: { type: "string" },
  "link-queue": { type: "string" },
  "assess-queue": { type: "string" },
  settings: { type: "string" },
  state: { type: "string" },
} as const;

/** Entries of a page: what the stream gives the projector at once. */
const PAGE = 200;

const stateSchema = z.strictObject({
  version: z.literal(1),
  ledger: z.string(),
  models: z.string(),
  phase: z.enum(["entries", "links"]),
  cursor: z.string().optional(),
  done: z.int().nonnegative(),
});

/** @returns the exit code. @throws CliError `usage`, `unreadable` */
export async function rebuildModelsCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  if (positionals.length > 0) throw new CliError("usage", USAGE);
  const tables = { ledger: needed(values.ledger), models: needed(values.models) };
  const queues = { link: needed(values["link-queue"]), assess: needed(values["assess-queue"]) };
  const settings = settingsIn(needed(values.settings));
  const stateFile = values.state ?? "change-ledger-rebuild.json";

  const client = dynamoClient();
  const chains = dynamoChains({ client, table: tables.ledger });
  const ledger = dynamoExport({ client, table: tables.ledger });
  const ports = {
    async page(cursor: string | undefined) {
      const page = await ledger.page(PAGE, cursor);
      if (page === undefined) throw new CliError("unreadable", `${tables.ledger} does not go on where ${stateFile} stopped`);
      return page;
    },
    projection: projection({ client, table: tables.models, meter: () => {}, pause }, chains, settings),
    chains,
    link: sqsQueue<object>({ client: sqsClient(), url: queues.link }),
    assess: sqsQueue<object>({ client: sqsClient(), url: queues.assess }),
    now: () => terminal.now(),
  };
  const bar = new ProgressBar(terminal.err);
  let entries = 0;
  try {
    for await (const state of rebuildModels(ports, readState(stateFile, tables))) {
      if (state.phase === "links") entries = state.done;
      bar.show(`${state.phase === "entries" ? "models" : "links"}: ${state.done} entries`, 0, 1);
      writeState(stateFile, { version: 1, ...tables, ...state });
    }
  } finally {
    bar.clear();
  }
  rmSync(stateFile, { force: true });
  terminal.out(
    `${tables.models} holds what ${entries} entries of ${tables.ledger} give; links are counted and changes judged again by the queues\n`,
  );
  return 0;
}

function settingsIn(path: string) {
  try {
    return settingsSchema.parse(JSON.parse(Buffer.from(fileOf(path)).toString("utf8")));
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError("unreadable", `${path} holds no settings: expected the JSON of LEDGER_SETTINGS, {} where there are none`);
  }
}

function readState(file: string, tables: { readonly ledger: string; readonly models: string }): RebuildState | undefined {
  if (!existsSync(file)) return undefined;
  let stored: z.output<typeof stateSchema>;
  try {
    stored = stateSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    throw new CliError("unreadable", `${file} is no state of a rebuilding: name another with --state`);
  }
  if (stored.ledger !== tables.ledger || stored.models !== tables.models)
    throw new CliError("unreadable", `${file} is of other tables (${stored.ledger}, ${stored.models}): name another with --state`);
  const { phase, cursor, done } = stored;
  return { phase, cursor, done };
}

/** Whole or not at all. */
function writeState(file: string, state: z.input<typeof stateSchema>): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(state, undefined, 2)}\n`);
  renameSync(`${file}.new`, file);
}
