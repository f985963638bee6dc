import type { PapersAsked } from "./messages.ts";

/** Audits that this browser has begun: as many as this are remembered. */
const MOST = 6;
const PREFIX = "change-ledger.papers ";
const ORDER = "change-ledger.papers-order";

export type KeptTexts = Readonly<Record<string, string>>;

/** One audit: the same period, scope and sample. */
export function auditKey({ period, question, scope }: PapersAsked): string {
  return JSON.stringify([period.from, period.to, scope, Object.entries(question).sort()]);
}

/** What an audit was begun with. */
export function keptOf(key: string): KeptTexts {
  const text = localStorage.getItem(PREFIX + key);
  return text === null ? {} : (JSON.parse(text) as KeptTexts);
}

/** Where the browser has no room, or keeps nothing, a run that is cut off begins anew: nothing else depends on it. */
export function keepText(key: string, file: string, text: string): void {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify({ ...keptOf(key), [file]: text }));
    const order = [key, ...keys().filter((one) => one !== key)];
    for (const old of order.splice(MOST)) localStorage.removeItem(PREFIX + old);
    localStorage.setItem(ORDER, JSON.stringify(order));
  } catch {
    forgetAudit(key);
  }
}

export function forgetAudit(key: string): void {
  localStorage.removeItem(PREFIX + key);
  localStorage.setItem(ORDER, JSON.stringify(keys().filter((one) => one !== key)));
}

function keys(): string[] {
  return JSON.parse(localStorage.getItem(ORDER) ?? "[]") as string[];
}
