import { type Found, handFound } from "@change-ledger/ledger";
import { type FactsOf, RECONCILED_MAX } from "@change-ledger/model";
import type { Finder } from "@change-ledger/sources";
import { windowOf } from "./compare.ts";
import type { Again, Cursor, ReconcilePorts, Window } from "./ports.ts";
import { resultDelivery } from "./result.ts";

export const FINDER: Finder = "reconciler";

/** What is under way shall not be called missing. */
const SETTLE_MS = 15 * 60_000;
/** Nothing in a time is on record once a day, so that it is known to have been looked at. */
const QUIET_MS = 24 * 3_600_000;
const AGAIN_MAX = 50;
/** A comparison that has no more time than this leaves the rest to the next run. */
export const LEAST_MS = 20_000;
/** `missing` and `unlisted` of one entry. */
const NAMES_MAX = 200;

/** What a list holds within one window, compared. */
export interface Difference {
  readonly listed: number;
  readonly missing: readonly string[];
  readonly unlisted: readonly string[];
  readonly list?: FactsOf<"reconciled">["list"];
  /** Makes of what is missing (or not told to its end) what enters the ledger. */
  find(): Promise<readonly Found[]>;
}

/** A list that somebody else keeps. */
export interface Scope {
  readonly system: string;
  readonly scope: string;
  /** How long it holds what happened: what was before, nobody can compare. Absent: always. */
  readonly keptMs?: number;
  /** The earliest that the ledger knows of it: where the comparison begins that never ran. Empty when it knows nothing. */
  first(): Promise<string>;
  /** Asks for everything from `from` on, of both sides; undefined where there is no such list. */
  open(
    from: string,
    to: string,
  ): Promise<{ readonly items: readonly { readonly at: string }[]; compare(window: Window): Promise<Difference> } | undefined>;
}

export interface Compared {
  readonly listed: number;
  readonly missing: number;
  readonly unlisted: number;
  readonly found: number;
}

/** Compares a list on from where the last run left it, and again where something was missing. What it finds is handed in, and what it compared goes on record. */
export async function compareScope(
  ports: ReconcilePorts,
  { system, scope, keptMs, first, open }: Scope,
  cursor: Cursor | undefined,
): Promise<{ readonly cursor: Cursor | undefined; readonly compared: Compared }> {
  const now = ports.now();
  const settled = new Date(Date.parse(now) - SETTLE_MS).toISOString();
  const kept = keptMs === undefined ? "" : new Date(Date.parse(now) - keptMs).toISOString();
  const begun = cursor?.from ?? (await beginning(ports, first));
  let from = begun < kept ? kept : begun;
  const again = (cursor?.again ?? []).filter((one) => one.from >= kept);
  const compared = { listed: 0, missing: 0, unlisted: 0, found: 0 };
  const still: Again[] = [];
  const earliest = [from, ...again.map((one) => one.from)].reduce((a, b) => (a < b ? a : b));
  if (earliest >= settled) return { cursor: { from, ranAt: now, again }, compared };
  const opened = await open(earliest, settled);
  if (opened === undefined) return { cursor, compared };
  const { items, compare } = opened;

  const one = async (window: Window, before: number | undefined): Promise<void> => {
    const { listed, missing, unlisted, list, find } = await compare(window);
    const found = await find();
    compared.listed += listed;
    compared.missing += missing.length;
    compared.unlisted += unlisted.length;
    compared.found += found.length;
    if (missing.length > 0) still.push({ ...window, missing: missing.length });
    // The same as last time says nothing new.
    const facts = {
      system,
      scope,
      ...window,
      listed,
      missing: missing.slice(0, NAMES_MAX),
      ...(before !== undefined && before > 0 && { missingBefore: before }),
      unlisted: unlisted.slice(0, NAMES_MAX),
      ...(list === undefined || listed > RECONCILED_MAX ? {} : { list }),
    };
    const result = before === missing.length ? [] : [{ delivery: resultDelivery({ kind: "reconciled", facts }, now) }];
    await handFound(ports, [...found, ...result]);
  };

  for (const { missing, ...window } of again) {
    if (ports.remainingMs() < LEAST_MS) still.push({ ...window, missing });
    else await one(window, missing);
  }
  while (from < settled && ports.remainingMs() >= LEAST_MS) {
    const window = windowOf({ from, to: settled }, items, RECONCILED_MAX);
    const quiet = !items.some(({ at }) => window.from <= at && at < window.to);
    if (quiet && Date.parse(window.to) - Date.parse(window.from) < QUIET_MS) break;
    await one(window, undefined);
    from = window.to;
  }
  return { cursor: { from, ranAt: now, again: still.slice(-AGAIN_MAX) }, compared };
}

/** Of what nothing was ever heard, so far back. */
const UNHEARD_MS = 30 * QUIET_MS;

async function beginning({ settings, now }: Pick<ReconcilePorts, "settings" | "now">, first: () => Promise<string>): Promise<string> {
  if (settings.since !== undefined) return new Date(settings.since).toISOString();
  return (await first()) || new Date(Date.parse(now()) - UNHEARD_MS).toISOString();
}
