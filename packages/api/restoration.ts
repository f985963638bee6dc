import { changesOfCommit, commitsClaimed } from "@change-ledger/ledger";
import { OUTCOMES, type SealedEntry, type Subject } from "@change-ledger/model";
import { type Assessment, judgeRestoration, resolveRestoration } from "@change-ledger/procedure";
import type { DeploymentView } from "@change-ledger/query";
import * as z from "zod";
import type { Caller } from "./caller.ts";
import { homesOf } from "./candidates.ts";
import { changesAt } from "./change-views.ts";
import { judgeAgain } from "./judged.ts";
import type { ApiPorts } from "./ports.ts";
import { SCHEMAS, subject } from "./schemas.ts";

/** Entries of a deployment's chain that are read: what was looked up stands at its beginning and its end. */
const ENTRIES_MAX = 500;
const CLAIMED_MAX = 40;

export const restorationSchema = z
  .object({
    outcome: z.enum(OUTCOMES),
    code: z.string(),
    because: z.string(),
    remedy: z.string().optional(),
    change: subject("change:github/acme/cargo/pull/123")
      .optional()
      .meta({ description: "The change that was merged as what was put back" }),
  })
  .meta({
    description: "Of a rollback: whether it is tied to what it undoes, and whether the revision that it put back was itself approved",
  })
  .register(SCHEMAS, { id: "Restoration" });

/** Judges a rollback by the change that was merged as the commit which it put back. Undefined of what is none, and where that change is not for this caller. */
export async function restorationOf(
  ports: ApiPorts,
  view: DeploymentView,
  caller: Caller,
): Promise<z.output<typeof restorationSchema> | undefined> {
  if (!view.rollback) return undefined;
  const asOf = ports.judging.now();
  const own = await chainsOf(ports, [view.subject, ...(view.rollsBack === undefined ? [] : [view.rollsBack])]);
  const revisions = own.flatMap(({ entry }) => (entry.kind === "deployment-lookup" ? [entry.facts.revision] : []));
  const claimed = (await commitsClaimed(ports.judging.links, revisions)).slice(0, CLAIMED_MAX);
  const told = await chainsOf(
    ports,
    claimed.map((one): Subject => `commit:${one}`),
  );
  const restoration = resolveRestoration(view.subject, [...own, ...told], asOf);
  const homes = [
    ...claimed.map((one) => one.slice(0, one.lastIndexOf("/"))),
    ...revisions.flatMap(({ repository }) => (repository === undefined ? [] : [`github/${repository}`])),
  ];
  const owner = restoration.commit === undefined ? undefined : await mergedAs(ports, restoration.commit, homes, caller, asOf);
  if (owner !== undefined && !caller.mayRead(owner.change)) return undefined;
  const { outcome, code, because, remedy } = judgeRestoration(restoration, owner);
  return { outcome, code, because, ...(remedy !== undefined && { remedy }), ...(owner && { change: owner.change }) };
}

/** The change that a commit is the merge of, or the direct push that ended with it, judged again. */
async function mergedAs(
  ports: ApiPorts,
  sha: string,
  homes: readonly string[],
  caller: Caller,
  asOf: string,
): Promise<Assessment | undefined> {
  const found = await changesOfCommit(ports.judging.links, homes.length > 0 ? [...new Set(homes)] : await homesOf(ports, caller), sha);
  const merged = (await changesAt(ports, found)).find((one) => one.pull?.mergeSha === sha || one.subject.endsWith(`/push/${sha}`));
  if (merged === undefined) return undefined;
  return (await judgeAgain(ports, [merged.subject], asOf))[0]?.assessments[0];
}

async function chainsOf({ chains }: ApiPorts, subjects: readonly Subject[]): Promise<SealedEntry[]> {
  const read = subjects.map(async (of) => {
    const first = await chains.read(of, 0, ENTRIES_MAX);
    const last = first.length < ENTRIES_MAX ? [] : await chains.tail(of, ENTRIES_MAX);
    return [...new Map([...first, ...last].map((sealed) => [sealed.entry.seq, sealed])).values()];
  });
  return (await Promise.all(read)).flat();
}
