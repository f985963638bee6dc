import type { Subject } from "@change-ledger/model";
import { type ChangeSummary, evolve, type Summary } from "@change-ledger/query";
import { expect, it } from "vitest";
import { callerWith } from "../../packages/api/caller.ts";
import { readDossier } from "../../packages/api/dossier.ts";
import { chainOf, pullRequest } from "../evidence/dossiers.ts";
import { MemoryChains } from "../ledger/memory.ts";
import { UNREAD_PORTS } from "./unread.ts";

it("brings along the incident that a change's record answers to, once", async () => {
  const change: Subject = "change:github/acme/cargo/pull/900";
  const record: Subject = "change:servicenow/CHG0030900";
  const incident: Subject = "incident:servicenow/INC0010900";
  const chains = new MemoryChains();
  const answers = { kind: "record" as const, facts: { action: "insert", incident } };
  const own = chainOf(change, [{ fact: pullRequest({ tickets: [record] }) }]);
  for (const { entries } of [
    own,
    chainOf(record, [{ fact: answers }, { fact: answers }]),
    chainOf(incident, [{ fact: { kind: "incident", facts: { action: "insert" } } }]),
  ])
    for (const entry of entries) await chains.insert([entry]);
  let summary: Summary | undefined;
  for (const entry of own.entries) {
    const folded = evolve(change, summary, entry);
    if (folded !== undefined && "state" in folded) summary = folded.state;
  }
  const told = await readDossier(
    { ...UNREAD_PORTS, chains },
    summary as ChangeSummary,
    callerWith({ kind: "token", id: "auditor" }, ["ledger:read"], undefined),
  );
  expect(told.map(({ subject, entries }) => [subject, entries.length])).toEqual([
    [change, 1],
    [record, 2],
    [incident, 1],
  ]);
});
