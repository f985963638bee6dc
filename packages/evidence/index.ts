export { type Bundle, bundleKey, writeBundle } from "./bundle.ts";
export { type Dossier, type DossierChain, payloadKey, payloadsOf } from "./dossier.ts";
export { type ChangeEnd, carriersOf, endOfChange } from "./end.ts";
export * from "./fault.ts";
export { type ArchivedRecord, BODY_MAX_BYTES, type RawRecord } from "./record.ts";
export * from "./seal.ts";
export * from "./sealing.ts";
export * from "./segment.ts";
