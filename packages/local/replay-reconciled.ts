import { generateKeyPairSync } from "node:crypto";
import type { RecordedDelivery } from "./deliveries.ts";
import { type GithubStub, startGithubStub } from "./github-stub.ts";
import { Senders } from "./sender.ts";

export interface ReconcileOptions {
  readonly runs: number;
  /** The deliveries failed so long ago that GitHub does not send them again. */
  readonly forgotten: boolean;
}

const DAY_MS = 86_400_000;

/** The deliveries that were not sent, in their order. */
export function missingOf(all: readonly RecordedDelivery[], sent: readonly RecordedDelivery[]): RecordedDelivery[] {
  const there = new Set(sent);
  return all.filter((one) => !there.has(one));
}

/** A stand-in of GitHub that knows all deliveries and lists those that were lost, and the credentials with which the functions ask it. */
export async function standIn(
  deliveries: readonly RecordedDelivery[],
  lost: readonly RecordedDelivery[],
  { forgotten }: ReconcileOptions,
  stackUrl: () => string,
): Promise<{ readonly stub: GithubStub; readonly environment: Readonly<Record<string, string>> }> {
  const stub = await startGithubStub({
    deliveries,
    lost: lost.filter((one) => one.channel === "webhook" && one.source === "github") as Extract<RecordedDelivery, { channel: "webhook" }>[],
    triedAt: new Date(Date.now() - (forgotten ? 30 * DAY_MS : 0)).toISOString(),
    redeliver: async ({ source, headers, body }) => {
      const senders = new Senders(stackUrl());
      try {
        return await senders.post(`/webhooks/${encodeURIComponent(source)}`, headers, body);
      } finally {
        senders.close();
      }
    },
  });
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  return { stub, environment: { GITHUB_APP: JSON.stringify({ appId: "1", privateKey, installationId: "1", baseUrl: stub.url }) } };
}
