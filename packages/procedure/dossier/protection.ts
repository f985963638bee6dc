import { matchesGlob } from "../configuration/glob.ts";
import type { Buckets } from "./buckets.ts";
import { compareRecorded, compareText, type Of, type Recorded } from "./recorded.ts";

type Settings = Of<"branch-protection">["entry"]["facts"]["settings"];
const HEADS = "refs/heads/";
type Required = Readonly<Record<string, string | number | boolean>>;

/** A time in which something that protects the branch was gone or weaker than it has to be. */
export interface Lapse {
  /** `branch protection main`, `rule set 5`. */
  readonly guard: string;
  readonly why: string;
  readonly from: string;
  /** Left out: it lasts. */
  readonly until?: string | undefined;
  readonly began: Recorded;
  readonly ended?: Recorded | undefined;
}

/** The guards of a branch over time. */
export interface Continuity {
  readonly lapses: readonly Lapse[];
  /** The first word on any guard; undefined: nothing is on record. */
  readonly since: string | undefined;
  readonly told: readonly Recorded[];
}

/** What a rule of branch protection may never say, whatever the configuration asks for. */
const NEVER: readonly (readonly [setting: string, isWeak: (value: Settings[string]) => boolean, words: string])[] = [
  ["pull_request_reviews_enforcement_level", (value) => value === "off", "pull requests need no review"],
  ["required_approving_review_count", (value) => value === 0, "no approval is required"],
  ["allow_force_pushes_enforcement_level", (value) => value !== "off", "forced pushes are allowed"],
  ["allow_deletions_enforcement_level", (value) => value !== "off", "the branch may be deleted"],
];

/**
 * The branch's protection rules and rule sets, each from its first word to the last: a lapse begins when one is deleted, disabled or weakened, and ends when it is
 * back. Each guard counts by itself: another one that still stands does not undo the lapse.
 * @param ref in full: `refs/heads/main`
 * @param required what the configuration asks of branch protection
 */
export function continuityOf(
  buckets: Pick<Buckets, "protections" | "rulesets">,
  home: string,
  ref: string,
  isDefault: boolean,
  required: Required,
): Continuity {
  const branch = ref.startsWith(HEADS) ? ref.slice(HEADS.length) : ref;
  const guards = new Map<string, { readonly told: Recorded; readonly weak: string | undefined }[]>();
  const add = (guard: string, told: Recorded, weak: string | undefined) => {
    const known = guards.get(guard);
    if (known === undefined) guards.set(guard, [{ told, weak }]);
    else known.push({ told, weak });
  };
  // In the order of the sender's clock: a guard that covered the branch and covers it no longer has lapsed.
  const rules = new Map<string, string>();
  for (const told of buckets.protections) {
    const { action, id, pattern, settings } = told.entry.facts;
    if (!told.entry.subject.startsWith(`ref:${home}/`)) continue;
    const covers = matchesGlob(pattern, branch);
    const before = rules.get(id);
    if (covers) {
      const guard = `branch protection ${pattern}`;
      rules.set(id, guard);
      add(guard, told, action === "deleted" ? "it was deleted" : weaknessOf(settings, required));
    } else if (before !== undefined) add(before, told, NO_LONGER);
  }
  const held = new Map<string, readonly string[]>();
  for (const told of buckets.rulesets) {
    const { action, id, enforcement, rules: now = [] } = told.entry.facts;
    if (!concerns(told.entry.subject, home)) continue;
    const before = held.get(id);
    const covers = coversBranch(told.entry.facts, ref, isDefault);
    if (before === undefined && !covers) continue;
    const lost = before?.find((rule) => !now.includes(rule));
    const weak =
      action === "deleted"
        ? "it was deleted"
        : enforcement !== "active"
          ? `its enforcement is ${enforcement}`
          : !covers
            ? NO_LONGER
            : lost !== undefined
              ? `its rule ${lost} was taken out`
              : undefined;
    if (before === undefined || weak === undefined) held.set(id, now);
    add(`rule set ${id}`, told, weak);
  }
  const lapses: Lapse[] = [];
  const told: Recorded[] = [];
  for (const [guard, words] of guards) {
    words.sort((a, b) => compareRecorded(a.told, b.told));
    let open: { readonly why: string; readonly from: string; readonly began: Recorded } | undefined;
    for (const word of words) {
      told.push(word.told);
      const at = word.told.entry.occurredAt;
      if (word.weak !== undefined) open ??= { why: word.weak, from: at, began: word.told };
      else if (open !== undefined) {
        lapses.push({ guard, ...open, until: at, ended: word.told });
        open = undefined;
      }
    }
    if (open !== undefined) lapses.push({ guard, ...open });
  }
  told.sort(compareRecorded);
  lapses.sort((a, b) => compareText(a.from, b.from) || compareText(a.guard, b.guard));
  return { lapses, since: told[0]?.entry.occurredAt, told };
}

function weaknessOf(settings: Settings, required: Required): string | undefined {
  for (const [name, isWeak, words] of NEVER) {
    const value = settings[name];
    if (value !== undefined && isWeak(value)) return words;
  }
  for (const [name, wanted] of Object.entries(required)) {
    const value = settings[name];
    const held = typeof wanted === "number" ? typeof value === "number" && value >= wanted : value === wanted;
    if (!held) return `${name} is ${value === undefined ? "not told" : String(value)} where ${String(wanted)} is required`;
  }
  return undefined;
}

const NO_LONGER = "it covers the branch no longer";

function coversBranch({ target, include, exclude }: Of<"ruleset">["entry"]["facts"], ref: string, isDefault: boolean): boolean {
  if (target !== undefined && target !== "branch") return false;
  return named(include, ref, isDefault, true) && !named(exclude, ref, isDefault, false);
}

/** A rule set lies on its repository, or on the organisation. */
function concerns(subject: string, home: string): boolean {
  const owner = home.slice(0, home.lastIndexOf("/"));
  return subject.startsWith(`ref:${home}/rulesets/`) || subject.startsWith(`ref:${owner}/rulesets/`);
}

/** @param otherwise what holds when the sender names no refs */
function named(list: readonly string[] | undefined, ref: string, isDefault: boolean, otherwise: boolean): boolean {
  if (list === undefined || list.length === 0) return otherwise;
  return list.some((one) => one === "~ALL" || (one === "~DEFAULT_BRANCH" && isDefault) || matchesGlob(one, ref));
}
