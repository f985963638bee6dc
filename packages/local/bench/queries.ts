import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { type ApiPorts, createApi } from "@change-ledger/api";
import { dynamoChains, dynamoLinks, dynamoModels, type Meter } from "@change-ledger/aws";
import { Configurations } from "@change-ledger/evidence";
import { createTables, type DynamoDb, startDynamoDb } from "../dynamodb.ts";
import { LocalError } from "../fault.ts";
import { REGION, tableName } from "../names.ts";
import { loadModels } from "./queries-load.ts";
import { changeAt, dayOf, repositoryOf, sha, ticketAt } from "./queries-made.ts";

/** What a query cost against read models of one size. */
export interface QueryCost {
  readonly query: string;
  readonly changes: number;
  readonly readUnits: number;
  readonly requests: number;
  readonly p50Ms: number;
}

/** A query, given a change in the middle of the record. */
const QUERIES: Readonly<Record<string, (n: number) => string>> = {
  "page of changes": () => "/v1/changes",
  "changes of a repository": (n) => `/v1/changes?repository=${repositoryOf(n)}`,
  "changes of a day": (n) => `/v1/changes?from=${dayOf(n).from}&to=${dayOf(n).to}`,
  "changes of a day, as known then": (n) => `/v1/changes?from=${dayOf(n).from}&to=${dayOf(n).to}&as-of=${dayOf(n).to}`,
  "changes by ticket": (n) => `/v1/changes?ticket=${ticketAt(n).slice("ticket:".length)}`,
  "changes by commit": (n) => `/v1/changes?commit=${sha("head", n)}`,
  "open findings": () => "/v1/findings?sort=oldest",
  "one change": (n) => `/v1/changes/${changeAt(n)}`,
  "deployments that failed": () => "/v1/deployments?outcome=failed",
  "metrics of a day": (n) => `/v1/metrics?from=${dayOf(n).from}&to=${dayOf(n).to}`,
};
const ROUNDS = 81;
const WARM_UP = 10;
const CALLER = { event: { requestContext: { authorizer: { jwt: { claims: { sub: "bench", scope: "ledger:read" }, scopes: null } } } } };
const NOW = "2060-01-01T00:00:00.000Z";

/**
 * Asks the API the same queries over read models of each size, turn by turn, so that whatever else the machine does meets all sizes alike.
 * @param folder for the engines' files
 * @throws LocalError when an answer is none
 */
export async function queryCosts(folder: string, sizes: readonly number[], say: (what: string) => void): Promise<QueryCost[]> {
  const loaded: Loaded[] = [];
  try {
    for (const changes of sizes) {
      say(`${changes} changes`);
      loaded.push(await load(join(folder, `queries-${changes}`), changes));
    }
    const costs: QueryCost[] = [];
    for (const query of Object.keys(QUERIES)) {
      const times = loaded.map(() => [] as number[]);
      for (let round = -WARM_UP; round < ROUNDS; round++) {
        const turn = [...loaded.entries()];
        for (const [at, one] of round % 2 === 0 ? turn : turn.reverse()) {
          const ms = await one.ask(query);
          if (round >= 0) times[at]?.push(ms);
        }
      }
      for (const [at, { changes, spent, ask }] of loaded.entries()) {
        spent.readUnits = 0;
        spent.requests = 0;
        await ask(query);
        const sorted = (times[at] ?? []).sort((a, b) => a - b);
        costs.push({ query, changes, ...spent, p50Ms: sorted[Math.floor(sorted.length / 2)] ?? 0 });
      }
    }
    return costs;
  } finally {
    await Promise.all(loaded.map(({ engine }) => engine.close()));
  }
}

interface Loaded {
  readonly changes: number;
  readonly engine: DynamoDb;
  readonly spent: { readUnits: number; requests: number };
  /** Milliseconds. */
  readonly ask: (query: string) => Promise<number>;
}

async function load(dataDir: string, changes: number): Promise<Loaded> {
  mkdirSync(dataDir, { recursive: true });
  await loadModels(dataDir, changes);
  const engine = await startDynamoDb(dataDir, undefined);
  await createTables(engine.endpoint);
  const client = new DynamoDBClient({
    endpoint: engine.endpoint,
    region: REGION,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  const spent = { readUnits: 0, requests: 0 };
  const meter: Meter = (_table, _operation, readUnits) => {
    spent.readUnits += readUnits;
    spent.requests++;
  };
  const app = createApi(portsOf(client, meter));
  const middle = Math.floor(changes / 2);
  const ask = async (query: string): Promise<number> => {
    const path = QUERIES[query]?.(middle) ?? "";
    const startedMs = performance.now();
    const response = await app.request(path, {}, CALLER);
    const text = await response.text();
    const ms = performance.now() - startedMs;
    if (response.status !== 200) throw new LocalError("engine-failed", `${path}: ${response.status} ${text.slice(0, 200)}`);
    return ms;
  };
  return { changes, engine, spent, ask };
}

/** The API over the read models alone: what lies in the ledger, the log and the archive is the same for every size of them. */
function portsOf(client: DynamoDBClient, meter: Meter): ApiPorts {
  const links = dynamoLinks({ client, table: tableName("models"), meter });
  const chains = dynamoChains({ client, table: tableName("ledger"), meter });
  const nothing = () => Promise.reject(new LocalError("engine-failed", "expected a query of the read models"));
  return {
    models: dynamoModels({ client, table: tableName("models"), meter }),
    chains,
    plans: links,
    log: { published: async () => undefined, read: nothing, hours: async () => [], hour: nothing, trust: async () => undefined },
    places: { runs: async () => [] },
    health: { get: async () => undefined },
    ledger: { page: nothing },
    links: { bundle: nothing, tile: nothing },
    raw: { members: nothing },
    judging: {
      store: chains,
      links,
      configurations: new Configurations({ store: chains, raw: { members: nothing }, read: () => ({ ok: false, faults: [] }) }),
      now: () => NOW,
    },
    audit: { put: nothing },
    principals: [],
    onFault: (error) => console.error(error),
  };
}
