import { type Entry, type FactsOf, type Subject, subject } from "@change-ledger/model";
import { changesBrought, claimantsOf } from "./brought-changes.ts";
import { type Home, lineKey, pushKey, refOf, standsKey } from "./link-keys.ts";
import type { LinkItem, LinkKey, LinkStore } from "./ports.ts";

/** A push to a tracked ref, as one piece of the ref's line. */
export interface LinePiece {
  readonly home: Home;
  readonly ref: string;
  readonly before: string;
  readonly after: string;
  /** RFC 3339, UTC, ms: the sender's clock. */
  readonly at: string;
  readonly seq: number;
}

/** Where an entry of a ref's chain lies. */
interface RefPlace {
  readonly ref: Subject;
  readonly seq: number;
}

/** What stands around a push on record. */
interface Around {
  /** Pushes that end where it begins, others that begin there too, and, where none ends there, one before it; and how the host's rules judged it. */
  readonly entries: readonly RefPlace[];
  /** Numbers of the pull requests that came with it. */
  readonly claims: readonly string[];
}

/** At one commit of a branch more pushes than this can only be noise. */
const MOST = 20;
const NOTHING = /^0+$/;

/** Of a push of several parts the first stands for all. @param tracked whether pushes to this ref are production's history */
export function linePieceOf(entry: Entry, tracked: (home: Home, ref: string, isDefault: boolean) => boolean): LinePiece | undefined {
  const of = refOf(entry.subject);
  if (entry.kind !== "push" || of === undefined || (entry.part?.index ?? 0) > 0) return undefined;
  const { before, after, default: isDefault }: FactsOf<"push"> = entry.facts;
  return tracked(of.home, of.ref, isDefault === true) ? { ...of, before, after, at: entry.occurredAt, seq: entry.seq } : undefined;
}

/** Sets to be added so that the push is found by where it begins and where it ends. */
export function lineSets({ home, ref, before, after, seq }: LinePiece): (readonly [key: LinkKey, set: "from" | "to", value: string])[] {
  return [
    ...(NOTHING.test(before) ? [] : [[standsKey(home, ref, before), "from", `${after} ${seq}`] as const]),
    ...(NOTHING.test(after) ? [] : [[standsKey(home, ref, after), "to", `${before} ${seq}`] as const]),
  ];
}

/** Keys under which those lie that a push is beside: who begins where it ends, and where it begins. */
export function besideKeys({ home, ref, before, after }: LinePiece): LinkKey[] {
  return [after, before].filter((sha) => !NOTHING.test(sha)).map((sha) => standsKey(home, ref, sha));
}

/**
 * Changes that other pushes brought, and of which this one says something new: that none is missing before them, that another one begins where they do, or that there
 * was something before them.
 * @param asked holds what lies under `besideKeys`
 */
export async function changesBeside(
  links: Pick<LinkStore, "getMany" | "earliestAfter">,
  piece: LinePiece,
  asked: ReadonlyMap<LinkKey, LinkItem>,
): Promise<Subject[]> {
  const { home, ref, after, at, seq } = piece;
  // Whoever has a push before it changes nothing for those that had none: the first of its line did.
  const next = isHead(piece, asked) ? await links.earliestAfter(lineKey(home, ref), at) : undefined;
  const beside = besideKeys(piece).flatMap((key) => [...(asked.get(key)?.["from"] ?? [])].slice(0, MOST));
  const ends = [...beside.map((one) => endOf(one, seq)), ...(next === undefined ? [] : [next.split(" ")[1]])];
  const others = [...new Set(ends.filter((end) => end !== undefined && end !== after))] as string[];
  if (others.length === 0) return [];
  const pushes = await links.getMany(others.map((end) => pushKey(home, ref, end)));
  return others.flatMap((end) => changesBrought(home, end, claimsOf(pushes.get(pushKey(home, ref, end)))));
}

/** No recorded push ends where it begins. */
function isHead({ home, ref, before, seq }: LinePiece, asked: ReadonlyMap<LinkKey, LinkItem>): boolean {
  return ![...(asked.get(standsKey(home, ref, before))?.["to"] ?? [])].some((one) => endOf(one, seq) !== undefined);
}

/** Notes the pushes that nothing on record leads to: of a ref's line the earliest is always one of them. Doing it again changes nothing. */
export async function noteHeads(
  links: Pick<LinkStore, "note">,
  pieces: readonly LinePiece[],
  asked: ReadonlyMap<LinkKey, LinkItem>,
): Promise<void> {
  const heads = pieces.filter((piece) => isHead(piece, asked));
  await Promise.all(heads.map(({ home, ref, at, seq, after }) => links.note(lineKey(home, ref), at, `${seq} ${after}`)));
}

const endOf = (one: string, seq: number): string | undefined => {
  const [end, at] = one.split(" ");
  return Number(at) === seq ? undefined : end;
};

/** What stands around each of these pushes, in their order. Eventually consistent. */
export async function aroundOf(
  links: Pick<LinkStore, "getMany" | "latestBefore">,
  pieces: readonly LinePiece[],
): Promise<readonly Around[]> {
  const keys = pieces.flatMap(({ home, ref, before, after }) => [
    pushKey(home, ref, after),
    ...(NOTHING.test(before) ? [] : [standsKey(home, ref, before)]),
  ]);
  const items = keys.length === 0 ? new Map<LinkKey, LinkItem>() : await links.getMany([...new Set(keys)]);
  return await Promise.all(
    pieces.map(async ({ home, ref, before, after, at, seq }): Promise<Around> => {
      const stands = items.get(standsKey(home, ref, before));
      const seqs = (set: "from" | "to") => [...(stands?.[set] ?? [])].map((one) => Number(one.split(" ")[1])).filter((one) => one !== seq);
      const ended = seqs("to").slice(0, MOST);
      const last = ended.length > 0 ? undefined : await links.latestBefore(lineKey(home, ref), at);
      const push = items.get(pushKey(home, ref, after));
      const judged = [...(push?.["suite"] ?? [])].map(Number).slice(0, MOST);
      const found = [...ended, ...seqs("from").slice(0, MOST), ...(last === undefined ? [] : [Number(last.split(" ")[0])]), ...judged];
      const of = subject("ref", home, ref);
      return { entries: [...new Set(found)].map((one) => ({ ref: of, seq: one })), claims: claimsOf(push) };
    }),
  );
}

/** Numbers of the pull requests that claim a push, as many as are looked at. */
export function claimsOf(push: LinkItem | undefined): string[] {
  return claimantsOf(push).slice(0, MOST);
}
