#!/usr/bin/env node
/** The verifier alone: what `npm run build:verifier` puts into one file without dependencies, verify.mjs. */
import "./node-20.ts";
import { runMain } from "../commands/main.ts";
import { VERIFY_USAGE, verifyCommand } from "../commands/verify.ts";

process.exitCode = await runMain(`usage: node verify.mjs ${VERIFY_USAGE.slice("verify ".length)}`, (args, terminal) =>
  verifyCommand(args, terminal),
);
