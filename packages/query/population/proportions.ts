import { compareText } from "../order.ts";

/**
 * `size` divided by the strata's items: first one each, the larger strata first (of equal ones by name) as far as it goes round; what is left by largest remainder (Hamilton's method) over
 * what the strata have left, ties the same way. Whole numbers throughout.
 */
export function proportions<K extends string>(size: number, items: ReadonlyMap<K, number>): Map<K, number> {
  const strata = [...items].filter(([, some]) => some > 0).sort(([a, x], [b, y]) => y - x || compareText(a, b));
  const sizes = new Map(strata.map(([stratum], at) => [stratum, at < size ? 1 : 0]));
  const left = size - Math.min(size, strata.length);
  const total = strata.reduce((sum, [, some]) => sum + some - 1, 0);
  if (left <= 0 || total <= 0) return sizes;
  const shares = strata.map(([stratum, some]) => {
    const exact = BigInt(left) * BigInt(some - 1);
    return { stratum, whole: Number(exact / BigInt(total)), rest: exact % BigInt(total) };
  });
  let over = left - shares.reduce((sum, { whole }) => sum + whole, 0);
  for (const { stratum, whole } of shares) sizes.set(stratum, (sizes.get(stratum) ?? 0) + whole);
  for (const { stratum } of shares.filter(({ rest }) => rest > 0n).sort((a, b) => (a.rest === b.rest ? 0 : a.rest > b.rest ? -1 : 1))) {
    if (over-- <= 0) break;
    sizes.set(stratum, (sizes.get(stratum) ?? 0) + 1);
  }
  return sizes;
}
