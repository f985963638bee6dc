/**
 * Run by a test as a process of its own: takes some deliveries into a data folder, and is killed where the log's bucket is asked for something that
 * `pattern` matches. Without a pattern it goes on with what it finds there, and prints what then stands.
 */
import type { IncomingMessage } from "node:http";
import { S3Client } from "@aws-sdk/client-s3";
import { s3Log } from "@change-ledger/aws/s3-log.ts";
import { openTrusted, parseTrust, restoreChains } from "@change-ledger/log";
import { functionEnvironment, HANDLERS } from "../../packages/local/handlers.ts";
import { bucketName, REGION, startLocalStack } from "../../packages/local/index.ts";
import { S3 } from "../../packages/local/s3.ts";
import { readLedger } from "../../packages/local/survey.ts";
import { bytes, CREDENTIALS, githubHeaders, SECRETS } from "./running.ts";

const [dataDir = "", round = "", when = "", pattern] = process.argv.slice(2);

if (pattern !== undefined) {
  const at = new RegExp(pattern);
  const { answer } = S3.prototype;
  S3.prototype.answer = async function (this: S3, request: IncomingMessage) {
    const named = at.test(`${request.method} ${request.url}`);
    if (named && when === "before") process.kill(process.pid, "SIGKILL");
    const answered = await answer.call(this, request);
    if (named) process.kill(process.pid, "SIGKILL");
    return answered;
  };
}

const stack = await startLocalStack({
  dataDir,
  handlers: HANDLERS,
  environment: functionEnvironment({ secrets: { github: [SECRETS.github] } }),
});
for (let n = 0; n < 5; n++) {
  const body = bytes({ zen: `delivery ${n} of round ${round}` });
  const headers = githubHeaders("ping", body, { "x-github-delivery": `${round}-${n}` });
  const { status } = await fetch(`${stack.url}/webhooks/github`, { method: "POST", body: new Uint8Array(body), headers });
  if (status !== 202) throw new Error(`expected 202, got ${status}`);
}
await stack.quiet();
if (round.startsWith("hour")) await stack.fire("hour");

const client = new S3Client({ endpoint: stack.endpoints.aws, region: REGION, credentials: CREDENTIALS, forcePathStyle: true });
const retention = { mode: "GOVERNANCE", days: 1 } as const;
const store = s3Log({ archive: { client, bucket: bucketName("archive"), retention, now: () => new Date() }, bucket: bucketName("log") });
const trust = parseTrust((await store.trust()) ?? new Uint8Array());
const head = openTrusted((await store.published())?.note ?? new Uint8Array(), trust, new Date().toISOString());
const logged: string[] = [];
for await (const { entry } of restoreChains(store, head)) logged.push(entry.hash);
const ledger = (await readLedger(stack.endpoints.dynamodb)).map(({ hash }) => hash);
const hours = await store.hours(undefined, 10);
console.log(JSON.stringify({ logged, ledger, size: head.size, hours: hours.length, errors: stack.stats().functions.sequence?.errors }));
client.destroy();
await stack.close();
