import type { SealedEntry, Subject } from "@change-ledger/model";
import { type ChangeSummary, type DeploymentSummary, type DeploymentView, dossierSubjects, type Summary } from "@change-ledger/query";
import type { Caller } from "./caller.ts";
import type { ApiPorts } from "./ports.ts";
import { groupAround } from "./timeline-group.ts";

const CHANGES_MAX = 500;
/** What the marks of the story's entries may take in the answer, about: Lambda answers 6 MB. And what the others may take of memory. */
const STORY_BYTES = 4_000_000;
const GROUP_BYTES = 4_000_000;
/** A mark without its subject. */
const MARK_BYTES = 300;
const PAGE = 500;
const CHAINS_AT_ONCE = 16;
/** Of an ECS service's own chain, the latest. */
const SERVICE_ENTRIES = 100;

export interface TimelineEntries {
  readonly entries: readonly SealedEntry[];
  /** Chains that belong to the story and were not read, or not to their end. */
  readonly omitted: number;
}

/** The entries of a deployment's story: its own chain first, then its group's, its changes', and theirs. What does not fit is counted; what the caller may not read is not even that. */
export async function readTimelineEntries(ports: ApiPorts, deployment: DeploymentSummary, caller: Caller): Promise<TimelineEntries> {
  const reader = new ChainReader(ports);
  const story = { left: STORY_BYTES };
  const group = { left: GROUP_BYTES };
  const { views, gap } = await groupAround(ports, deployment);
  reader.omitted += gap ? 1 : 0;
  await reader.read([deployment.subject], story);
  await reader.read(
    views.map(({ subject }) => subject),
    group,
  );
  const may = (subject: Subject) => caller.mayReadLinked(subject);
  const carried = (await carriedBy(ports, deployment.subject)).filter(may);
  reader.omitted += Math.max(0, carried.length - CHANGES_MAX);
  const changes = await changesOf(ports, carried.slice(0, CHANGES_MAX));
  await reader.read(
    changes.map(({ subject }) => subject),
    story,
  );
  await reader.read(
    changes.flatMap((change) =>
      dossierSubjects(change, reader.chain(change.subject)).filter((subject) => isOfTheStory(subject) && may(subject)),
    ),
    story,
  );
  await reader.read((await ownersOf(ports, views)).filter(may), group);
  await reader.readEnd(serviceOf(deployment.subject), story);
  return { entries: reader.entries(), omitted: reader.omitted };
}

/** Deployments that carry a change tell their own stories; a ref's and a repository's chains speak of everything there. */
function isOfTheStory(subject: Subject): boolean {
  return /^(?:ticket|commit|incident):/.test(subject);
}

/** How many bytes of answer or memory may still be taken. */
interface Room {
  left: number;
}

class ChainReader {
  omitted = 0;
  readonly #ports: ApiPorts;
  readonly #chains = new Map<Subject, readonly SealedEntry[]>();

  constructor(ports: ApiPorts) {
    this.#ports = ports;
  }

  /** Whole chains, as many as there is room for; one that was read already stays as it is. */
  async read(subjects: readonly Subject[], room: Room): Promise<void> {
    const wanted = [...new Set(subjects)].filter((subject) => !this.#chains.has(subject));
    for (let from = 0; from < wanted.length; from += CHAINS_AT_ONCE) {
      const some = room.left > 0 ? wanted.slice(from, from + CHAINS_AT_ONCE) : [];
      if (some.length === 0) {
        this.omitted += wanted.length - from;
        return;
      }
      const read = await Promise.all(some.map((subject) => this.#chain(subject, Math.ceil(room.left / MARK_BYTES) + 1)));
      for (const [at, subject] of some.entries()) this.#take(subject, read[at] ?? [], room);
    }
  }

  async readEnd(subject: Subject | undefined, room: Room): Promise<void> {
    if (subject !== undefined) this.#take(subject, await this.#ports.chains.tail(subject, SERVICE_ENTRIES), room);
  }

  #take(subject: Subject, found: readonly SealedEntry[], room: Room): void {
    const each = MARK_BYTES + Buffer.byteLength(subject);
    const taken = found.slice(0, Math.max(0, Math.floor(room.left / each)));
    if (taken.length < found.length) this.omitted++;
    room.left -= taken.length * each;
    this.#chains.set(subject, taken);
  }

  async #chain(subject: Subject, most: number): Promise<SealedEntry[]> {
    const found: SealedEntry[] = [];
    for (;;) {
      const wanted = Math.min(PAGE, most - found.length);
      const page = await this.#ports.chains.read(subject, found.length, wanted, { eventual: true });
      found.push(...page);
      if (page.length < wanted || found.length >= most) return found;
    }
  }

  chain(subject: Subject): readonly SealedEntry[] {
    return this.#chains.get(subject) ?? [];
  }

  entries(): SealedEntry[] {
    return [...this.#chains.values()].flat();
  }
}

async function carriedBy({ plans }: ApiPorts, deployment: Subject): Promise<readonly Subject[]> {
  return (await plans.getPlan(deployment))?.carries ?? [];
}

async function changesOf({ models }: ApiPorts, subjects: readonly Subject[]): Promise<ChangeSummary[]> {
  const stored = subjects.length === 0 ? new Map() : await models.get(subjects);
  return subjects.flatMap((subject) => {
    const state: Summary | undefined = stored.get(subject)?.state;
    return state?.type === "change" ? [state] : [];
  });
}

/** The changes that were merged as the revisions which ran before and were put back: their approval is asked for. */
async function ownersOf(ports: ApiPorts, views: readonly DeploymentView[]): Promise<Subject[]> {
  const wanted = new Set(
    views.flatMap(({ revision, previousRevision }) => [revision?.commit, previousRevision?.commit]).filter((sha) => sha !== undefined),
  );
  const carried = await Promise.all(views.filter(({ rollback }) => !rollback).map(({ subject }) => carriedBy(ports, subject)));
  const changes = await changesOf(ports, [...new Set(carried.flatMap((some) => some.slice(0, CHANGES_MAX)))].slice(0, 2 * CHANGES_MAX));
  return changes.flatMap(({ subject, pull }) =>
    wanted.has(pull?.mergeSha ?? subject.slice(subject.lastIndexOf("/") + 1)) ? [subject] : [],
  );
}

/** `deployment:ecs/<account>/<region>/<cluster>/<service>/<id>` → the chain of what befell the service. */
function serviceOf(deployment: Subject): Subject | undefined {
  return deployment.startsWith("deployment:ecs/") ? (deployment.replace(/^deployment:(.*)\/[^/]*$/, "audit:$1") as Subject) : undefined;
}
