import { append, indexLinks, type LinkPlan, type Pending, relink } from "@change-ledger/ledger";
import {
  type AuthenticatedBy,
  type Delivery,
  type Entry,
  type SourceFact,
  type Subject,
  sha256Hex,
  subjectId,
  subjectType,
} from "@change-ledger/model";
import { busSource, normalise, webhookSource } from "@change-ledger/sources";
import type { DeploymentRecord } from "../../../packages/local/codedeploy.ts";
import {
  DEMONSTRATION_SECRETS,
  DEMONSTRATION_SETTINGS,
  type Emitted,
  lookupAnswer,
  type ObjectMetadata,
  type ServiceAnswers,
} from "../../../packages/local/demonstration/index.ts";
import { MemoryChains, MemoryLinks } from "../../ledger/memory.ts";

/** What a story tells: its deliveries and what CodeDeploy, S3, ECS and a registry answer. */
export interface Told {
  readonly events: readonly Emitted[];
  readonly codedeploy: Readonly<Record<string, DeploymentRecord>>;
  readonly objects: ObjectMetadata;
  readonly artifacts?: ServiceAnswers;
}

export interface Recorded {
  readonly entries: readonly Entry[];
  readonly plans: ReadonlyMap<Subject, LinkPlan>;
  /** Direct pushes that no pull request claims. */
  readonly direct: readonly Subject[];
}

/** A delivery as the pure path takes it: authenticated on its bytes, normalised. */
export function factOf(event: Emitted): { readonly fact: SourceFact; readonly delivery: Delivery } {
  if (event.channel === "bus") {
    const source = busSource({ source: event.event.source, detailType: event.event["detail-type"] });
    if (source === undefined) throw new Error(`no source takes ${event.event["detail-type"]}`);
    const delivery = { system: source.system, receivedAt: event.at, headers: {}, body: Buffer.from(JSON.stringify(event.event)) };
    return { fact: normalise(delivery, "bus", DEMONSTRATION_SETTINGS), delivery };
  }
  const webhook = webhookSource(event.source)?.webhook;
  const kept = Object.entries(event.headers).filter(([name]) => webhook?.keepHeaders.includes(name));
  const delivery = { system: event.source, receivedAt: event.at, headers: Object.fromEntries(kept), body: Buffer.from(event.body) };
  const auth: AuthenticatedBy | undefined = webhook?.authenticate(
    delivery.headers,
    delivery.body,
    [DEMONSTRATION_SECRETS[event.source]],
    delivery.receivedAt,
  );
  if (auth === undefined) throw new Error(`the signature of ${delivery.headers["x-github-delivery"]} does not verify`);
  return { fact: normalise(delivery, auth, DEMONSTRATION_SETTINGS), delivery };
}

/** Puts a story on record in memory: every delivery in the order given, the look-ups, and the links that follow from them. */
export async function record(told: Told): Promise<Recorded> {
  const store = new MemoryChains();
  const links = new MemoryLinks();
  const unclaimed = new Set<Subject>();
  const direct = {
    put: async (change: Subject) => void unclaimed.add(change),
    drop: async (change: Subject) => void unclaimed.delete(change),
  };
  const ports = {
    store,
    links,
    direct,
    now: () => "2026-01-01T00:00:00.000Z",
    pause: async () => {},
    tracked: (_: string, __: string, main: boolean) => main,
  };
  const keep = async (facts: readonly { fact: SourceFact; delivery: Delivery }[]) => {
    const pending = facts.map(
      ({ fact, delivery }): Pending => ({ fact, payload: { sha256: sha256Hex(delivery.body), archive: "memory", offset: 0, length: 1 } }),
    );
    for (const outcome of await append(ports, pending)) if (outcome.outcome === "failed") throw outcome.error;
  };
  await keep(told.events.map(factOf));
  const deployments = [...store.chains.keys()].filter((subject) => subjectType(subject) === "deployment");
  await keep(deployments.flatMap((deployment) => lookedUp(told, deployment)));
  for (const { entry } of store.all()) await indexLinks(ports, [entry]);
  for (const deployment of deployments) await relink(ports, deployment);
  return { entries: store.all().map(({ entry }) => entry), plans: links.plans, direct: [...unclaimed].sort() };
}

function lookedUp(told: Told, deployment: Subject): { fact: SourceFact; delivery: Delivery }[] {
  const receivedAt = "2026-01-01T00:00:00.000Z";
  const own = (told.artifacts?.lookups ?? []).filter((answer) => answer.deployment === deployment);
  if (own.length > 0)
    return own.map(({ system, body }) => {
      const delivery = { system, receivedAt, headers: {}, body };
      return { fact: normalise(delivery, "api", DEMONSTRATION_SETTINGS), delivery };
    });
  const [, account = "", region = "", deploymentId = ""] = subjectId(deployment).split("/");
  const body = lookupAnswer(told, { account, region, deploymentId });
  if (body === undefined) return [];
  const delivery = { system: "codedeploy-lookup", receivedAt, headers: {}, body };
  return [{ fact: normalise(delivery, "api", DEMONSTRATION_SETTINGS), delivery }];
}
