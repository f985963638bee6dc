/**
 * Paths of the API that cost much, or give out evidence, each with a limit of its own: figures and searches read hundreds of items, and what senders sent lies below the chains
 * (a gateway's route ends at the first `{proxy+}`, so that it cannot be told from their entries).
 */
export const COSTLY_PATHS = {
  "/v1/bundles/{proxy+}": { perSecond: 25, burst: 50 },
  "/v1/chains/{proxy+}": { perSecond: 25, burst: 50 },
  "/v1/controls": { perSecond: 5, burst: 20 },
  "/v1/metrics": { perSecond: 5, burst: 20 },
  "/v1/search": { perSecond: 10, burst: 20 },
  "/v1/unseen-code": { perSecond: 5, burst: 20 },
} as const;

/** Of each path that the population's function answers. */
export const POPULATION_RATE = { perSecond: 5, burst: 20 } as const;
