import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { DEFAULT_SETTINGS, normalise } from "@change-ledger/sources";
import { type Arrived, Ledger } from "../scenarios/ledger.ts";

const CORPUS = new URL("../../../shared/corpus/", import.meta.url);
export const HERE = existsSync(CORPUS);
const read = (name: string): Buffer => readFileSync(new URL(name, CORPUS));

export interface Truth {
  readonly summary: { readonly fourEyesNotSatisfied: readonly string[]; readonly withoutTicket: number };
  readonly changes: readonly {
    readonly number: number;
    readonly mergeSha: string;
    readonly fourEyes: string;
    readonly because: string | null;
    readonly tickets: readonly number[];
  }[];
  readonly deployments: readonly {
    readonly id: string;
    readonly outcome: string;
    readonly revision: string;
    readonly rollsBack?: string;
  }[];
}

export const truth = (): Truth => JSON.parse(read("cargo-2023h1.truth.json").toString());

/** Half a year of deliveries, normalised and put into chains; recorded when they were sent. */
export function corpusLedger(): Ledger {
  const delivery = (system: string, body: string, receivedAt: string, headers: Readonly<Record<string, string>> = {}) => ({
    system,
    receivedAt: new Date(receivedAt).toISOString(),
    headers,
    body: Buffer.from(body),
  });
  const lines = gunzipSync(read("cargo-2023h1.deliveries.jsonl.gz"))
    .toString()
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const events = lines.map((line): Arrived => {
    const recordedAt = new Date(line.at).toISOString();
    if (line.channel !== "github-webhook")
      return { ...normalise(delivery("codedeploy", JSON.stringify(line.event), line.at), "bus", DEFAULT_SETTINGS), recordedAt };
    return { ...normalise(delivery("github", line.body, line.at, line.headers), "hmac-sha256", DEFAULT_SETTINGS), recordedAt };
  });
  const answers: [string, object][] = Object.entries(JSON.parse(read("cargo-2023h1.codedeploy.json").toString()));
  const lookups = answers.map(([deploymentId, answer]): Arrived => {
    const body = JSON.stringify({ account: "123456789012", region: "us-east-1", deploymentId, ...answer });
    const fact = normalise(delivery("codedeploy-lookup", body, "2023-07-01T00:00:00Z"), "api", DEFAULT_SETTINGS);
    return { ...fact, recordedAt: fact.occurredAt };
  });
  return new Ledger([...events, ...lookups]);
}
