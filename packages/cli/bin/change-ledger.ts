#!/usr/bin/env node
/** `change-ledger`: verify, mirror, export, rebuild. */
import { changeLedger } from "../commands/change-ledger.ts";
import { USAGE } from "../commands/given.ts";
import { runMain } from "../commands/main.ts";

process.exitCode = await runMain(USAGE, changeLedger);
