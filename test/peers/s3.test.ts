import { S3Client } from "@aws-sdk/client-s3";
import { clientOptions } from "../contract/engine.ts";
import { s3Contract } from "../contract/s3.contract.ts";
import { s3LockContract } from "../contract/s3-lock.contract.ts";
import { startVersitygw } from "./versitygw.ts";

const start = async () => {
  const server = await startVersitygw();
  if (typeof server === "string") return server;
  const clients = new S3Client(clientOptions(server.url));
  return {
    clients,
    differs: {
      "takes a put under If-None-Match: * where a delete marker stands": "a delete marker counts as an object",
      "says nothing of what it deleted at once, if told so": "it tells",
      "tells the retention that an object has by default": "a default retention protects the object and is not told",
    },
    close: async () => {
      clients.destroy();
      await server.close();
    },
  };
};

s3Contract("versitygw on a file system", start);
s3LockContract("versitygw on a file system", start);
