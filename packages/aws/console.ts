import type { ConsoleSettings } from "@change-ledger/console/serve.ts";
import * as z from "zod";
import { type Environment, need } from "./environment.ts";

const linksSchema = z.array(z.url().regex(/^https?:\/\/[^/;,\s]+$/, "an origin"));
const signInSchema = z.strictObject({ issuer: z.url(), clientId: z.string().min(1), scope: z.string().min(1) });

/**
 * Where the built page lies (CONSOLE_FOLDER), how its readers sign in (CONSOLE_SIGN_IN) and where links of the API lead (CONSOLE_LINKS).
 * @throws AwsError `not-configured`, ZodError
 */
export function consoleSettings(environment: Environment = process.env): ConsoleSettings {
  return {
    folder: need(environment, "CONSOLE_FOLDER"),
    signIn: signInSchema.parse(JSON.parse(need(environment, "CONSOLE_SIGN_IN"))),
    links: linksSchema.parse(JSON.parse(need(environment, "CONSOLE_LINKS"))),
  };
}
