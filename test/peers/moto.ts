import { tmpdir } from "node:os";
import { pythonTools } from "./python-tools.ts";
import { type PeerServer, startServer } from "./server.ts";

/** moto: AWS's services in Python, written by others. Or the reason why it cannot be had. */
export async function startMoto(): Promise<PeerServer | string> {
  const tools = pythonTools("moto[server]==5.2.5");
  if (typeof tools === "string") return tools;
  return startServer(tools.path("moto_server"), (port) => ["-H", "127.0.0.1", "-p", String(port)], { cwd: tmpdir() });
}
