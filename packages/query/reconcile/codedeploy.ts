import { type Subject, subject } from "@change-ledger/model";
import { type DeploymentSummary, isEnd } from "../deployment.ts";
import { compareText } from "../order.ts";
import { type Difference, FINDER, type Scope } from "./compare-scope.ts";
import type { DeploymentLists, ListedDeployment, Place, ReconcilePorts, Window } from "./ports.ts";

/** A deployment as the ledger knows it. */
interface Told {
  readonly subject: Subject;
  readonly id: string;
  readonly application: string;
  readonly group: string;
  /** The earliest time told of it. */
  readonly at: string;
  readonly ended: boolean;
}

const PAGE = 200;
/** More than a region's deployments of many years; what is behind is not looked for on the other side. */
const TOLD_MAX = 50_000;

/** Regions to ask about: ours, and those of which the ledger knows deployments. With our credentials we see our own account alone. */
export async function placesToAsk({ models, place }: Pick<ReconcilePorts, "models" | "place">): Promise<readonly Place[]> {
  const known = (await models.scopes("deployment")).flatMap((scope): Place[] => {
    const [system, account, region] = scope.split("/");
    if (system !== "codedeploy" || account === undefined || region === undefined) return [];
    return place === undefined || place.account === account ? [{ account, region }] : [];
  });
  const all = place === undefined ? known : [place, ...known];
  return [...new Map(all.map((one) => [`${one.account}/${one.region}`, one])).values()];
}

/** CodeDeploy's list of a place: each group of each application is a scope of its own. */
export async function deploymentScopes(ports: ReconcilePorts, lists: DeploymentLists, at: Place): Promise<Scope[]> {
  let told: Promise<readonly Told[]> | undefined;
  /** Of the whole place: read once for all its groups. */
  const known = () => {
    told ??= deploymentsTold(ports, at);
    return told;
  };
  const groups = await lists.groups(at);
  return groups.map(({ application, group }): Scope => {
    const here = async () => (await known()).filter((one) => one.application === application && one.group === group);
    return {
      system: "codedeploy",
      scope: `${at.account}/${at.region}/${application}/${group}`,
      async first() {
        const times = (await here()).map((one) => one.at).sort(compareText);
        return times[0] ?? "";
      },
      async open(from, to) {
        const listed = await lists.deployments(at, application, group, { from, to });
        const items = [...listed.map(({ createdAt }) => ({ at: createdAt })), ...(await here()).filter((one) => one.at >= from)];
        return { items, compare: async (window) => await compareGroup(ports, lists, at, listed, await known(), await here(), window) };
      },
    };
  });
}

async function compareGroup(
  ports: ReconcilePorts,
  lists: DeploymentLists,
  at: Place,
  all: readonly ListedDeployment[],
  everywhere: readonly Told[],
  here: readonly Told[],
  window: Window,
): Promise<Difference> {
  const inside = (time: string) => window.from <= time && time < window.to;
  const listed = all
    .filter(({ createdAt }) => inside(createdAt))
    .sort((a, b) => compareText(a.createdAt, b.createdAt) || compareText(a.id, b.id));
  const told = new Map(everywhere.map((one) => [one.id, one]));
  const ids = new Set(all.map(({ id }) => id));
  // The read models may not have caught up with a chain; the chain itself says whether it is on record.
  const missing: ListedDeployment[] = [];
  for (const one of listed) if (!told.has(one.id) && (await ports.chains.read(subjectOf(at, one.id), 0, 1)).length === 0) missing.push(one);
  const untold = here.filter((one) => inside(one.at) && !ids.has(one.id));
  const elsewhere =
    untold.length === 0
      ? new Set<string>()
      : await lists.known(
          at,
          untold.map(({ id }) => id),
        );
  const open = listed.filter((one) => one.ended && told.get(one.id)?.ended === false);
  return {
    listed: listed.length,
    missing: missing.map(({ id }) => subjectOf(at, id)),
    unlisted: untold.filter(({ id }) => !elsewhere.has(id)).map((one) => one.subject),
    list: {
      form: "deployments",
      askedAt: ports.now(),
      deployments: listed.map(({ id, createdAt }) => ({ id: subjectOf(at, id), at: createdAt })),
    },
    find: async () => {
      // Of one whose end no event told the answer tells it.
      const asked = [...missing, ...open].map(({ id }) => ({ ask: "deployment" as const, deployment: subjectOf(at, id), finder: FINDER }));
      if (asked.length > 0) await ports.lookup.send(asked);
      return [];
    },
  };
}

function subjectOf({ account, region }: Place, id: string): Subject {
  return subject("deployment", "codedeploy", account, region, id);
}

async function deploymentsTold({ models, settings }: ReconcilePorts, { account, region }: Place): Promise<readonly Told[]> {
  const scope = `codedeploy/${account}/${region}`;
  const told: Told[] = [];
  for (let after: Awaited<ReturnType<typeof models.places>>[number] | undefined; told.length < TOLD_MAX; ) {
    const places = await models.places("deployment", scope, PAGE, after);
    const stored = await models.get(places.map((one) => one.subject));
    for (const one of places) {
      const state = stored.get(one.subject)?.state;
      if (state?.type === "deployment") told.push(toldOf(one.at, state));
    }
    after = places.at(-1);
    if (places.length < PAGE || after === undefined || (settings.since !== undefined && after.at < settings.since)) break;
  }
  return told;
}

function toldOf(at: string, { subject: of, about, lookup, ended }: DeploymentSummary): Told {
  return {
    subject: of,
    id: of.slice(of.lastIndexOf("/") + 1),
    application: lookup?.application ?? about?.application ?? "?",
    group: lookup?.group ?? about?.group ?? "?",
    at: lookup?.createdAt ?? at,
    ended: ended !== undefined || isEnd(lookup?.state),
  };
}
