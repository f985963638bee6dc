export { type InForce, inForce } from "./configuration/in-force.ts";
export { defaultConfiguration, type ReadConfiguration, type ReadResult, readConfiguration } from "./configuration/read.ts";
export { type Configuration, configurationJsonSchema, configurationSchema } from "./configuration/schema.ts";
export type { Dossier } from "./dossier/buckets.ts";
export { Case } from "./dossier/case.ts";
export type { Recorded } from "./dossier/recorded.ts";
export { AUDIT_TESTS } from "./tests/index.ts";
