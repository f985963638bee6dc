import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startGateway } from "../../packages/local/gateway.ts";
import { ObjectStore } from "../../packages/local/object-store.ts";
import { S3 } from "../../packages/local/s3.ts";

/** The local stack's S3 alone, on a folder of its own. */
export async function startS3(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "change-ledger-s3-"));
  const store = new ObjectStore(folder, Date.now);
  const gateway = await startGateway({}, new S3(store));
  return {
    url: gateway.url,
    close: async () => {
      await gateway.close();
      store.close();
      rmSync(folder, { recursive: true });
    },
  };
}
