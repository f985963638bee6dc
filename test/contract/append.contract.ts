import { setTimeout as delay } from "node:timers/promises";
import { type Appended, append, ChainMemory, type Pending, verifyChain } from "@change-ledger/ledger";
import { type Subject, sha256Hex } from "@change-ledger/model";
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import type { OpenChains } from "./chains.contract.ts";
import { clientsFor, type Engine, type StartEngine } from "./engine.ts";
import { newSubject } from "./sealed.ts";

const WRITERS = 8;
const EVENTS = 20;

function event(subject: Subject, id: string): Pending {
  return {
    fact: {
      subject,
      occurredAt: "2026-01-01T00:00:00.000Z",
      source: { system: "jira", event: "created", id, auth: "hmac-sha256", norm: 1 },
      kind: "ticket",
      facts: { action: "created" },
    },
    payload: { sha256: sha256Hex(id), archive: "segments/x", offset: 0, length: 1 },
  };
}

/** `append` over a real table, with many writers at once. */
export function appendContract(name: string, start: StartEngine<OpenChains>): void {
  describe(`append: ${name}`, () => {
    let engine: Engine<OpenChains> | string | undefined;
    beforeAll(async () => {
      engine = await start();
    });
    afterAll(async () => {
      if (typeof engine === "object") await engine.close();
    });

    /** A process of its own: its adapter, its memory. What failed comes again, as from the queue. */
    let writers = 0;
    function writer(context: TestContext, remembers: boolean) {
      // Who takes a delivery in archives it: the same event comes from each writer with another reference, and so with another hash.
      const archive = `segments/${writers++}`;
      const ports = {
        store: clientsFor(engine, context)(),
        now: () => "2026-01-01T00:00:00.000Z",
        pause: (round: number) => delay(Math.random() * Math.min(250, 4 * 2 ** Math.min(round, 6))),
        ...(remembers ? { memory: new ChainMemory() } : {}),
      };
      return async (batch: readonly Pending[]): Promise<Appended[]> => {
        const outcomes: Appended[] = [];
        const archived = batch.map(({ fact, payload }) => ({ fact, ...(payload && { payload: { ...payload, archive } }) }));
        for (let pending: readonly Pending[] = archived; pending.length > 0; ) {
          const answers = await append(ports, pending);
          outcomes.push(...answers.filter(({ outcome }) => outcome !== "failed"));
          for (const answer of answers) if (answer.outcome === "failed" && answer.error.code !== "contended") throw answer.error;
          pending = pending.filter((_, at) => answers[at]?.outcome === "failed");
        }
        return outcomes;
      };
    }

    async function holds(context: TestContext, subject: Subject, ids: readonly string[]): Promise<void> {
      const chain = await clientsFor(engine, context)().read(subject, 0, 1000);
      const bytes = chain.map((sealed) => sealed.bytes);
      expect(verifyChain(subject, bytes)).toEqual([]);
      expect(chain.map(({ entry }) => entry.source.id).sort()).toEqual([...ids].sort());
    }

    it("records each event of 8 writers on one chain once, though half of them come to two and some twice in a batch", async (context) => {
      const subject = newSubject();
      const ids = Array.from({ length: WRITERS * EVENTS }, (_, n) => `event ${n}`);
      const share = (of: number) => ids.slice(of * EVENTS, (of + 1) * EVENTS).map((id) => event(subject, id));
      const outcomes = await Promise.all(
        Array.from({ length: WRITERS }, async (_, of) => {
          const take = writer(context, of % 2 === 0);
          const mine = [...share(of), ...share((of + 1) % WRITERS).slice(0, EVENTS / 2)];
          const answers: Appended[] = [];
          for (let at = 0; at < mine.length; at += 10)
            answers.push(...(await take([...mine.slice(at, at + 10), ...mine.slice(at, at + 2)])));
          return answers;
        }),
      );
      await holds(context, subject, ids);
      const told = outcomes.flat().map(({ outcome }) => outcome);
      expect(told.filter((outcome) => outcome === "appended")).toHaveLength(ids.length);
      expect(told).toHaveLength(WRITERS * 3 * 12);
      const again = await writer(context, false)(ids.map((id) => event(subject, id)));
      expect(again.filter(({ outcome }) => outcome !== "duplicate")).toEqual([]);
      await holds(context, subject, ids);
    });

    it("records many chains side by side, more than one call of the table holds", async (context) => {
      const subjects = Array.from({ length: 30 }, () => newSubject());
      const ids = Array.from({ length: 10 }, (_, n) => `event ${n}`);
      const batch = subjects.flatMap((subject) => ids.map((id) => event(subject, id)));
      await Promise.all(Array.from({ length: 3 }, (_, of) => writer(context, of === 0)(of === 1 ? batch.toReversed() : batch)));
      for (const subject of subjects)
        await holds(
          context,
          subject,
          Array.from({ length: 10 }, (_, n) => `event ${n}`),
        );
    });
  });
}
