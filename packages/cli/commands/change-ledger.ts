/** The commands of `change-ledger`, beside `verify`. */
import { parseArgs } from "node:util";
import { CliError } from "../fault.ts";
import { printable } from "../text.ts";
import { exportFromApi } from "./export-api.ts";
import { fileOf, type Given, needed, OPTIONS, tokenOf, USAGE } from "./given.ts";
import { mirror } from "./mirror.ts";
import { ProgressBar } from "./progress-bar.ts";
import { type Terminal, verifyCommand } from "./verify.ts";

type Command = (given: Given) => Promise<string>;

/** @returns the exit code. @throws CliError, LogError: exit code 2 */
export async function changeLedger([name = "", ...args]: readonly string[], terminal: Terminal): Promise<number> {
  if (name === "verify") return await verifyCommand(args, terminal);
  // The procedure is loaded by who needs it alone.
  if (name === "config") return await (await import("./config.ts")).configCommand(args, terminal);
  if (name === "backfill") return await (await import("./backfill.ts")).backfillCommand(args, terminal);
  if (name === "rebuild-models") return await (await import("./rebuild-models.ts")).rebuildModelsCommand(args, terminal);
  if (name === "audit") return await (await import("./audit.ts")).auditCommand(args, terminal);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) throw new CliError("usage", USAGE);
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  if (positionals.length > 1) throw new CliError("usage", USAGE);
  const bar = new ProgressBar(terminal.err);
  try {
    const said = await command({ values, place: positionals[0], terminal, progress: bar.show });
    bar.clear();
    terminal.out(`${said}\n`);
    return 0;
  } finally {
    bar.clear();
  }
}

const COMMANDS: Readonly<Record<string, Command>> = {
  async mirror({ values, place, terminal, progress }) {
    const [url, folder] = [needed(values.url), needed(place)];
    const trusted = values.trust === undefined ? undefined : fileOf(values.trust);
    const { origin, size, fetched } = await mirror({ url, folder, token: tokenOf(values), progress, trusted, now: terminal.now() });
    return `log ${printable(origin)}: ${size} entries in ${folder}, ${fetched} files new`;
  },
  async export({ values, place, progress }) {
    const path = needed(place);
    const { url, table } = values;
    if ((url === undefined) === (table === undefined)) throw new CliError("usage", USAGE);
    const count =
      url === undefined
        ? await (await import("./table.ts")).exportTable(needed(table), path, progress)
        : await exportFromApi({ url, path, token: tokenOf(values), progress });
    return `${count} entries in ${path}`;
  },
  // The SDK is loaded by who needs it alone.
  rebuild: async (given) => await (await import("./table.ts")).rebuildTable(given),
};
