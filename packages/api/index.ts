export { createApi } from "./app.ts";
export type { Caller } from "./caller.ts";
export { type ApiCode, ApiError } from "./fault.ts";
export { answerGateway, type GatewayEvent } from "./gateway.ts";
export { createPopulationApi } from "./population-app.ts";
export {
  type ApiPorts,
  type AuditEvent,
  type ExportPage,
  type LedgerExport,
  LINK_SECONDS,
  type ObjectLinks,
  type PopulationPorts,
} from "./ports.ts";
export { type Principal, principalsSchema, SCOPES, type Scope } from "./principals.ts";
export type { Api } from "./route.ts";
