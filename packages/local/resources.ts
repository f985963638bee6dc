import { BUCKETS, type BucketName, FUNCTIONS, type FunctionName, QUEUES, type QueueName, RULES } from "../../stacks/definitions.ts";
import type { Deliver, EventBuses } from "./event-bus.ts";
import { ServiceFault } from "./fault.ts";
import { bucketName, deadLetterName, functionName, OWN_BUS, queueArn, queueName } from "./names.ts";
import type { ObjectStore } from "./object-store.ts";
import type { QueueStore } from "./queue-store.ts";

/** Events that the ingest queue did not take. */
const RULES_DEAD_LETTERS = deadLetterName(`${OWN_BUS}-rules`);
/** Stream batches that a function has failed too often. */
export const streamDeadLetters = (name: FunctionName): string => deadLetterName(functionName(name));

const queueNames = Object.keys(QUEUES) as QueueName[];
const streamFunctions = (Object.keys(FUNCTIONS) as FunctionName[]).filter((name) => "stream" in FUNCTIONS[name]);

/** Every queue that only an operator empties, by what the functions call it. */
export const DEAD_LETTER_QUEUES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(queueNames.map((name) => [name, deadLetterName(queueName(name))])),
  target: RULES_DEAD_LETTERS,
  ...Object.fromEntries(streamFunctions.map((name) => [name, streamDeadLetters(name)])),
};
export const DEAD_LETTERS: readonly string[] = Object.values(DEAD_LETTER_QUEUES);

export const WORK_QUEUES: readonly string[] = queueNames.map(queueName);

/** The queues of the definitions, each with its dead letters. */
export function createQueues(queues: QueueStore): void {
  for (const name of DEAD_LETTERS) queues.create(name, { visibilitySeconds: 30, delaySeconds: 0, redrive: undefined });
  for (const name of queueNames) {
    const { visibilitySeconds, maxReceive } = QUEUES[name];
    const redrive = { deadLetters: deadLetterName(queueName(name)), maxReceive };
    queues.create(queueName(name), { visibilitySeconds, delaySeconds: 0, redrive });
  }
}

/** The buckets of the definitions; objects past their bucket's expiry go. */
export async function createBuckets(objects: ObjectStore): Promise<void> {
  const there = new Set(objects.buckets().map(({ name }) => name));
  for (const bucket of Object.keys(BUCKETS) as BucketName[]) {
    const definition = BUCKETS[bucket];
    const name = bucketName(bucket);
    if (!there.has(name)) objects.createBucket(name, definition.locked);
    if ("expireDays" in definition) await objects.expire(name, definition.expireDays);
  }
}

/** Our own bus, and the rules of the definitions with the ingest queue as their target. */
export function createRules(buses: EventBuses): void {
  if (!buses.hasBus(OWN_BUS)) buses.createBus(OWN_BUS);
  for (const [name, { bus, pattern }] of Object.entries(RULES)) {
    const on = bus === "own" ? OWN_BUS : bus;
    buses.putRule(on, name, pattern);
    buses
      .targets(on, name)
      .set("ingest", { id: "ingest", arn: queueArn(queueName("ingest")), deadLetterArn: queueArn(RULES_DEAD_LETTERS) });
  }
}

/** Gives events to the queue that the ARN names, all or none. @throws ServiceFault when there is none */
export function deliverTo(queues: QueueStore): Deliver {
  return (arn, bodies) => {
    const name = arn.split(":").at(-1) ?? "";
    if (!queues.has(name)) throw new ServiceFault("QueueDoesNotExist", 400, `no queue has the ARN ${arn}`);
    queues.send(
      name,
      bodies.map((body) => ({ body })),
    );
  };
}
