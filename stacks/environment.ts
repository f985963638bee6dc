/** The functions' environment, as pure functions. Names are no secret and every function gets them all; what may be done with them the role decides. */
import { ConfigError } from "./config-fault.ts";
import { CONSOLE, ENVIRONMENT, type FunctionName, METRICS, type QueueName } from "./definitions.ts";

/** Physical names, settings and what the secrets hold. */
export interface EnvironmentSources {
  readonly tables: Readonly<Record<keyof typeof ENVIRONMENT.tables, string>>;
  readonly buckets: Readonly<Record<keyof typeof ENVIRONMENT.buckets, string>>;
  readonly queues: Readonly<Record<keyof typeof ENVIRONMENT.queues, string>>;
  /** Of each dead-letter queue its URL, by what it is called. */
  readonly deadLetters: Readonly<Record<QueueName | "target" | "stream", string>>;
  readonly bus: string;
  /** Ours. */
  readonly account: string;
  readonly retention: { readonly mode: string; readonly days: number };
  readonly settings: string;
  /** JSON for CONSOLE_SIGN_IN. */
  readonly signIn: string;
  /** JSON for CONSOLE_LINKS. */
  readonly links: string;
  /** JSON for API_PRINCIPALS. */
  readonly principals: string;
  /** What is signed under which name, and the keys: `kms` (an ARN), or the public key of a former one, with the time for which each holds. */
  readonly log: { readonly origin: string; readonly noteKeys: readonly object[]; readonly envelopeKeys: readonly object[] };
  readonly secrets: {
    /** By sender, as `webhookSecrets` takes them. */
    readonly webhooks: Readonly<Record<string, string>>;
    readonly identityKey: string;
    readonly githubApp: string;
  };
}

/** Who gets which secret. */
const SECRETS: Readonly<Record<"WEBHOOK_SECRETS" | "IDENTITY_KEY" | "GITHUB_APP", readonly FunctionName[]>> = {
  WEBHOOK_SECRETS: ["webhook", "ingest"],
  IDENTITY_KEY: ["ingest", "lookup", "reconcileSenders"],
  GITHUB_APP: ["lookup", "reconcileSenders"],
};

/** Who signs, or tells what signs. Everybody else finds the public keys in the trust file. */
const KEY_READERS: readonly FunctionName[] = ["sequence", "reconcile", "seal"];

/** Lambda takes 4 KB of names and values in all; SST adds its own. */
const ENVIRONMENT_MAX_BYTES = 4096 - 256;

/**
 * The environment of one function. A secret that is not set leaves its variable out.
 * @throws ConfigError `too-long`
 */
export function environmentOf(name: FunctionName, sources: EnvironmentSources): Record<string, string> {
  if (name === "console")
    return {
      CONSOLE_FOLDER: CONSOLE.folder,
      CONSOLE_SIGN_IN: sources.signIn,
      CONSOLE_LINKS: sources.links,
      POWERTOOLS_SERVICE_NAME: METRICS.service,
      POWERTOOLS_METRICS_NAMESPACE: METRICS.namespace,
    };
  const secrets = {
    WEBHOOK_SECRETS: webhookSecrets(sources.secrets.webhooks),
    IDENTITY_KEY: sources.secrets.identityKey,
    GITHUB_APP: sources.secrets.githubApp,
  };
  const environment = {
    ...renamed(ENVIRONMENT.tables, sources.tables),
    ...renamed(ENVIRONMENT.buckets, sources.buckets),
    ...renamed(ENVIRONMENT.queues, sources.queues),
    [ENVIRONMENT.bus]: sources.bus,
    LOOKUP_ACCOUNT: sources.account,
    RETENTION_MODE: sources.retention.mode,
    RETENTION_DAYS: String(sources.retention.days),
    SETTINGS: sources.settings,
    LOG_ORIGIN: sources.log.origin,
    ...(name === "health" && { DEAD_LETTER_QUEUES: JSON.stringify(sources.deadLetters) }),
    ...((name === "api" || name === "population") && { API_PRINCIPALS: sources.principals }),
    ...(KEY_READERS.includes(name) && {
      NOTE_KEYS: JSON.stringify(sources.log.noteKeys),
      ENVELOPE_KEYS: JSON.stringify(sources.log.envelopeKeys),
    }),
    POWERTOOLS_SERVICE_NAME: METRICS.service,
    POWERTOOLS_METRICS_NAMESPACE: METRICS.namespace,
    ...Object.fromEntries(
      Object.entries(secrets).filter(([key, value]) => value !== "" && SECRETS[key as keyof typeof SECRETS].includes(name)),
    ),
  };
  const bytes = Object.entries(environment).reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  if (bytes > ENVIRONMENT_MAX_BYTES)
    throw new ConfigError(
      "too-long",
      `${name}: ${bytes} bytes of environment, at most ${ENVIRONMENT_MAX_BYTES} fit: shorten LEDGER_SETTINGS, or the lists of keys`,
    );
  return environment;
}

/**
 * WEBHOOK_SECRETS from one text a sender: two live secrets, current and previous, one a line or separated by blanks (a generated secret has no
 * blank). A sender without any is left out: its deliveries are then refused.
 */
export function webhookSecrets(bySender: Readonly<Record<string, string>>): string {
  const lists = Object.entries(bySender).flatMap(([sender, text]) => {
    const secrets = text.split(/\s+/).filter((secret) => secret !== "");
    return secrets.length > 0 ? [[sender, secrets] as const] : [];
  });
  return JSON.stringify(Object.fromEntries(lists));
}

function renamed<K extends string>(names: Readonly<Record<K, string>>, values: Readonly<Record<K, string>>): Record<string, string> {
  return Object.fromEntries((Object.keys(names) as K[]).map((key) => [names[key], values[key]]));
}
