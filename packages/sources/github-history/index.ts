import * as z from "zod";
import { assemble } from "../assemble.ts";
import { SourceError } from "../fault.ts";
import { EVENTS, eventName } from "../github/index.ts";
import { sender } from "../github/shapes.ts";
import { parseJson } from "../json.ts";
import { read } from "../read.ts";
import { eventId, type Source } from "../source.ts";

/** What GitHub's API lists of what its webhooks tell. */
const TOLD = ["push", "pull_request", "pull_request_review", "issues", "status", "check_run"] as const;

const history = z.object({ event: z.enum(TOLD), key: z.string(), sent: z.record(z.string(), z.unknown()) });

/**
 * What GitHub's API answered of something that happened, whether or not its webhook came: `{event, key, sent}`. `sent` is what the webhook `event` would have held, as
 * far as the API tells it, and is read by the same code; `key` names the thing that is told of (`push/<before>..<after>/<time>`, `review/<id>/<state>`), so that
 * however often and by whomever it is asked for, it is one event of its subject.
 */
export const githubHistory: Source = {
  system: "github-history",
  version: 1,
  deliveryId({ body }) {
    try {
      const of = history.safeParse(parseJson(body));
      return of.success ? eventId(of.data.key) : undefined;
    } catch {
      return undefined;
    }
  },
  normalise(delivery, auth, settings) {
    const { event, key, sent } = read(history, parseJson(delivery.body));
    const normalise = EVENTS.get(event);
    const id = eventId(key);
    if (normalise === undefined) throw new SourceError("event", "expected an event of GitHub's");
    if (id === undefined) throw new SourceError("key", "expected the name of what is told of");
    const told = normalise({ name: event, body: sent, receivedAt: delivery.receivedAt, settings });
    // A webhook shows by their number that commits were left out; whoever asked knows it.
    const reading = told.kind === "push" && sent["truncated"] === true ? { ...told, facts: { ...told.facts, truncated: true } } : told;
    return assemble(githubHistory, delivery, auth, reading, { event: eventName(event, sent), actor: sender(sent), id });
  },
};
