import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildConsole } from "@change-ledger/console/build.ts";
import { DEMONSTRATION_SECRETS, DEMONSTRATION_SETTINGS, type Demonstration } from "../demonstration/index.ts";
import { LocalError } from "../fault.ts";
import { functionEnvironment, HANDLERS } from "../handlers.ts";
import { localIssuer } from "../issuer.ts";
import { openIssuerKey } from "../issuer-keys.ts";
import { addDeployments, demonstrationOf, isEmpty, newMark, playThrough, readMark, writeMark } from "../kept-demonstration.ts";
import { readLogHead } from "../log-head.ts";
import { Progress } from "../progress.ts";
import { type LocalStack, startLocalStack } from "../stack.ts";
import { readLedger, survey } from "../survey.ts";
import { localToken, tokenFile } from "../token.ts";
import { countLines, playedLines, whereLines } from "../welcome.ts";

const USAGE = `npm start -- [--port N] [--data DIR] [--codedeploy FILE]

  --port        of the API on 127.0.0.1 (4280)
  --data        everything is kept in this folder (.change-ledger)
  --codedeploy  what CodeDeploy shall answer besides, by deployment id`;

/** Ctrl-C in a terminal can reach us twice, once from npm: only a later one means impatience. */
const IMPATIENT_AFTER_MS = 1_000;

interface Options {
  readonly port: number;
  readonly dataDir: string;
  readonly codedeployFile: string | undefined;
}

let stopping = false;
const stopped = new Promise<void>((stop) => {
  let firstMs: number | undefined;
  const onSignal = () => {
    const nowMs = Date.now();
    firstMs ??= nowMs;
    if (nowMs - firstMs > IMPATIENT_AFTER_MS) process.exit(1);
    if (!stopping) say("stopping; what was sent is kept");
    stopping = true;
    stop();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal);
});

let stack: LocalStack | undefined;
try {
  const options = readOptions();
  if (options !== undefined) {
    stack = await open(options);
    if (!stopping) await Promise.race([serve(stack, options).then(() => stopped), stopped]);
  }
} catch (error) {
  // Whoever starts it can do something about what happened, not about where in our code it did.
  say(`${error instanceof Error ? error.message : String(error)}${optionFor(error)}`);
  process.exitCode = 1;
} finally {
  await stack?.close();
}

/** Which option chooses another. */
function optionFor(error: unknown): string {
  const code = error instanceof LocalError ? error.code : undefined;
  return code === "port-in-use" ? " (--port N)" : code === "already-running" ? " (--data DIR)" : "";
}

function readOptions(): Options | undefined {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "4280" },
      data: { type: "string", default: ".change-ledger" },
      codedeploy: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return undefined;
  }
  if (!/^\d{1,5}$/.test(values.port) || Number(values.port) > 65_535)
    throw new LocalError("bad-option", `expected --port to be a number from 0 to 65535, got ${values.port}`);
  return { port: Number(values.port), dataDir: resolve(values.data), codedeployFile: values.codedeploy };
}

async function open({ port, dataDir, codedeployFile }: Options): Promise<LocalStack> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const secrets = Object.fromEntries(Object.entries(DEMONSTRATION_SECRETS).map(([sender, secret]) => [sender, [secret]]));
  return await startLocalStack({
    port,
    dataDir,
    handlers: HANDLERS,
    // Called when the stack holds the data folder, so that no other start writes there.
    issuer: async (url) => localIssuer({ key: await openIssuerKey(dataDir), folderToken: localToken(dataDir), now: Date.now }, url),
    schedules: true,
    environment: { ...functionEnvironment({ secrets, settings: DEMONSTRATION_SETTINGS }), CONSOLE_FOLDER: await buildConsole() },
    ...(codedeployFile === undefined ? {} : { codedeployFile }),
    progress: say,
    // Messages of errors can quote what was sent: the name is enough to look for it.
    onFunctionError: (name, error) =>
      say(`the function ${name} failed (${error instanceof Error ? error.name : "unknown"}); it is tried again`),
  });
}

/** Plays the demonstration where there is none yet, and says what there is. */
async function serve(running: LocalStack, { dataDir }: Options): Promise<void> {
  const mark = readMark(dataDir) ?? ((await isEmpty(running)) ? newMark(Date.now()) : undefined);
  const told = mark === undefined ? undefined : demonstrationOf(mark);
  if (told !== undefined) addDeployments(running, told);
  if (mark !== undefined && told !== undefined && mark.playedAt === undefined) {
    writeMark(dataDir, mark);
    await play(running, told);
    writeMark(dataDir, { ...mark, playedAt: new Date().toISOString() });
    console.log(`\n${playedLines(told, running.url).join("\n")}\n`);
  } else if (mark?.playedAt !== undefined) {
    console.log(`\nThe demonstration was played on ${mark.playedAt.slice(0, 10)}; its data is kept.\n`);
  }
  // The hours that ended while nothing ran, and what the reconcilers find of them.
  await running.fire("hour");
  await running.quiet();
  const found = survey(await readLedger(running.endpoints.dynamodb));
  const log = await readLogHead(running.endpoints.aws);
  const { deadLettered } = running.stats();
  const shown = { url: running.url, dataDir, token: localToken(dataDir), tokenFile: tokenFile(dataDir), found, log, deadLettered };
  console.log([...countLines(shown), "", ...whereLines(shown, told?.scenarios[0]?.open[0])].join("\n"));
}

async function play(running: LocalStack, told: Demonstration): Promise<void> {
  say(`playing a demonstration of ${told.scenarios.length} scenarios`);
  const progress = new Progress("sent", told.events.length);
  const refused = await playThrough(running, told, () => progress.add());
  progress.end();
  for (const [status, count] of refused) say(`${count} deliveries were answered with ${status} instead of 202`);
}

function say(text: string): void {
  console.error(`start: ${text}`);
}
