import type { DeploymentRecord } from "../codedeploy.ts";
import { seeded } from "../seeded.ts";
import { artifactEvent } from "./artifact-event.ts";
import { LIFECYCLE, type ObjectMetadata, type RevisionGiven, s3Url } from "./codedeploy-record.ts";
import { type Company, company, late, lost, replayed, twice } from "./company.ts";
import type { DeploymentGroup, DeployOptions } from "./deployment-group.ts";
import type { Emitted } from "./emitted.ts";
import { PEOPLE } from "./people.ts";
import type { MergeKind } from "./pull-request.ts";
import type { Repository } from "./repository.ts";

/** A history made up from a seed. */
export interface RandomStory {
  /** In the order in which they reach us. */
  readonly events: readonly Emitted[];
  readonly codedeploy: Readonly<Record<string, DeploymentRecord>>;
  readonly objects: ObjectMetadata;
}

class Chance {
  readonly #next: () => number;
  constructor(seed: number) {
    this.#next = seeded(seed);
  }
  one<T>(of: readonly [T, ...T[]]): T {
    return of[Math.floor(this.#next() * of.length)] ?? of[0];
  }
  /** From `least` to `most`, both included. */
  count(least: number, most: number): number {
    return least + Math.floor(this.#next() * (most - least + 1));
  }
  happens(share: number): boolean {
    return this.#next() < share;
  }
}

interface Scene {
  readonly chance: Chance;
  readonly acme: Company;
  readonly repository: Repository;
  readonly group: DeploymentGroup;
}

const DEVELOPERS = [PEOPLE.ada, PEOPLE.ben, PEOPLE.lee, PEOPLE.bot] as const;

function developer({ chance }: Scene) {
  return chance.one(DEVELOPERS);
}

function openPull(scene: Scene) {
  const { chance, acme, repository } = scene;
  const author = developer(scene);
  const commits = Array.from({ length: chance.count(1, 2) }, () => ({ by: developer(scene) }));
  // Pushes to branches concern no link: most histories leave them out.
  const open = () => repository.pullRequest(author, { commits, bare: true });
  return chance.happens(0.3) ? open() : acme.delivered((event) => (isBranchEvent(event) ? [] : [event]), open);
}

function isBranchEvent(event: Emitted): boolean {
  const name = event.channel === "webhook" ? event.headers["x-github-event"] : undefined;
  return name === "push" || name === "create";
}

function mergePull(scene: Scene): void {
  const pull = openPull(scene);
  if (scene.chance.happens(0.4)) pull.review(developer(scene));
  if (scene.chance.happens(0.2)) pull.suite();
  pull.merge(developer(scene), scene.chance.one<MergeKind>(["squash", "merge", "rebase", "by-hand"]));
}

function mergeQueue(scene: Scene): void {
  const pulls = Array.from({ length: scene.chance.count(2, 3) }, () => openPull(scene));
  scene.repository.mergeQueue(pulls, developer(scene));
}

function abandonPull(scene: Scene): void {
  const pull = openPull(scene);
  if (scene.chance.happens(0.7)) pull.abandon(developer(scene));
}

function pushDirectly(scene: Scene): void {
  const messages = Array.from({ length: scene.chance.count(1, 3) }, (_, nth) => `Straight ${nth}`);
  const push = () => scene.repository.directPush(developer(scene), messages);
  if (scene.chance.happens(0.15)) scene.acme.delivered(lost, push);
  else push();
}

/** The push comes at once; the pull request that claims it days later. */
function claimLater(scene: Scene): void {
  const pull = openPull(scene);
  const closes = (event: Emitted) => event.channel === "webhook" && event.headers["x-github-event"] === "pull_request";
  scene.acme.delivered(
    (event) => (closes(event) ? late(72)(event) : [event]),
    () => pull.merge(developer(scene), "by-hand"),
  );
}

function rewrite(scene: Scene): void {
  const { head, history } = scene.repository;
  const onto = scene.chance.one([head, ...history]);
  if (scene.chance.happens(0.5)) scene.repository.forcePush(developer(scene), onto);
  else scene.repository.reset(developer(scene), onto);
}

function revision(scene: Scene): DeployOptions["revision"] {
  const { chance, acme, repository, group } = scene;
  const [first, ...rest] = repository.history;
  const old = first === undefined ? acme.sha() : chance.one([first, ...rest]);
  switch (chance.count(0, 10)) {
    case 0:
    case 1:
      return group.commit(old);
    case 2:
      return group.commit(acme.sha());
    case 3:
    case 5:
      return unnamed(scene);
    case 4:
      return group.archive(`build-${acme.number()}`, { commit: repository.head, repository: repository.name.fullName });
    default:
      return undefined;
  }
}

const PROOFS = ["event", "event", "image-label", "version-tag"] as const;

/** An archive whose object names no commit, now and then one that was deployed before. What it was built from others tell, and they may disagree. */
function unnamed({ chance, acme, repository, group }: Scene): RevisionGiven {
  const archive = group.archive(`unnamed-${chance.count(0, 3)}`, {});
  for (let told = chance.count(0, 3); told > 0 && archive.type === "S3"; told--) {
    const commit = chance.one([repository.head, repository.head, ...repository.history, acme.sha()]);
    const built = { location: s3Url(archive), repository: repository.name.fullName, commit };
    const tell = () => acme.bus(artifactEvent(built, chance.one(PROOFS), acme.nowMs(), acme.uuid()));
    if (chance.happens(0.5)) acme.delivered(late(chance.count(0, 200)), tell);
    else tell();
  }
  return archive;
}

function deploy(scene: Scene): void {
  const { chance, acme, group } = scene;
  const failsAt = chance.happens(0.25) ? chance.one(LIFECYCLE) : undefined;
  const rollback = failsAt === undefined ? undefined : chance.one(["succeeds", "fails", undefined] as const);
  const by = chance.happens(0.5) ? PEOPLE.omar : undefined;
  const deployed = group.deploy({ by, revision: revision(scene), failsAt, rollback, previousUntold: chance.happens(0.5) });
  // CodeDeploy does not answer about some: their look-ups give up.
  if (chance.happens(0.1)) delete acme.codedeploy[deployed.id];
}

function ticket(scene: Scene): void {
  const made = scene.acme.ticket(`PAY-${scene.chance.count(1, 9)}`, developer(scene));
  if (scene.chance.happens(0.5)) made.approve(PEOPLE.lee);
}

type Step = (scene: Scene) => void;
const STEPS: readonly [Step, ...Step[]] = [
  mergePull,
  mergePull,
  mergePull,
  deploy,
  deploy,
  deploy,
  deploy,
  mergeQueue,
  pushDirectly,
  claimLater,
  abandonPull,
  rewrite,
  ticket,
];

/**
 * A varied history of `size` happenings in two repositories, with two deployment groups each: every way of merging, queues, direct and forced pushes, claims that
 * come later, deployments with and without a previous revision, failures, rollbacks, old revisions, unknown ones, look-ups without an answer,
 * deliveries that are doubled, late, lost or replayed. The same seed gives the same bytes; size 5 gives about 10 to 40 small events.
 */
export function randomStory(seed: number, size: number): RandomStory {
  const chance = new Chance(seed);
  const acme = company("acme", `random-${seed}`, "2026-01-05T08:00:00Z", { lean: true });
  const places = ["shop", "api"].map((name) => {
    const repository = acme.repository(name);
    const groups = ["staging", "production"].map((group) => acme.deploymentGroup(name, group, repository, chance.count(0, 1)));
    return { repository, groups };
  });
  for (let step = 0; step < size; step++) {
    const place = places[chance.happens(0.7) ? 0 : 1];
    const group = place?.groups[chance.happens(0.7) ? 1 : 0];
    if (place === undefined || group === undefined) continue;
    const scene: Scene = { chance, acme, repository: place.repository, group };
    const happening = chance.one(STEPS);
    if (chance.happens(0.1)) acme.delivered(chance.one([late(30), twice(5), replayed(2)]), () => happening(scene));
    else happening(scene);
  }
  const events = acme.events.map((event, nth) => ({ event, nth }));
  events.sort((a, b) => (a.event.at < b.event.at ? -1 : a.event.at > b.event.at ? 1 : a.nth - b.nth));
  return { events: events.map(({ event }) => event), codedeploy: acme.codedeploy, objects: acme.objects };
}
