import type { Subject } from "@change-ledger/model";
import { type Assessment, assess, type Dossier, type InForce, type TestId } from "@change-ledger/procedure";
import { configured, type Patch } from "./configured.ts";
import { type Arrived, Ledger } from "./ledger.ts";
import { Story } from "./story.ts";

/** What an audit test is to say: the outcome, or the outcome and the reason's code. */
export type Expected = Partial<Record<TestId, string>>;

/** A scenario: given a company by the book, when something happens, then the tests say so. */
export interface Scenario {
  readonly number: number;
  /** The audit test that it is about: the hundreds of its number. */
  readonly about: string;
  readonly title: string;
  readonly given: string;
  readonly when: string;
  /** Changes of the company's configuration. */
  readonly configuration?: Patch;
  /** Tells it; the change to judge, or the instant too (days after the story's end, when left out 10). */
  readonly tell: (story: Story) => Judged;
  readonly expects: Expected;
  /** Ids of findings, without the change, that must be there. */
  readonly findings?: readonly string[];
  /** Obligations by id, without the change. */
  readonly due?: readonly string[];
}

/** A scenario in one line of data. */
export function at(
  number: number,
  title: string,
  given: string,
  when: string,
  tell: Scenario["tell"],
  expects: Expected,
  more: Partial<Pick<Scenario, "configuration" | "findings" | "due">> = {},
): Scenario {
  return { number, about: `T${Math.floor(number / 100)}`, title, given, when, tell, expects, ...more };
}

type Judged = Subject | { readonly change: Subject; readonly asOf: string };

/** What a scenario's systems sent, the ledger that it made, and what is to be judged in it, when. */
interface Told {
  readonly arrived: readonly Arrived[];
  readonly ledger: Ledger;
  readonly dossier: Dossier;
  readonly change: Subject;
  readonly asOf: string;
}

/** A scenario, told and judged. */
export interface Played extends Told {
  readonly scenario: Scenario;
  readonly inForce: InForce;
  readonly assessment: Assessment;
}

// On globalThis: a mutation run loads this module many times over, and what is told does not depend on how it is judged.
const holder = globalThis as typeof globalThis & { scenariosTold?: Map<string, Told> };
holder.scenariosTold ??= new Map();
const told = holder.scenariosTold;

/** Tells the scenario once, however often it is played, and judges it anew. */
export function play(scenario: Scenario): Played {
  const key = `${scenario.number} ${scenario.tell}`;
  const known = told.get(key) ?? tell(scenario);
  told.set(key, known);
  const inForce = configured(scenario.configuration);
  return { ...known, scenario, inForce, assessment: assess(known.dossier, inForce, known.asOf) };
}

function tell({ number, tell: telling }: Scenario): Told {
  const story = new Story(number);
  const judged = telling(story);
  const arrived = story.arrived();
  const change = typeof judged === "string" ? judged : judged.change;
  const asOf = typeof judged === "string" ? daysLater(story.now(), 10) : judged.asOf;
  const ledger = new Ledger(arrived);
  return { arrived, ledger, dossier: ledger.dossier(change), change, asOf };
}

export function daysLater(at: string, days: number): string {
  return new Date(Date.parse(at) + days * 24 * 60 * 60 * 1000).toISOString();
}
