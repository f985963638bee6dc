import { principalsSchema } from "../packages/api/principals.ts";
import { settingsSchema } from "../packages/sources/settings.ts";
import { ConfigError } from "./config-fault.ts";
import { RETENTION, type Retention } from "./definitions.ts";
import { type EnvelopeKey, envelopeKeys, type NoteKey, noteKeys, originOf } from "./log-config.ts";

/** What a deployment is told from outside: read once, checked before anything is created. */
export interface DeploymentConfig {
  readonly stage: string;
  readonly production: boolean;
  readonly retention: Retention;
  /** Days that the bus keeps events for a replay. */
  readonly replayDays: number;
  /** How long function and access logs stay. They hold no payload text. */
  readonly logDays: 400 | 30;
  /** The JWT issuer whose tokens the query API takes, and for whom they must be made. */
  readonly jwt: { readonly issuer: string; readonly audiences: readonly string[] };
  /** The issuer's name for the console, a public client that signs its readers in by code and PKCE. */
  readonly consoleClient: string;
  /** Accounts, besides our own receiving function, that may put events on the bus. Twelve digits each. */
  readonly eventAccounts: readonly string[];
  /** Roles (ARNs) that may put a version of the configuration on the bus; nobody else may. */
  readonly configurationRoles: readonly string[];
  /** Roles (ARNs) with which `change-ledger backfill` may hand in history; nobody else but the reconcilers may. */
  readonly backfillRoles: readonly string[];
  /** Buckets whose object metadata names the commit of a CodeDeploy revision. */
  readonly revisionBuckets: readonly string[];
  /** Repositories of ECR and functions of Lambda (ARNs, a trailing `*` matches any rest) whose labels and tags name the commit of what is deployed. */
  readonly artifacts: readonly string[];
  /** Who gets the alarms; nobody is subscribed when undefined. */
  readonly alarmEmail: string | undefined;
  /** JSON for the API's API_PRINCIPALS: machines that sign their requests. */
  readonly principals: string;
  /** Which of the example targets hear what the ledger tells: none unless asked for. */
  readonly notify: { readonly topic: boolean; readonly slack: boolean };
  /** JSON for the functions' SETTINGS. */
  readonly settings: string;
  readonly log: {
    /** The log's name, and that of its keys: a host name and a path, no scheme. */
    readonly origin: string;
    readonly noteKeys: readonly NoteKey[];
    readonly envelopeKeys: readonly EnvelopeKey[];
  };
}

/**
 * The configuration in `env` for `stage`: LEDGER_JWT_ISSUER, LEDGER_JWT_AUDIENCE and LEDGER_LOG_ORIGIN are required; LEDGER_CONSOLE_CLIENT (the first audience unless set), LEDGER_EVENT_ACCOUNTS,
 * LEDGER_CONFIGURATION_ROLES, LEDGER_BACKFILL_ROLES, LEDGER_REVISION_BUCKETS, LEDGER_ARTIFACTS (all comma-separated), LEDGER_NOTIFY (topic, slack), LEDGER_ALARM_EMAIL, LEDGER_SETTINGS (a JSON object), LEDGER_API_PRINCIPALS (a JSON list: see packages/api/principals.ts), LEDGER_NOTE_KEYS and LEDGER_ENVELOPE_KEYS
 * (JSON lists: see log-config.ts) are not.
 * @throws ConfigError `missing`, `malformed`
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>, stage: string): DeploymentConfig {
  const production = stage === "production";
  const origin = originOf(required(env, "LEDGER_LOG_ORIGIN"));
  return {
    stage,
    production,
    retention: production ? RETENTION.production : RETENTION.other,
    replayDays: production ? 90 : 7,
    logDays: production ? 400 : 30,
    jwt: {
      issuer: httpsUrl("LEDGER_JWT_ISSUER", required(env, "LEDGER_JWT_ISSUER")),
      audiences: list(required(env, "LEDGER_JWT_AUDIENCE")),
    },
    consoleClient: env["LEDGER_CONSOLE_CLIENT"]?.trim() || (list(env["LEDGER_JWT_AUDIENCE"])[0] ?? ""),
    eventAccounts: matching("LEDGER_EVENT_ACCOUNTS", list(env["LEDGER_EVENT_ACCOUNTS"]), /^\d{12}$/, "12 digits"),
    backfillRoles: matching("LEDGER_BACKFILL_ROLES", list(env["LEDGER_BACKFILL_ROLES"]), ROLE, "a role's ARN"),
    configurationRoles: matching("LEDGER_CONFIGURATION_ROLES", list(env["LEDGER_CONFIGURATION_ROLES"]), ROLE, "a role's ARN"),
    revisionBuckets: matching(
      "LEDGER_REVISION_BUCKETS",
      list(env["LEDGER_REVISION_BUCKETS"]),
      /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
      "a bucket name",
    ),
    artifacts: matching(
      "LEDGER_ARTIFACTS",
      list(env["LEDGER_ARTIFACTS"]),
      /^arn:aws[a-z-]*:(?:ecr:[a-z0-9-]+:\d{12}:repository\/[\w./-]{1,256}|lambda:[a-z0-9-]+:\d{12}:function:[\w-]{1,64})\*?$/,
      "the ARN of a repository of ECR or of a function",
    ),
    alarmEmail: env["LEDGER_ALARM_EMAIL"]?.trim() || undefined,
    principals: principalsJson("LEDGER_API_PRINCIPALS", env["LEDGER_API_PRINCIPALS"]?.trim() || "[]"),
    notify: notified(env["LEDGER_NOTIFY"]),
    settings: settingsJson("LEDGER_SETTINGS", env["LEDGER_SETTINGS"]?.trim() || "{}"),
    log: {
      origin,
      noteKeys: noteKeys(env["LEDGER_NOTE_KEYS"], origin),
      envelopeKeys: envelopeKeys(env["LEDGER_ENVELOPE_KEYS"]),
    },
  };
}

const ROLE = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/;

function required(env: Readonly<Record<string, string | undefined>>, name: string): string {
  const value = env[name]?.trim();
  if (!value)
    throw new ConfigError("missing", `${name} is not set: put it into .env (or .env.<stage>); docs/deploy.md says what it is for`);
  return value;
}

function list(value: string | undefined): string[] {
  return (value ?? "").split(",").flatMap((item) => item.trim() || []);
}

function notified(value: string | undefined): DeploymentConfig["notify"] {
  const targets = matching("LEDGER_NOTIFY", list(value), /^(?:topic|slack)$/, "topic or slack");
  return { topic: targets.includes("topic"), slack: targets.includes("slack") };
}

function matching(name: string, values: string[], pattern: RegExp, wanted: string): string[] {
  for (const value of values)
    if (!pattern.test(value))
      throw new ConfigError("malformed", `${name}: expected ${wanted}, separated by commas; got ${JSON.stringify(value)}`);
  return values;
}

function httpsUrl(name: string, value: string): string {
  if (URL.parse(value)?.protocol !== "https:")
    throw new ConfigError("malformed", `${name}: expected an https URL, got ${JSON.stringify(value)}`);
  return value;
}

function principalsJson(name: string, text: string): string {
  const parsed = principalsSchema.safeParse(jsonIn(name, text, "list"));
  if (parsed.success) return JSON.stringify(parsed.data);
  const issues = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "all"}: ${message}`);
  throw new ConfigError("malformed", `${name}: ${issues.join("; ")}`);
}

function jsonIn(name: string, text: string, what: "object" | "list"): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ConfigError("malformed", `${name}: expected a JSON ${what}; it is not JSON`);
  }
}

/** The functions would refuse wrong settings at their start: refuse them here, before they are deployed. */
function settingsJson(name: string, text: string): string {
  const value = jsonIn(name, text, "object");
  const parsed = settingsSchema.safeParse(value);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "settings"}: ${message}`);
    throw new ConfigError("malformed", `${name}: ${issues.join("; ")}`);
  }
  if (parsed.data.identityKey !== "")
    throw new ConfigError("malformed", `${name}: identityKey is a secret: run \`sst secret set IdentityKey\``);
  return JSON.stringify(value);
}
