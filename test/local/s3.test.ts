import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { startGateway } from "../../packages/local/gateway.ts";
import { ObjectStore } from "../../packages/local/object-store.ts";
import { S3 } from "../../packages/local/s3.ts";
import { clientOptions } from "../contract/engine.ts";
import { s3Contract } from "../contract/s3.contract.ts";
import { s3LockContract } from "../contract/s3-lock.contract.ts";

const start = async () => {
  const folder = mkdtempSync(join(tmpdir(), "change-ledger-s3-"));
  const store = new ObjectStore(folder, Date.now);
  const gateway = await startGateway({}, new S3(store));
  const clients = new S3Client(clientOptions(gateway.url));
  return {
    clients,
    close: async () => {
      clients.destroy();
      await gateway.close();
      store.close();
      rmSync(folder, { recursive: true });
    },
  };
};

s3Contract("the local stack's", start);
s3LockContract("the local stack's", start);
