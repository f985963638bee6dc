/** How often the API may be asked before it answers 429. `route`: of each of API Gateway's routes, whoever asks. `local`: of each caller of the local stack. */
export const API_RATE = {
  route: { perSecond: 100, burst: 200 },
  population: { perSecond: 5, burst: 20 },
  local: { perSecond: 500, burst: 5_000 },
} as const;

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
} as const;
