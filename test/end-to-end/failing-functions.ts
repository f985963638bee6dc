import { HANDLERS } from "../../packages/local/handlers.ts";
import type { Handler, Handlers } from "../../packages/local/index.ts";
import type { FunctionName } from "../../stacks/definitions.ts";

interface Batch {
  readonly Records: readonly { readonly messageId?: string; readonly eventID?: string; readonly body?: string }[];
}

const keyOf = (record: Batch["Records"][number]): string => record.messageId ?? record.eventID ?? "";

/**
 * The real functions, each of which fails once for every message: in turn before it did anything and after it did everything, which its caller
 * cannot tell apart. The webhook fails for every second request.
 */
export function failingOnce(): { readonly handlers: Handlers; readonly failures: Map<FunctionName, number> } {
  const failures = new Map<FunctionName, number>();
  const fail = (name: FunctionName): never => {
    failures.set(name, (failures.get(name) ?? 0) + 1);
    throw new Error("the test lets this function fail");
  };
  const failing = (name: FunctionName, load: () => Promise<Handler>): (() => Promise<Handler>) => {
    const seen = new Set<string>();
    let turn = 0;
    return async () => {
      const handler = await load();
      return async (event, context) => {
        const { Records } = event as Partial<Batch>;
        if (Records === undefined) {
          if (turn++ % 2 === 0) fail(name);
          return await handler(event, context);
        }
        const fresh = Records.map(keyOf).filter((key) => !seen.has(key));
        if (fresh.length === 0) return await handler(event, context);
        for (const key of fresh) seen.add(key);
        if (turn++ % 2 === 0) fail(name);
        await handler(event, context);
        return fail(name);
      };
    };
  };
  const { api, ...others } = HANDLERS;
  const wrapped = Object.entries(others).map(([name, load]) => [name, failing(name as FunctionName, load)]);
  return { handlers: { ...Object.fromEntries(wrapped), api } as Handlers, failures };
}

/** The real functions, but `ingest` fails for the messages that `refuses` names, as often as they come; the rest of their batch succeeds. */
export function refusing(refuses: (body: string) => boolean): Handlers {
  return {
    ...HANDLERS,
    ingest: async () => {
      const handler = await HANDLERS.ingest();
      return async (event, context) => {
        const { Records } = event as Batch;
        const refused = Records.filter(({ body }) => refuses(body ?? ""));
        const taken = Records.filter((record) => !refused.includes(record));
        const answer = taken.length === 0 ? undefined : ((await handler({ Records: taken }, context)) as { batchItemFailures: object[] });
        return {
          batchItemFailures: [...(answer?.batchItemFailures ?? []), ...refused.map((record) => ({ itemIdentifier: keyOf(record) }))],
        };
      };
    },
  };
}
