import {
  type Fact,
  type FactKind,
  type FactsOf,
  NO_PREVIOUS,
  type SealedEntry,
  type SourceFact,
  type Subject,
  sealEntry,
} from "@change-ledger/model";
import { type InForce, inForce, readConfiguration } from "@change-ledger/procedure";
import { normalise } from "@change-ledger/sources";
import { company, DEMONSTRATION_SETTINGS, demonstrationConfiguration, type Emitted, lookupAnswer, PEOPLE } from "../demonstration/index.ts";
import { ACCOUNT, type Person, REGION } from "../demonstration/people.ts";
import { LocalError } from "../fault.ts";

const { ada, ben, chloe, quinn, lee, omar } = PEOPLE;
const BEGINS = "2026-01-05T08:00:00.000Z";
/** When everything is judged: after all of it, and before any limit of time. */
export const AS_OF = "2026-01-07T08:00:00.000Z";
/** As long as a change's dossier is that took a few days: three commits, two rounds of checks, four reviews, staging and production. */
const ENTRIES = 60;

/** A change and its dossier's entries, each with the bytes that are stored of it. */
export interface MadeDossier {
  readonly change: Subject;
  readonly entries: readonly SealedEntry[];
}

/** The demonstration's configuration, with checks that every change needs. */
export function benchRules(): InForce {
  const given = JSON.parse(demonstrationConfiguration(["shop"])) as { readonly repositories: readonly object[] };
  const repositories = given.repositories.map((one) => ({ ...one, requiredChecks: ["check-run:build", "check-run:test"] }));
  const read = readConfiguration(JSON.stringify({ ...given, repositories }), BEGINS);
  if (!read.ok) throw new LocalError("bad-option", `expected the bench's configuration to be read, got ${read.faults[0]?.reason}`);
  return inForce(read);
}

/** What happened otherwise than by the book. */
interface Otherwise {
  readonly author?: Person;
  readonly approvers?: readonly Person[];
  readonly label?: string;
  readonly unticketed?: boolean;
  /** Something is pushed after the approvals. */
  readonly pushedAfter?: boolean;
}

/** Changes as they usually come, most of them by the book; each verdict of the commonest tests is among theirs. */
const KINDS: readonly Otherwise[] = [
  {},
  { label: "security", approvers: [ben, chloe, quinn, lee] },
  { unticketed: true },
  { author: ben, approvers: [ben, quinn] },
  { pushedAfter: true },
];

/** One dossier of each kind, of 60 entries: real-shaped deliveries through the real normalisers, sealed as the ledger seals them. */
export function madeDossiers(): MadeDossier[] {
  return KINDS.map((kind, at) => {
    const bare = told(kind, at, 0);
    return told(kind, at, ENTRIES - bare.entries.length);
  });
}

/** @param suites further checks of the head, so that it has as many entries as it is to have */
function told(
  { author = ada, approvers = [ben, quinn, lee], label, unticketed, pushedAfter }: Otherwise,
  seed: number,
  suites: number,
): MadeDossier {
  const acme = company("acme", `judging ${seed}`, BEGINS, { lean: true });
  const shop = acme.repository("shop");
  shop.protect(lee);
  const [staging, production] = (["staging", "production"] as const).map((group) => acme.deploymentGroup("shop", group, shop, 1));
  if (staging === undefined || production === undefined) throw new LocalError("bad-option", "expected two groups");
  production.deploy({ by: omar });
  shop.pullRequest(ben).merge(lee);
  const ticket = unticketed === true ? undefined : acme.ticket("PAY-1", ada).move(ada, "In Progress").approve(lee);
  const pull = shop.pullRequest(author, { ticket, commits: [{ by: author }, { by: author }] });
  if (label !== undefined) pull.label(author, label);
  for (const person of approvers) pull.requestReview(author, person);
  pull.checks("failure");
  const heads = [pull.head];
  pull.push(author).checks();
  heads.push(pull.head);
  for (let nth = 0; nth < suites; nth++) pull.suite();
  pull.review(chloe, "commented");
  for (const person of approvers) pull.review(person);
  if (pushedAfter === true) pull.push(author).checks();
  heads.push(pull.head);
  pull.merge(lee, "merge");
  ticket?.move(quinn, "In Review");
  const carrying = [staging.deploy({ by: omar }), production.deploy({ by: omar })];
  ticket?.move(lee, "Done");
  const ledger = new Chains();
  for (const event of acme.events) ledger.append(normalised(event), event.at);
  const at = new Date(acme.nowMs()).toISOString();
  for (const { id, subject: deployment } of carrying) {
    const answer = lookupAnswer(acme, { account: ACCOUNT, region: REGION, deploymentId: id });
    const delivery = { system: "codedeploy-lookup", receivedAt: at, headers: {}, body: answer ?? new Uint8Array() };
    ledger.append(normalise(delivery, "api", DEMONSTRATION_SETTINGS), at);
    ledger.derive(pull.subject, "linked", { deployment, version: 1 }, at);
  }
  for (const check of ["normalisation", "chains", "log", "evidence"] as const)
    ledger.derive("audit:default", "verified", { check, upTo: at, looked: ENTRIES, faults: [], faulty: 0 }, at);
  for (const [system, scope] of [
    ["github", shop.subject],
    ["codedeploy", `${ACCOUNT}/${REGION}/shop/production`],
  ] as const)
    ledger.derive("audit:default", "reconciled", { system, scope, from: BEGINS, to: at, listed: ENTRIES, missing: [], unlisted: [] }, at);
  const wanted = new Set<Subject>([
    pull.subject,
    ...(ticket === undefined ? [] : [ticket.subject]),
    shop.subject,
    ...heads.map((head) => shop.commitSubject(head)),
    `ref:github/acme/shop/refs/heads/${pull.branch}`,
    ...carrying.map((one) => one.subject),
    "audit:default",
  ]);
  return { change: pull.subject, entries: [...wanted, ...ledger.rulesets()].flatMap((subject) => ledger.chain(subject)) };
}

function normalised(event: Emitted): SourceFact {
  const body = Buffer.from(event.channel === "bus" ? JSON.stringify(event.event) : event.body);
  return event.channel === "bus"
    ? normalise({ system: "codedeploy", receivedAt: event.at, headers: {}, body }, "bus", DEMONSTRATION_SETTINGS)
    : normalise({ system: event.source, receivedAt: event.at, headers: event.headers, body }, "hmac-sha256", DEMONSTRATION_SETTINGS);
}

/** Facts as the ledger holds them: a chain a subject. */
class Chains {
  readonly #chains = new Map<Subject, SealedEntry[]>();

  append(fact: SourceFact, recordedAt: string): void {
    const chain = this.#chains.get(fact.subject) ?? [];
    this.#chains.set(fact.subject, chain);
    const payload = { sha256: "ab".repeat(32), archive: "segments/20260105/0123456789abcdef.warc.gz", offset: 1024, length: 2048 };
    chain.push(
      sealEntry({
        v: 1,
        seq: chain.length,
        prev: chain.at(-1)?.hash ?? NO_PREVIOUS,
        recordedAt,
        ...fact,
        ...(fact.source.auth === "ledger" ? {} : { payload }),
      }),
    );
  }

  derive<K extends FactKind>(subject: Subject, kind: K, facts: FactsOf<K>, at: string): void {
    const id = `${kind}/${this.chain(subject).length}`;
    const source = { system: "ledger", event: kind, id, auth: "ledger", norm: 1 } as const;
    this.append({ subject, occurredAt: at, source, ...({ kind, facts } as Fact) }, at);
  }

  chain(subject: Subject): readonly SealedEntry[] {
    return this.#chains.get(subject) ?? [];
  }

  rulesets(): Subject[] {
    return [...this.#chains.keys()].filter((subject) => subject.includes("/rulesets/"));
  }
}
