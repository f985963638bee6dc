import { isScope, type SampleQuestion, sampleQuestionSchema } from "@change-ledger/query";

/** How a sample is to be drawn, as people write it. */
export interface QuestionTexts {
  readonly nonce: string;
  /** `fixed25`, `fixed40`, or `attribute`, which has the next four. */
  readonly method: string;
  readonly confidence: string;
  readonly tolerable: string;
  readonly expected: string;
  readonly model: string;
  readonly strata: string | undefined;
  readonly replacements: string;
}

/** @returns what is wrong with it, as text, where it is none */
export function readQuestion(texts: QuestionTexts): SampleQuestion | string {
  const { nonce, method, confidence, tolerable, expected, model, strata, replacements } = texts;
  const fixed = /^fixed(25|40)$/.exec(method)?.[1];
  if (fixed === undefined && method !== "attribute") return `expected fixed25, fixed40 or attribute, got ${method}`;
  const asked = sampleQuestionSchema.safeParse({
    nonce,
    method:
      fixed === undefined
        ? {
            name: "attribute",
            confidencePercent: Number(confidence),
            tolerablePercent: Number(tolerable),
            expectedDeviations: Number(expected),
            model,
          }
        : { name: "fixed", size: Number(fixed) },
    ...(strata !== undefined && { strata }),
    replacements: Number(replacements),
  });
  if (asked.success) return asked.data;
  const [issue] = asked.error.issues;
  return `the sample: ${issue?.path.join(".")}: ${issue?.message}`;
}

/** Patterns like `github/acme/*`, separated by commas. @returns what is wrong with them, as text, where they are none */
export function readScope(text: string): readonly string[] | string {
  const patterns = [...new Set(text.split(",").map((pattern) => pattern.trim()))].sort();
  return isScope(patterns) ? patterns : `expected patterns like github/acme/*, separated by commas, got ${text}`;
}
