import { mkdirSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { canonicalBytes } from "@change-ledger/model";
import { isScope, type SampleQuestion, sampleQuestionSchema } from "@change-ledger/query";
import * as z from "zod";
import { CliError } from "../fault.ts";
import { readFileWithin } from "../files/log-directory.ts";

/** What an audit was begun with: a second run goes on with it. Not of the package. */
const STATE = ".audit.json";
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
export type AuditState = z.infer<typeof stateSchema>;

export interface AuditAsked {
  readonly period: { readonly from: string; readonly to: string };
  readonly scope: readonly string[] | undefined;
  readonly asOf: string | undefined;
  readonly question: SampleQuestion | undefined;
}

/** The folder of the working papers, while they are made. */
export class PaperFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  read(file: string, maxBytes: number): Uint8Array | undefined {
    return readFileWithin(join(this.path, file), maxBytes);
  }

  /** Whole, or not at all. */
  put(file: string, bytes: Uint8Array): void {
    const whole = join(this.path, file);
    mkdirSync(dirname(whole), { recursive: true });
    writeFileSync(`${whole}.part`, bytes);
    renameSync(`${whole}.part`, whole);
  }

  /**
   * What the audit in this folder was begun with, or is begun with now.
   * @throws CliError `refused` where the folder holds another audit, or something else
   */
  begin(asked: AuditAsked, now: string): AuditState {
    const before = this.#state();
    if (before === undefined) {
      mkdirSync(this.path, { recursive: true });
      if (readdirSync(this.path).length > 0) throw new CliError("refused", `${this.path} is not empty, and holds no audit that was begun`);
      const state: AuditState = {
        format: 1,
        period: { ...asked.period },
        ...(asked.scope && { scope: [...asked.scope] }),
        asOf: asked.asOf ?? now,
        certifiedAt: now,
      };
      return this.#keep({ ...state, ...(asked.question && { question: asked.question }) });
    }
    const same = (a: unknown, b: unknown) => Buffer.compare(canonicalBytes(a ?? null), canonicalBytes(b ?? null)) === 0;
    const { period, scope, asOf, question } = before;
    if (!same(period, asked.period) || !same(scope, asked.scope) || (asked.asOf !== undefined && asked.asOf !== asOf))
      throw new CliError("refused", `${this.path} holds an audit of another period, scope or instant`);
    if (asked.question === undefined || same(question, asked.question)) return before;
    if (question !== undefined)
      throw new CliError("refused", `${this.path} holds a sample that was drawn otherwise: a second one goes into another folder`);
    return this.#keep({ ...before, question: asked.question });
  }

  #state(): AuditState | undefined {
    const bytes = this.read(STATE, STATE_MAX_BYTES);
    if (bytes === undefined) return undefined;
    const parsed = stateSchema.safeParse(JSON.parse(Buffer.from(bytes).toString("utf8")));
    if (!parsed.success) throw new CliError("refused", `${join(this.path, STATE)} is not of this version`);
    return parsed.data;
  }

  #keep(state: AuditState): AuditState {
    this.put(STATE, canonicalBytes(state));
    return state;
  }
}
