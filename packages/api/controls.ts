import { OUTCOMES, type Subject } from "@change-ledger/model";
import { type Assessment, ControlTally } from "@change-ledger/procedure";
import * as z from "zod";
import type { Caller } from "./caller.ts";
import { judgeAgain } from "./judged.ts";
import { serveList } from "./list.ts";
import { assessmentResults, type OscalFinding } from "./oscal.ts";
import { PERIOD_ASKED, PERIOD_PAGING, pageOfPeriod } from "./period.ts";
import type { ApiPorts } from "./ports.ts";
import type { AnyRoute, Api } from "./route.ts";
import { instant, SCHEMAS, subject, text } from "./schemas.ts";

const outcome = z.enum([...OUTCOMES, "not-evidenced"]);
const controlSchema = z
  .object({
    control: z.string().meta({ examples: ["soc2/CC8.1/approves"] }),
    framework: z.string(),
    reference: z.string(),
    title: z.string(),
    note: z.string().optional().meta({ description: "What the evidence leaves open, or where to look instead" }),
    outcome: outcome.meta({ description: "The worst over this page's changes; `not-evidenced`: the ledger cannot speak to it" }),
    counts: z.object(
      Object.fromEntries(OUTCOMES.map((one) => [one, z.int().nonnegative()])) as Record<(typeof OUTCOMES)[number], z.ZodInt>,
    ),
    exceptions: z
      .array(z.object({ change: subject("change:github/acme/cargo/pull/123"), outcome: z.enum(OUTCOMES), because: z.array(z.string()) }))
      .meta({ description: "Changes by which it is not satisfied, pending or not assessable, and the tests and steps that say so" }),
  })
  .register(SCHEMAS, { id: "ControlOverPeriod" });
const controlsSchema = z
  .object({
    from: instant,
    to: instant,
    asOf: instant,
    changes: z.int().nonnegative().meta({ description: "Changes that this page speaks of: counts of all pages add up" }),
    items: z.array(controlSchema),
    next: z.string().optional(),
  })
  .register(SCHEMAS, { id: "ControlPage" });
type ControlPage = z.output<typeof controlsSchema>;

const CONTROLS_QUERY = z.strictObject({
  ...PERIOD_ASKED,
  "as-of": instant
    .optional()
    .meta({ description: "By what had been recorded then, and the configuration in force then; absent: by all, now" }),
  control: text.optional().meta({ examples: ["soc2/CC8.1"], description: "A control, or the beginning of several's ids" }),
  ...PERIOD_PAGING,
  limit: PERIOD_PAGING.limit.meta({ description: "Changes judged for one page" }),
});
type ControlsQuery = z.output<typeof CONTROLS_QUERY>;

export function controlRoutes(app: Api, ports: ApiPorts): AnyRoute[] {
  return [
    serveList(
      app,
      {
        path: "/v1/controls",
        summary: "Controls over a period: each change judged again, page by page; by which changes a control is not satisfied",
        params: z.object({}),
        query: CONTROLS_QUERY,
        answer: controlsSchema,
      },
      ({ query, caller }) => readControls(ports, query, caller),
      { oscal: (page) => oscalOf(page) },
    ),
  ];
}

async function readControls(ports: ApiPorts, query: ControlsQuery, caller: Caller): Promise<ControlPage> {
  const { from, to, control = "" } = query;
  const page = await pageOfPeriod(ports, query, caller, (changes, at) => judgedBy(ports, changes, at));
  const { asOf } = page;
  const tally = new ControlTally();
  for (const assessment of page.items) tally.add(assessment);
  const items = tally
    .controls()
    .filter(({ control: { id } }) => id === control || id.startsWith(control === "" ? "" : `${control}/`))
    .map(({ control: { id, framework, reference, title, note }, ...rest }) => ({
      control: id,
      framework,
      reference,
      title,
      ...(note !== undefined && { note }),
      outcome: rest.outcome,
      counts: rest.counts,
      exceptions: rest.exceptions.map(({ because, ...one }) => ({ ...one, because: [...because] })),
    }));
  return { from, to, asOf, changes: page.items.length, items, ...(page.next !== undefined && { next: page.next }) };
}

async function judgedBy(ports: ApiPorts, changes: readonly Subject[], asOf: string): Promise<Assessment[]> {
  return changes.length === 0 ? [] : (await judgeAgain(ports, changes, asOf)).flatMap(({ assessments: [one] }) => one ?? []);
}

function oscalOf({ from, to, asOf, items, changes, next }: ControlPage): object {
  const evidenced = items.filter((item) => item.outcome !== "not-evidenced");
  return assessmentResults({
    title: "Controls over a period",
    description: `${changes} changes, each judged by the audit tests and the steps of the procedure by what was on record at ${asOf}. Controls that the ledger's evidence cannot speak to are left out.`,
    start: from,
    end: to,
    asOf,
    controls: evidenced.map(({ control }) => control),
    next,
    findings: evidenced.filter((item) => item.outcome !== "not-applicable").map((item) => findingOf(item, asOf)),
  });
}

function findingOf(
  { control, framework, reference, title, outcome: worst, counts, exceptions }: ControlPage["items"][number],
  asOf: string,
): OscalFinding {
  const counted = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
  return {
    target: control,
    title: `${framework} ${reference}: ${title}`,
    description: `Over the changes of this page: ${counted.join(", ")}.`,
    satisfied: worst === "satisfied",
    observations: exceptions.map(({ change, outcome: said, because }) => ({
      title: `${change} is ${said}`,
      description: `${said} by ${because.join(", ")}`,
      change,
      collected: asOf,
    })),
  };
}
