/** `change-ledger backfill`: hands history in that was before the ledger's first day, by the door of all deliveries. */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { AwsError } from "@change-ledger/aws";
import { type Found, handFound, type Inbox } from "@change-ledger/ledger";
import { type BackfillState, type BackfillStep, codedeployBackfill, githubBackfill, NOTHING_FILLED } from "@change-ledger/query";
import * as z from "zod";
import { CliError } from "../fault.ts";
import { printable } from "../text.ts";
import { USAGE } from "./given.ts";
import { ProgressBar } from "./progress-bar.ts";
import type { Terminal } from "./verify.ts";

const OPTIONS = {
  since: { type: "string" },
  bus: { type: "string" },
  inbox: { type: "string" },
  state: { type: "string" },
  repository: { type: "string", multiple: true },
  ref: { type: "string", multiple: true },
  "token-file": { type: "string" },
  api: { type: "string" },
  account: { type: "string" },
  region: { type: "string", multiple: true },
} as const;

/** Handed in at once, and then noted in the state file. */
const BATCH = 50;

const stateSchema = z.strictObject({
  version: z.literal(1),
  github: z.record(z.string(), z.strictObject({ refs: z.array(z.string()), pull: z.int(), issue: z.int() })),
  codedeploy: z.record(z.string(), z.iso.datetime({ precision: 3 })),
});

type Given = ReturnType<typeof given>;

/** @returns the exit code. @throws CliError `usage`, `unreadable`, `refused` */
export async function backfillCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const asked = given(args);
  const bar = new ProgressBar(terminal.err);
  try {
    const { handed, left } = await fill(asked, stepsOf(asked, terminal), (step) => bar.show(step.what, step.done, step.of));
    bar.clear();
    terminal.out(`${handed} deliveries handed in${left === "" ? "" : `; ${left}`}. What was on record already enters no second time.\n`);
    return 0;
  } catch (error) {
    bar.clear();
    if (error instanceof CliError) throw error;
    const code = (error as Partial<AwsError>).code;
    throw new CliError(
      "refused",
      `${printable(error instanceof Error ? error.message : String(error))}${code === undefined ? "" : ` (${code})`}; run it again: it goes on from ${asked.stateFile}`,
      {
        cause: error,
      },
    );
  } finally {
    bar.clear();
  }
}

function given(args: readonly string[]) {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  const [what, ...more] = positionals;
  const since = Date.parse(values.since ?? "");
  if ((what !== "github" && what !== "codedeploy") || more.length > 0 || Number.isNaN(since) || values.bus === undefined)
    throw new CliError("usage", USAGE);
  if (what === "github" ? values.repository === undefined : values.account === undefined || values.region === undefined)
    throw new CliError("usage", USAGE);
  return {
    ...values,
    what,
    bus: values.bus,
    since: new Date(since).toISOString(),
    stateFile: values.state ?? "change-ledger-backfill.json",
  };
}

function readState(file: string): BackfillState {
  if (!existsSync(file)) return NOTHING_FILLED;
  try {
    const { version: _, ...state } = stateSchema.parse(JSON.parse(readFileSync(file, "utf8")));
    return state;
  } catch {
    throw new CliError("unreadable", `${file} is no state of a backfill: name another with --state`);
  }
}

/** Whole or not at all: a state cut short would begin anew. */
function writeState(file: string, state: BackfillState): void {
  writeFileSync(`${file}.new`, `${JSON.stringify({ version: 1, ...state }, undefined, 2)}\n`);
  renameSync(`${file}.new`, file);
}

async function* stepsOf(asked: Given, terminal: Terminal): AsyncGenerator<BackfillStep> {
  const now = () => terminal.now();
  let state = readState(asked.stateFile);
  if (asked.what === "github") {
    const host = await githubHost(asked);
    for (const repository of asked.repository ?? [])
      for await (const step of githubBackfill(host, { repository, since: asked.since, refs: asked.ref ?? [], state, now })) {
        state = step.state;
        yield step;
      }
    return;
  }
  // The SDK is loaded by who needs it alone.
  const [{ codedeployLists }, { codeDeployClient }, { awsSources }] = await Promise.all([
    import("@change-ledger/aws/codedeploy-lists.ts"),
    import("@change-ledger/aws/clients.ts"),
    import("@change-ledger/aws/aws-sources.ts"),
  ]);
  const { deployment: describe } = awsSources(process.env);
  const lists = codedeployLists(codeDeployClient);
  for (const region of asked.region ?? [])
    for await (const step of codedeployBackfill(lists, {
      at: { account: asked.account ?? "", region },
      since: asked.since,
      state,
      now,
      describe,
    })) {
      state = step.state;
      yield step;
    }
}

/** By a token in a file, or by the App credentials in `GITHUB_APP`. Rate limits are waited out. */
async function githubHost(asked: Given) {
  const [{ githubAppClient, githubAppSchema, githubLookups, githubTokenClient }, { githubPages, waitPatiently }, { githubHistory }] =
    await Promise.all([
      import("@change-ledger/aws/github.ts"),
      import("@change-ledger/aws/github-pages.ts"),
      import("@change-ledger/aws/github-history.ts"),
    ]);
  const app = process.env["GITHUB_APP"];
  const file = asked["token-file"];
  if (file === undefined && (app === undefined || app === ""))
    throw new CliError("usage", `${USAGE}\n--token-file, or GITHUB_APP in the environment, says who asks`);
  const octokit =
    file === undefined
      ? githubAppClient(githubAppSchema.parse(JSON.parse(app ?? "")))
      : githubTokenClient(readFileSync(file, "utf8").trim(), asked.api);
  return githubHistory(githubPages(octokit, waitPatiently), githubLookups(octokit));
}

async function fill(
  asked: Given,
  steps: AsyncIterable<BackfillStep>,
  show: (step: BackfillStep) => void,
): Promise<{ readonly handed: number; readonly left: string }> {
  const { eventBridgeBus, eventBridgeClient, s3Client, s3Inbox } = await import("@change-ledger/aws");
  const inbox: Pick<Inbox, "put"> =
    asked.inbox === undefined
      ? { put: () => Promise.reject(new CliError("refused", "a delivery is too large for the bus: name the inbox bucket with --inbox")) }
      : s3Inbox({ client: s3Client(), bucket: asked.inbox });
  const ports = { bus: eventBridgeBus({ client: eventBridgeClient(), name: asked.bus }), inbox };
  let waiting: Found[] = [];
  let last: BackfillStep | undefined;
  let handed = 0;
  const flush = async () => {
    await handFound(ports, waiting);
    handed += waiting.length;
    waiting = [];
    if (last !== undefined) writeState(asked.stateFile, last.state);
  };
  for await (const step of steps) {
    waiting.push(...step.found);
    last = step;
    show(step);
    if (waiting.length >= BATCH) await flush();
  }
  await flush();
  return { handed, left: last === undefined ? "nothing there" : "" };
}
