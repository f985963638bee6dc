import { canonicalBytes } from "@change-ledger/model";
import { isScope, type SampleQuestion, sampleQuestionSchema } from "@change-ledger/query";
import * as z from "zod";
import { WorkpapersError } from "./fault.ts";
import type { PaperStore } from "./ports.ts";

/** What an audit was begun with: a second run goes on with it. Not of the package. */
export const STATE = ".audit.json";
const STATE_MAX_BYTES = 1_000_000;
const instant = z.iso.datetime({ precision: 3 });

const stateSchema = z.strictObject({
  format: z.literal(1),
  period: z.strictObject({ from: instant, to: instant }),
  scope: z.array(z.string()).refine(isScope).optional(),
  asOf: instant,
  certifiedAt: instant,
  question: sampleQuestionSchema.optional(),
});
type AuditState = z.infer<typeof stateSchema>;

export interface AuditAsked {
  readonly period: { readonly from: string; readonly to: string };
  readonly scope: readonly string[] | undefined;
  readonly asOf: string | undefined;
  readonly question: SampleQuestion | undefined;
}

/**
 * What the audit that is kept there was begun with, or is begun with now.
 * @throws WorkpapersError `refused` where another audit is kept, or something else
 */
export function beginAudit(papers: PaperStore, asked: AuditAsked, now: string): AuditState {
  const before = stateIn(papers);
  if (before === undefined) {
    if (papers.files().length > 0) throw new WorkpapersError("refused", `${papers.name} is not empty, and holds no audit that was begun`);
    const state: AuditState = {
      format: 1,
      period: { ...asked.period },
      ...(asked.scope && { scope: [...asked.scope] }),
      asOf: asked.asOf ?? now,
      certifiedAt: now,
    };
    return keep(papers, { ...state, ...(asked.question && { question: asked.question }) });
  }
  const same = (a: unknown, b: unknown) => Buffer.compare(canonicalBytes(a ?? null), canonicalBytes(b ?? null)) === 0;
  const { period, scope, asOf, question } = before;
  if (!same(period, asked.period) || !same(scope, asked.scope) || (asked.asOf !== undefined && asked.asOf !== asOf))
    throw new WorkpapersError("refused", `${papers.name} holds an audit of another period, scope or instant`);
  if (asked.question === undefined || same(question, asked.question)) return before;
  if (question !== undefined)
    throw new WorkpapersError("refused", `${papers.name} holds a sample that was drawn otherwise: a second one goes into another folder`);
  return keep(papers, { ...before, question: asked.question });
}

function stateIn(papers: PaperStore): AuditState | undefined {
  const bytes = papers.read(STATE, STATE_MAX_BYTES);
  if (bytes === undefined) return undefined;
  const parsed = stateSchema.safeParse(JSON.parse(Buffer.from(bytes).toString("utf8")));
  if (!parsed.success) throw new WorkpapersError("refused", `${papers.name}: ${STATE} is not of this version`);
  return parsed.data;
}

function keep(papers: PaperStore, state: AuditState): AuditState {
  papers.put(STATE, canonicalBytes(state));
  return state;
}
