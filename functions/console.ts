import { consoleSettings } from "@change-ledger/aws/console.ts";
import { observed } from "@change-ledger/aws/observed.ts";
import { type ConsoleAnswer, type ConsoleEvent, serveConsole } from "@change-ledger/console/serve.ts";
import middy from "@middy/core";

const answer = serveConsole(consoleSettings());

/** GET /console/…: the page for people, the same for everybody; what it shows it asks the API for, with its reader's token. */
export const handler = middy<ConsoleEvent, ConsoleAnswer>()
  .use(observed)
  .handler(async (event) => answer(event));
