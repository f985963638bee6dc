export * from "./covered.ts";
export * from "./health.ts";
export * from "./look.ts";
