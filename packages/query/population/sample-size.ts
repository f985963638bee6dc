import { QueryError } from "../fault.ts";

/**
 * Attribute sampling: how many items to look at, so that a population with as many deviations as can just be tolerated, or more, would have shown more than were
 * expected. All of it in whole numbers: no rounding, the same on every machine.
 */
export interface AttributeQuestion {
  /** How sure to be: 90, 95; at most two digits behind the point, below 100. */
  readonly confidencePercent: number;
  /** The rate of deviations that can just be tolerated: 5, 10; at most two digits behind the point. */
  readonly tolerablePercent: number;
  /** As many deviations in the sample are expected and do not overturn the conclusion: 0, 1, 2… */
  readonly expectedDeviations: number;
}

const HUNDRED_PERCENT = 10_000;
const LEAST_TOLERABLE = 10;
const LEAST_CONFIDENCE = 5_000;
const MOST_CONFIDENCE = 9_999;
const MOST_DEVIATIONS = 20;

interface Question {
  /** Hundredths of a percent. */
  readonly risk: bigint;
  readonly rate: number;
  readonly deviations: number;
}

/** @throws QueryError `not-a-sample` */
function checked({ confidencePercent, tolerablePercent, expectedDeviations }: AttributeQuestion): Question {
  const confidence = hundredths(confidencePercent, "a confidence", LEAST_CONFIDENCE, MOST_CONFIDENCE);
  const rate = hundredths(tolerablePercent, "a tolerable rate", LEAST_TOLERABLE, HUNDRED_PERCENT - 1);
  if (!Number.isInteger(expectedDeviations) || expectedDeviations < 0 || expectedDeviations > MOST_DEVIATIONS)
    throw new QueryError("not-a-sample", `expected 0 to ${MOST_DEVIATIONS} deviations, got ${expectedDeviations}`);
  return { risk: BigInt(HUNDRED_PERCENT - confidence), rate, deviations: expectedDeviations };
}

function hundredths(percent: number, what: string, least: number, most: number): number {
  const value = Math.round(percent * 100);
  if (value / 100 !== percent || value < least || value > most)
    throw new QueryError("not-a-sample", `expected ${what} from ${least / 100} to ${most / 100} percent, in steps of 0.01, got ${percent}`);
  return value;
}

/**
 * The usual tables' size: the least n for which a binomial distribution at the tolerable rate gives at most the expected deviations with a probability of at most
 * 1 − confidence. (95 %, 5 %, 0 → 59; 90 %, 10 %, 0 → 22.)
 * @throws QueryError `not-a-sample` for a question outside the bounds
 */
export function binomialSize(question: AttributeQuestion): number {
  const { risk, rate, deviations } = checked(question);
  const [bad, good, all] = [BigInt(rate), BigInt(HUNDRED_PERCENT - rate), BigInt(HUNDRED_PERCENT)];
  const enough = (n: number): boolean => {
    if (n <= deviations) return false;
    // Σ C(n,i)·bad^i·good^(n−i), over all^n.
    let sum = 0n;
    let ways = 1n;
    for (let i = 0; i <= deviations; i++) {
      sum += ways * bad ** BigInt(i) * good ** BigInt(n - i);
      ways = (ways * BigInt(n - i)) / BigInt(i + 1);
    }
    return sum * all <= risk * all ** BigInt(n);
  };
  let most = 1;
  while (!enough(most)) most *= 2;
  return least(Math.floor(most / 2), most, enough);
}

/**
 * The size for a population of `items`, drawn without putting back (hypergeometric): the least n for which a population with the tolerable rate of deviations, rounded up to whole
 * items, shows at most the expected ones with a probability of at most 1 − confidence. Never above the table's, but for rounding; all items, where no fewer will do.
 * @throws QueryError `not-a-sample`
 */
export function hypergeometricSize(question: AttributeQuestion, items: number): number {
  const { risk, rate, deviations } = checked(question);
  if (!Number.isSafeInteger(items) || items < 0) throw new QueryError("not-a-sample", `expected a number of items, got ${items}`);
  const bad = Math.ceil((items * rate) / HUNDRED_PERCENT);
  const good = items - bad;
  const enough = (n: number): boolean => {
    if (n >= items) return true;
    // Σ C(bad,i)·C(good,n−i), over C(items,n).
    const from = Math.max(0, n - good);
    let ways = choose(bad, from) * choose(good, n - from);
    let sum = 0n;
    for (let i = from; i <= Math.min(deviations, n); i++) {
      sum += ways;
      ways = (ways * BigInt(bad - i) * BigInt(n - i)) / (BigInt(i + 1) * BigInt(good - n + i + 1));
    }
    return sum * BigInt(HUNDRED_PERCENT) <= risk * choose(items, n);
  };
  // So few can deviate that only all of them will do.
  if (bad <= deviations) return items;
  let most = 1;
  while (!enough(most)) most *= 2;
  return least(Math.floor(most / 2), Math.min(most, items), enough);
}

/** The least n above `from`, up to `to`, for which `enough` holds; it goes on holding behind it, and holds at `to`. */
function least(from: number, to: number, enough: (n: number) => boolean): number {
  let [no, yes] = [from, to];
  while (yes - no > 1) {
    const middle = Math.floor((no + yes) / 2);
    if (enough(middle)) yes = middle;
    else no = middle;
  }
  return yes;
}

/** Binomial coefficient; 0 where there is no such choice. */
function choose(of: number, some: number): bigint {
  if (some < 0 || some > of) return 0n;
  let ways = 1n;
  for (let i = 1; i <= Math.min(some, of - some); i++) ways = (ways * BigInt(of - i + 1)) / BigInt(i);
  return ways;
}
