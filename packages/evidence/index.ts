export * from "./fault.ts";
export { type ArchivedRecord, BODY_MAX_BYTES, type RawRecord } from "./record.ts";
export * from "./segment.ts";
