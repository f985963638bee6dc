import type { Subject } from "@change-ledger/model";
import { type DeploymentSummary, isEnd } from "../deployment.ts";
import { compareText } from "../order.ts";
import { type Difference, FINDER } from "./compare-scope.ts";
import type { ReconcilePorts, Window } from "./ports.ts";

/** A deployment as the ledger knows it. */
export interface Told {
  readonly subject: Subject;
  readonly application: string;
  readonly group: string;
  /** The earliest time told of it. */
  readonly at: string;
  readonly ended: boolean;
}

/** A deployment as whoever made it lists it. */
export interface Listed {
  readonly subject: Subject;
  /** RFC 3339, UTC, ms. */
  readonly createdAt: string;
  readonly ended: boolean;
}

const PAGE = 200;
/** More than a region's deployments of many years; what is behind is not looked for on the other side. */
const TOLD_MAX = 50_000;

/** Deployments that the ledger knows of a system in an account and region: `codedeploy/<account>/<region>`. */
export async function deploymentsTold(
  { models, settings }: Pick<ReconcilePorts, "models" | "settings">,
  scope: string,
): Promise<readonly Told[]> {
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

function toldOf(at: string, { subject, about, lookup, ended }: DeploymentSummary): Told {
  return {
    subject,
    application: lookup?.application ?? about?.application ?? "?",
    group: lookup?.group ?? about?.group ?? "?",
    at: lookup?.createdAt ?? at,
    ended: ended !== undefined || isEnd(lookup?.state),
  };
}

/**
 * Compares a list of deployments with what the ledger tells, within a window. What is missing, or not told to its end, is described by the look-up.
 * @param of `all` that is listed, `here` what is told of the list's scope, `told` of whatever scope; `known` says which of some the lister knows after all
 */
export async function compareDeployments(
  ports: ReconcilePorts,
  of: {
    readonly all: readonly Listed[];
    readonly here: readonly Told[];
    readonly told: readonly Told[];
    known(some: readonly Subject[]): Promise<ReadonlySet<Subject>>;
  },
  window: Window,
): Promise<Difference> {
  const inside = (time: string) => window.from <= time && time < window.to;
  const listed = of.all
    .filter(({ createdAt }) => inside(createdAt))
    .sort((a, b) => compareText(a.createdAt, b.createdAt) || compareText(a.subject, b.subject));
  const told = new Map(of.told.map((one) => [one.subject, one]));
  const subjects = new Set(of.all.map(({ subject }) => subject));
  // The read models may not have caught up with a chain; the chain itself says whether it is on record.
  const missing: Listed[] = [];
  for (const one of listed) if (!told.has(one.subject) && (await ports.chains.read(one.subject, 0, 1)).length === 0) missing.push(one);
  const untold = of.here.filter((one) => inside(one.at) && !subjects.has(one.subject)).map(({ subject }) => subject);
  const elsewhere = untold.length === 0 ? new Set<Subject>() : await of.known(untold);
  const open = listed.filter((one) => one.ended && told.get(one.subject)?.ended === false);
  return {
    listed: listed.length,
    missing: missing.map(({ subject }) => subject),
    unlisted: untold.filter((one) => !elsewhere.has(one)),
    list: {
      form: "deployments",
      askedAt: ports.now(),
      deployments: listed.map(({ subject, createdAt }) => ({ id: subject, at: createdAt })),
    },
    find: async () => {
      // Of one whose end no event told the answer tells it.
      const asked = [...missing, ...open].map(({ subject }) => ({ ask: "deployment" as const, deployment: subject, finder: FINDER }));
      if (asked.length > 0) await ports.lookup.send(asked);
      return [];
    },
  };
}
