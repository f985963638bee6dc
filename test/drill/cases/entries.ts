import type { DrillCase, DrillClass, Findings } from "../case.ts";
import { same } from "../case.ts";
import { edited, entryOf, leafOf, lineOf, type Told, told } from "../operator.ts";
import { CHANGE, type World } from "../world.ts";

/** The review that approved. */
const reviewOf = (world: World) => entryOf(world, CHANGE, "review").entry;

function alter(world: World, change: (line: Uint8Array) => Uint8Array): number {
  const at = lineOf(world.kept.ledger, CHANGE, reviewOf(world).seq);
  world.kept.ledger[at] = change(world.kept.ledger[at] as Uint8Array);
  return at;
}

/** The entry no more the log's, and the next one not linked to it. */
function differs(world: World): Findings {
  const { seq } = reviewOf(world);
  return same(
    { check: "ledger-differs", subject: CHANGE, seq, leaf: leafOf(world, CHANGE, seq) },
    { check: "chain-prev", subject: CHANGE, seq: seq + 1 },
  );
}

/** Ours knows by the lines around it which entry it is; the other one misses it. */
function unreadable(world: World, check: string): Findings {
  const where = { subject: CHANGE, seq: reviewOf(world).seq };
  return {
    ours: [
      { check, ...where },
      { check: "ledger-differs", ...where },
    ],
    python: [{ check }, { check: "ledger-missing", ...where }],
  };
}

const field = (name: string, operator: string, changes: Readonly<Record<string, unknown>>): DrillCase => ({
  name,
  operator,
  tamper: (world) => {
    alter(world, (line) => edited(line, changes));
    return differs(world);
  },
});

/** Every way to a member that holds no object, as `facts.state`. */
function* members(value: Told, above = ""): Generator<string> {
  for (const [name, inner] of Object.entries(value)) {
    if (typeof inner === "object" && inner !== null && !Array.isArray(inner)) yield* members(inner as Told, `${above}${name}.`);
    else yield above + name;
  }
}

/** Of each kind the first entry, with one member changed so that it still is an entry: another member each time. */
function alterEachKind(world: World): Findings {
  const found: Findings["ours"][number][] = [];
  const seen = new Set<string>();
  for (const [leaf, { entry, bytes }] of world.leaves.entries()) {
    if (seen.has(entry.kind)) continue;
    seen.add(entry.kind);
    const paths = [...members(told(bytes))].filter((path) => /^(facts|actor)\./.test(path));
    const path = paths[seen.size % paths.length] ?? "occurredAt";
    const before = path.split(".").reduce<unknown>((inner, name) => (inner as Told)[name], told(bytes));
    const after =
      typeof before === "string" ? `${before}x` : typeof before === "number" ? before + 1 : typeof before === "boolean" ? !before : [];
    const at = lineOf(world.kept.ledger, entry.subject, entry.seq);
    const value = path === "occurredAt" ? "2026-11-01T00:00:00.000Z" : after;
    world.kept.ledger[at] = edited(bytes, { [path]: value });
    if (JSON.stringify(value) !== JSON.stringify(before))
      found.push({ check: "ledger-differs", subject: entry.subject, seq: entry.seq, leaf });
  }
  return { ours: found };
}

export const ENTRY_CASES: DrillClass = {
  title: "Edit an entry of the ledger",
  cases: [
    field("edit-fact", "turns an approval into a dismissal", { "facts.state": "dismissed" }),
    field("edit-actor", "puts another person's login to a review", { "actor.login": "somebody-else" }),
    field("edit-occurred", "moves a review to an earlier time: the sender's clock", { occurredAt: "2026-11-02T08:00:01.000Z" }),
    field("edit-recorded", "moves a review to an earlier time: our clock", { recordedAt: "2026-11-02T08:00:01.000Z" }),
    field("edit-source-id", "gives an event another delivery's id", { "source.id": "72d3162e-cc78-11e3-81ab-4c9367dc0958" }),
    field("edit-auth", "says that a sender was authenticated otherwise", { "source.auth": "bus" }),
    field("edit-payload", "points an entry to another raw record", { "payload.sha256": "0".repeat(64) }),
    field("edit-kind", "calls a review something else", { kind: "comment" }),
    field("edit-actor-out", "takes the actor out", { actor: undefined }),
    { name: "edit-each-kind", operator: "changes a member of the first entry of every kind", tamper: alterEachKind },
    {
      name: "edit-prev",
      operator: "links an entry to another one",
      tamper: (world) => {
        alter(world, (line) => edited(line, { prev: "1".repeat(64) }));
        return same(
          { check: "chain-prev", subject: CHANGE, seq: reviewOf(world).seq },
          { check: "ledger-differs", subject: CHANGE, seq: reviewOf(world).seq },
        );
      },
    },
    {
      name: "edit-seq",
      operator: "numbers an entry otherwise",
      tamper: (world) => {
        const { seq } = reviewOf(world);
        alter(world, (line) => edited(line, { seq: seq + 100 }));
        return same({ check: "chain-gap", subject: CHANGE, seq: seq + 100 }, { check: "ledger-missing", subject: CHANGE, seq });
      },
    },
    {
      name: "edit-subject",
      operator: "puts an entry under another subject where it stands",
      tamper: (world) => {
        const { seq } = reviewOf(world);
        alter(world, (line) => edited(line, { subject: "change:github/acme/01-happy-path/pull/10" }));
        return same({ check: "ledger-missing", subject: CHANGE, seq, leaf: leafOf(world, CHANGE, seq) });
      },
    },
    {
      name: "edit-version",
      operator: "calls an entry one of another version",
      tamper: (world) => {
        alter(world, (line) => edited(line, { v: 2 }));
        return unreadable(world, "entry");
      },
    },
    {
      name: "edit-member-more",
      operator: "adds a member that no entry has",
      tamper: (world) => {
        alter(world, (line) => edited(line, { note: "seen by the board" }));
        return unreadable(world, "entry");
      },
    },
    {
      name: "edit-spelling",
      operator: "writes the same value otherwise: a blank more",
      tamper: (world) => {
        alter(world, (line) => Buffer.from(Buffer.from(line).toString("utf8").replace('"kind":', '"kind": ')));
        return unreadable(world, "canonical");
      },
    },
    {
      name: "edit-key-twice",
      operator: "says `kind` twice, so that readers disagree",
      tamper: (world) => {
        alter(world, (line) => Buffer.from(Buffer.from(line).toString("utf8").replace('"kind":', '"kind":"comment","kind":')));
        return unreadable(world, "canonical");
      },
    },
  ],
};
