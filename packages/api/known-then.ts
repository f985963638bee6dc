import { pushEntriesOf } from "@change-ledger/ledger";
import { type SealedEntry, type Subject, subjectId } from "@change-ledger/model";
import {
  beginChange,
  type ChangeSummary,
  changeType,
  type DeploymentSummary,
  noteRollback,
  restoredFrom,
  type Stored,
  type Summary,
  stubChange,
  summaryThen,
  viewDeployment,
} from "@change-ledger/query";
import type { ApiPorts } from "./ports.ts";

const PAGE = 200;
/** Entries of one chain that are folded again; whoever floods a chain with more is told of by the first of them. */
const ENTRIES_MAX = 5_000;

/** Where a push is on record: looked at so often for each. */
const PLACES_MAX = 20;

const LAST = "9999-12-31T23:59:59.999Z";

/** Chains of so many rounds of places are read for one page: what is asked as of an instant costs a read a chain. */
export const ROUNDS_THEN = 2;

/**
 * The ports as they were by what had been recorded at `asOf`: each summary is folded again from its own chain, as far as that was recorded by then; what began later, or
 * was recorded later, is not there; the configuration is the one in force then. Which thing an index names, and where it stands in a list, is told by all that is on record.
 * @param asOf RFC 3339, UTC, milliseconds; undefined: the ports as they are
 */
export function knownThen(ports: ApiPorts, asOf: string | undefined): ApiPorts {
  if (asOf === undefined) return ports;
  const { models } = ports;
  // Behind the last instant that can be written there is none.
  const behind = asOf === LAST ? LAST : new Date(Date.parse(asOf) + 1).toISOString();
  const get: ApiPorts["models"]["get"] = async (subjects) => {
    const stored = [...(await models.get(subjects)).values()].flatMap(({ state }) => state ?? []);
    const told = await Promise.all(stored.map((now) => readThen(ports, now, asOf)));
    const pushed = await pushedThen(
      ports,
      stored.flatMap((now) => (now.type === "change" && now.stub !== undefined ? [now] : [])),
      asOf,
    );
    return new Map(
      stored.flatMap((now, at): [Subject, Stored][] => {
        const then = pushed.has(now.subject) ? withStub(now, told[at]) : told[at];
        return then === undefined ? [] : [[now.subject, { state: then, version: 1 }]];
      }),
    );
  };
  const places: ApiPorts["models"]["places"] = (list, scope, limit, after, within = {}) =>
    models.places(list, scope, limit, after, { ...within, to: within.to === undefined || within.to > behind ? behind : within.to });
  return {
    ...ports,
    models: { get, places, scopes: (list) => models.scopes(list) },
    chains: chainsThen(ports.chains, asOf),
    judging: { ...ports.judging, now: () => asOf },
  };
}

/** Chains as far as they were recorded by then. */
function chainsThen(chains: ApiPorts["chains"], asOf: string): ApiPorts["chains"] {
  const read: ApiPorts["chains"]["read"] = async (...asked) =>
    (await chains.read(...asked)).filter(({ entry }) => entry.recordedAt <= asOf);
  const tail: ApiPorts["chains"]["tail"] = async (subject, limit) => {
    const latest = await chains.tail(subject, limit);
    if ((latest[0]?.entry.recordedAt ?? "") <= asOf) return latest;
    // A chain's entries are recorded one after the other: its end then is found by halving.
    let [length, beyond] = [0, latest[0]?.entry.seq ?? 0];
    while (length < beyond) {
      const middle = Math.floor((length + beyond) / 2);
      if ((await read(subject, middle, 1)).length > 0) length = middle + 1;
      else beyond = middle;
    }
    const from = Math.max(0, length - limit);
    return (await read(subject, from, length - from)).toReversed();
  };
  return { read, tail };
}

async function readThen(ports: ApiPorts, now: Summary, asOf: string): Promise<Summary | undefined> {
  const then = summaryThen(now.subject, await recordedBy(ports, now.subject, asOf), asOf);
  if (then?.type === "change" && now.type === "change") return withBundles(then, now, asOf);
  return then?.type === "deployment" && now.type === "deployment" ? await withRollback(ports, then, now, asOf) : then;
}

/** The beginning of a chain, at least as far as it was recorded by then. */
async function recordedBy({ chains }: Pick<ApiPorts, "chains">, subject: Subject, asOf: string): Promise<SealedEntry[]> {
  const found: SealedEntry[] = [];
  while (found.length < ENTRIES_MAX) {
    const page = await chains.read(subject, found.length, PAGE, { eventual: true });
    found.push(...page);
    if (page.length < PAGE || (page.at(-1)?.entry.recordedAt ?? "") > asOf) break;
  }
  return found;
}

/** Bundles are told of on another chain. */
function withBundles(then: ChangeSummary, { bundles = [] }: ChangeSummary, asOf: string): ChangeSummary {
  const written = bundles.filter(({ at }) => at <= asOf);
  return written.length === 0 ? then : { ...then, bundles: written };
}

/** A rollback names what it rolled back on its own chain. */
async function withRollback(ports: ApiPorts, then: DeploymentSummary, now: DeploymentSummary, asOf: string): Promise<Summary> {
  const rollback = viewDeployment(now).rolledBackBy;
  if (rollback === undefined || viewDeployment(then).rolledBackBy !== undefined) return then;
  const told = (await recordedBy(ports, rollback, asOf)).filter(({ entry }) => entry.recordedAt <= asOf);
  const named = told.map(({ entry }) => restoredFrom(entry)).find((one) => one?.failed === now.subject);
  return named === undefined ? then : (noteRollback(then, named) ?? then);
}

/** Those of the direct pushes of which the push itself was on record: nothing more need be. */
async function pushedThen({ chains, judging }: ApiPorts, changes: readonly ChangeSummary[], asOf: string): Promise<Set<Subject>> {
  const direct = changes.filter(({ subject }) => changeType(subject) === "directPush");
  if (direct.length === 0) return new Set();
  const commitOf = ({ subject }: ChangeSummary) => subjectId(subject).replace("/push/", "/");
  const found = await pushEntriesOf(judging.links, direct.map(commitOf));
  const known = await Promise.all(
    direct.map(async (change) => {
      const parts = await Promise.all(
        (found.get(commitOf(change)) ?? []).slice(0, PLACES_MAX).map(({ ref, seq }) => chains.read(ref, seq, 1, { eventual: true })),
      );
      return parts.flat().some(({ entry }) => entry.recordedAt <= asOf) ? [change.subject] : [];
    }),
  );
  return new Set(known.flat());
}

function withStub(now: Summary, then: Summary | undefined): Summary | undefined {
  if (now.type !== "change" || now.stub === undefined) return then;
  return stubChange(now.subject, now.stub, then?.type === "change" ? then : beginChange(now.subject));
}
