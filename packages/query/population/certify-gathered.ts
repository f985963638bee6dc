import { defaultConfiguration, type InForce, inForce, readConfiguration } from "@change-ledger/procedure";
import { type Certificate, certify, outsidersOf } from "./certificate.ts";
import { expectedLists } from "./expected-lists.ts";
import type { GatheredPopulation } from "./gather.ts";
import type { IndependentList } from "./independent-list.ts";
import type { ItemRest, PopulationItem } from "./item.ts";
import { inScope } from "./scope.ts";

/** A configuration as it was offered. */
export interface OfferedText {
  readonly text: string;
  readonly recordedAt: string;
}

/**
 * The configuration in force at any instant: of those offered by then the newest that is valid; before any, the default.
 * @param offers in the order in which they were recorded
 */
export function configurationHistory(offers: readonly OfferedText[]): (at: string) => InForce {
  const valid = offers.flatMap(({ text, recordedAt }) => {
    const read = readConfiguration(text, recordedAt);
    return read.ok ? [{ recordedAt, inForce: inForce(read) }] : [];
  });
  const standard = inForce(defaultConfiguration());
  return (at) => valid.findLast(({ recordedAt }) => recordedAt <= at)?.inForce ?? standard;
}

export interface CertifyGathered {
  readonly gathered: GatheredPopulation;
  /** Lists that the caller has besides those on record. */
  readonly lists: readonly IndependentList[];
  readonly configuration: (at: string) => InForce;
  readonly log: { readonly origin: string; readonly size: number; readonly root: Uint8Array };
  readonly certifiedAt: string;
}

/** Certifies what was gathered. @returns the certificate, and all the lists that it compared. @throws QueryError as `certify` does */
export function certifyGathered({ gathered, lists: own, configuration, log, certifiedAt }: CertifyGathered): {
  readonly certificate: Certificate;
  readonly lists: readonly IndependentList[];
} {
  const { population, differences } = gathered;
  const lists = [...gathered.lists, ...own];
  const { scope, period, items } = population;
  const expected = expectedLists(configuration(period.to), items, lists);
  const certificate = certify({
    population,
    lists,
    // What names no account could be anybody's.
    expected: expected.filter((one) => one.system !== "github" || inScope(scope, `ref:${one.scope}`)),
    log: { origin: log.origin, size: log.size, root: Buffer.from(log.root).toString("base64"), differences },
    certifiedAt,
  });
  return { certificate, lists };
}

/**
 * The same, with leaves of entries that were read without them.
 * @param leafOf leaf index by an entry's hash
 */
export function withLeaves(gathered: GatheredPopulation, leafOf: ReadonlyMap<string, number>): GatheredPopulation {
  const placed = <T extends { readonly restsOn: ItemRest }>(one: T): T => {
    const leaf = one.restsOn.leaf ?? leafOf.get(one.restsOn.hash);
    return leaf === undefined ? one : { ...one, restsOn: { ...one.restsOn, leaf } };
  };
  const { population } = gathered;
  return { ...gathered, population: { ...population, items: population.items.map(placed), outsiders: population.outsiders.map(placed) } };
}

/** Hashes of entries that a certificate or its items name and whose leaf is not known. */
export function unplaced(certificate: Certificate, items: readonly PopulationItem[]): string[] {
  return [...items, ...outsidersOf(certificate)].flatMap(({ restsOn }) => (restsOn.leaf === undefined ? [restsOn.hash] : []));
}
