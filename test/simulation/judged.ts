import type { Entry, FactsOf, Subject } from "@change-ledger/model";
import { assess, type InForce, inForce, readConfiguration } from "@change-ledger/procedure";
import { demonstrationConfiguration } from "../../packages/local/demonstration/configuration.ts";
import type { Emitted } from "../../packages/local/demonstration/index.ts";
import type { World } from "./world.ts";

const TEXT = demonstrationConfiguration(["shop", "api"]);

/** The company's configuration, offered on the bus; where it stands among the events chance decides. */
export function configurationEvent(seed: number): Emitted {
  const at = "2026-01-05T08:00:00.000Z";
  const event = {
    version: "0",
    id: `configuration-${seed}`,
    source: "acme.operations",
    "detail-type": "configuration.offered",
    account: "111122223333",
    region: "us-east-1",
    time: "2026-01-05T08:00:00Z",
    resources: [],
    detail: { version: 1, text: TEXT },
  };
  return { at, channel: "bus", event } as Emitted;
}

/** What was said of each change, in the order of its chain. */
export function wordsOf(world: World): Map<Subject, FactsOf<"assessed">[]> {
  const words = new Map<Subject, FactsOf<"assessed">[]>();
  for (const [of, chain] of world.chains.chains)
    for (const { entry } of chain) if (entry.kind === "assessed") words.set(of, [...(words.get(of) ?? []), entry.facts]);
  return words;
}

/**
 * Changes of which something else was said last than what all facts at once come to: the judge is given every entry of the ledger, whatever it is of, so that nothing
 * of what gathers dossiers is asked.
 */
export function differences(world: World): string[] {
  const entries = world.chains.all();
  const asOf = world.now();
  const rules = rulesOf();
  const words = wordsOf(world);
  const changes = new Set([...world.chains.chains.keys(), ...stubsOf(world)].filter((of) => of.startsWith("change:")));
  return [...changes].flatMap((change) => {
    const said = openOf(words.get(change) ?? []);
    const findings = stands(world, change) ? assess({ change, entries }, rules, asOf).findings : [];
    const now = findings.map(({ test, code }) => `${test}/${code}`).sort();
    return JSON.stringify(said) === JSON.stringify(now) ? [] : [`${change}: said ${said.join(" ")}; now ${now.join(" ")}`];
  });
}

let rules: InForce | undefined;
function rulesOf(): InForce {
  const read = readConfiguration(TEXT, "2026-01-01T00:00:00.000Z");
  if (!read.ok) throw new Error("expected a good configuration");
  rules ??= inForce(read);
  return rules;
}

/** Direct pushes that no merge claims. */
function stubsOf(world: World): Subject[] {
  return [...world.models.items.values()].flatMap(({ state }) =>
    state.type === "change" && state.stub !== undefined ? [state.subject] : [],
  );
}

/** A direct push that a merge claims, and a deployment that a change explains after all, are no changes. */
function stands(world: World, change: Subject): boolean {
  if (change.includes("/push/")) return stubsOf(world).includes(change);
  if (!change.startsWith("change:codedeploy/")) return true;
  return world.links.plans.get(change.replace("change:", "deployment:") as Subject)?.carries.includes(change) === true;
}

function openOf(words: readonly FactsOf<"assessed">[]): string[] {
  const open = new Set<string>();
  for (const { opened, resolved } of words) {
    for (const name of resolved) open.delete(name);
    for (const { test, code } of opened) open.add(`${test}/${code}`);
  }
  return [...open].sort();
}

/** What the bus was told of findings, each once, and what the entries say. */
export function findingsTold(world: World): { readonly told: readonly string[]; readonly entries: readonly string[] } {
  const told = world.told
    .filter(({ detail }) => detail.includes('"subject":"change:'))
    .map(({ detailType, detail }) => {
      const { finding, entry } = JSON.parse(detail) as {
        readonly finding: { readonly id: string };
        readonly entry: { readonly seq: number };
      };
      return `${detailType} ${finding.id} ${entry.seq}`;
    });
  const entries = world.chains
    .all()
    .flatMap(({ entry }: { readonly entry: Entry }) =>
      entry.kind === "assessed"
        ? [
            ...entry.facts.opened.map(({ test, code }) => `Finding opened ${entry.subject}#${test}/${code} ${entry.seq}`),
            ...entry.facts.resolved.map((name) => `Finding resolved ${entry.subject}#${name} ${entry.seq}`),
          ]
        : [],
    );
  return { told: [...new Set(told)].sort(), entries: entries.sort() };
}
