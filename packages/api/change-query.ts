import { OUTCOMES, type Outcome } from "@change-ledger/model";
import { evidencing, TEST_IDS } from "@change-ledger/procedure";
import { CHANGE_STATES, CHANGE_TYPES, type ChangeFilter, type ControlAsked, type Within } from "@change-ledger/query";
import * as z from "zod";
import { isWholeSha, ticketNamed } from "./candidates.ts";
import { ApiError } from "./fault.ts";
import { subjectOf } from "./paths.ts";
import { personNamed } from "./person.ts";
import type { ApiPorts } from "./ports.ts";
import { cursor, instant, limit, text } from "./schemas.ts";

const OUTCOME = OUTCOMES.join("|");
const sort = z.enum(["newest", "oldest"]).default("newest");

/** What every list takes besides its filters. */
export const PAGING = { limit: limit.default(25), cursor: cursor.optional() };
/** Of what holds a judgement. */
export const AS_OF = {
  "as-of": instant.optional().meta({
    description:
      "As known then: by what had been recorded at this instant, of what began before. Which change an index names, and its place in the list, is told by all that is on record",
  }),
};
/** By the place of an item in its list: the first that any sender told of it. */
export const PERIOD = {
  from: instant.optional().meta({ description: "What was first told of at this instant or later" }),
  to: instant.optional().meta({ description: "What was first told of before this instant" }),
  sort,
};

export const CHANGES_QUERY = z.strictObject({
  ...PERIOD,
  repository: text.optional().meta({ examples: ["github/acme/cargo"], description: "The list's scope: a repository, or a system" }),
  service: text.optional().meta({
    examples: ["cargo/production"],
    description: "A deployment of it carries the change: application, application/group, ECS cluster/service",
  }),
  type: z.enum(CHANGE_TYPES).optional(),
  state: z.enum(CHANGE_STATES).optional(),
  judged: z.enum(["normal", "standard", "emergency"]).optional().meta({ description: "As which type it was last judged" }),
  outcome: z.enum(OUTCOMES).optional().meta({ description: "What was last said of the whole" }),
  test: z
    .string()
    .regex(new RegExp(`^T\\d{1,2}(?::(?:${OUTCOME}))?$`), "an audit test, and a colon and an outcome if it is not `not-satisfied`")
    .optional()
    .meta({ examples: ["T4:not-satisfied"] }),
  control: text.optional().meta({
    examples: ["soc2/CC8.1:not-satisfied"],
    description: "A control, or the beginning of several's ids; an outcome as for `test`",
  }),
  person: text
    .optional()
    .meta({ examples: ["ada"], description: "Author, reviewer or merger: a person of the configuration, or an account" }),
  ticket: text.optional().meta({ examples: ["jira/PAY-12"], description: "A ticket, or an ITSM record as `change:servicenow/CHG0030192`" }),
  commit: z
    .string()
    .regex(/^[0-9a-f]{7,64}$/, "7 to 64 lower-case hexadecimal digits")
    .optional()
    .meta({ description: "A whole SHA: whatever it belongs to. The beginning of one: of heads, merges and reviewed revisions" }),
  deployment: text.optional().meta({ examples: ["codedeploy/123456789012/us-east-1/d-ED7873C0B"] }),
  incident: text.optional().meta({ examples: ["pagerduty/Q1"] }),
  subject: text.optional().meta({ description: "One change by its subject: nothing of it is decoded twice here" }),
  ...AS_OF,
  ...PAGING,
});
export type ChangesQuery = z.output<typeof CHANGES_QUERY>;

/** @throws ApiError `invalid` */
export function withinOf({
  from,
  to,
  sort: order,
}: {
  from?: string | undefined;
  to?: string | undefined;
  sort: "newest" | "oldest";
}): Within {
  return { from, to, oldestFirst: order === "oldest" };
}

/** @throws ApiError `invalid` */
export async function filterOf(ports: ApiPorts, query: ChangesQuery): Promise<ChangeFilter> {
  const { type, state, judged, outcome, service, person, ticket, commit, deployment } = query;
  return {
    type,
    state,
    judgedAs: judged,
    outcome,
    test: query.test === undefined ? undefined : testAsked(query.test),
    controls: query.control === undefined ? undefined : await controlsAsked(ports, query),
    person: person === undefined ? undefined : await personNamed(ports, person),
    ticket: ticket === undefined ? undefined : ticketNamed(ticket),
    commit: commit === undefined || isWholeSha(commit) ? undefined : commit,
    deployment: deployment === undefined ? undefined : subjectOf("deployment", deployment, "deployment"),
    service,
  };
}

function testAsked(text: string): NonNullable<ChangeFilter["test"]> {
  const { name: test, outcome } = split(text);
  if (!(TEST_IDS as readonly string[]).includes(test))
    throw new ApiError("invalid", "expected an audit test", [{ field: "test", rule: `one of ${TEST_IDS.join(", ")}` }]);
  return { test, outcome };
}

/** By the procedure that the configuration in force names for the repository. */
async function controlsAsked({ judging }: ApiPorts, { control = "", repository = "" }: ChangesQuery): Promise<ControlAsked[]> {
  const { name, outcome } = split(control);
  await judging.configurations.refresh();
  const { procedure } = (await judging.configurations.at(judging.now())).repository(repository);
  const known = evidencing(procedure.steps.normal).filter(({ control: { id } }) => id === name || id.startsWith(`${name}/`));
  if (known.length === 0)
    throw new ApiError("invalid", "expected a control of the catalogue", [
      { field: "control", rule: "a control's id, or the beginning of several: /v1/controls lists them" },
    ]);
  return known.filter(({ tests, steps }) => tests.length + steps.length > 0).map(({ tests, steps }) => ({ tests, steps, outcome }));
}

/** `T4:pending`; without an outcome what is not satisfied is meant. */
function split(text: string): { readonly name: string; readonly outcome: Outcome } {
  const at = text.lastIndexOf(":");
  const outcome = OUTCOMES.find((one) => one === text.slice(at + 1));
  return at < 0 || outcome === undefined ? { name: text, outcome: "not-satisfied" } : { name: text.slice(0, at), outcome };
}
