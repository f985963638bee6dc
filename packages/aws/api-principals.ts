import { type Principal, principalsSchema } from "@change-ledger/api";
import type { Environment } from "./environment.ts";

/** Machines that sign their requests, and what each may read (API_PRINCIPALS); none without it. */
export function principalsOf(environment: Environment): readonly Principal[] {
  const text = environment["API_PRINCIPALS"];
  return text === undefined || text === "" ? [] : principalsSchema.parse(JSON.parse(text));
}
