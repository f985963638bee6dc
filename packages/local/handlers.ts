import type { Handler, Handlers } from "./lambda.ts";

/** The real functions, each loaded when it is first called: its module reads the environment that the stack has set by then. */
export const HANDLERS: Handlers = {
  webhook: async () => (await import("../../functions/webhook.ts")).handler as unknown as Handler,
  ingest: async () => (await import("../../functions/ingest.ts")).handler as unknown as Handler,
  project: async () => (await import("../../functions/project.ts")).handler as unknown as Handler,
  lookup: async () => (await import("../../functions/lookup.ts")).handler as unknown as Handler,
  link: async () => (await import("../../functions/link.ts")).handler as unknown as Handler,
  seal: async () => (await import("../../functions/seal.ts")).handler as unknown as Handler,
  api: async () => (await import("../../functions/api.ts")).handler as unknown as Handler,
};

/** What the functions' environment holds beside names and endpoints when they run here. */
export function functionEnvironment(given: {
  readonly secrets: Readonly<Record<string, readonly string[]>>;
  readonly settings?: unknown;
}): Record<string, string> {
  return {
    WEBHOOK_SECRETS: JSON.stringify(given.secrets),
    IDENTITY_KEY: "local-identity-key",
    SETTINGS: given.settings === undefined ? "" : JSON.stringify(given.settings),
    RETENTION_MODE: "GOVERNANCE",
    RETENTION_DAYS: "1",
    SEAL_DELAY_SECONDS: "1",
    POWERTOOLS_SERVICE_NAME: "change-ledger",
    POWERTOOLS_METRICS_NAMESPACE: "ChangeLedger",
    // Counts are shown by whoever runs the stack; nothing reads metric lines on a terminal.
    POWERTOOLS_METRICS_DISABLED: "true",
    POWERTOOLS_TRACE_ENABLED: "false",
    POWERTOOLS_LOG_LEVEL: "ERROR",
  };
}
