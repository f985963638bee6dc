export * from "./bytes.ts";
export * from "./canonical.ts";
export * from "./delivery.ts";
export * from "./entry.ts";
export * from "./fact.ts";
export * from "./fault.ts";
export * from "./subject.ts";
