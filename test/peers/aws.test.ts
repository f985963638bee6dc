import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { buildApp } from "fauxqs";
import { clientOptions } from "../contract/engine.ts";
import { eventBridgeContract } from "../contract/eventbridge.contract.ts";
import { s3Contract } from "../contract/s3.contract.ts";
import { s3LockContract } from "../contract/s3-lock.contract.ts";
import { sqsContract } from "../contract/sqs.contract.ts";
import { startMoto } from "./moto.ts";

sqsContract("fauxqs", async () => {
  const app = buildApp({ logger: false });
  const clients = new SQSClient(clientOptions(await app.listen({ host: "127.0.0.1", port: 0 })));
  return {
    clients,
    differs: { "gives a message to one consumer, and to nobody once it is deleted": "characters beyond U+FFFF are refused" },
    close: async () => {
      clients.destroy();
      await app.close();
    },
  };
});

sqsContract("moto", async () => {
  const server = await startMoto();
  if (typeof server === "string") return server;
  return {
    clients: new SQSClient(clientOptions(server.url)),
    differs: {
      "refuses a message that XML cannot carry": "any text is taken",
      "refuses an empty message": "it is taken",
      "ignores a receipt handle of an earlier receive": "it still changes the visibility",
    },
    close: server.close,
  };
});

eventBridgeContract("moto", async () => {
  const server = await startMoto();
  if (typeof server === "string") return server;
  const options = clientOptions(server.url);
  return {
    clients: { events: new EventBridgeClient(options), sqs: new SQSClient(options) },
    differs: {
      "says of which account and region an event is": "it does not",
      "refuses a detail that is JSON but no object": "answers 500",
      "refuses entries of over 256 KiB together": "they are taken",
      "refuses events that say they are AWS's own": "they are taken",
      "matches: an object of a list": "patterns do not look into lists of objects",
    },
    close: server.close,
  };
});

const startMotoS3 = async () => {
  const server = await startMoto();
  if (typeof server === "string") return server;
  return {
    clients: new S3Client(clientOptions(server.url)),
    differs: {
      "refuses bytes that do not have the SHA-256 announced": "checksums are not compared",
      "says nothing of what it deleted at once, if told so": "it tells",
      "hides a deleted object behind a marker and keeps its version": "a marker that is asked for by version answers 404",
      "keeps versions in a bucket with Object Lock and cannot be told to stop": "versioning can be suspended",
      "tells the retention that an object was put with": "its XML cannot be read",
      "lets a COMPLIANCE retention grow and never shrink": "it shrinks",
      "shortens a GOVERNANCE retention with the bypass alone": "it shrinks without",
      "refuses a retention that is over": "it is taken",
    },
    close: server.close,
  };
};

s3Contract("moto", startMotoS3);
s3LockContract("moto", startMotoS3);
