import type { Context } from "hono";
import type * as z from "zod";
import { ApiError, type Violation } from "./fault.ts";

/** What a request may bring: what is asked for here fits into a fraction of it. */
export const BODY_MAX_BYTES = 64 * 1024;
/** How much of a caller's own name of a field goes into the answer. */
const NAME_MAX = 64;

/**
 * A POST's body, held to `schema`.
 * @throws ApiError `unsupported-media-type`, `too-large`, `invalid`
 */
export async function readJson<S extends z.ZodType>(c: Context, schema: S): Promise<z.output<S>> {
  if (!/^application\/json(?:\s*;|$)/i.test(c.req.header("content-type") ?? ""))
    throw new ApiError("unsupported-media-type", "expected a body of the type application/json");
  const bytes = Buffer.from(await c.req.arrayBuffer());
  if (bytes.length > BODY_MAX_BYTES) throw new ApiError("too-large", `expected a body of at most ${BODY_MAX_BYTES} bytes`);
  return checked(schema, parsed(bytes), "a field of this body");
}

/** @throws ApiError `invalid`, naming what breaks which rule */
export function checked<S extends z.ZodType>(schema: S, value: unknown, known: string): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalid(
    result.error.issues.flatMap((issue): Violation[] =>
      issue.code === "unrecognized_keys"
        ? issue.keys.map((field) => ({ field: [...issue.path, field].join("."), rule: known }))
        : [{ field: issue.path.join("."), rule: issue.message }],
    ),
  );
}

export function invalid(violations: readonly Violation[]): ApiError {
  const shown = violations.slice(0, 20).map(({ field, rule }) => ({ field: field.slice(0, NAME_MAX).toWellFormed(), rule }));
  return new ApiError("invalid", "expected the request to keep the rules named in `errors`", shown);
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw invalid([{ field: "", rule: "a body that is JSON in UTF-8" }]);
  }
}
