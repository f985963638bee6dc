#!/usr/bin/env node
/** `change-ledger`: verify, mirror, export, rebuild. */
import { changeLedger, USAGE } from "../commands/change-ledger.ts";
import { runMain } from "../commands/main.ts";

process.exitCode = await runMain(USAGE, changeLedger);
