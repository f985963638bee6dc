import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { clientOptions } from "../contract/engine.ts";
import { s3Contract } from "../contract/s3.contract.ts";
import { s3LockContract } from "../contract/s3-lock.contract.ts";
import { goTool } from "./go-tool.ts";
import { startServer } from "./server.ts";

const start = async () => {
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
  const clients = new S3Client(clientOptions(url));
  return {
    clients,
    differs: {
      "takes a put under If-None-Match: * where a delete marker stands": "a delete marker counts as an object",
      "tells the retention that an object has by default": "a default retention protects the object and is not told",
    },
    close: async () => {
      clients.destroy();
      await close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

s3Contract("versitygw on a file system", start);
s3LockContract("versitygw on a file system", start);
