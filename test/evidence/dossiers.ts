import {
  DERIVED_KINDS,
  type Entry,
  type Fact,
  NO_PREVIOUS,
  type PayloadReference,
  type SealedEntry,
  type Subject,
  sealEntry,
  subject,
} from "@change-ledger/model";
import { type Dossier, type DossierChain, payloadKey, writeSegment } from "../../packages/evidence/index.ts";

export const CHANGE = subject("change", "github", "acme", "cargo", "pull", "123");
export const COMMIT = subject("commit", "github", "acme", "cargo", "a".repeat(40));
export const deploymentSubject = (id: string): Subject => subject("deployment", "codedeploy", "111122223333", "eu-west-1", id);
export const DEPLOYMENT = deploymentSubject("d-ABC");
export const HEAD = "a".repeat(40);
export const MERGE = "b".repeat(40);

export interface Event {
  readonly fact: Fact;
  readonly at?: string;
  readonly login?: string;
  readonly payload?: PayloadReference;
}

/** A chain of entries, one an event, hashed and linked as the ledger does. */
export function chainOf(of: Subject, events: readonly Event[]): DossierChain {
  const entries: SealedEntry[] = [];
  for (const [seq, { fact, at = `2026-11-21T10:00:0${seq % 10}.000Z`, login, payload }] of events.entries()) {
    const entry = {
      v: 1,
      subject: of,
      seq,
      prev: entries.at(-1)?.hash ?? NO_PREVIOUS,
      occurredAt: at,
      recordedAt: at,
      ...(login === undefined ? {} : { actor: { system: "github", login } }),
      source: {
        system: "github",
        event: fact.kind,
        id: `${of}-${seq}`,
        auth: DERIVED_KINDS.has(fact.kind) ? "ledger" : "hmac-sha256",
        norm: 1,
      },
      ...(payload === undefined ? {} : { payload }),
      ...fact,
    } satisfies Entry;
    entries.push(sealEntry(entry));
  }
  return { subject: of, entries };
}

type PullRequest = Extract<Fact, { kind: "pull-request" }>["facts"];
export const pullRequest = (over: Partial<PullRequest> = {}): Fact => ({
  kind: "pull-request",
  facts: {
    action: "opened",
    author: { id: "1", login: "ann" },
    head: HEAD,
    headRef: "feature",
    base: "c".repeat(40),
    baseRef: "main",
    state: "open",
    ...over,
  },
});
export const linked = (deployment: Subject = DEPLOYMENT, version = 1): Fact => ({ kind: "linked", facts: { deployment, version } });
export const unlinked = (deployment: Subject = DEPLOYMENT, version = 2): Fact => ({ kind: "unlinked", facts: { deployment, version } });
type State = Extract<Fact, { kind: "deployment-state" }>["facts"]["state"];
export const state = (of: State): Fact => ({ kind: "deployment-state", facts: { application: "cargo", group: "production", state: of } });
export const lookup = (of: State, over: { rollsBack?: string; rolledBackBy?: string } = {}): Fact => ({
  kind: "deployment-lookup",
  facts: {
    application: "cargo",
    group: "production",
    state: of,
    revision: { type: "GitHub", commit: MERGE, by: "revision" },
    targets: [],
    ...over,
  },
});

/** A change that was reviewed, checked, merged and deployed; nothing of it came as a raw record. */
export const plainChains = (): DossierChain[] => [
  chainOf(CHANGE, [
    { fact: pullRequest(), login: "ann" },
    {
      fact: { kind: "review", facts: { action: "submitted", id: "7", reviewer: { login: "bob" }, state: "approved", commit: HEAD } },
      login: "bob",
    },
    { fact: pullRequest({ action: "closed", state: "merged", mergeSha: MERGE, mergedBy: { login: "bob" } }), login: "bob" },
    { fact: linked() },
  ]),
  chainOf(COMMIT, [
    { fact: { kind: "check-run", facts: { action: "completed", id: "9", name: "test", status: "completed", conclusion: "success" } } },
  ]),
  chainOf(DEPLOYMENT, [{ fact: state("InProgress") }, { fact: state("Succeeded") }]),
];

export const plainDossier = (): Dossier => ({ change: CHANGE, chains: plainChains(), raw: new Map() });

/** One entry a body, each with its raw record in one segment. */
export function dossierOf(bodies: readonly { readonly id: string; readonly body: Uint8Array }[]): Dossier {
  const { key, bytes, places } = writeSegment(
    bodies.map(({ id, body }) => ({
      id,
      body,
      system: "github",
      receivedAt: "2026-11-21T10:00:00.000Z",
      headers: { "x-github-event": "pull_request" },
    })),
  );
  const references = places.map(({ sha256, offset, length }): PayloadReference => ({ sha256, archive: key, offset, length }));
  return {
    change: CHANGE,
    chains: [
      chainOf(
        CHANGE,
        references.map((payload) => ({ fact: pullRequest(), payload })),
      ),
    ],
    raw: new Map(
      references.map((reference) => [payloadKey(reference), bytes.subarray(reference.offset, reference.offset + reference.length)]),
    ),
  };
}
