import type { Subject } from "@change-ledger/model";
import { commitKey, directPushChange, type Home, namesKey, pullRequestChange, pushKey } from "./link-keys.ts";
import { type PushRecord, parsePlace } from "./merge-index.ts";
import type { LinkItem, LinkStore } from "./ports.ts";

type Links = Pick<LinkStore, "getMany">;
const set = (item: LinkItem | undefined, name: string): readonly string[] => [...(item?.[name] ?? [])];

/** Changes that ever named these tickets, records or incidents, or whose head or reviewed revision these commits were. Eventually consistent. */
export async function changesNaming(links: Links, named: readonly Subject[]): Promise<Subject[]> {
  const items = await links.getMany(named.map(namesKey));
  return [...new Set([...items.values()].flatMap((item) => set(item, "c")))].sort() as Subject[];
}

/**
 * Changes that a commit belongs to: pull requests of which it was the head or a reviewed revision, or that were merged as it, and whatever the pushes that hold it brought.
 * Of a push with several merges it is the first merge at or behind the commit. Two reads, whatever the index holds. Eventually consistent.
 * @param homes repositories to look in
 */
export async function changesOfCommit(links: Links, homes: readonly Home[], sha: string): Promise<Subject[]> {
  const keys = homes.flatMap((home) => [commitKey(home, sha), namesKey(`commit:${home}/${sha}`)]);
  const items = keys.length === 0 ? new Map<string, LinkItem>() : await links.getMany(keys);
  const found = homes.map((home) => {
    const item = items.get(commitKey(home, sha));
    const named = set(items.get(namesKey(`commit:${home}/${sha}`)), "c") as Subject[];
    const merged = set(item, "pr").map((number) => pullRequestChange(home, number));
    return { home, direct: [...named, ...merged], places: set(item, "in").map(parsePlace) };
  });
  const pushKeys = found.flatMap(({ home, places }) => places.map(({ ref, after }) => pushKey(home, ref, after)));
  const pushes = pushKeys.length === 0 ? new Map<string, LinkItem>() : await links.getMany(pushKeys);
  const brought = found.flatMap(({ home, places }) =>
    places.map(({ ref, after }) => broughtBy(home, after, sha, pushes.get(pushKey(home, ref, after)))),
  );
  return [...new Set([...found.flatMap(({ direct }) => direct), ...brought])].sort();
}

function broughtBy(home: Home, after: string, sha: string, push: LinkItem | undefined): Subject {
  const records = set(push, "r")
    .map((text) => JSON.parse(text) as PushRecord)
    .sort((a, b) => a.part - b.part);
  const order = records.flatMap(({ commits }) => commits);
  const own = order.indexOf(sha);
  const claims = set(push, "pr")
    .map((claim) => claim.split(" "))
    .map(([merge = "", number = ""]) => ({ number, at: order.indexOf(merge) }))
    .sort((a, b) => a.at - b.at);
  const claim = claims.find(({ at }) => at >= own) ?? claims.at(-1);
  return claim === undefined ? directPushChange(home, after) : pullRequestChange(home, claim.number);
}
