import {
  type Entry,
  type Fact,
  NO_PREVIOUS,
  type SealedEntry,
  type SourceFact,
  type Subject,
  sealEntry,
  subjectId,
} from "@change-ledger/model";
import type { Dossier } from "@change-ledger/procedure";
import { expectedLinks } from "../simulation/expected.ts";

/** A normalised fact and when the ledger recorded it. */
export type Arrived = SourceFact & { readonly recordedAt: string };

/** Facts as the ledger would hold them: a chain a subject, in the order given, and the links that follow from all of them. */
export class Ledger {
  readonly chains = new Map<Subject, SealedEntry[]>();

  constructor(arrived: readonly Arrived[]) {
    for (const { recordedAt, ...fact } of arrived) this.#append(fact, recordedAt);
    const told = new Set(arrived.filter(({ kind }) => kind === "linked" || kind === "unlinked").map(({ subject }) => subject));
    for (const [deployment, changes] of expectedLinks([...this.chains.values()].flat()).carries) {
      const recordedAt = latest((this.chains.get(deployment) ?? []).map(({ entry }) => entry.recordedAt));
      for (const change of [...changes].sort()) {
        // What a scenario tells of a change's links itself is not worked out again.
        if (told.has(change as Subject)) continue;
        this.#append(link(change as Subject, deployment, recordedAt), recordedAt);
      }
    }
  }

  #append(fact: SourceFact, recordedAt: string): void {
    const chain = this.chains.get(fact.subject) ?? [];
    this.chains.set(fact.subject, chain);
    const prev = chain.at(-1)?.hash ?? NO_PREVIOUS;
    chain.push(sealEntry({ v: 1, seq: chain.length, prev, recordedAt, ...fact } as Entry));
  }

  /** The change's chain and every chain linked to it, as the caller of `assess` has to give them. */
  dossier(change: Subject): Dossier {
    const own = this.chains.get(change) ?? [];
    const subjects = new Set<Subject>([change]);
    const home = subjectId(change).split("/").slice(0, 3).join("/");
    const entries = own.map(({ entry }) => entry);
    for (const entry of entries) {
      if (entry.kind === "linked") subjects.add(entry.facts.deployment);
      if (entry.kind === "review" && entry.facts.commit !== undefined) subjects.add(`commit:${home}/${entry.facts.commit}`);
      if (entry.kind === "record" && entry.facts.incident !== undefined) subjects.add(entry.facts.incident);
      if (entry.kind !== "pull-request") continue;
      const { head, mergeSha, baseRef, headRef, tickets } = entry.facts;
      for (const sha of [head, mergeSha]) if (sha !== undefined) subjects.add(`commit:${home}/${sha}`);
      for (const ref of [baseRef, headRef]) subjects.add(`ref:${home}/refs/heads/${ref}`);
      for (const ticket of tickets ?? []) subjects.add(ticket);
    }
    if (change.startsWith("change:codedeploy/")) subjects.add(`deployment:${subjectId(change)}`);
    for (const [subject, chain] of this.chains) {
      if (chain.some(({ entry }) => entry.kind === "artifact")) subjects.add(subject);
      if (/^(?:incident|audit|config):/.test(subject) || subject.includes("/rulesets/")) subjects.add(subject);
      if (change.includes("/push/") && subject.startsWith(`ref:${home}/`)) subjects.add(subject);
    }
    for (const subject of [...subjects]) {
      for (const { entry } of this.chains.get(subject) ?? []) {
        if (entry.kind === "record" && entry.facts.incident !== undefined) subjects.add(entry.facts.incident);
        if (entry.kind !== "deployment-lookup") continue;
        for (const id of [entry.facts.rollsBack, entry.facts.rolledBackBy])
          if (id !== undefined) subjects.add(`${subject.slice(0, subject.lastIndexOf("/") + 1)}${id}` as Subject);
      }
    }
    const shared = this.#sharing(change, subjects);
    return { change, entries: [...[...subjects].flatMap((subject) => this.chains.get(subject) ?? []), ...shared] };
  }

  /** Merged events of the other pull requests that came with the same pushes. */
  #sharing(change: Subject, subjects: ReadonlySet<Subject>): SealedEntry[] {
    const merges = new Set(
      (this.chains.get(change) ?? []).flatMap(({ entry }) => (entry.kind === "pull-request" ? [entry.facts.mergeSha] : [])),
    );
    const pushed = new Set<string>();
    for (const subject of subjects)
      for (const { entry } of this.chains.get(subject) ?? [])
        if (
          entry.kind === "push" &&
          (entry.facts.commits.some(({ sha }) => merges.has(sha)) || change.endsWith(`/push/${entry.facts.after}`))
        )
          for (const { sha } of entry.facts.commits) pushed.add(sha);
    return [...this.chains].flatMap(([subject, chain]) =>
      subject === change
        ? []
        : chain.filter(
            ({ entry }) => entry.kind === "pull-request" && entry.facts.mergeSha !== undefined && pushed.has(entry.facts.mergeSha),
          ),
    );
  }
}

function link(change: Subject, deployment: Subject, occurredAt: string): SourceFact {
  const fact: Fact = { kind: "linked", facts: { deployment, version: 1 } };
  return {
    subject: change,
    occurredAt,
    source: { system: "ledger", event: "linked", id: `linked/${deployment}/1`, auth: "ledger", norm: 1 },
    ...fact,
  };
}

function latest(instants: readonly string[]): string {
  return [...instants].sort().at(-1) ?? "";
}
