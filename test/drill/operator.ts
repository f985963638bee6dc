import { Edge, type Signer, signCheckpoint, tilePath } from "@change-ledger/log";
import { canonicalBytes, type Entry, leafHash, NO_PREVIOUS, openEntry, type SealedEntry } from "@change-ledger/model";
import { at, NOTE_SIGNERS, ORIGIN, ROTATION_ENDS_AT } from "./keys.ts";
import { hourPath, hoursOf } from "./mirror.ts";
import type { Kept, World } from "./world.ts";

/** A line of an export or a leaf, loosely: an operator keeps to no schema. */
export type Told = Record<string, unknown>;

export function told(bytes: Uint8Array): Told {
  return JSON.parse(Buffer.from(bytes).toString("utf8")) as Told;
}

/** The entry's bytes with members changed: `facts.state` names a member of a member; undefined takes it out. */
export function edited(bytes: Uint8Array, changes: Readonly<Record<string, unknown>>): Uint8Array {
  const entry = told(bytes);
  for (const [path, value] of Object.entries(changes)) {
    const names = path.split(".");
    const last = names.pop() ?? "";
    const holder = names.reduce((inner, name) => inner[name] as Told, entry);
    if (value === undefined) delete holder[last];
    else holder[last] = value;
  }
  return canonicalBytes(entry);
}

/** Where a chain's lines stand in the export. */
export function linesOf(ledger: readonly Uint8Array[], subject: string): number[] {
  return ledger.flatMap((line, at) => (told(line)["subject"] === subject ? [at] : []));
}

/** The line of an entry. */
export function lineOf(ledger: readonly Uint8Array[], subject: string, seq: number): number {
  return linesOf(ledger, subject)[seq] ?? -1;
}

/** The chain's lines with `seq` and `prev` made right. */
export function rechained(lines: readonly Uint8Array[]): Uint8Array[] {
  const chain: Uint8Array[] = [];
  let prev = NO_PREVIOUS;
  for (const line of lines) {
    const bytes = edited(line, { seq: chain.length, prev });
    chain.push(bytes);
    prev = leafHash(bytes);
  }
  return chain;
}

/** Puts another chain in the place of the subject's. */
export function replaceChain(kept: Kept, subject: string, chain: (lines: Uint8Array[]) => readonly Uint8Array[]): void {
  const places = linesOf(kept.ledger, subject);
  const lines = places.map((place) => kept.ledger[place] as Uint8Array);
  kept.ledger.splice(places[0] ?? 0, places.length, ...chain(lines));
}

/** The export in the order that it has to have. */
function inOrder(lines: readonly Uint8Array[]): Uint8Array[] {
  const known = lines.map((line) => ({ line, entry: told(line) }));
  known.sort((a, b) =>
    String(a.entry["subject"]) < String(b.entry["subject"])
      ? -1
      : a.entry["subject"] === b.entry["subject"]
        ? Number(a.entry["seq"]) - Number(b.entry["seq"])
        : 1,
  );
  return known.map(({ line }) => line);
}

/** A leaf of a log that is made anew, with the index that it had, if it had one. */
export interface Leaf {
  readonly bytes: Uint8Array;
  readonly was?: number;
}

export const leavesOf = ({ leaves }: World): Leaf[] => leaves.map(({ bytes }, was) => ({ bytes, was }));

/** Each leaf's bytes changed, and the entries behind it in its chain linked again. */
export function relinked(leaves: readonly Leaf[]): Leaf[] {
  const heads = new Map<string, { seq: number; hash: string }>();
  return leaves.map(({ bytes, ...rest }) => {
    const subject = String(told(bytes)["subject"]);
    const head = heads.get(subject) ?? { seq: 0, hash: NO_PREVIOUS };
    const entry = edited(bytes, { seq: head.seq, prev: head.hash });
    heads.set(subject, { seq: head.seq + 1, hash: leafHash(entry) });
    return { ...rest, bytes: entry };
  });
}

export interface Relog {
  /** Signs the current checkpoint. */
  readonly signers?: readonly Signer[];
  /** Hours from this size on are signed again (0: all); those before stay as they were. */
  readonly hoursFrom?: number;
  /** Leaves hours alone altogether. */
  readonly keepHours?: boolean;
}

/** Makes the log anew from these leaves: tiles, hours as large as the leaves that they had, checkpoint; and the ledger with it. */
export async function relog(kept: Kept, leaves: readonly Leaf[], options: Relog = {}): Promise<void> {
  const { signers = [NOTE_SIGNERS.present], hoursFrom = 0, keepHours = false } = options;
  const hours = hoursOf(kept.log).map((hour) => ({ hour, size: sizeOf(kept.log.get(hourPath(hour)) ?? new Uint8Array()) }));
  const due = new Map<number, string[]>();
  for (const { hour, size } of keepHours ? [] : hours)
    if (size >= hoursFrom) due.set(reach(leaves, size), [...(due.get(reach(leaves, size)) ?? []), hour]);
  for (const path of [...kept.log.keys()]) if (path.startsWith("tile/")) kept.log.delete(path);
  const edge = new Edge();
  for (const { bytes } of leaves) {
    edge.append(bytes);
    for (const hour of due.get(edge.size) ?? [])
      kept.log.set(
        hourPath(hour),
        await signCheckpoint({ origin: ORIGIN, size: edge.size, root: edge.root(), extensions: [`hour ${hour}`] }, signersOf(hour)),
      );
  }
  for (const { tile, bytes } of edge.takeTiles()) kept.log.set(tilePath(tile), bytes);
  kept.log.set("checkpoint", await signCheckpoint({ origin: ORIGIN, size: edge.size, root: edge.root(), extensions: [] }, signers));
  kept.ledger = inOrder(leaves.map(({ bytes }) => bytes));
}

/** So many of the leaves lie before the first that came at `size` or later. */
function reach(leaves: readonly Leaf[], size: number): number {
  const first = leaves.findIndex(({ was }) => was !== undefined && was >= size);
  return first === -1 ? leaves.length : first;
}

/** Who signs an hour, by the rotation that there was. */
function signersOf(hour: string): readonly Signer[] {
  return at(`${hour}:59:59.999Z`) < at(ROTATION_ENDS_AT) ? [NOTE_SIGNERS.old, NOTE_SIGNERS.present] : [NOTE_SIGNERS.present];
}

/** A file of the log. */
export function fileOf(kept: Kept, path: string): Uint8Array {
  const bytes = kept.log.get(path);
  if (bytes === undefined) throw new Error(`no ${path}`);
  return bytes;
}

/** Signs what a note states as the current checkpoint. */
export async function signAsCurrent(kept: Kept, note: Uint8Array, signers: readonly Signer[], origin = ORIGIN): Promise<void> {
  kept.log.set("checkpoint", await signCheckpoint({ origin, size: sizeOf(note), root: rootOf(note), extensions: [] }, signers));
}

/** Signs an hour again, with this head. */
export async function signHour(
  kept: Kept,
  hour: string,
  head: { readonly size: number; readonly root: Uint8Array },
  signers = signersOf(hour),
): Promise<void> {
  kept.log.set(hourPath(hour), await signCheckpoint({ origin: ORIGIN, ...head, extensions: [`hour ${hour}`] }, signers));
}

/** The size and the root hash that a note states. */
export function headOf(note: Uint8Array): { readonly size: number; readonly root: Uint8Array } {
  return { size: sizeOf(note), root: rootOf(note) };
}

function rootOf(note: Uint8Array): Uint8Array {
  return Buffer.from(Buffer.from(note).toString("utf8").split("\n")[2] ?? "", "base64");
}

/** The hour whose checkpoint the auditor took. */
export function heldHour({ held }: World): string {
  const note = Buffer.from(held.checkpoints[1]?.note ?? "").toString("utf8");
  return /^hour (.*)$/m.exec(note)?.[1] ?? "";
}

export function sizeOf(note: Uint8Array): number {
  return Number(Buffer.from(note).toString("utf8").split("\n")[1]);
}

/** Leaf index of an entry. */
export function leafOf(world: World, subject: string, seq: number): number {
  return world.leaves.findIndex(({ entry }) => entry.subject === subject && entry.seq === seq);
}

/** The first entry of a kind in a chain. */
export function entryOf(world: World, subject: string, kind: Entry["kind"]): SealedEntry {
  const found = world.leaves.find(({ entry }) => entry.subject === subject && entry.kind === kind);
  if (found === undefined) throw new Error(`no ${kind} in ${subject}`);
  return found;
}

/** An entry made up from another, for the end of a chain. */
export function madeUp(like: SealedEntry, changes: Readonly<Record<string, unknown>>): Uint8Array {
  const bytes = edited(like.bytes, changes);
  openEntry(bytes);
  return bytes;
}
