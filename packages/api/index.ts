export { createApi } from "./app.ts";
export { type Principal, principalsSchema } from "./authorise.ts";
export { type Caller, SCOPES, type Scope } from "./caller.ts";
export { type ApiCode, ApiError } from "./fault.ts";
export { answerGateway, type GatewayEvent } from "./gateway.ts";
export { type ApiPorts, type AuditEvent, type ExportPage, type LedgerExport, LINK_SECONDS, type ObjectLinks } from "./ports.ts";
export type { Api } from "./route.ts";
