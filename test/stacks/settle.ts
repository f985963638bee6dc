/** Runs a Pulumi program to its end, which Pulumi itself does not tell. */
import * as pulumi from "@pulumi/pulumi";
import type { Properties } from "./cloud.ts";
import { plain } from "./engine.ts";

/** Not among Pulumi's published types. */
const waitForRpcs = (pulumi.runtime as unknown as { waitForRPCs: () => Promise<void> }).waitForRPCs;

/** Runs the program until nothing is pending any more; answers its outputs. */
export async function settle(
  program: () => Promise<Properties | undefined>,
  applies: { pending: number; seen: number },
  activity: () => number,
  errors: unknown[],
): Promise<Properties> {
  let outputs: Properties | undefined;
  const done = program().then(
    (value) => {
      outputs = value ?? {};
    },
    (error) => void errors.push(error),
  );
  const deadline = Date.now() + 60_000;
  for (let quiet = 0; quiet < 3 && errors.length === 0; ) {
    const before = activity() + applies.seen;
    await Promise.race([done.then(() => waitForRpcs()), new Promise((resolve) => setTimeout(resolve, 100))]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    quiet = outputs && applies.pending === 0 && activity() + applies.seen === before ? quiet + 1 : 0;
    if (Date.now() > deadline) throw new Error(`the program never settled: ${applies.pending} applies are pending`);
  }
  await new Promise((resolve) => setTimeout(resolve, 20)); // let the last rejections surface
  if (errors.length > 0) throw errors[0];
  return plain(outputs) as Properties;
}

/** Counts the pending applies: only they tell when the program is done. */
export function trackApplies() {
  const prototype = (pulumi.Output as unknown as { prototype: { apply: (...args: unknown[]) => unknown } }).prototype;
  const original = prototype.apply;
  const state = { pending: 0, seen: 0 };
  prototype.apply = function (this: unknown, ...args: unknown[]) {
    const result = original.apply(this, args) as { promise(withUnknowns: boolean): Promise<unknown> };
    state.pending++;
    state.seen++;
    const done = () => void state.pending--;
    result.promise(true).then(done, done);
    return result;
  };
  return {
    state,
    restore() {
      prototype.apply = original;
    },
  };
}

/** Pulumi reports failures as unhandled rejections. */
export function collectFailures() {
  const before = process.listeners("unhandledRejection");
  const errors: unknown[] = [];
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", (error) => errors.push(error));
  return {
    errors,
    restore() {
      process.removeAllListeners("unhandledRejection");
      for (const listener of before) process.on("unhandledRejection", listener);
    },
  };
}
