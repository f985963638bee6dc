import { type Delivery, type Subject, subjectId } from "@change-ledger/model";
import { type EcsDeploymentQuestion, FINDER_HEADER, normalise, type RuleSuiteQuestion } from "@change-ledger/sources";
import { LedgerError } from "./fault.ts";
import { type Arrival, type IngestPorts, ingest } from "./ingest.ts";
import { UNMARKED_ENTRIES } from "./lane.ts";
import { type Home, pullRequestOf, refOf } from "./link-keys.ts";
import type { LookupWork } from "./lookup-work.ts";

type Work<K extends LookupWork["ask"]> = Extract<LookupWork, { ask: K }>;
/** What an artefact's answer says that it is about. */
type Asked<K extends LookupWork["ask"]> = { readonly kind: K } & Omit<Work<K>, "ask" | "finder">;

/** Asks sources for what their events leave out. Answers are the bytes of a look-up delivery: canonical, so that the same answer is the same event. */
export interface Sources {
  /** @throws an error whose `code` says why, when there is no answer now */
  deployment(ask: { readonly account: string; readonly region: string; readonly deploymentId: string }): Promise<Uint8Array>;
  /** `undefined` without credentials. */
  pullRequestCommits: ((repository: string, number: number, head: string) => Promise<Uint8Array>) | undefined;
  /** GitHub, of the files that a merged pull request touches. */
  pullRequestFiles?: (repository: string, number: number, head: string) => Promise<Uint8Array>;
  /** GitHub, of how its rules judged a push. */
  ruleSuite?: (asked: RuleSuiteQuestion) => Promise<Uint8Array>;
  /** ECS, of its own rolling deployments. Absent, as those below: there is nobody to ask. */
  ecsDeployment?: (ask: EcsDeploymentQuestion) => Promise<Uint8Array>;
  /** A registry, of an image by its digest. */
  image?: (ask: Asked<"image">) => Promise<Uint8Array>;
  /** Lambda, of a published version. */
  functionVersion?: (ask: Asked<"function-version">) => Promise<Uint8Array>;
  /** GitHub, of what a repository attests. */
  attestations?: (ask: Asked<"attestations">) => Promise<Uint8Array>;
}

export interface LookUpPorts extends IngestPorts {
  readonly sources: Sources;
}

export interface LookupMessage {
  readonly id: string;
  readonly work: LookupWork;
  /** How often it was received, this time included. */
  readonly attempts: number;
}

/** After this many attempts a question that found no answer is recorded as unresolved. */
export const LOOKUP_ATTEMPTS = 5;

/**
 * Looks up a batch of questions and records the answers as entries of their own, raw answers archived first. A question without an answer comes again
 * with the queue; after LOOKUP_ATTEMPTS it is recorded as unresolved, with the reason.
 * @returns the ids of the messages that are to come again
 */
export async function lookUp(ports: LookUpPorts, messages: readonly LookupMessage[]): Promise<string[]> {
  const again: string[] = [];
  const answers = await Promise.all(
    messages.map(async (message) => {
      try {
        const delivery = await answer(ports, message);
        return delivery === undefined || (await isKnown(ports, delivery))
          ? undefined
          : { id: message.id, arrival: { delivery, by: "api" } satisfies Arrival };
      } catch {
        again.push(message.id);
        return undefined;
      }
    }),
  );
  const fresh = answers.filter((each) => each !== undefined);
  const outcomes = await ingest(
    ports,
    fresh.map(({ arrival }) => arrival),
  );
  return [...again, ...fresh.filter((_, at) => outcomes[at]?.outcome === "failed").map(({ id }) => id)];
}

async function answer(ports: LookUpPorts, { work, attempts }: LookupMessage): Promise<Delivery | undefined> {
  const receivedAt = ports.now();
  const question = questionOf(ports.sources, work);
  if (question === undefined) return undefined;
  const headers: Delivery["headers"] = work.finder !== undefined ? { [FINDER_HEADER]: work.finder } : {};
  try {
    return { system: question.system, receivedAt, headers, body: await question.ask() };
  } catch (error) {
    if (attempts < LOOKUP_ATTEMPTS) throw error;
    if (question.mayBeNone === true && reasonOf(error) === "not-found") return undefined;
    ports.count("unresolved", 1);
    const unresolved = { reason: reasonOf(error), attempts: LOOKUP_ATTEMPTS };
    return { system: question.system, receivedAt, headers, body: Buffer.from(JSON.stringify({ ...question.about, unresolved })) };
  }
}

interface Question {
  readonly system: string;
  /** What an unresolved answer says that it was about. */
  readonly about: Readonly<Record<string, string | number>>;
  /** There may be nothing to be found, for good. */
  readonly mayBeNone?: true;
  ask(): Promise<Uint8Array>;
}

function questionOf(sources: Sources, work: LookupWork): Question | undefined {
  switch (work.ask) {
    case "deployment":
      return aboutDeployment(sources, work.deployment);
    case "pull-request-commits":
      return aboutPullRequest(sources.pullRequestCommits, work);
    case "pull-request-files":
      return aboutPullRequest(sources.pullRequestFiles, work);
    case "rule-suite":
      return aboutPush(sources, work);
    case "image":
      return aboutArtifact(sources.image, { kind: work.ask, deployment: work.deployment, location: work.location });
    case "function-version":
      return aboutArtifact(sources.functionVersion, { kind: work.ask, deployment: work.deployment, location: work.location });
    case "attestations": {
      const { ask: kind, deployment, location, digest, repository } = work;
      return aboutArtifact(sources.attestations, { kind, deployment, location, digest, repository });
    }
    default:
      return work satisfies never;
  }
}

function aboutArtifact<T extends Readonly<Record<string, string>>>(
  ask: ((about: T) => Promise<Uint8Array>) | undefined,
  about: T,
): Question | undefined {
  return ask && { system: "artifact-lookup", about, ask: () => ask(about) };
}

/** `github/acme/cargo` → `acme/cargo` */
const repositoryOf = (home: Home): string => home.slice(home.indexOf("/") + 1);

function aboutPullRequest(
  ask: Sources["pullRequestCommits"],
  { ask: kind, change, head }: Work<"pull-request-commits" | "pull-request-files">,
): Question | undefined {
  const of = pullRequestOf(change);
  if (of === undefined || ask === undefined) return undefined;
  const repository = repositoryOf(of.home);
  const number = Number(of.number);
  return { system: "github-lookup", about: { kind, repository, number, head }, ask: () => ask(repository, number, head) };
}

function aboutPush({ ruleSuite: ask }: Sources, { ask: kind, ref: on, before, after }: Work<"rule-suite">): Question | undefined {
  const of = refOf(on);
  if (of === undefined || ask === undefined) return undefined;
  const about = { repository: repositoryOf(of.home), ref: of.ref, before, after };
  // No rules cover the ref: GitHub judged nothing. It lists what it judged a little later.
  return { system: "github-lookup", about: { kind, ...about }, mayBeNone: true, ask: () => ask(about) };
}

/** `deployment:codedeploy/<account>/<region>/<id>` or `deployment:ecs/<account>/<region>/<cluster>/<service>/<id>` */
function aboutDeployment(sources: Sources, of: Subject): Question | undefined {
  const [system, account, region, ...rest] = subjectId(of).split("/");
  const [first, service, id] = rest;
  if (account !== undefined && region !== undefined && first !== undefined) {
    if (system === "codedeploy" && rest.length === 1) {
      const about = { account, region, deploymentId: first };
      return { system: "codedeploy-lookup", about, ask: () => sources.deployment(about) };
    }
    const ask = sources.ecsDeployment;
    if (system === "ecs" && service !== undefined && id !== undefined && rest.length === 3) {
      const about = { account, region, cluster: first, service, deploymentId: id };
      return ask && { system: "ecs-lookup", about, ask: () => ask(about) };
    }
  }
  throw new LedgerError("not-decodable", `expected a deployment of CodeDeploy or ECS, got ${of}`);
}

function reasonOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && code !== "" ? code : "no-answer";
}

/** An answer that is on record already needs no segment of its own; the append would find it too, but after the archive's PUT. */
async function isKnown(ports: LookUpPorts, delivery: Delivery): Promise<boolean> {
  const fact = normalise(delivery, "api", ports.settings);
  const tail = await ports.store.tail(fact.subject, UNMARKED_ENTRIES);
  return tail.some(({ entry }) => entry.source.system === fact.source.system && entry.source.id === fact.source.id);
}
