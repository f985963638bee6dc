import type { Delivery } from "@change-ledger/model";
import * as z from "zod";
import { assemble } from "../assemble.ts";
import { SourceError } from "../fault.ts";
import { parseJson, parseJsonText } from "../json.ts";
import { isSigned } from "../signature.ts";
import { eventId, type Reading, type Source } from "../source.ts";
import { checkRun, checkSuite, status, workflowRun } from "./checks.ts";
import { hostDeployment, hostDeploymentStatus } from "./deployments.ts";
import { issue, issueComment } from "./issues.ts";
import { other, ping } from "./other.ts";
import { branchProtection, ruleset } from "./protection.ts";
import { pullRequest, review } from "./pull-request.ts";
import { mergeGroup, push, refChange } from "./push.ts";
import { type GithubEvent, sender } from "./shapes.ts";

/** GitHub's name of an event → what reads it. */
export const EVENTS: ReadonlyMap<string, (event: GithubEvent) => Reading> = new Map([
  ["pull_request", pullRequest],
  ["pull_request_review", review],
  ["push", push],
  ["create", refChange],
  ["delete", refChange],
  ["check_run", checkRun],
  ["check_suite", checkSuite],
  ["status", status],
  ["workflow_run", workflowRun],
  ["deployment", hostDeployment],
  ["deployment_status", hostDeploymentStatus],
  ["issues", issue],
  ["issue_comment", issueComment],
  ["merge_group", mergeGroup],
  ["branch_protection_rule", branchProtection],
  ["repository_ruleset", ruleset],
  ["ping", ping],
]);

/** GitHub and GitHub Enterprise Server webhooks, sent as JSON or as a form. */
export const github: Source = {
  system: "github",
  version: 1,
  webhook: {
    keepHeaders: ["content-type", "x-github-event", "x-github-delivery", "x-hub-signature-256"],
    // `x-hub-signature` (SHA-1) is never taken, alone or beside the other: whoever can drop the stronger header in transit could then
    // choose the weaker proof. Every server since Enterprise Server 2.23 sends both.
    authenticate: (headers, body, secrets) => (isSigned(headers["x-hub-signature-256"], body, secrets) ? "hmac-sha256" : undefined),
  },
  deliveryId: ({ headers }) => eventId(headers["x-github-delivery"]),
  normalise(delivery, auth, settings) {
    const name = delivery.headers["x-github-event"] ?? "";
    if (!/^[a-z0-9_]{1,64}$/.test(name)) throw new SourceError("x-github-event", "expected the name of an event");
    const body = parseBody(delivery);
    const reading = (EVENTS.get(name) ?? other)({ name, body, receivedAt: delivery.receivedAt, settings });
    return assemble(github, delivery, auth, reading, { event: eventName(name, body), actor: sender(body) });
  },
};

const FORM = /^application\/x-www-form-urlencoded\b/i;

/** The JSON of the body: a webhook may be set to send it as the field `payload` of a form. */
function parseBody(delivery: Delivery): unknown {
  if (!FORM.test(delivery.headers["content-type"] ?? "")) return parseJson(delivery.body);
  const form = Buffer.from(delivery.body).toString("latin1");
  const field = form.split("&").find((pair) => pair.startsWith("payload="));
  if (field === undefined) throw new SourceError("payload", "expected the form's field");
  let text: string;
  try {
    text = decodeURIComponent(field.slice("payload=".length).replaceAll("+", " "));
  } catch {
    throw new SourceError("payload", "expected percent-encoded UTF-8");
  }
  return parseJsonText(text);
}

const ACTION = z.object({ action: z.string().regex(/^[\w.:-]{1,64}$/) });

/** `pull_request.opened`. An action that is no plain name (a repository dispatch may be called anything) is left out. */
export function eventName(name: string, body: unknown): string {
  const parsed = ACTION.safeParse(body);
  return parsed.success ? `${name}.${parsed.data.action}` : name;
}
