import { type Subject, subject, subjectId } from "@change-ledger/model";
import { compareText } from "../order.ts";
import type { Scope } from "./compare-scope.ts";
import { compareDeployments, deploymentsTold, type Listed, type Told } from "./deployments.ts";
import type { Place, ReconcilePorts, ServiceLists } from "./ports.ts";

/** ECS keeps a service's deployments for 90 days. */
const KEPT_MS = 89 * 86_400_000;

interface Service {
  readonly cluster: string;
  readonly name: string;
}

/** Services whose deployments are compared: those that the configuration names, and those that the ledger knows deployments of. Each is a scope of its own. */
export async function serviceScopes(ports: ReconcilePorts, lists: ServiceLists, at: Place): Promise<Scope[]> {
  const told = await deploymentsTold(ports, `ecs/${at.account}/${at.region}`);
  const { repositories } = (await ports.inForce()).configuration;
  const named = repositories.flatMap(({ deployments }) => deployments.flatMap(({ ecs }) => ecs ?? []));
  const all: Service[] = [...named.map(({ cluster, service }) => ({ cluster, name: service })), ...told.map(serviceOf)];
  const services = new Map(all.map((one) => [`${one.cluster}/${one.name}`, one]));
  return [...services.values()].map((service) => serviceScope(ports, lists, at, service, told));
}

function serviceScope(ports: ReconcilePorts, lists: ServiceLists, at: Place, { cluster, name }: Service, told: readonly Told[]): Scope {
  const here = told.filter((one) => serviceOf(one).name === name && serviceOf(one).cluster === cluster);
  const subjectOf = (id: string): Subject => subject("deployment", "ecs", at.account, at.region, cluster, name, id);
  const list = async (from: string, to: string): Promise<Listed[] | undefined> => {
    const found = await lists.deployments(at, cluster, name, { from, to });
    return (
      found &&
      named(
        found.map(({ id, ...one }) => ({ ...one, subject: subjectOf(id) })),
        here,
      )
    );
  };
  return {
    system: "ecs",
    scope: `${at.account}/${at.region}/${cluster}/${name}`,
    keptMs: KEPT_MS,
    first: async () => here.map((one) => one.at).sort(compareText)[0] ?? "",
    async open(from, to) {
      const listed = await list(from, to);
      if (listed === undefined) return undefined;
      const of = {
        all: listed,
        here,
        told,
        // Their times may differ from those of the events: of the whole history.
        known: async () => {
          const since = new Date(Date.parse(ports.now()) - KEPT_MS).toISOString();
          return new Set(((await list(since, ports.now())) ?? []).map((one) => one.subject));
        },
      };
      const items = [...listed.map(({ createdAt }) => ({ at: createdAt })), ...here.filter((one) => one.at >= from)];
      return { items, compare: (window) => compareDeployments(ports, of, window) };
    },
  };
}

/** `deployment:ecs/<account>/<region>/<cluster>/<service>/<id>` */
function serviceOf({ subject: of }: Told): Service {
  const [, , , cluster = "", name = ""] = subjectId(of).split("/");
  return { cluster, name };
}

/** What ECS lists has the number of the revision that it brings. Where the events call it by another one, the look-up's time says that it is the same. */
function named(listed: readonly Listed[], here: readonly Told[]): Listed[] {
  const subjects = new Set(listed.map((one) => one.subject));
  const others = Map.groupBy(
    here.filter((one) => !subjects.has(one.subject)),
    (one) => one.at,
  );
  const told = new Set(here.map((one) => one.subject));
  return listed.map((one) => {
    const [same, ...more] = told.has(one.subject) ? [] : (others.get(one.createdAt) ?? []);
    return same === undefined || more.length > 0 ? one : { ...one, subject: same.subject };
  });
}
