import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { goTool } from "./go-tool.ts";
import { type PeerServer, startServer } from "./server.ts";

/** versitygw on a folder of its own: S3 in Go, written by others. Or the reason why it cannot be had. */
export async function startVersitygw(): Promise<PeerServer | string> {
  const tool = goTool("github.com/versity/versitygw/cmd/versitygw@v1.8.0");
  if (typeof tool === "string") return tool;
  const folder = mkdtempSync(join(tmpdir(), "versitygw-"));
  for (const name of ["buckets", "versions", "metadata"]) mkdirSync(join(folder, name));
  // Metadata beside the files: not every file system has extended attributes.
  const { url, close } = await startServer(
    tool.path,
    (port) => [
      "--port",
      `127.0.0.1:${port}`,
      "--quiet",
      "posix",
      "--versioning-dir",
      join(folder, "versions"),
      "--sidecar",
      join(folder, "metadata"),
      join(folder, "buckets"),
    ],
    { cwd: folder, env: { ROOT_ACCESS_KEY: "local", ROOT_SECRET_KEY: "local" } },
  );
  return {
    url,
    close: async () => {
      await close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
