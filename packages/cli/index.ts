export { type CliCode, CliError } from "./fault.ts";
export { ledgerFile } from "./files/ledger-file.ts";
export { directoryLog } from "./files/log-directory.ts";
export type { Check, Fault } from "./verify/fault.ts";
export type { HeldCheckpoint } from "./verify/open-log.ts";
export type { BundleFiles, ByteSource, LedgerFile, LogFiles, Progress } from "./verify/sources.ts";
export { TreeLevels } from "./verify/tree-levels.ts";
export { type Summary, type VerifyInputs, verify } from "./verify/verify.ts";
export { tileRoot } from "./wasm/node-hash.ts";
