import { setTimeout as sleep } from "node:timers/promises";

/** Waits after a lost race, in ms growing with `round`. Full jitter: others that lost it too wait for another while. */
export const pause = async (round: number): Promise<void> => {
  await sleep(Math.random() * Math.min(250, 4 * 2 ** Math.min(round, 6)));
};
