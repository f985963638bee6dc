import * as z from "zod";

/** Never empty. */
export const text = z.string().min(1);
/** A git object id: SHA-1 or SHA-256, lower case. */
export const shaSchema = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, "a git object id of 40 or 64 lower-case hexadecimal digits");
/** RFC 3339, UTC, with three digits of milliseconds. */
export const instant = z.iso.datetime({ precision: 3 });

/** A person as the sender names them: `id` stays, `login` may change. Where a sender gives neither, `mail` is a keyed hash of the address. */
export const identitySchema = z.strictObject({ id: text.optional(), login: text.optional(), mail: text.optional() });
export type Identity = z.infer<typeof identitySchema>;
