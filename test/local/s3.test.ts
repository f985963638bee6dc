import { S3Client } from "@aws-sdk/client-s3";
import { clientOptions } from "../contract/engine.ts";
import { s3Contract } from "../contract/s3.contract.ts";
import { s3LockContract } from "../contract/s3-lock.contract.ts";
import { startS3 } from "./s3-server.ts";

const start = async () => {
  const { url, close } = await startS3();
  const clients = new S3Client(clientOptions(url));
  return {
    clients,
    close: async () => {
      clients.destroy();
      await close();
    },
  };
};

s3Contract("the local stack's", start);
s3LockContract("the local stack's", start);
