import { type Demonstration, demonstrationSummary } from "./demonstration/index.ts";
import { READY_USERS } from "./issuer-users.ts";
import type { LogHead } from "./log-head.ts";
import { keyOf, READY_MACHINES } from "./machines.ts";
import type { Survey } from "./survey.ts";

/** What a start shows of the ledger that it serves. */
export interface Shown {
  readonly url: string;
  readonly dataDir: string;
  readonly token: string;
  /** Where the token is kept. */
  readonly tokenFile: string;
  readonly found: Survey;
  readonly log: LogHead | undefined;
  readonly deadLettered: number;
}

/** Two lines a scenario, with where to open it. */
export function playedLines(told: Demonstration, url: string): string[] {
  const lines = demonstrationSummary(told).map((line) =>
    line.replace(/^ {4}(\S+)$/, (_, subject: string) => `    ${url}${pathOf(subject)}`),
  );
  return ["What it played (the audit tests that each speaks to):", "", ...lines];
}

/** Counts of the ledger as it stands. */
export function countLines({ found, log, deadLettered }: Shown): string[] {
  const { changes, deployments } = found;
  return [
    `On record: ${found.entries} source events and ${found.derivedEntries} look-ups, links, judgements and seals,`,
    `  ${changes.pullRequest} pull requests, ${changes.directPush} direct pushes, ${changes.unmatchedDeployment} deployments that no recorded change explains,`,
    `  ${deployments.total} deployments (${deployments.succeeded} succeeded, ${deployments.failed} failed, ${deployments.rollbacks} rollbacks),`,
    `  ${found.bundles} evidence bundles, ${found.unparsed} unparsed, ${deadLettered} in dead-letter queues.`,
    ...(found.uses === 0 ? [] : [`  ${found.uses} reads of evidence, certificates and samples,`]),
    `  ${found.openFindings} findings are open: /v1/findings lists them.`,
    ...(log === undefined ? [] : [`  In the log: ${log.size} entries, all under one signed checkpoint.`]),
  ];
}

/** Where to look, with a command to begin with. */
export function whereLines({ url, dataDir, token, tokenFile }: Shown, first: string | undefined): string[] {
  const path = first === undefined ? "/v1/changes" : pathOf(first);
  return [
    `API    ${url}/ (paths), ${url}/openapi.json (its description)`,
    `Log    ${url}/v1/log/checkpoint; the keys that vouch for it: ${url}/v1/log/trust`,
    `Token  ${token} (kept in ${tokenFile})`,
    `Users  ${READY_USERS.map(({ name }) => name).join(", ")}: sign in at ${url}/console without a password, or take a token as one of them for an hour:`,
    `       ${tokenCommand(url, tokenFile)}`,
    `Keys   of machines that sign (SigV4, below ${url}/machine), access key and secret:`,
    ...READY_MACHINES.map((one) => {
      const { accessKeyId, secretAccessKey } = keyOf(one, token);
      return `       ${one.name} ${accessKeyId} ${secretAccessKey}: ${one.what}`;
    }),
    `Data   ${dataDir} (delete it to begin anew)`,
    "",
    `  curl -s -H "Authorization: Bearer ${token}" ${url}${path}`,
    "",
    "Verify all of it: log, ledger and evidence bundles, each by itself and against each other:",
    "",
    `  ${verifyCommand(url, tokenFile)}`,
    "",
    "Ctrl-C stops it; the next start goes on with the same data.",
  ];
}

/** What fetches a ready user's token. */
function tokenCommand(url: string, tokenFile: string): string {
  return `curl -s -d grant_type=client_credentials -d client_id=auditor -d "client_secret=$(cat ${quotedPath(tokenFile)})" ${url}/oauth/token`;
}

/** What verifies everything that the API serves. */
function verifyCommand(url: string, tokenFile: string): string {
  return `npx change-ledger verify --url ${url} --token-file ${quotedPath(tokenFile)}`;
}

function quotedPath(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** Where the API shows a subject: changes, deployments and tickets have pages of their own, every chain has its entries. */
function pathOf(subject: string): string {
  const id = subject.slice(subject.indexOf(":") + 1);
  if (subject.startsWith("change:")) return `/v1/changes/${id}`;
  if (subject.startsWith("deployment:")) return `/v1/deployments/${id}`;
  if (subject.startsWith("ticket:")) return `/v1/tickets/${id}`;
  return `/v1/chains/${subject}/entries`;
}
