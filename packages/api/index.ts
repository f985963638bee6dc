export { createApi } from "./app.ts";
export { READ_SCOPE } from "./authorise.ts";
export { type ApiCode, ApiError } from "./fault.ts";
export { answerGateway, type GatewayEvent } from "./gateway.ts";
export type { ApiPorts, ExportPage, LedgerExport, ObjectLinks } from "./ports.ts";
export type { Api } from "./route.ts";
