import { gzipSync } from "node:zlib";
import { ANNE, MERGE, pullRequest, push, REPOSITORY } from "../sources/fixtures/github.ts";
import { issue, updated } from "../sources/fixtures/jira.ts";
import { incidentEvent } from "../sources/fixtures/pagerduty.ts";
import { changeRequest, incident } from "../sources/fixtures/servicenow.ts";
import { bytes } from "./running.ts";

/** Stands in every body: wherever it shows up, payload text got out. */
export const CANARY = "canary-3b1f9c";

/** A body that its sender signed correctly, and what is to become of it. */
export interface Hostile {
  readonly name: string;
  readonly system: "github" | "jira" | "servicenow" | "pagerduty";
  readonly event: string;
  readonly body: Buffer;
  /** Of the request, in place of what the sender would send; an empty value leaves the header out. */
  readonly headers: Readonly<Record<string, string>>;
  readonly kind: string;
}

const MEGABYTE = 1024 * 1024;
const opened = pullRequest("opened", { title: CANARY, body: CANARY });
const text = JSON.stringify(opened);

function github(
  name: string,
  kind: string,
  body: unknown,
  event = "pull_request",
  headers: Readonly<Record<string, string>> = {},
): Hostile {
  return { name, system: "github", event, body: bytes(body), headers, kind };
}

function jira(name: string, kind: string, body: unknown): Hostile {
  return { name, system: "jira", event: "", body: bytes(body), headers: {}, kind };
}

function servicenow(name: string, kind: string, body: unknown): Hostile {
  return { name, system: "servicenow", event: "", body: bytes(body), headers: {}, kind };
}

function pagerduty(name: string, kind: string, body: unknown): Hostile {
  return { name, system: "pagerduty", event: "", body: bytes(body), headers: {}, kind };
}

const withOwn = (own: object) => pullRequest("opened", { title: CANARY, body: CANARY, ...own });
const nested = (levels: number) => `{"${CANARY}":${"[".repeat(levels)}${"]".repeat(levels)}}`;

export const HOSTILE: readonly Hostile[] = [
  github("not JSON", "unparsed", `${CANARY} {{{`),
  github("empty", "unparsed", ""),
  github("null", "unparsed", "null"),
  github("a number", "unparsed", "1e999"),
  github("a text", "unparsed", JSON.stringify(CANARY)),
  github("a list", "unparsed", [CANARY]),
  github("an empty object", "unparsed", {}),
  github("cut short", "unparsed", text.slice(0, -1)),
  github("two values", "unparsed", `${text}${text}`),
  github("a byte order mark", "unparsed", `\ufeff${text}`),
  github("UTF-16", "unparsed", Buffer.from(text, "utf16le")),
  github("compressed", "unparsed", gzipSync(text)),
  github("invalid UTF-8", "unparsed", Buffer.concat([bytes(`{"${CANARY}":"`), Buffer.of(0xc3, 0x28, 0xff), bytes('"}')])),
  github("wrong shape", "unparsed", { action: "opened", pull_request: CANARY, repository: REPOSITORY }),
  github("members of other types", "unparsed", withOwn({ head: { sha: { [CANARY]: 1 }, ref: 7 } })),
  github("100,000 levels", "unparsed", nested(100_000)),
  github("65 levels", "unparsed", nested(65)),
  github("duplicate keys", "unparsed", text.replace(/^\{/, `{"action":"${CANARY}",`)),
  github("lone surrogate, escaped", "unparsed", text.replaceAll(CANARY, `${CANARY}\\ud800`)),
  github("lone surrogate, as bytes", "unparsed", Buffer.concat([bytes(`{"${CANARY}":"`), Buffer.of(0xed, 0xa0, 0x80), bytes('"}')])),
  github(
    "__proto__ beside",
    "pull-request",
    text.replace(/^\{/, `{"__proto__":{"polluted":"${CANARY}"},"constructor":{"prototype":{"polluted":1}},`),
  ),
  github("__proto__ as the pull request", "unparsed", `{"action":"opened","__proto__":${text},"title":"${CANARY}"}`),
  github("__proto__ as a label", "pull-request", withOwn({ labels: [{ name: "__proto__" }, { name: "constructor" }] })),
  github(
    "a title and a text of 1 MB",
    "pull-request",
    withOwn({ title: CANARY.repeat(MEGABYTE / 13), body: `${CANARY}\n- [x] `.repeat(MEGABYTE / 21) }),
  ),
  github("a check box of 1 MB", "pull-request", withOwn({ body: `- [x] ${CANARY.repeat(MEGABYTE / 13)}` })),
  github("a label of 1 MB", "unparsed", withOwn({ labels: [{ name: CANARY.repeat(MEGABYTE / 13) }] })),
  github("a login of 1 MB", "unparsed", {
    ...opened,
    pull_request: { ...opened.pull_request, user: { ...ANNE, login: CANARY.repeat(MEGABYTE / 13) } },
  }),
  github("a repository's name of 1 MB", "unparsed", {
    ...opened,
    repository: { ...REPOSITORY, full_name: `acme/${CANARY.repeat(MEGABYTE / 13)}` },
  }),
  github("a date after 9999", "unparsed", withOwn({ created_at: "+012026-01-01T00:00:00Z", updated_at: "+012026-01-01T00:00:00Z" })),
  github("a date before 1970", "unparsed", withOwn({ created_at: "0001-01-01T00:00:00Z", updated_at: "0001-01-01T00:00:00Z" })),
  github("a date that is none", "unparsed", withOwn({ created_at: "2026-02-30T25:61:61Z", updated_at: CANARY })),
  github(
    "a time of 10^300",
    "unparsed",
    push({ commits: [{ id: MERGE, timestamp: CANARY }], head_commit: null }, { pushed_at: 1e300 }),
    "push",
  ),
  github("a commit that is no hash", "unparsed", push({ after: `../../${CANARY}` }), "push"),
  github("a number beyond 2^53", "other", `{"action":"created","id":90071992547409931234,"x":"${CANARY}"}`, "star"),
  github("a form with invalid escapes", "unparsed", `payload=%ff%fe${CANARY}`, "pull_request", {
    "content-type": "application/x-www-form-urlencoded",
  }),
  github("a form without its field", "unparsed", `other=${CANARY}`, "pull_request", {
    "content-type": "application/x-www-form-urlencoded",
  }),
  github("an event that is no name", "unparsed", text, "../../../etc/passwd"),
  github("an event that every object has", "other", { x: CANARY, n: 1 }, "constructor"),
  github("no event", "unparsed", { x: CANARY, n: 2 }, "", { "x-github-event": "" }),
  github("no delivery id", "other", { x: CANARY, n: 3 }, "star", { "x-github-delivery": "" }),
  github("a delivery id of 4,000 characters", "other", { x: CANARY, n: 4 }, "star", { "x-github-delivery": CANARY.repeat(300) }),
  github("a delivery id that every object has", "other", { x: CANARY, n: 5 }, "star", { "x-github-delivery": "__proto__" }),
  github("a type that is none", "other", { x: CANARY, n: 6 }, "star", { "content-type": `text/${CANARY}; charset=utf-16; a="b` }),
  servicenow("not JSON", "unparsed", `${CANARY} {`),
  servicenow("a number that is none", "unparsed", changeRequest({ number: `CHG/../${CANARY}` })),
  servicenow("a plan of 1 MB", "record", changeRequest({ backout_plan: CANARY.repeat(MEGABYTE / 13) })),
  servicenow("a state of 1 MB", "unparsed", changeRequest({ state: CANARY.repeat(MEGABYTE / 13) })),
  servicenow("a date that is none", "unparsed", incident({ opened_at: `2026-02-30 25:61:61 ${CANARY}` })),
  servicenow("a date shown to somebody", "unparsed", incident({ opened_at: { display_value: CANARY } })),
  servicenow("a risk of 10^300", "record", changeRequest({ risk: 1e300, description: CANARY })),
  servicenow(
    "__proto__ as the record",
    "unparsed",
    `{"version":1,"event":"update","table":"incident","__proto__":{"number":"INC1"},"x":"${CANARY}"}`,
  ),
  servicenow("another table", "other", { version: 1, event: "update", table: "constructor", record: { [CANARY]: CANARY } }),
  pagerduty("not JSON", "unparsed", `[${CANARY}`),
  pagerduty("version 2", "unparsed", { messages: [{ event: "incident.trigger", incident: CANARY }] }),
  pagerduty("an id that is none", "unparsed", incidentEvent("incident.triggered", { id: `../${CANARY}` })),
  pagerduty("a title of 1 MB", "incident", incidentEvent("incident.triggered", { title: CANARY.repeat(MEGABYTE / 13) })),
  pagerduty(
    "a time after 9999",
    "unparsed",
    incidentEvent("incident.triggered", { title: CANARY }, { occurred_at: "+012026-01-01T00:00:00Z" }),
  ),
  pagerduty("an event id of 1 MB", "unparsed", incidentEvent("incident.resolved", { title: CANARY }, { id: CANARY.repeat(MEGABYTE / 13) })),
  jira("not JSON", "unparsed", `${CANARY} <xml/>`),
  jira("no fields", "ticket", { webhookEvent: "jira:issue_created", issue: { key: "PAY-1", fields: null, [CANARY]: 1 } }),
  jira("a key that is none", "unparsed", updated([], { issue: { ...issue(), key: `../${CANARY}` } })),
  jira("a time beyond all dates", "unparsed", updated([], { timestamp: 8.64e15 + 1, [CANARY]: 1 })),
  jira("an event that is no name", "unparsed", updated([], { webhookEvent: `\u0000${CANARY}\n` })),
  jira(
    "__proto__ as a field",
    "ticket",
    JSON.stringify(updated([{ field: "__proto__", fromString: "a", toString: CANARY }])).replace(
      '"fields":{',
      `"fields":{"__proto__":{"value":"${CANARY}"},`,
    ),
  ),
];
