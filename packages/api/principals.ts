import * as z from "zod";

/** What a token, or a machine's principal, may be allowed; `admin` is all of them. */
export const SCOPES = ["ledger:read", "evidence:read", "population:read", "admin"] as const;
export type Scope = (typeof SCOPES)[number];

/** A machine that signs its requests (SigV4) instead of bringing a token: what API Gateway's IAM authoriser calls it, and what it may read. */
export interface Principal {
  /** `*` stands for any characters but `/` and `:`. A role's sessions are `arn:aws:sts::<account>:assumed-role/<role>/<session>`. */
  readonly arn: string;
  readonly scopes: readonly Scope[];
  /** Absent: all. */
  readonly repositories?: readonly string[] | undefined;
}

/** JSON of the environment's API_PRINCIPALS, and of LEDGER_API_PRINCIPALS, which a deployment makes it from. */
export const principalsSchema = z
  .array(
    z.strictObject({
      arn: z
        .string()
        .regex(/^arn:aws[a-z-]*:(?:sts|iam)::\d{12}:[\w+=,.@*/-]{1,512}$/, "an ARN of one account's principal, `*` for a part of its name"),
      scopes: z.array(z.enum(SCOPES)).min(1),
      repositories: z.array(z.string()).optional(),
    }),
  )
  .max(50);
