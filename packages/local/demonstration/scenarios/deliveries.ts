import { subject } from "@change-ledger/model";
import { late, lost, replayed, twice } from "../company.ts";
import { type Emitted, signatureOf } from "../emitted.ts";
import { PEOPLE } from "../people.ts";
import { merged, type Scenario, type Scene, succeeded } from "./scenario.ts";

const { ada, ben } = PEOPLE;

/** The same events, the last of them first: their times of arrival change hands. */
function backwards(events: readonly Emitted[]): Emitted[] {
  const times = events.map(({ at }) => at).sort();
  return events.toReversed().map((event, nth) => ({ ...event, at: times[nth] ?? event.at }));
}

/** Sends a `pull_request` delivery with this text as its body, signed as it should be. */
function sendRaw({ acme }: Scene, body: string): void {
  acme.tick();
  const headers = {
    "content-type": "application/json",
    "x-github-event": "pull_request",
    "x-github-delivery": acme.uuid(),
    "x-hub-signature-256": signatureOf(body, acme.secrets.github),
  };
  acme.webhook("github", { headers, body });
}

/** Deliveries that come late, doubled, in any order, damaged, again, or never. */
export const DELIVERY_SCENARIOS: readonly Scenario[] = [
  {
    number: 25,
    title: "Late and doubled deliveries",
    shows: "Everything comes twice, and the push a day and a half after the deployment that depends on it: the record is the same.",
    tests: ["T18", "T1"],
    tell(scene) {
      const { acme } = scene;
      const pushes = (event: Emitted) => event.channel === "webhook" && event.headers["x-github-event"] === "push";
      const { pull, deployed } = acme.delivered(
        (event) => twice(5)(event).flatMap(pushes(event) ? late(36) : (each) => [each]),
        () => ({ pull: scene.ordinary(), deployed: scene.deploy() }),
      );
      return {
        open: [deployed.subject, pull.subject],
        expected: {
          pullRequests: merged(pull),
          deployments: [succeeded(deployed, "beginning-of-record", pull.subject)],
          duplicates: acme.events.length / 2,
        },
      };
    },
  },
  {
    number: 26,
    title: "Out-of-order delivery",
    shows: "A whole history arrives backwards, the deployment first and the ticket last: the senders' clocks tell the order.",
    tests: ["T11", "T18"],
    tell(scene) {
      const one = scene.ordinary();
      const first = scene.deploy();
      const two = scene.ordinary();
      const second = scene.deploy();
      return {
        events: backwards(scene.acme.events),
        open: [second.subject, two.subject],
        expected: {
          pullRequests: merged(one, two),
          deployments: [succeeded(first, "beginning-of-record", one.subject), succeeded(second, "previous-revision", two.subject)],
        },
      };
    },
  },
  {
    number: 27,
    title: "Missed push",
    shows: "One push never reached us: its successor's before is nobody's after, the walk ends there and says so.",
    tests: ["T1"],
    tell(scene) {
      const { acme, repository } = scene;
      const one = scene.ordinary();
      const first = scene.deploy();
      acme.delivered(lost, () => repository.directPush(ben));
      const gap = repository.head;
      const two = scene.ordinary();
      const second = scene.deploy();
      return {
        open: [repository.subject, second.subject],
        expected: {
          pullRequests: merged(one, two),
          deployments: [succeeded(first, "beginning-of-record", one.subject), succeeded(second, "beginning-of-record", two.subject)],
          facts: [{ subject: repository.subject, kind: "push", facts: { before: gap, after: repository.head } }],
        },
      };
    },
  },
  {
    number: 28,
    title: "Unparseable delivery",
    shows:
      "Signed bodies that are cut off, or of the wrong shape: kept raw, recorded as unparsed with the field and the rule, never dropped.",
    tests: ["T2", "T18"],
    tell(scene) {
      const pull = scene.pullRequest(ada);
      sendRaw(scene, '{"action":"closed","number":');
      sendRaw(scene, JSON.stringify({ action: "closed", number: 1, repository: { full_name: scene.repository.name.fullName } }));
      const unparsed = subject("audit", "github", "unparsed");
      return {
        open: [unparsed, pull.subject],
        expected: {
          pullRequests: [{ change: pull.subject, state: "open" }],
          unparsed: 2,
          facts: [
            { subject: unparsed, kind: "unparsed", facts: { field: "body", rule: "expected JSON" } },
            { subject: unparsed, kind: "unparsed", facts: { field: "pull_request", rule: "expected object" } },
          ],
        },
      };
    },
  },
  {
    number: 29,
    title: "Replayed body",
    shows: "Somebody who saw a signed approval sends it again under a delivery id of their own: on record, and marked as a repetition.",
    tests: ["T2", "T18"],
    tell(scene) {
      const pull = scene.pullRequest(ada);
      scene.acme.delivered(replayed(3), () => pull.review(ben));
      return {
        open: [pull.subject],
        expected: { pullRequests: [{ change: pull.subject, state: "open" }], replays: 1 },
      };
    },
  },
];
