import { QueryError } from "../fault.ts";
import { type DrawnItem, drawSample, parseSample, type Sample } from "./sample.ts";

export type SampleCheck = "sample" | "population" | "seed" | "strata" | "drawn" | "replacements";
export interface SampleFault {
  readonly check: SampleCheck;
  /** Stratum. */
  readonly field?: string;
  readonly expected: string;
  readonly found: string;
}

/** Draws again and says what comes out otherwise: none is sound. @param population root and size as certified; of `items` as `drawSample` */
export function verifySample(
  bytes: Uint8Array,
  population: { readonly root: string; readonly size: number },
  items: Iterable<Uint8Array>,
): SampleFault[] {
  let sample: Sample;
  let again: Sample;
  try {
    sample = parseSample(bytes);
  } catch (error) {
    return [faultOf("sample", "a sample of format 1", error)];
  }
  if (sample.population.root !== population.root || sample.population.size !== population.size)
    return [
      {
        check: "population",
        expected: `${population.size} items of root ${population.root}`,
        found: `${sample.population.size} of ${sample.population.root}`,
      },
    ];
  try {
    again = drawSample(population, items, sample.question);
  } catch (error) {
    return [faultOf("population", `${population.size} items of root ${population.root}, and a question within bounds`, error)];
  }
  const faults: SampleFault[] = [];
  const differ = (check: SampleCheck, expected: unknown, found: unknown, field?: string) => {
    const [is, said] = [JSON.stringify(expected), JSON.stringify(found)];
    if (is !== said) faults.push({ check, ...(field === undefined ? {} : { field }), expected: is, found: said });
  };
  differ("seed", again.seed, sample.seed);
  const sizes = ({ strata }: Sample) => strata.map(({ stratum, items: some, drawn: these }) => [stratum, some, these.length]);
  differ("strata", sizes(again), sizes(sample));
  for (const stratum of again.strata) {
    const said = sample.strata.find((one) => one.stratum === stratum.stratum);
    if (said === undefined) continue;
    differ("drawn", stratum.drawn.map(scored), said.drawn.map(scored), stratum.stratum);
    differ("replacements", stratum.replacements.map(scored), said.replacements.map(scored), stratum.stratum);
  }
  return faults;
}

const scored = ({ id, index, hash, score }: DrawnItem) => [id, index, hash, score];

function faultOf(check: SampleCheck, expected: string, error: unknown): SampleFault {
  if (!(error instanceof QueryError)) throw error;
  return { check, expected, found: error.message };
}
