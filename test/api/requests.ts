import { bundleKey, COMMIT, FAILED, GOOD, MERGED, OPEN, PUSH, RECORD, REF, ROLLBACK, TICKET, UNMATCHED } from "./world.ts";

export const id = (subject: string) => encodeURIComponent(subject.slice(subject.indexOf(":") + 1));

/** Route as documented → requests that it answers with 200 (or 302). Each is asked with every kind of token too: see access.test.ts. */
export const REQUESTS: Record<string, readonly string[]> = {
  "/v1/health": ["/v1/health"],
  "/v1/changes": [
    "/v1/changes",
    `/v1/changes?subject=${MERGED}`,
    "/v1/changes?repository=github/acme/cargo&type=pullRequest&state=open&limit=1",
    "/v1/changes?from=2023-02-05T00:00:00.000Z&to=2023-02-06T00:00:00.000Z&sort=oldest&person=ada&judged=normal&outcome=pending",
    "/v1/changes?service=cargo/production&test=T4:satisfied&control=soc2/CC8.1",
    `/v1/changes?ticket=jira/PAY-12&commit=${COMMIT.slice(-40)}&deployment=${FAILED}&incident=pagerduty/Q1`,
  ],
  "/v1/changes/{id}": [MERGED, OPEN, PUSH, UNMATCHED, RECORD].flatMap((one) => [`/v1/changes/${id(one)}`, `/v1/changes/${one}`]),
  "/v1/changes/{id}/entries": [`/v1/changes/${id(MERGED)}/entries`, `/v1/changes/${id(MERGED)}/entries?from=2&limit=1`],
  "/v1/changes/{id}/dossier": [MERGED, OPEN, PUSH, UNMATCHED, RECORD].map((one) => `/v1/changes/${id(one)}/dossier`),
  "/v1/changes/{id}/assessment": [MERGED, OPEN].flatMap((one) => [
    `/v1/changes/${id(one)}/assessment`,
    `/v1/changes/${id(one)}/assessment?as-of=2023-02-05T00:30:00.000Z`,
  ]),
  "/v1/findings": ["/v1/findings", "/v1/findings?repository=github/acme/cargo&test=T4&limit=1", "/v1/findings?state=resolved&sort=oldest"],
  "/v1/controls": [
    "/v1/controls?from=2023-02-05T00:00:00.000Z&to=2023-02-06T00:00:00.000Z",
    "/v1/controls?from=2023-02-05T00:00:00.000Z&to=2023-02-06T00:00:00.000Z&as-of=2023-02-05T00:01:30.000Z&control=soc2/CC8.1&repository=github/acme/cargo&limit=2",
  ],
  "/v1/waivers": ["/v1/waivers", "/v1/waivers?as-of=2023-02-05T00:01:30.000Z"],
  "/v1/people/{id}/activity": [
    "/v1/people/ada/activity",
    "/v1/people/BOB/activity?scope=github/acme/cargo&limit=1&sort=oldest",
    "/v1/people/ada/activity?of=tickets",
    "/v1/people/arn:aws:iam::1:user/deploy/activity?of=deployments",
  ],
  "/v1/refs/{id}": [
    `/v1/refs/${id(REF)}`,
    `/v1/refs/${id(REF)}?from=2023-02-05T00:00:30.000Z&to=2023-02-05T00:02:00.000Z&as-of=2023-02-05T04:00:00.000Z&limit=1`,
  ],
  "/v1/commits/{sha}": [`/v1/commits/${COMMIT.slice(-40)}`, `/v1/commits/${id(COMMIT)}`, `/v1/commits/${COMMIT.slice("commit:".length)}`],
  "/v1/search": ["ada", "7", "#8", "acme/tool#1", "PAY-12", "d-1", "CHG0030192", "cargo", COMMIT.slice(-40), COMMIT.slice(-10), MERGED].map(
    (q) => `/v1/search?q=${encodeURIComponent(q)}`,
  ),
  "/v1/metrics": [
    "/v1/metrics?from=2023-02-05T00:00:00.000Z&to=2023-02-06T00:00:00.000Z",
    "/v1/metrics?from=2023-02-05T00:00:00.000Z&to=2023-02-06T00:00:00.000Z&scope=codedeploy/1/eu-west-1&application=cargo&group=production&repository=github/acme/cargo",
  ],
  "/v1/configuration": ["/v1/configuration"],
  "/v1/deployments": [
    "/v1/deployments",
    "/v1/deployments?scope=codedeploy/1/eu-west-1&application=cargo&group=production&state=Failed",
    "/v1/deployments?sort=failed-first&environment=production&limit=1",
    "/v1/deployments?outcome=failed&service=cargo&commit=ccccccc&sort=oldest",
  ],
  "/v1/deployments/{id}/timeline": [GOOD, FAILED, ROLLBACK].map((one) => `/v1/deployments/${id(one)}/timeline`),
  "/v1/deployments/{id}": [GOOD, FAILED, ROLLBACK].map((one) => `/v1/deployments/${id(one)}`),
  "/v1/tickets": ["/v1/tickets", "/v1/tickets?scope=jira/PAY&status=Open"],
  "/v1/tickets/{id}": [`/v1/tickets/${id(TICKET)}`],
  "/v1/bundles": [`/v1/bundles?change=${MERGED}`, "/v1/bundles?change=none&from=3&limit=1"],
  "/v1/bundles/{key}": [MERGED, OPEN].map((one, n) => `/v1/bundles/${encodeURIComponent(bundleKey(one, n))}`),
  "/v1/log/checkpoint": ["/v1/log/checkpoint"],
  "/v1/log/tile/{path}": ["/v1/log/tile/0/000.p/17", "/v1/log/tile/entries/000.p/200"],
  "/v1/log/hours": ["/v1/log/hours", "/v1/log/hours?after=2023-02-05T00&limit=1"],
  "/v1/log/hours/{hour}": ["/v1/log/hours/2023-02-05T01", "/v1/log/hours/2023/02/05/01"],
  "/v1/log/trust": ["/v1/log/trust"],
  "/v1/log/trust.json": ["/v1/log/trust.json"],
  "/v1/log/proof": [`/v1/log/proof?subject=${encodeURIComponent(MERGED)}&seq=0`],
  "/v1/ledger/entries": ["/v1/ledger/entries", "/v1/ledger/entries?limit=1"],
  "/v1/chains/{subject}/entries/{seq}/raw": [
    `/v1/chains/${encodeURIComponent(TICKET)}/entries/0/raw`,
    `/v1/chains/${TICKET}/entries/0/raw?form=warc`,
  ],
  "/v1/audit": ["/v1/audit", "/v1/audit?kind=evidence-read&by=jane&before=200&limit=1"],
  "/v1/chains/{subject}/entries": [REF, COMMIT, "audit:default"].map((one) => `/v1/chains/${encodeURIComponent(one)}/entries`),
};
