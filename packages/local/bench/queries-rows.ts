import { type QueryCost, queryCosts } from "./queries.ts";

/** A ratio and the most that it may be. */
export interface QueryRow {
  readonly what: string;
  readonly ratio: number;
  readonly most: number;
  readonly figures: string;
}

const SIZES = [1_000, 10_000, 100_000] as const;
const FULL = 1_000_000;
const SLOWER_MOST = 1.5;

/** Each query against the largest record beside the same against the smallest: reads must not grow at all. */
export async function queryRows(folder: string, full: boolean, say: (what: string) => void): Promise<QueryRow[]> {
  const sizes = full ? [...SIZES, FULL] : SIZES;
  const costs = Map.groupBy(await queryCosts(folder, sizes, say), ({ query }) => query);
  const most = sizes.at(-1) ?? 0;
  const ratio = (of: readonly QueryCost[], value: (cost: QueryCost) => number) => {
    const values = of.map(value);
    return Math.max(...values) / Math.min(...values);
  };
  return [...costs].flatMap(([query, of]): QueryRow[] => {
    const what = `${query}, ${most.toLocaleString("en")} changes ÷ ${SIZES[0].toLocaleString("en")}`;
    const [first, last] = [of[0], of.at(-1)];
    const slower = (last?.p50Ms ?? 0) / (first?.p50Ms ?? 1);
    const reads = Math.max(
      ratio(of, ({ readUnits }) => readUnits),
      ratio(of, ({ requests }) => requests),
    );
    return [
      {
        what: `reads: ${what}`,
        ratio: reads,
        most: 1,
        figures: of.map(({ readUnits, requests }) => `${readUnits} units in ${requests}`).join("; "),
      },
      { what: `p50: ${what}`, ratio: slower, most: SLOWER_MOST, figures: of.map(({ p50Ms }) => `${p50Ms.toFixed(1)} ms`).join("; ") },
    ];
  });
}
