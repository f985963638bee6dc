import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

export interface PeerServer {
  readonly url: string;
  close(): Promise<void>;
}

const START_LIMIT_MS = 60_000;

/**
 * Runs a server that others wrote on a free port of the loopback interface.
 * @param args of the program, given the port
 * @throws when it ends, or answers nothing within a minute; the message holds what it said
 */
export async function startServer(
  program: string,
  args: (port: number) => readonly string[],
  options: { cwd: string; env?: NodeJS.ProcessEnv },
): Promise<PeerServer> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(program, args(port), { ...options, env: { ...process.env, ...options.env }, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  const hear = (chunk: string) => {
    said = (said + chunk).slice(-2000);
  };
  child.stdout.setEncoding("utf8").on("data", hear);
  child.stderr.setEncoding("utf8").on("data", hear);
  child.once("error", (error) => hear(error.message));
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const close = async () => {
    process.off("exit", kill);
    await end(child);
  };
  for (const limit = Date.now() + START_LIMIT_MS; ; await delay(50)) {
    if (await answers(url)) return { url, close };
    if (child.exitCode === null && child.pid !== undefined && Date.now() < limit) continue;
    await close();
    throw new Error(`expected ${program} to answer at ${url}; it said: ${said}`);
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    await (await fetch(url)).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("expected a port");
  return address.port;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
}
