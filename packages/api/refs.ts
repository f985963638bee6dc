import { guardEntriesOf, refOf } from "@change-ledger/ledger";
import { OUTCOMES, type SealedEntry, type Subject } from "@change-ledger/model";
import { assessRef, type Lapse, type RefAssessment } from "@change-ledger/procedure";
import { viewRef } from "@change-ledger/query";
import * as z from "zod";
import { demandReadable } from "./authorise.ts";
import { ApiError } from "./fault.ts";
import { subjectOf } from "./paths.ts";
import type { ApiPorts } from "./ports.ts";
import { type AnyRoute, type Api, serve } from "./route.ts";
import { hash, instant, limit, SCHEMAS, subject, text } from "./schemas.ts";

const NOT_FOUND = "no ref of this id is on record";
/** Of a ref's chain, and of what tells of its guards, so many of the latest entries are read. */
const ENTRIES_MAX = 1000;
const GUARDS_MAX = 200;
const DAY_MS = 86_400_000;
const PERIOD_DAYS = 90;

const verdicts = z.array(z.looseObject({ outcome: z.enum(OUTCOMES), code: z.string(), because: z.string() })).readonly();
const place = { seq: z.int().nonnegative(), hash };
const refSchema = z
  .object({
    subject: subject("ref:github/acme/cargo/refs/heads/main"),
    tip: z.string().optional(),
    pushedAt: instant.optional(),
    deleted: z.boolean(),
    default: z.boolean().optional(),
    forcedAt: instant.optional(),
    chain: z.object({ length: z.int().nonnegative(), hash }),
    from: instant,
    to: instant,
    asOf: instant,
    updates: z
      .array(
        z.object({
          at: instant,
          before: z.string(),
          after: z.string(),
          commits: z.int().nonnegative(),
          forced: z.boolean().optional(),
          created: z.boolean().optional(),
          deleted: z.boolean().optional(),
          by: z.string().optional(),
          ...place,
        }),
      )
      .meta({ description: "Pushes of the period, the latest first; at most `limit`" }),
    completeness: verdicts.meta({ description: "T1: pushes that begin where no other ended (gaps)" }),
    rewrite: verdicts.meta({ description: "T8: forced pushes, deletions" }),
    continuity: verdicts.meta({ description: "T17: lapses of what protects the branch" }),
    lapses: z.array(z.object({ guard: z.string(), why: z.string(), from: instant, until: instant.optional() })),
    whole: z.boolean().meta({ description: "False: the chain is longer than what was read, and the period may begin before that" }),
  })
  .register(SCHEMAS, { id: "Ref" });
type RefAnswer = z.output<typeof refSchema>;

const REF_QUERY = z.strictObject({
  from: instant.optional().meta({ description: `Of the period; absent: ${PERIOD_DAYS} days before \`to\`` }),
  to: instant.optional().meta({ description: "Absent: `as-of`" }),
  "as-of": instant.optional().meta({ description: "By what had been recorded then; absent: by all that is on record" }),
  limit: limit.default(25),
});

export function refRoutes(app: Api, ports: ApiPorts): AnyRoute[] {
  const id = text.meta({ examples: ["github/acme/cargo/refs/heads/main"] });
  return [
    serve(
      app,
      {
        path: "/v1/refs/{id}",
        summary: "A branch over a period: its updates, gaps, rewrites, and lapses of what protects it",
        params: z.object({ id }),
        query: REF_QUERY,
        answer: refSchema,
      },
      ({ params, query, caller }) => readRef(ports, demandReadable(caller, subjectOf("ref", params.id, "id"), NOT_FOUND), query),
    ),
  ];
}

async function readRef(ports: ApiPorts, ref: Subject, query: z.output<typeof REF_QUERY>): Promise<RefAnswer> {
  const { judging, models } = ports;
  const state = (await models.get([ref])).get(ref)?.state;
  const of = refOf(ref);
  if (state?.type !== "ref" || state.next === 0 || of === undefined) throw new ApiError("not-found", NOT_FOUND);
  const asOf = query["as-of"] ?? judging.now();
  const to = query.to ?? asOf;
  const from = query.from ?? new Date(Date.parse(to) - PERIOD_DAYS * DAY_MS).toISOString();
  if (from >= to) throw new ApiError("invalid", "expected a period", [{ field: "to", rule: "later than `from`" }]);
  await judging.configurations.refresh();
  const [own, guards, inForce] = await Promise.all([
    ports.chains.tail(ref, ENTRIES_MAX),
    guardsOf(ports, ref, of.home),
    judging.configurations.at(asOf),
  ]);
  const entries = [...new Map([...own, ...guards].map((one) => [one.hash, one])).values()];
  const assessed = assessRef(ref, entries, inForce, { from, to }, asOf);
  const oldest = own.at(-1);
  return {
    ...viewRef(state),
    from,
    to,
    asOf,
    updates: own.flatMap((one) => updateOf(one, from, to, asOf)).slice(0, query.limit),
    ...judged(assessed),
    whole: (oldest?.entry.seq ?? 0) === 0,
  };
}

/** Entries that tell of the branch's guards, its repository's and its owner's, the latest of each chain. */
async function guardsOf({ chains, judging }: ApiPorts, ref: Subject, home: string): Promise<SealedEntry[]> {
  const owner = home.split("/").slice(0, 2).join("/");
  const places = [...(await guardEntriesOf(judging.links, [home, owner])).values()].flat().filter((one) => one.ref !== ref);
  const latest = places.sort((a, b) => b.seq - a.seq).slice(0, GUARDS_MAX);
  return (await Promise.all(latest.map((one) => chains.read(one.ref, one.seq, 1)))).flat();
}

function updateOf({ entry, hash: of }: SealedEntry, from: string, to: string, asOf: string): RefAnswer["updates"] {
  if (entry.kind !== "push" || entry.occurredAt < from || entry.occurredAt >= to || entry.recordedAt > asOf) return [];
  const { before, after, commits, forced, created, deleted } = entry.facts;
  const by = entry.actor?.login ?? entry.actor?.id;
  const flags = { ...(forced && { forced }), ...(created && { created }), ...(deleted && { deleted }), ...(by !== undefined && { by }) };
  return [{ at: entry.occurredAt, before, after, commits: commits.length, ...flags, seq: entry.seq, hash: of }];
}

function judged({
  completeness,
  rewrite,
  continuity,
  lapses,
}: RefAssessment): Pick<RefAnswer, "completeness" | "rewrite" | "continuity" | "lapses"> {
  const shown = ({ guard, why, from, until }: Lapse) => ({ guard, why, from, ...(until !== undefined && { until }) });
  return {
    completeness: completeness.map((one) => ({ ...one })),
    rewrite: rewrite.map((one) => ({ ...one })),
    continuity: continuity.map((one) => ({ ...one })),
    lapses: lapses.map(shown),
  };
}
