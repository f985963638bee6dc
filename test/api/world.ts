import { type Api, type ApiPorts, type AuditEvent, createApi, createPopulationApi } from "@change-ledger/api";
import { Configurations, readOfferedValue, writeSegment } from "@change-ledger/evidence";
import { evidenceOf } from "@change-ledger/ledger";
import { type SealedEntry, type Subject, sha256Hex } from "@change-ledger/model";
import { directChanges, foldChains, type Health } from "@change-ledger/query";
import { chainOf, type Told } from "../query/chain.ts";
import { MemoryChains, MemoryModels, MemoryPlans } from "../query/memory.ts";
import { memoryExport, WorldLog } from "./world-log.ts";

/** A small ledger with everything in it that the API can show. */

const sha = (digit: string) => digit.repeat(40);
const minute = (n: number) => new Date(Date.UTC(2023, 1, 5, 0, n)).toISOString();

export const MERGED: Subject = "change:github/acme/cargo/pull/7";
export const OPEN: Subject = "change:github/acme/cargo/pull/8";
export const OTHER: Subject = "change:github/acme/tool/pull/1";
export const PUSH: Subject = `change:github/acme/cargo/push/${sha("9")}`;
export const UNMATCHED: Subject = "change:codedeploy/1/eu-west-1/d-3";
export const RECORD: Subject = "change:servicenow/CHG0030192";
export const GOOD: Subject = "deployment:codedeploy/1/eu-west-1/d-0";
export const FAILED: Subject = "deployment:codedeploy/1/eu-west-1/d-1";
export const ROLLBACK: Subject = "deployment:codedeploy/1/eu-west-1/d-2";
export const TICKET: Subject = "ticket:jira/PAY-12";
export const REF: Subject = "ref:github/acme/cargo/refs/heads/main";
export const EVIDENCE: Subject = "evidence:github/acme/cargo";
export const BLANK: Subject = "change:servicenow/CHG%201";
export const COMMIT: Subject = `commit:github/acme/cargo/${sha("a")}`;

function pull(at: string, id: string, more: object): Told {
  const facts = {
    action: "opened",
    author: { id: "1", login: "ada" },
    head: sha("a"),
    headRef: "t",
    base: sha("b"),
    baseRef: "main",
    state: "open",
    ...more,
  };
  return { kind: "pull-request", at, id, facts } as Told;
}
const about = { application: "cargo", group: "production" };
const state = (at: string, said: string): Told =>
  ({ kind: "deployment-state", at, id: `${said}@${at}`, facts: { ...about, state: said } }) as Told;
const lookup = (at: string, more: object): Told =>
  ({
    kind: "deployment-lookup",
    at,
    id: `look@${at}`,
    facts: {
      ...about,
      creator: "user",
      revision: { type: "GitHub", repository: "acme/cargo", commit: sha("c"), by: "revision" },
      targets: [],
      ...more,
    },
  }) as unknown as Told;
const failing = {
  id: "i-1",
  type: "InstanceTarget",
  status: "Failed",
  updatedAt: minute(2),
  lifecycle: [{ name: "ValidateService", status: "Failed", error: "ScriptFailed", script: "validate.sh" }],
};
/** As the writer of bundles names it: a change's id with blanks has escapes, which are escaped again. */
export const bundleKey = (change: Subject, n: number) =>
  `evidence/${encodeURI(change.slice("change:".length))}/${`${n}`.repeat(64)}-${"0".repeat(16)}.zip`;
const sealed = (change: Subject, n: number): Told => {
  const bundle = { change, head: `${n}`.repeat(64), key: bundleKey(change, n), versionId: `v${n}`, sha256: "e".repeat(64), bytes: 9 };
  return { kind: "sealed", at: minute(30 + n), id: `e${n}`, facts: { bundles: [bundle] } };
};
const linked = (deployment: Subject): Told => ({
  kind: "linked",
  at: minute(9),
  id: `link ${deployment}`,
  facts: { deployment, version: 1 },
});

/** What was offered as the configuration; it does not come into force. */
const CONFIGURATION_TEXT = "format: 2\n";
export const CONFIGURATION_VERSION = sha256Hex(CONFIGURATION_TEXT);

/** What the last look at the ledger itself found: an entry of another repository waits. */
export const HEALTH: Health = {
  asOf: "2023-02-05T03:59:00.000Z",
  deadLetters: [
    { queue: "ingest", waiting: 0 },
    { queue: "seal", waiting: 2, since: "2023-02-05T03:12:00.000Z" },
  ],
  late: { since: "2023-02-05T03:50:00.000Z", because: "late", entry: { subject: OTHER, seq: 0, hash: "c".repeat(64) } },
};

/** A certificate and a sample that are on record, by their digests. */
export const CERTIFICATE = "a".repeat(64);
export const SAMPLE = "b".repeat(64);
const BY = { kind: "token", id: "auditor" } as const;
const CERTIFIED: readonly Told[] = [
  {
    kind: "population-certified",
    at: minute(10),
    id: "certified",
    facts: {
      certificate: CERTIFICATE,
      period: { from: minute(0), to: minute(59) },
      asOf: minute(59),
      population: { root: "c".repeat(64), size: 3, sha256: "d".repeat(64) },
      outcome: "not-assessable",
      log: { size: 9, root: "e".repeat(64) },
      computed: "caller",
      by: BY,
    },
  },
  {
    kind: "sample-drawn",
    at: minute(11),
    id: "drawn",
    facts: {
      sample: SAMPLE,
      certificate: CERTIFICATE,
      population: { root: "c".repeat(64), size: 3 },
      question: { nonce: "4 2", method: { name: "fixed", size: 25 }, replacements: 0 },
      drawn: 3,
      by: BY,
    },
  },
];

/** What Jira sent, as it lies in the archive. */
export const RAW = Buffer.from('{"issue":"<script>PAY-12</script>"}');
/** What CodeDeploy answered, as it lies in the archive. */
const ANSWER = {
  deploymentId: "d-1",
  deploymentTargets: [
    {
      deploymentTargetType: "InstanceTarget",
      instanceTarget: {
        targetId: "i-1",
        lifecycleEvents: [
          { lifecycleEventName: "BeforeInstall", status: "Succeeded", diagnostics: { errorCode: "Success", message: "Succeeded" } },
          {
            lifecycleEventName: "ValidateService",
            status: "Failed",
            diagnostics: { errorCode: "ScriptFailed", scriptName: "validate.sh", message: "exit code 1", logTail: "[stderr] no answer" },
          },
        ],
      },
    },
  ],
};
const SEGMENT = writeSegment([
  { id: "7", system: "jira", receivedAt: minute(0), headers: { "content-type": "text/html" }, body: Buffer.from("another's") },
  { id: "7", system: "jira", receivedAt: minute(0), headers: { "content-type": "text/html" }, body: RAW },
  {
    id: "8",
    system: "configuration",
    receivedAt: minute(0),
    headers: {},
    body: Buffer.from(
      JSON.stringify({
        id: "8",
        source: "acme",
        "detail-type": "configuration.offered",
        time: minute(0),
        account: "123456789012",
        region: "eu-west-1",
        resources: [],
        detail: { version: 1, text: CONFIGURATION_TEXT },
      }),
    ),
  },
  { id: "9", system: "codedeploy-lookup", receivedAt: minute(5), headers: {}, body: Buffer.from(JSON.stringify(ANSWER)) },
]);
const [, PLACE, OFFERED, ANSWERED] = [...SEGMENT.places, undefined, undefined, undefined].map(
  (place) => place ?? { sha256: "", offset: 0, length: 1 },
);

const CHAINS: readonly (readonly [Subject, readonly Told[]])[] = [
  [
    MERGED,
    [
      pull(minute(0), "1", { tickets: [TICKET], labels: ["urgent"] }),
      {
        kind: "review",
        at: minute(1),
        id: "2",
        facts: { action: "submitted", id: "5", reviewer: { id: "2", login: "bob" }, state: "approved", commit: sha("a") },
      },
      pull(minute(2), "3", { state: "merged", mergeSha: sha("c"), mergedAt: minute(2), mergedBy: { login: "bob" }, tickets: [TICKET] }),
      linked(FAILED),
      linked(GOOD),
    ],
  ],
  [OPEN, [pull(minute(3), "4", { draft: true })]],
  [OTHER, [pull(minute(4), "5", {})]],
  [UNMATCHED, [linked("deployment:codedeploy/1/eu-west-1/d-3")]],
  [RECORD, [{ kind: "ticket", at: minute(5), id: "6", facts: { action: "created", status: "Assess" } }]],
  [GOOD, [state(minute(20), "Succeeded"), lookup(minute(21), { state: "Succeeded" })]],
  [
    FAILED,
    [
      state(minute(0), "InProgress"),
      { kind: "target-state", at: minute(3), id: "t", facts: { ...about, target: "i-1", state: "Failed" } },
      state(minute(4), "Failed"),
      {
        ...lookup(minute(5), { state: "Failed", error: "HEALTH_CONSTRAINTS", targets: [failing] }),
        payload: { ...ANSWERED, archive: SEGMENT.key },
      } as unknown as Told,
    ],
  ],
  [ROLLBACK, [state(minute(8), "Succeeded"), lookup(minute(9), { state: "Succeeded", creator: "codeDeployRollback", rollsBack: "d-1" })]],
  [
    TICKET,
    [
      {
        kind: "ticket",
        at: minute(0),
        id: "7",
        facts: { action: "created", type: "Bug", status: "Open", reporter: { login: "ada" }, fields: { risk: "low" } },
        payload: { ...PLACE, archive: SEGMENT.key },
      } as Told,
    ],
  ],
  [
    REF,
    Array.from(
      { length: 3 },
      (_, n): Told => ({ kind: "push", at: minute(n), id: `p${n}`, facts: { before: sha(`${n}`), after: sha(`${n + 1}`), commits: [] } }),
    ),
  ],
  [COMMIT, [{ kind: "status", at: minute(1), id: "s", facts: { id: "1", context: "ci", state: "success" } }]],
  [EVIDENCE, [MERGED, OPEN].map(sealed)],
  [evidenceOf(BLANK), [sealed(BLANK, 3)]],
  [`audit:population/${CERTIFICATE}`, CERTIFIED],
  [
    "config:default",
    [
      {
        kind: "configuration",
        at: minute(0),
        id: "8",
        facts: { status: "offered", version: CONFIGURATION_VERSION },
        payload: { ...OFFERED, archive: SEGMENT.key },
      } as Told,
    ],
  ],
  ["audit:default", Array.from({ length: 205 }, (_, n): Told => ({ kind: "other", at: minute(n % 60), id: `a${n}`, facts: {} }))],
];

/** Machines that sign their requests. */
const PRINCIPALS: ApiPorts["principals"] = [
  { arn: "arn:aws:sts::123456789012:assumed-role/Mirror/*", scopes: ["admin"] },
  { arn: "arn:aws:sts::123456789012:assumed-role/Cargo-*/*", scopes: ["ledger:read"], repositories: ["github/acme/cargo"] },
];

export interface World {
  readonly app: Api;
  readonly ports: ApiPorts;
  readonly models: MemoryModels;
  readonly chains: MemoryChains;
  readonly log: WorldLog;
  readonly faults: unknown[];
  /** What the API put on record. */
  readonly audited: AuditEvent[];
}

/** All entries but the last ones of the audit chain are in the log; three hours are sealed. */
export async function makeWorld(): Promise<World> {
  const models = new MemoryModels();
  const chains = new MemoryChains();
  const plans = new MemoryPlans();
  const faults: unknown[] = [];
  const audited: AuditEvent[] = [];
  const all: SealedEntry[] = CHAINS.flatMap(([subject, told]) => chainOf(subject, told));
  chains.add(all);
  const fold = { models, chains, pause: async () => {} };
  await foldChains(
    fold,
    Map.groupBy(all, ({ entry }) => entry.subject),
  );
  await directChanges(fold).put(PUSH, minute(6));
  plans.plans.set(FAILED, { version: 1, carries: [MERGED], since: "previous-revision" });
  const log = new WorldLog(chains);
  await log.take(all.filter(({ entry }) => entry.subject !== "audit:default" || entry.seq < 200));
  for (const now of ["2023-02-05T01:10:00.000Z", "2023-02-05T03:10:00.000Z"]) await log.sealHours(now);
  const { store, places, links } = log;
  const raw: ApiPorts["raw"] = {
    members: async (of) => of.map(({ offset, length }) => SEGMENT.bytes.subarray(offset, offset + length)),
  };
  const ports: ApiPorts = {
    models,
    chains,
    plans,
    log: store,
    places,
    health: { get: async () => HEALTH },
    links,
    judging: {
      store: chains,
      links: { getMany: async () => new Map(), latestBefore: async () => undefined },
      configurations: new Configurations({ store: chains, raw, read: readOfferedValue }),
      now: () => "2023-02-05T04:00:00.000Z",
    },
    ledger: memoryExport(chains),
    audit: { put: async (events) => void audited.push(...events) },
    principals: PRINCIPALS,
    raw,
    onFault: (error) => faults.push(error),
  };
  return { app: gateway(ports), ports, models, chains, log, faults, audited };
}

/** Both functions behind one address, as the gateway has them. */
function gateway(ports: ApiPorts): Api {
  const [api, population] = [createApi(ports), createPopulationApi(ports)];
  const request = api.request.bind(api);
  const isPopulation = (path: string) => /^\/v1\/(?:population|samples)(?:[/?]|$)/.test(path);
  return Object.assign(api, {
    request: (...asked: Parameters<Api["request"]>) =>
      isPopulation(typeof asked[0] === "string" ? asked[0] : "") ? population.request(...asked) : request(...asked),
  });
}

/** Where API Gateway's authoriser leaves a token's claims. */
export function eventWith(scope: string | undefined, scopes: string[] | null = null) {
  const claims = { sub: "someone", ...(scope === undefined ? {} : { scope }) };
  return { requestContext: { authorizer: { jwt: { claims, scopes } } } };
}
export const READER = { event: eventWith("openid ledger:read evidence:read population:read") };
