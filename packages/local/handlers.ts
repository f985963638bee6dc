import { type Settings, settingsSchema } from "@change-ledger/sources";
import { LocalError } from "./fault.ts";
import type { Handler, Handlers } from "./lambda.ts";

/** The real functions, each loaded when it is first called: its module reads the environment that the stack has set by then. */
export const HANDLERS: Handlers = {
  webhook: async () => (await import("../../functions/webhook.ts")).handler as unknown as Handler,
  ingest: async () => (await import("../../functions/ingest.ts")).handler as unknown as Handler,
  project: async () => (await import("../../functions/project.ts")).handler as unknown as Handler,
  lookup: async () => (await import("../../functions/lookup.ts")).handler as unknown as Handler,
  link: async () => (await import("../../functions/link.ts")).handler as unknown as Handler,
  assess: async () => (await import("../../functions/assess.ts")).handler as unknown as Handler,
  health: async () => (await import("../../functions/health.ts")).handler as unknown as Handler,
  seal: async () => (await import("../../functions/seal.ts")).handler as unknown as Handler,
  sequence: async () => (await import("../../functions/sequence.ts")).handler as unknown as Handler,
  reconcile: async () => (await import("../../functions/reconcile.ts")).handler as unknown as Handler,
  population: async () => (await import("../../functions/population.ts")).handler as unknown as Handler,
  console: async () => (await import("../../functions/console.ts")).handler as unknown as Handler,
  reconcileSenders: async () => (await import("../../functions/reconcile-senders.ts")).handler as unknown as Handler,
  api: async () => (await import("../../functions/api.ts")).handler as unknown as Handler,
};

/** Where the settings name no key of their own. */
const IDENTITY_KEY = "local-identity-key";

/**
 * What the functions' environment holds beside names and endpoints when they run here. Settings that the functions would refuse are refused now.
 * @throws LocalError `bad-option`
 */
export function functionEnvironment(given: {
  readonly secrets: Readonly<Record<string, readonly string[]>>;
  readonly settings?: unknown;
}): Record<string, string> {
  const { identityKey, ...settings } = checked(given.settings ?? {});
  return {
    WEBHOOK_SECRETS: JSON.stringify(given.secrets),
    IDENTITY_KEY: identityKey === "" ? IDENTITY_KEY : identityKey,
    SETTINGS: JSON.stringify(settings),
    RETENTION_MODE: "GOVERNANCE",
    RETENTION_DAYS: "1",
    SEAL_DELAY_SECONDS: "0",
    ASSESS_DELAY_SECONDS: "0",
    POWERTOOLS_SERVICE_NAME: "change-ledger",
    POWERTOOLS_METRICS_NAMESPACE: "ChangeLedger",
    // Counts are shown by whoever runs the stack; nothing reads metric lines on a terminal.
    POWERTOOLS_METRICS_DISABLED: "true",
    POWERTOOLS_TRACE_ENABLED: "false",
    POWERTOOLS_LOG_LEVEL: "ERROR",
  };
}

function checked(settings: unknown): Settings {
  const parsed = settingsSchema.safeParse(settings);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new LocalError(
    "bad-option",
    `expected the settings to follow packages/sources/settings.ts; ${issue?.path.join(".") || "all"}: ${issue?.message}`,
  );
}
