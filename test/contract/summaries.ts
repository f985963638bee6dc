import { randomUUID } from "node:crypto";
import type { Subject } from "@change-ledger/model";
import type { ChangeSummary, Summary } from "@change-ledger/query";

export const minute = (n: number) => new Date(Date.UTC(2023, 0, 1, 0, n)).toISOString();
/** A scope that no other case has: engines keep their tables from case to case. */
export const newScope = () => `github/acme/${randomUUID()}`;
/** A ticket as it is stored: told of first at `at`, listed there. */
export const ticket = (subject: Subject, at: string, next = 1): Summary => ({
  type: "ticket",
  subject,
  next,
  head: "0".repeat(64),
  firstAt: at,
});
export const change = (subject: Subject, at: string, next = 1): ChangeSummary => ({
  type: "change",
  subject,
  next,
  head: "0".repeat(64),
  firstAt: at,
});
