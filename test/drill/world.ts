import { parseBundle, tileWidth } from "@change-ledger/log";
import { openEntry, type SealedEntry, type Subject } from "@change-ledger/model";
import { demonstrationConfiguration } from "../../packages/local/demonstration/configuration.ts";
import {
  company,
  DEMONSTRATION_SECRETS,
  type Emitted,
  PEOPLE,
  play,
  SCENARIOS,
  signatureOf,
} from "../../packages/local/demonstration/index.ts";
import { at, BEGAN_AT, trustFile } from "./keys.ts";
import { hoursOf, mirrorOf } from "./mirror.ts";
import { Story } from "./story.ts";

/** All that the operator keeps and hands out. */
export interface Kept {
  /** The log as a mirror has it: `checkpoint`, `tile/…`, `hours/…`, `trust.json`. */
  readonly log: Map<string, Uint8Array>;
  /** The ledger's export, a line an entry. */
  ledger: Uint8Array[];
  /** Each bundle as S3 gives it, by key. */
  readonly bundles: Map<string, Uint8Array>;
}

/** What the auditor took away before, and the operator cannot reach. */
interface Held {
  readonly trust: Uint8Array;
  readonly checkpoints: readonly { readonly name: string; readonly note: Uint8Array }[];
  readonly now: string;
}

export interface World {
  readonly kept: Kept;
  readonly held: Held;
  /** In the log's order. */
  readonly leaves: readonly SealedEntry[];
}

/** A change that went its way from ticket to production; another whose ticket explains nothing of it. */
export const CHANGE = "change:github/acme/01-happy-path/pull/1" as Subject;
export const OTHER_CHANGE = "change:github/acme/12-squash-rebase-merge-commit/pull/2" as Subject;

const SCENARIOS_TOLD = [1, 2, 12, 14, 18];
const APART_MS = 2 * 3_600_000;
/** Tickets that nothing comes of: they fill tiles, and the last of them come behind the last bundle. */
const TICKETS = 290;
const TICKETS_EACH_MS = 6 * 60_000;

/** A few days of the demonstration's company. @param change what an event is told as, or undefined where it never comes */
async function worldOf(change: (event: Emitted) => Emitted | undefined): Promise<World> {
  const told = SCENARIOS.filter(({ number }) => SCENARIOS_TOLD.includes(number)).map((scenario, nth) =>
    play(scenario, new Date(at(BEGAN_AT) + nth * APART_MS).toISOString()),
  );
  const names = told.flatMap(({ events }) => events.flatMap((event) => repositoryOf(event) ?? []));
  const events = [configuration([...new Set(names)]), ...told.flatMap((each) => each.events), ...tickets()].toSorted((a, b) =>
    a.at < b.at ? -1 : a.at > b.at ? 1 : 0,
  );
  const story = new Story(Object.assign({}, ...told.map(({ codedeploy }) => codedeploy)));
  await story.play(events.flatMap((event) => change(event) ?? []));
  const end = story.now();
  await story.passUntil(new Date(at(end) + 70 * 60_000).toISOString());
  const log = new Map([...mirrorOf(story.log), ["trust.json", trustFile()]]);
  return {
    kept: { log, ledger: exported(story.chains.chains), bundles: story.bundles },
    held: { trust: trustFile(), checkpoints: heldOf(story), now: new Date(at(end) + 2 * 3_600_000).toISOString() },
    leaves: leavesOf(log, story.chains.all().length),
  };
}

/** `01-happy-path`, of a webhook of GitHub's. */
function repositoryOf(event: Emitted): string | undefined {
  return event.channel === "webhook" ? /"full_name":"acme\/([\w.-]+)"/.exec(event.body)?.[1] : undefined;
}

/** What the company judges by, offered before anything happens. */
function configuration(repositories: readonly string[]): Emitted {
  const time = new Date(at(BEGAN_AT) - 60_000).toISOString();
  const detail = { version: 1, text: demonstrationConfiguration(repositories) };
  const envelope = { version: "0" as const, id: "configuration-1", source: "acme.operations", "detail-type": "configuration.offered" };
  const event = { ...envelope, account: "111122223333", region: "us-east-1", time, resources: [], detail };
  return { at: time, channel: "bus", event };
}

function tickets(): Emitted[] {
  const events: Emitted[] = [];
  for (let nth = 0; nth < TICKETS; nth++) {
    const one = company("acme", `ticket-${nth}`, new Date(at(BEGAN_AT) + nth * TICKETS_EACH_MS).toISOString(), { lean: true });
    one.ticket(`OPS-${nth}`, nth % 2 === 0 ? PEOPLE.ada : PEOPLE.ben);
    events.push(...one.events);
  }
  return events;
}

/** The auditor took the log's checkpoint once in the middle, and the hour's when two thirds were over. */
function heldOf(story: Story): Held["checkpoints"] {
  const sizes = [...story.checkpoints.keys()];
  const hours = hoursOf(mirrorOf(story.log));
  const size = sizes[Math.floor(sizes.length / 2)] ?? 0;
  const hour = hours[Math.floor((hours.length * 2) / 3)] ?? "";
  return [
    { name: "held-checkpoint", note: story.checkpoints.get(size) ?? new Uint8Array() },
    { name: "held-hour", note: story.log.sealed.get(hour) ?? new Uint8Array() },
  ];
}

/** Chains in order of subject (UTF-16 code units), entries by seq. */
function exported(chains: ReadonlyMap<Subject, readonly SealedEntry[]>): Uint8Array[] {
  return [...chains].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, chain]) => chain.map(({ bytes }) => bytes));
}

function leavesOf(log: ReadonlyMap<string, Uint8Array>, size: number): SealedEntry[] {
  const leaves: SealedEntry[] = [];
  for (let index = 0; leaves.length < size; index++) {
    const width = tileWidth(0, index, size);
    const name = `tile/entries/${String(index).padStart(3, "0")}${width === 256 ? "" : `.p/${width}`}`;
    for (const bytes of parseBundle(log.get(name) ?? new Uint8Array(), width)) leaves.push(openEntry(bytes));
  }
  return leaves;
}

const worlds = new Map<string, Promise<World>>();
function once(name: string, change: (event: Emitted) => Emitted | undefined): Promise<World> {
  const known = worlds.get(name) ?? worldOf(change);
  worlds.set(name, known);
  return known;
}

/** Nobody did anything to it. */
export const honestWorld = (): Promise<World> => once("honest", (event) => event);

/** The same days with another truth, told by the same programs with the same keys: the reviews of CHANGE approve of nothing, and are signed with the secret that the sender shares with us. */
export const rewrittenWorld = (): Promise<World> => once("rewritten", forgeReview);

/** The same days without the reviews of CHANGE: they were thrown away before anything wrote them down. */
export const silencedWorld = (): Promise<World> => once("silenced", (event) => (isReview(event) ? undefined : event));

/** A world for a case to do its worst to. */
export function copyOf({ kept, held, leaves }: World): World {
  return { kept: { log: new Map(kept.log), ledger: [...kept.ledger], bundles: new Map(kept.bundles) }, held, leaves };
}

function isReview(event: Emitted): boolean {
  return (
    event.channel === "webhook" && event.headers["x-github-event"] === "pull_request_review" && event.body.includes('"acme/01-happy-path"')
  );
}

function forgeReview(event: Emitted): Emitted {
  if (!isReview(event) || event.channel !== "webhook") return event;
  const body = event.body.replaceAll('"approved"', '"dismissed"');
  return { ...event, body, headers: { ...event.headers, "x-hub-signature-256": signatureOf(body, DEMONSTRATION_SECRETS.github) } };
}
