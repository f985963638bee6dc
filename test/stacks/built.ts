import { buildConsole } from "@change-ledger/console/build.ts";

/** The console's function is deployed with its build, which has to be there: `npm run build:console`. */
export default async function setup(): Promise<void> {
  await buildConsole();
}
