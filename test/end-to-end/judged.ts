import { assessDossier, gatherDossiers } from "@change-ledger/evidence";
import type { FactsOf, SealedEntry, Subject } from "@change-ledger/model";
import { DEMONSTRATION_SECRETS, DEMONSTRATION_SETTINGS, demonstrationEvents } from "../../packages/local/demonstration/index.ts";
import { addDeployments, putConfiguration, putObjects } from "../../packages/local/kept-demonstration.ts";
import { bearer } from "../../packages/local/token.ts";
import { send } from "./played.ts";
import { type Running, run } from "./running.ts";

export const told = demonstrationEvents("2026-11-14T08:00:00.000Z");

/** Of whoever may read everything. */
export const TOKEN = "an-end-to-end-token-of-good-length";

/** What was last said of each change, and its open findings as `<test>/<code>`. */
export function saidOf(
  ledger: readonly SealedEntry[],
): Map<Subject, { readonly facts: FactsOf<"assessed">; readonly open: readonly string[] }> {
  const said = new Map<Subject, { facts: FactsOf<"assessed">; open: string[] }>();
  for (const { entry } of ledger.toSorted((a, b) => a.entry.seq - b.entry.seq)) {
    if (entry.kind !== "assessed") continue;
    const open = new Set(said.get(entry.subject)?.open ?? []);
    for (const { test, code } of entry.facts.opened) open.add(`${test}/${code}`);
    for (const name of entry.facts.resolved) open.delete(name);
    said.set(entry.subject, { facts: entry.facts, open: [...open].sort() });
  }
  return said;
}

export const changeOf = (number: number): Subject => {
  const open = told.scenarios.find((one) => one.number === number)?.open.find((of) => of.startsWith("change:"));
  return open ?? "change:none";
};

/** Plays the demonstration into a ledger of its own. */
export async function judged(events: typeof told.events): Promise<{ running: Running; ledger: readonly SealedEntry[] }> {
  const running = await run({ secrets: DEMONSTRATION_SECRETS, settings: DEMONSTRATION_SETTINGS, authorize: bearer(TOKEN) });
  addDeployments(running.stack, told);
  await putObjects(running.stack, told);
  await putConfiguration(running.stack, told);
  await send(running, events);
  await running.stack.quiet();
  return { running, ledger: await running.ledger() };
}

/** Changes of which something else was said last than what their dossiers, gathered now, give. */
export async function differing(said: ReturnType<typeof saidOf>): Promise<object[]> {
  // Only now: it reads the environment that the stack has set.
  const { assessPorts } = await import("@change-ledger/aws/wiring.ts");
  const ports = assessPorts();
  await ports.configurations.refresh();
  const work = [...said.keys()].map((change) => ({ change }));
  const dossiers = await gatherDossiers(
    ports,
    work,
    () => true,
    (_change, make) => make(),
  );
  const claimed = await ports.claimed(dossiers.map(({ change }) => change).filter((change) => change.includes("/push/")));
  const found = dossiers.map(async (dossier) => {
    const last = said.get(dossier.change);
    const asOf = new Date().toISOString();
    const now = assessDossier(dossier, await ports.configurations.at(asOf), asOf);
    const open = claimed.has(dossier.change) ? [] : now.findings.map(({ test, code }) => `${test}/${code}`).sort();
    return JSON.stringify(open) === JSON.stringify(last?.open) ? [] : [{ change: dossier.change, now: open, said: last?.open }];
  });
  return (await Promise.all(found)).flat();
}
