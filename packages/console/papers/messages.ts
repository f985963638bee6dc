import type { QuestionTexts } from "@change-ledger/workpapers";

/** What the reader asks for, as the form has it. */
export interface PapersAsked {
  readonly period: { readonly from: string; readonly to: string };
  readonly question: QuestionTexts;
  /** Patterns, separated by commas; empty: everything. */
  readonly scope: string;
}

/** What the page asks its worker for. */
export interface MakePapers {
  readonly token: string;
  readonly asked: PapersAsked;
  /** What an earlier run of the same has kept: texts by file. */
  readonly kept: Readonly<Record<string, string>>;
  readonly now: string;
}

/** What became of the papers, in numbers. */
export interface PapersMade {
  readonly population: number;
  readonly completeness: string;
  readonly certificate: string;
  readonly drawn: number;
  readonly satisfied: number;
  readonly exceptions: number;
}

/** What the worker says. */
export type Said =
  | { readonly kind: "progress"; readonly what: string; readonly done: number; readonly of: number }
  | { readonly kind: "keep"; readonly file: string; readonly text: string }
  | { readonly kind: "made"; readonly zip: Blob; readonly name: string; readonly made: PapersMade }
  | { readonly kind: "failed"; readonly code: string; readonly because: string };
