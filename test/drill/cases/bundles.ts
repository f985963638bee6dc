import { gunzipSync, gzipSync } from "node:zlib";
import { Bag } from "../bag.ts";
import type { DrillCase, DrillClass, Finding, Findings } from "../case.ts";
import { FOREIGN_ENVELOPE_SIGNER, RETIRED_ENVELOPE_SIGNER } from "../keys.ts";
import { edited, entryOf, lineOf, linesOf, rechained } from "../operator.ts";
import { differs, latest } from "../records.ts";
import { CHANGE, type World } from "../world.ts";

/** The record always tells; ours says what it is. */
const withRecord = (world: World, ...ours: readonly Finding[]): Findings => ({ ours: [...ours, differs(world)], python: [differs(world)] });

type Change = (bag: Bag, world: World) => void;
const within = (name: string, operator: string, change: Change, told: (bag: Bag, world: World) => Findings): DrillCase => ({
  name,
  operator,
  tamper: (world) => {
    const bag = new Bag(world, latest(world).key);
    const expected = told(new Bag(world, latest(world).key), world);
    change(bag, world);
    bag.store();
    return expected;
  },
});
/** As an operator would who has all keys: manifests and attestation are made anew. */
const resigned = (name: string, operator: string, change: Change, told: (bag: Bag, world: World) => Findings): DrillCase => ({
  name,
  operator,
  tamper: async (world) => {
    const bag = new Bag(world, latest(world).key);
    const expected = told(new Bag(world, latest(world).key), world);
    change(bag, world);
    (await bag.remakeManifests().attestAnew()).store();
    return expected;
  },
});

const ENTRIES = "data/entries.jsonl";
const ASSESSMENT = "data/assessment.json";
const review = (world: World) => entryOf(world, CHANGE, "review").entry;
/** Another record in a raw file: its body changed in one byte. */
function alterRaw(bag: Bag, path = bag.raw()[0] ?? ""): void {
  const record = gunzipSync(bag.bytes(path));
  const at = record.indexOf("\r\n\r\n") + 10;
  record[at] = (record[at] ?? 0) ^ 1;
  bag.files.set(path, gzipSync(record));
}
function swapRaw(bag: Bag): void {
  const [one = "", other = ""] = bag.raw();
  const [a, b] = [bag.bytes(one), bag.bytes(other)];
  bag.files.set(one, b);
  bag.files.set(other, a);
}
const lines = (bag: Bag): Uint8Array[] =>
  bag
    .text(ENTRIES)
    .split("\n")
    .slice(0, -1)
    .map((line) => Buffer.from(line));
const setLines = (bag: Bag, all: readonly Uint8Array[]): void => {
  bag.files.set(ENTRIES, Buffer.concat(all.flatMap((line) => [line, Buffer.from("\n")])));
};
const editReview: Change = (bag, world) => {
  const all = lines(bag);
  const at = lineOf(all, CHANGE, review(world).seq);
  setLines(
    bag,
    all.map((line, nth) => (nth === at ? edited(line, { "facts.state": "dismissed" }) : line)),
  );
};
const rechainReview: Change = (bag, world) => {
  editReview(bag, world);
  const all = lines(bag);
  const own = linesOf(all, CHANGE);
  setLines(bag, [...rechained(own.map((at) => all[at] as Uint8Array)), ...all.slice(own.length)]);
};

const ENTRY_AND_RAW: readonly DrillCase[] = [
  within("bag-entry", "edits an entry in a bundle", editReview, (_bag, world) => ({
    ours: [{ check: "chain-prev", subject: CHANGE, seq: review(world).seq + 1 }, { check: "file-differs", file: ENTRIES }, differs(world)],
  })),
  resigned(
    "bag-entry-rechain",
    "edits an entry in a bundle, links the chain again, makes manifests and attestation anew",
    rechainReview,
    (_bag, world) => ({
      ours: [{ check: "bundle-chains" }, { check: "proof", subject: CHANGE }, differs(world)],
      python: [{ check: "bundle-chains", subject: CHANGE }, { check: "proof" }, differs(world)],
    }),
  ),
  within(
    "raw",
    "edits a raw record",
    (bag) => alterRaw(bag),
    (bag, world) => ({
      ours: [{ check: "payload-differs", file: bag.raw()[0] ?? "" }, { check: "file-differs", file: bag.raw()[0] ?? "" }, differs(world)],
      python: [{ check: "file-differs", file: bag.raw()[0] ?? "" }, differs(world)],
    }),
  ),
  resigned(
    "raw-resigned",
    "edits a raw record, makes manifests and attestation anew",
    (bag) => alterRaw(bag),
    (bag, world) => withRecord(world, { check: "payload-differs", file: bag.raw()[0] ?? "" }),
  ),
  within("raw-swap", "swaps two raw records", swapRaw, (bag, world) => ({
    ours: [{ check: "payload-differs", file: bag.raw()[0] ?? "" }, { check: "payload-differs", file: bag.raw()[1] ?? "" }, differs(world)],
    python: [
      { check: "file-differs", file: bag.raw()[0] ?? "" },
      { check: "file-differs", file: bag.raw()[1] ?? "" },
    ],
  })),
  resigned("raw-swap-resigned", "swaps two raw records, makes manifests and attestation anew", swapRaw, (bag, world) =>
    withRecord(world, { check: "payload-differs", file: bag.raw()[0] ?? "" }, { check: "payload-differs", file: bag.raw()[1] ?? "" }),
  ),
  resigned(
    "raw-gone",
    "takes a raw record out, makes manifests and attestation anew",
    (bag) => bag.files.delete(bag.raw()[0] ?? ""),
    (_bag, world) => ({ ours: [{ check: "payload-missing" }, differs(world)] }),
  ),
];

const FILES: readonly DrillCase[] = [
  within(
    "file-gone",
    "removes a file from a bundle",
    (bag) => bag.files.delete("data/summary.html"),
    (_bag, world) => ({ ours: [{ check: "file-missing", file: "data/summary.html" }, differs(world)] }),
  ),
  within(
    "file-more",
    "adds a file to a bundle",
    (bag) => bag.files.set("data/note.txt", Buffer.from("approved by the board")),
    (_bag, world) => ({ ours: [{ check: "file-extra", file: "data/note.txt" }, differs(world)] }),
  ),
  {
    name: "file-more-manifests",
    operator: "adds a file and makes the manifests anew, the attestation stays",
    tamper: (world) => {
      const bag = new Bag(world, latest(world).key);
      bag.files.set("data/note.txt", Buffer.from("approved by the board"));
      bag.remakeManifests().store();
      return withRecord(world, { check: "attestation" }, { check: "file-extra", file: "data/note.txt" });
    },
  },
  within(
    "page",
    "alters the page that people read",
    (bag) => bag.files.set("data/summary.html", Buffer.from(`${bag.text("data/summary.html")}<p>Approved by the board.</p>`)),
    (_bag, world) => ({ ours: [{ check: "file-differs", file: "data/summary.html" }, differs(world)] }),
  ),
  {
    name: "assessment",
    operator: "puts in an assessment that nobody made, makes the manifests anew; the attestation stays",
    tamper: (world) => {
      const bag = new Bag(world, latest(world).key);
      bag.files.set(ASSESSMENT, Buffer.from('{"findings":[]}'));
      bag.remakeManifests().store();
      return withRecord(world, { check: "attestation" }, { check: "assessment", file: ASSESSMENT });
    },
  },
  resigned(
    "assessment-resigned",
    "puts in an assessment that nobody made, makes manifests and attestation anew",
    (bag) => bag.files.set(ASSESSMENT, Buffer.from('{"findings":[]}')),
    (_bag, world) => withRecord(world, { check: "assessment", file: ASSESSMENT }),
  ),
];

const PROOFS: readonly DrillCase[] = [
  resigned(
    "proof-gone",
    "takes a proof out",
    (bag) => bag.files.delete(bag.proofs()[0] ?? ""),
    (bag, world) => ({ ours: [{ check: "proof", file: bag.proofs()[0] ?? "" }, differs(world)] }),
  ),
  resigned(
    "proof-other",
    "puts the proof of another entry in a proof's place",
    (bag) => bag.files.set(bag.proofs()[0] ?? "", bag.bytes(bag.proofs()[1] ?? "")),
    (bag, world) => ({ ours: [{ check: "proof", file: bag.proofs()[0] ?? "" }, differs(world)] }),
  ),
  {
    name: "attestation-foreign",
    operator: "signs the attestation with a key that is nobody's",
    tamper: async (world) => {
      (await new Bag(world, latest(world).key).attestAnew(FOREIGN_ENVELOPE_SIGNER)).store();
      return withRecord(world, { check: "not-signed" });
    },
  },
  {
    name: "attestation-retired",
    operator: "signs the attestation with a key that was retired before",
    tamper: async (world) => {
      (await new Bag(world, latest(world).key).attestAnew(RETIRED_ENVELOPE_SIGNER)).store();
      return withRecord(world, { check: "retired-key" });
    },
  },
  {
    name: "attestation-outcome",
    operator: "attests another outcome",
    tamper: async (world) => {
      (await new Bag(world, latest(world).key).attestAnew(undefined, { outcome: "abandoned" })).store();
      return withRecord(world, { check: "attestation" });
    },
  },
];

export const BUNDLE_CASES: readonly DrillClass[] = [
  { title: "Entries and raw records of a bundle", cases: ENTRY_AND_RAW },
  { title: "Files of a bundle", cases: FILES },
  { title: "Proofs and attestation of a bundle", cases: PROOFS },
];
