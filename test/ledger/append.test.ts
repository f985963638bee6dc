import { append, ChainMemory, type Pending, UNMARKED_ENTRIES, verifyChain } from "@change-ledger/ledger";
import { type SourceFact, type Subject, sha256Hex } from "@change-ledger/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MemoryChains } from "./memory.ts";

const SUBJECT: Subject = "ticket:jira/PAY-12";
let ms = Date.parse("2026-01-01T00:00:00.000Z");
const ports = (store: MemoryChains) => ({ store, now: () => new Date(ms++).toISOString(), pause: async () => {} });

function event(id: string, body = id, subject: Subject = SUBJECT): Pending {
  const fact: SourceFact = {
    subject,
    occurredAt: "2026-01-01T00:00:00.000Z",
    source: { system: "jira", event: "created", id, auth: "hmac-sha256", norm: 1 },
    kind: "ticket",
    facts: { action: "created" },
  };
  return { fact, payload: { sha256: sha256Hex(body), archive: "segments/x", offset: 0, length: 1 } };
}

/** A store that takes its time, and tells how often a place was found taken. */
function slowly(store: MemoryChains): { readonly store: MemoryChains; readonly taken: () => number } {
  let taken = 0;
  const slow = new Proxy(store, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof value !== "function" || name === "all") return value;
      return async (...args: unknown[]) => {
        await new Promise((done) => setImmediate(done));
        const answer: unknown = await (value as (...args: unknown[]) => unknown).apply(target, args);
        if (name === "insert") taken += (answer as string[]).filter((one) => one === "taken").length;
        return answer;
      };
    },
  });
  return { store: slow, taken: () => taken };
}

describe("append", () => {
  it("records each event once, in a verifiable chain, however often and in whatever batches it comes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(fc.nat({ max: 30 }), { maxLength: 12 }), { maxLength: 12 }), async (batches) => {
        const store = new MemoryChains();
        for (const batch of batches)
          await append(
            ports(store),
            batch.map((id) => event(`e${id}`)),
          );
        const chain = await store.read(SUBJECT, 0, 1000);
        expect(
          verifyChain(
            SUBJECT,
            chain.map(({ bytes }) => bytes),
          ),
        ).toEqual([]);
        expect(chain.map(({ entry }) => entry.source.id).sort()).toEqual([...new Set(batches.flat().map((id) => `e${id}`))].sort());
      }),
    );
  });

  it("tells what became of each event", async () => {
    const store = new MemoryChains();
    const outcomes = await append(ports(store), [event("a"), event("b"), event("a")]);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(["appended", "appended", "duplicate"]);
    expect((await append(ports(store), [event("b")])).map(({ outcome }) => outcome)).toEqual(["duplicate"]);
  });

  it("keeps 16 writers on one chain from losing or doubling an event", async () => {
    const store = new MemoryChains();
    const { store: slow } = slowly(store);
    await Promise.all(
      Array.from({ length: 16 }, (_, writer) =>
        append(
          ports(slow),
          Array.from({ length: 6 }, (_, at) => event(at % 2 === 0 ? `shared-${at}` : `w${writer}-${at}`)),
        ),
      ),
    );
    const chain = await store.read(SUBJECT, 0, 1000);
    expect(
      verifyChain(
        SUBJECT,
        chain.map(({ bytes }) => bytes),
      ),
    ).toEqual([]);
    expect(chain).toHaveLength(3 + 16 * 3);
  });

  it("writes no marker for entries in sight, asks markers for the others, and marks many in one call", async () => {
    const store = new MemoryChains();
    let calls = 0;
    const counting = new Proxy(store, {
      get: (target, name, receiver) => {
        const value: unknown = Reflect.get(target, name, receiver);
        if (name === "mark") calls++;
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    const memory = new ChainMemory();
    const total = 5 * UNMARKED_ENTRIES;
    for (let id = 0; id < total; id++) {
      await append({ ...ports(counting), memory }, [event(`e${id}`)]);
      if (id < UNMARKED_ENTRIES) expect(store.marked.size).toBe(0);
      expect(store.marked.size).toBeGreaterThanOrEqual(id + 1 - UNMARKED_ENTRIES);
    }
    expect(calls).toBe(4);
    const again = await append(
      ports(store),
      Array.from({ length: total }, (_, id) => event(`e${id}`)),
    );
    expect(new Set(again.map(({ outcome }) => outcome))).toEqual(new Set(["duplicate"]));
  });

  it("asks no marker of a chain that this process saw from its beginning on, and still knows each event", async () => {
    const store = new MemoryChains();
    let asked = 0;
    const counting = new Proxy(store, {
      get: (target, name, receiver) => {
        const value: unknown = Reflect.get(target, name, receiver);
        if (name === "markers" || name === "tail" || name === "read") asked++;
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    const total = 5 * UNMARKED_ENTRIES;
    const all = Array.from({ length: total }, (_, id) => event(`e${id}`));
    const memory = new ChainMemory();
    for (const each of all) await append({ ...ports(counting), memory }, [{ ...each, begins: true }]);
    const again = await append({ ...ports(counting), memory }, all);
    expect(new Set(again.map(({ outcome }) => outcome))).toEqual(new Set(["duplicate"]));
    expect(asked).toBe(0);
    // The same body under another id is flagged as ever.
    await append({ ...ports(counting), memory }, [event("other", "e1")]);
    expect((await store.read(SUBJECT, total, 1))[0]?.entry.source.replays).toBe("e1");
  });

  it("records each event once where several processes, each with its memory, write in turn", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat({ max: 2 }), fc.array(fc.nat({ max: 60 }), { maxLength: 20 })), { maxLength: 12 }),
        async (turns) => {
          const store = new MemoryChains();
          const memories = [new ChainMemory(), new ChainMemory(), undefined];
          for (const [writer, ids] of turns) {
            const memory = memories[writer];
            await append(
              { ...ports(store), ...(memory === undefined ? {} : { memory }) },
              ids.map((id) => event(`e${id}`)),
            );
          }
          const chain = await store.read(SUBJECT, 0, 1000);
          expect(
            verifyChain(
              SUBJECT,
              chain.map(({ bytes }) => bytes),
            ),
          ).toEqual([]);
          expect(chain.map(({ entry }) => entry.source.id).sort()).toEqual(
            [...new Set(turns.flatMap(([, ids]) => ids.map((id) => `e${id}`)))].sort(),
          );
        },
      ),
    );
  });

  it("lets batches that share a memory take turns at a chain, so that none finds its place taken", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(fc.nat({ max: 40 }), { maxLength: 12 }), { minLength: 2, maxLength: 6 }), async (batches) => {
        const plain = new MemoryChains();
        const { store, taken } = slowly(plain);
        const memory = new ChainMemory();
        const subjects: readonly Subject[] = ["ticket:jira/PAY-1", "ticket:jira/PAY-2", "ticket:jira/PAY-3"];
        const pause = () => new Promise<void>((done) => setTimeout(done, 2));
        const outcomes = await Promise.all(
          batches.map((ids) =>
            append(
              { ...ports(store), memory, pause },
              ids.map((id) => event(`e${id}`, `e${id}`, subjects[id % subjects.length])),
            ),
          ),
        );
        expect(taken()).toBe(0);
        const appended = outcomes.flat().filter(({ outcome }) => outcome === "appended").length;
        expect(appended).toBe(new Set(batches.flat()).size);
        for (const subject of subjects) {
          const chain = await plain.read(subject, 0, 1000);
          const faults = verifyChain(
            subject,
            chain.map(({ bytes }) => bytes),
          );
          expect(faults).toEqual([]);
        }
      }),
    );
  });

  it("goes on with a batch's other chains while another batch has its turn", async () => {
    const plain = new MemoryChains();
    const { store } = slowly(plain);
    const memory = new ChainMemory();
    const busy: Subject = "ticket:jira/BUSY-1";
    const free: Subject = "ticket:jira/FREE-1";
    const many = Array.from({ length: 20 }, (_, id) => event(`e${id}`, `e${id}`, busy));
    const first = append({ ...ports(store), memory }, many);
    const second = append({ ...ports(store), memory }, [event("late", "late", busy), event("other", "other", free)]);
    let length = 0;
    while ((await plain.read(free, 0, 1)).length === 0) {
      await new Promise((done) => setImmediate(done));
      length = (await plain.read(busy, 0, 1000)).length;
    }
    expect(length).toBeLessThan(many.length);
    await Promise.all([first, second]);
    expect((await plain.read(busy, 0, 1000)).at(-1)?.entry.source.id).toBe("late");
  });

  it("does not wait for ever for a turn that never ends", async () => {
    const store = new MemoryChains();
    const memory = new ChainMemory();
    const stuck = Object.assign(new MemoryChains(), { tail: () => new Promise<never>(() => {}) });
    void append({ ...ports(stuck), memory }, [event("never")]);
    let pauses = 0;
    const patient = { ...ports(store), memory, pause: async () => void pauses++ };
    expect(await append(patient, [event("a")])).toEqual([{ outcome: "appended" }]);
    expect(pauses).toBeGreaterThan(1);
    pauses = 0;
    expect(await append(patient, [event("b")])).toEqual([{ outcome: "appended" }]);
    expect(pauses).toBe(0);
    expect((await store.read(SUBJECT, 0, 9)).map(({ entry }) => entry.source.id)).toEqual(["a", "b"]);
  });

  it("ends its turn when it fails", async () => {
    const store = new MemoryChains();
    const memory = new ChainMemory();
    const failing = { ...ports(store), memory, pause: () => Promise.reject(new Error("the clock stopped")) };
    const down = { tail: () => Promise.reject(new Error("down")) };
    await expect(append({ ...failing, store: Object.assign(new MemoryChains(), down) }, [event("a")])).rejects.toThrow("the clock stopped");
    expect(await append({ ...ports(store), memory }, [event("a")])).toEqual([{ outcome: "appended" }]);
  });

  it("tries a likely beginning without a read, and reads where it is none", async () => {
    const store = new MemoryChains();
    let reads = 0;
    const counting = new Proxy(store, {
      get: (target, name, receiver) => {
        const value: unknown = Reflect.get(target, name, receiver);
        if (name === "tail" || name === "read") reads++;
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    expect(await append(ports(counting), [{ ...event("a"), begins: true }])).toEqual([{ outcome: "appended" }]);
    expect(reads).toBe(0);
    expect(await append(ports(counting), [{ ...event("b"), begins: true }])).toEqual([{ outcome: "appended" }]);
    expect(await append(ports(counting), [{ ...event("a"), begins: true }])).toEqual([{ outcome: "duplicate" }]);
    expect(reads).toBeGreaterThan(0);
  });

  it.each([3, 40])(
    "flags a body that comes again under another delivery id (after %i others), and neither loses nor doubles it",
    async (others) => {
      const store = new MemoryChains();
      await append(ports(store), [event("first", "body")]);
      for (let id = 0; id < others; id++) await append(ports(store), [event(`other${id}`)]);
      const outcomes = await append(ports(store), [event("second", "body")]);
      expect(outcomes).toEqual([{ outcome: "appended" }]);
      const chain = await store.read(SUBJECT, 0, 1000);
      expect(
        chain.filter(({ entry }) => entry.source.replays !== undefined).map(({ entry }) => [entry.source.id, entry.source.replays]),
      ).toEqual([["second", "first"]]);
      for (let id = 0; id < others; id++) await append(ports(store), [event(`later${id}`)]);
      expect(await append(ports(store), [event("second", "body"), event("first", "body")])).toEqual([
        { outcome: "duplicate" },
        { outcome: "duplicate" },
      ]);
    },
  );

  it("lets nobody spend a delivery id in advance: the same id with another body is another event", async () => {
    const store = new MemoryChains();
    await append(ports(store), [event("id", "an old body under a new id")]);
    expect(await append(ports(store), [event("id", "the real body")])).toEqual([{ outcome: "appended" }]);
  });

  it("splits a push of 2,048 commits into continuations that each fit, once", async () => {
    const store = new MemoryChains();
    const sha = (n: number) => sha256Hex(String(n)).slice(0, 40);
    const commits = Array.from({ length: 2048 }, (_, n) => ({ sha: sha(n), author: { login: `dev-${n}` } }));
    const fact: SourceFact = {
      subject: "ref:github/acme/cargo/refs/heads/main",
      occurredAt: "2026-01-01T00:00:00.000Z",
      source: { system: "github", event: "push", id: "p", auth: "hmac-sha256", norm: 1 },
      kind: "push",
      facts: { before: sha(9999), after: sha(2047), commits },
    };
    const pending: Pending = { fact, payload: { sha256: sha256Hex("p"), archive: "segments/x", offset: 0, length: 1 } };
    expect(await append(ports(store), [pending, pending])).toEqual([{ outcome: "appended" }, { outcome: "duplicate" }]);
    const chain = await store.read(fact.subject, 0, 1000);
    expect(chain.length).toBeGreaterThan(3);
    expect(chain.flatMap(({ entry }) => (entry.kind === "push" ? entry.facts.commits : []))).toEqual(commits);
    expect(
      verifyChain(
        fact.subject,
        chain.map(({ bytes }) => bytes),
      ),
    ).toEqual([]);
  });
});
