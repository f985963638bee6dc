import { type Terminal, toldError } from "./verify.ts";

/** Runs a command of the process's arguments. @returns its exit code; 2 for what could not be done */
export async function runMain(usage: string, command: (args: readonly string[], terminal: Terminal) => Promise<number>): Promise<number> {
  const args = process.argv.slice(2);
  if (args.includes("--help") || args.includes("-h")) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  // Who reads the first lines and goes is no fault of ours.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? process.exitCode : 2));
  try {
    return await command(args, { out: (text) => process.stdout.write(text), err: process.stderr, now: () => new Date().toISOString() });
  } catch (error) {
    const told = toldError(error);
    if (told === undefined) throw error;
    process.stderr.write(`${told}\n`);
    return 2;
  }
}
