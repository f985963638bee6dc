import type { ChainStore } from "@change-ledger/ledger";
import { type FactsOf, type Subject, subject } from "@change-ledger/model";
import { beforeEach, describe, expect, it } from "vitest";
import { seeded, shuffled } from "../../packages/local/seeded.ts";
import { Chaos } from "../simulation/chaos.ts";
import { Judging } from "./judging.ts";

const CHANGE = subject("change", "github", "acme", "shop", "pull", "7");
const TICKET: Subject = "ticket:jira/PAY-12";
const CONFIGURATION = {
  people: [{ id: "lee", roles: ["engineering-lead"], accounts: { jira: ["jira-lee"] } }],
  tickets: [{ project: "jira/PAY", approval: { statuses: ["Approved"], refused: ["Rejected"] } }],
};
const merged = (of = 7): FactsOf<"pull-request"> => ({
  action: "closed",
  author: { id: "1", login: "ada" },
  head: "a".repeat(40),
  headRef: "fix",
  base: "0".repeat(40),
  baseRef: "main",
  state: "merged",
  mergeSha: String(of).padStart(40, "b"),
  mergedBy: { id: "1", login: "ada" },
  tickets: [TICKET],
});
const moved = (status: string): FactsOf<"ticket"> => ({ action: "updated", status, type: "Story" });
const T3 = "T3/not-approved";

let ledger: Judging;
beforeEach(async () => {
  ledger = new Judging();
  await ledger.judge(await ledger.offer(CONFIGURATION));
  await ledger.tell(CHANGE, "pull-request", merged());
  await ledger.tell(TICKET, "ticket", moved("Rejected"));
  ledger.pass(30);
});

const causes = (of: Subject, seq: number) => ({ change: CHANGE, seen: { subject: of, seq } });
const expectRight = async () => {
  const now = await ledger.verdict(CHANGE);
  expect(ledger.said(CHANGE)).toEqual(now.findings.map(({ test, code }) => `${test}/${code}`).sort());
};

describe("judging", () => {
  it("says what is wrong once, and nothing more when it is judged again", async () => {
    const work = causes(TICKET, 0);
    expect(await ledger.judge(work)).toEqual(new Map());
    expect(ledger.said(CHANGE)).toContain(T3);
    const length = ledger.own(CHANGE).length;
    expect(await ledger.judge(work, { change: CHANGE })).toEqual(new Map());
    expect(ledger.own(CHANGE)).toHaveLength(length);
    await expectRight();
  });

  it("can be made again from what the record held at its instant", async () => {
    await ledger.judge(causes(TICKET, 0));
    await ledger.tell(TICKET, "ticket", moved("Approved"));
    await ledger.judge(causes(TICKET, 1));
    const words = ledger.words(CHANGE);
    expect(words).toHaveLength(2);
    for (const { asOf, outcomes } of words) expect((await ledger.verdict(CHANGE, asOf)).outcome).toBe(outcomes["change"]);
    expect(words[1]?.resolved).toEqual([T3]);
  });

  it("does not judge by a cause that it cannot see yet, or that another clock puts later than its own", async () => {
    const [work, early] = [causes(TICKET, 5), causes(TICKET, 0)];
    expect([...(await ledger.judge(work)).keys()]).toEqual([work]);
    const ports = { ...ledger.ports(), now: () => "2026-11-21T09:59:00.000Z" };
    const { assessChanges } = await import("@change-ledger/evidence");
    expect([...(await assessChanges(ports, [early])).keys()]).toEqual([early]);
    expect(ledger.words(CHANGE)).toEqual([]);
  });

  it("leaves out what somebody has judged since, but never what comes again", async () => {
    const early = await ledger.tell(TICKET, "ticket", moved("Approved"));
    ledger.pass(1);
    await ledger.judge({ change: CHANGE });
    let reads = 0;
    ledger.store = new Proxy(ledger.chains, {
      get: (chains, name) =>
        name === "read"
          ? (of: Subject, from: number, limit: number) => {
              if (of === TICKET) reads++;
              return chains.read(of, from, limit);
            }
          : Reflect.get(chains, name).bind?.(chains),
    });
    await ledger.judge({ ...early, change: CHANGE });
    expect(reads).toBe(0);
    await ledger.judge({ change: CHANGE, seen: { subject: TICKET, seq: 1 } });
    expect(reads).toBe(1);
  });

  it("judges nothing by the beginning of a chain that is too long", async () => {
    const [merge] = ledger.own(CHANGE);
    if (merge === undefined) throw new Error("expected the merge");
    const flooded: ChainStore = {
      ...bound(ledger.chains),
      read: async (of, from, limit) =>
        of === CHANGE ? Array.from({ length: limit }, () => merge) : await ledger.chains.read(of, from, limit),
    };
    ledger.store = flooded;
    const work = causes(TICKET, 0);
    const failed = await ledger.judge(work);
    expect(String(failed.get(work))).toContain("expected the whole chain");
  });
});

describe("two judgements that overlap", () => {
  /** The store of one process, which stops before its first insert until it is let go on. */
  function stopping(): { store: ChainStore; stopped: Promise<void>; goOn: () => void } {
    let [goOn, reached] = [() => {}, () => {}];
    const stopped = new Promise<void>((done) => (reached = done));
    const gate = new Promise<void>((done) => (goOn = done));
    const store: ChainStore = {
      ...bound(ledger.chains),
      insert: async (entries) => {
        reached();
        await gate;
        return await ledger.chains.insert(entries);
      },
    };
    return { store, stopped, goOn: () => goOn() };
  }

  it("the second of two who have something to say looks again", async () => {
    const { store, stopped, goOn } = stopping();
    ledger.store = store;
    const first = ledger.judge(causes(TICKET, 0));
    await stopped;
    ledger.store = ledger.chains;
    await ledger.tell(TICKET, "ticket", moved("Approved"));
    await ledger.judge(causes(TICKET, 1));
    expect(ledger.said(CHANGE)).not.toContain(T3);
    goOn();
    expect(await first).toEqual(new Map());
    expect(ledger.said(CHANGE)).not.toContain(T3);
    await expectRight();
  });

  it("who has said something looks again: another one may have found that the word before still held", async () => {
    await ledger.judge(causes(TICKET, 0));
    await ledger.tell(TICKET, "ticket", moved("Approved"));
    const { store, stopped, goOn } = stopping();
    ledger.store = store;
    const first = ledger.judge(causes(TICKET, 1));
    await stopped;
    ledger.store = ledger.chains;
    await ledger.tell(TICKET, "ticket", moved("Rejected"));
    const length = ledger.own(CHANGE).length;
    await ledger.judge(causes(TICKET, 2));
    expect(ledger.own(CHANGE), "the second had nothing to say").toHaveLength(length);
    goOn();
    expect(await first).toEqual(new Map());
    expect(ledger.said(CHANGE)).toContain(T3);
    await expectRight();
  });

  it("and failing between the two, it comes again and looks", async () => {
    await ledger.judge(causes(TICKET, 0));
    await ledger.tell(TICKET, "ticket", moved("Approved"));
    let inserted = false;
    ledger.store = {
      ...bound(ledger.chains),
      insert: async (entries) => {
        inserted = true;
        await ledger.tell(TICKET, "ticket", moved("Rejected"));
        await ledger.judgeWith(ledger.chains, causes(TICKET, 2));
        return await ledger.chains.insert(entries);
      },
      read: async (of, from, limit) => {
        if (inserted) throw new Error("down");
        return await ledger.chains.read(of, from, limit);
      },
    };
    const work = causes(TICKET, 1);
    await expect(ledger.judge(work)).rejects.toThrow("down");
    expect(ledger.said(CHANGE), "the word of who failed").not.toContain(T3);
    ledger.store = ledger.chains;
    expect(await ledger.judge(work)).toEqual(new Map());
    await expectRight();
  });

  it("in any interleaving the last word is right", async () => {
    for (let seed = 25; seed < 50; seed++) {
      const random = seeded(seed);
      const chaos = new Chaos(seed, { before: 0, after: 0, crash: 0 });
      const of = subject("change", "github", "acme", "shop", "pull", String(1000 + seed));
      const tickets = [1, 2].map((at): Subject => `ticket:jira/PAY-${seed}${at}`);
      await ledger.tell(of, "pull-request", { ...merged(seed), tickets });
      for (const one of tickets) await ledger.tell(one, "ticket", moved("Rejected"));
      ledger.pass(30);
      await ledger.judge({ change: of });
      ledger.store = chaos.wrap(ledger.chains, () => {});
      const open = { count: 0 };
      const judging = shuffled([...tickets, ...tickets, ...tickets], random).map(async (ticket, nth) => {
        open.count++;
        for (let wait = nth * Math.floor(random() * 12); wait > 0; wait--) await chaos.turn();
        const { seen } = await ledger.tell(ticket, "ticket", moved(random() < 0.5 ? "Approved" : "Rejected"));
        if (seen === undefined) throw new Error("expected a cause");
        let work = [{ change: of, seen }];
        while (work.length > 0) work = [...(await ledger.judge(...work)).keys()] as typeof work;
        open.count--;
      });
      await chaos.drive(() => open.count === 0, 20_000);
      await Promise.all(judging);
      ledger.store = ledger.chains;
      const now = await ledger.verdict(of);
      expect(ledger.said(of), `seed ${seed}`).toEqual(now.findings.map(({ test, code }) => `${test}/${code}`).sort());
    }
  });
});

describe("another configuration", () => {
  it("judges every change again, a page of a scope at a time", async () => {
    const [first, second, third, elsewhere] = [1, 2, 3, 4].map((number) =>
      subject("change", "github", number === 4 ? "beta" : "acme", "shop", "pull", String(number)),
    ) as [Subject, Subject, Subject, Subject];
    ledger.listed.push(first, second, third, elsewhere, "change:servicenow/CHG0030192");
    const seen = { subject: "config:default" as const, seq: 1 };
    await ledger.judge({ home: "*", seen });
    expect(ledger.again.splice(0)).toEqual([
      { home: "github/acme/shop", seen },
      { home: "github/beta/shop", seen },
      { home: "servicenow/CHG0030192", seen },
    ]);
    await ledger.judge({ home: "github/acme/shop", seen });
    expect(ledger.again.splice(0)).toEqual([
      { change: first, seen },
      { change: second, seen },
      { home: "github/acme/shop", after: { at: "", subject: second }, seen },
    ]);
    await ledger.judge({ home: "github/acme/shop", after: { at: "", subject: second }, seen });
    expect(ledger.again.splice(0)).toEqual([{ change: third, seen }]);
    await ledger.judge({ home: "github/acme", seen });
    expect(ledger.again.splice(0)).toEqual([{ home: "github/acme/shop", seen }]);
  });

  it("opens and resolves what it changes, and names its version", async () => {
    await ledger.judge(causes(TICKET, 0));
    expect(ledger.said(CHANGE)).toContain(T3);
    const linked = { ...CONFIGURATION, tickets: [{ project: "jira/PAY", linked: true }] };
    await ledger.judge(await ledger.offer(linked));
    await ledger.judge({ change: CHANGE, seen: { subject: "config:default", seq: 3 } });
    expect(ledger.said(CHANGE)).not.toContain(T3);
    const [before, after] = ledger.words(CHANGE);
    expect(after?.configuration).not.toBe(before?.configuration);
    await expectRight();
  });

  it("that is bad changes no verdict", async () => {
    await ledger.judge(causes(TICKET, 0));
    const length = ledger.own(CHANGE).length;
    await ledger.judge(await ledger.offer("people: [{ id: ada, roles: [king] }]"));
    expect(ledger.own("config:default").map(({ entry }) => (entry.facts as FactsOf<"configuration">).status)).toEqual([
      "offered",
      "in-force",
      "offered",
      "refused",
    ]);
    await ledger.judge({ change: CHANGE });
    expect(ledger.own(CHANGE)).toHaveLength(length);
  });

  it("that this process has not read yet is waited for", async () => {
    const work = { change: CHANGE, seen: { subject: "config:default" as const, seq: 7 } };
    expect([...(await ledger.judge(work)).keys()]).toEqual([work]);
  });
});

describe("deadlines", () => {
  it("stand while they lie ahead, become findings when they have passed, and are taken away", async () => {
    const of = subject("change", "github", "acme", "shop", "pull", "8");
    const work = await ledger.tell(of, "pull-request", merged(8));
    await ledger.judge(work);
    // The ticket has to be approved a day after the merge; that nobody has verified the record yet is looked at again later.
    const [merge] = ledger.own(of);
    expect(Date.parse(ledger.due.get(of) ?? "") - Date.parse(merge?.entry.occurredAt ?? "")).toBe(24 * 3_600_000);
    expect(ledger.said(of)).not.toContain(T3);
    ledger.pass(70 * 24);
    await ledger.judge({ change: of });
    expect(ledger.said(of)).toContain(T3);
    expect(ledger.due.get(of)).toBeUndefined();
  });
});

/** The methods of a store as members. */
function bound(chains: ChainStore): ChainStore {
  return {
    tail: (of, limit) => chains.tail(of, limit),
    read: (of, from, limit, options) => chains.read(of, from, limit, options),
    insert: (entries) => chains.insert(entries),
    markers: (keys) => chains.markers(keys),
    mark: (markers) => chains.mark(markers),
  };
}
