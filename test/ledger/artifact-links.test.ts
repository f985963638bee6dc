import { indexLinks, type LinkPlan, relink } from "@change-ledger/ledger";
import type { ArtifactProof, Fact, SealedEntry, Subject } from "@change-ledger/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chainOf, deploymentSubject, type Event } from "../evidence/dossiers.ts";
import { MemoryChains, MemoryLinks } from "./memory.ts";

const REF: Subject = "ref:github/acme/cargo/refs/heads/main";
const BEFORE = "0".repeat(39);
const sha = (n: number) => `${BEFORE}${n}`;
const push = (n: number): Event => ({
  fact: { kind: "push", facts: { before: sha(n - 1), after: sha(n), default: true, commits: [{ sha: sha(n), author: {} }] } },
});
const direct = (n: number) => `change:github/acme/cargo/push/${sha(n)}`;
const DIGEST = `sha256:${"ab".repeat(32)}`;
const object = (name: string) => `s3://releases/${name}.zip`;

const artifact = (at: { readonly location?: string; readonly digest?: string }, n: number, by: ArtifactProof = "event"): Fact => ({
  kind: "artifact",
  facts: { ...at, repository: "acme/cargo", commit: sha(n), by },
});
const deployed = (location: string, minute: number, previous?: string): Event => ({
  fact: {
    kind: "deployment-lookup",
    facts: {
      application: "cargo",
      group: "production",
      state: "Succeeded",
      createdAt: `2026-11-21T10:0${minute}:00.000Z`,
      revision: { type: "S3", location, unresolved: "the object's metadata names no full commit id" },
      ...(previous !== undefined && { previousRevision: { type: "S3", location: previous, unresolved: "as above" } }),
      targets: [],
    },
  },
});
const D1 = deploymentSubject("d-1");
const D2 = deploymentSubject("d-2");

/** What each deployment carries once all of it was indexed, entry by entry in the order given. */
async function carried(entries: readonly SealedEntry[]): Promise<Map<Subject, LinkPlan["carries"]>> {
  const links = new MemoryLinks();
  const direct_ = { put: async () => {}, drop: async () => {} };
  const ports = { store: new MemoryChains(), links, now: () => "2026-11-21T10:00:00.000Z", pause: async () => {} };
  for (const { entry } of entries)
    for (const deployment of await indexLinks({ links, direct: direct_, tracked: () => true }, [entry])) await relink(ports, deployment);
  return new Map([...links.plans].map(([deployment, { carries }]) => [deployment, carries]));
}
const told = (artifacts: readonly Fact[], ...deployments: readonly (readonly [Subject, Event])[]): SealedEntry[] =>
  [
    chainOf(REF, [push(1), push(2), push(3)]),
    chainOf(
      "audit:artifact",
      artifacts.map((fact) => ({ fact })),
    ),
    ...deployments.map(([subject, event]) => chainOf(subject, [event])),
  ].flatMap(({ entries }) => entries);
const unmatched = (deployment: Subject) => [deployment.replace("deployment:", "change:")];

describe("a deployment whose revision names no commit", () => {
  it("is a change of its own while nobody says what it was built from", async () => {
    const carries = await carried(told([artifact({ location: object("other") }, 1)], [D1, deployed(object("a"), 1)]));
    expect(carries.get(D1)).toEqual(unmatched(D1));
  });

  it("carries what an artefact at its place, or of the digest that its place ends with, was built from", async () => {
    const image = `registry.example/cargo@${DIGEST}`;
    const carries = await carried(
      told(
        [artifact({ location: object("a") }, 1), artifact({ digest: DIGEST }, 3)],
        [D1, deployed(object("a"), 1)],
        [D2, deployed(image, 2)],
      ),
    );
    expect(carries.get(D1)).toEqual([direct(1)]);
    // After what the first one, known by its artefact too, has brought.
    expect(carries.get(D2)).toEqual([direct(3), direct(2)]);
  });

  it("is counted from the previous revision that AWS names by its place", async () => {
    const artifacts = [artifact({ location: object("a") }, 2), artifact({ location: object("b") }, 3)];
    const carries = await carried(told(artifacts, [D2, deployed(object("b"), 2, object("a"))]));
    expect(carries.get(D2)).toEqual([direct(3)]);
  });

  it("carries what all the facts say, however late somebody who counted before the last of them writes what he found", async () => {
    const links = new MemoryLinks();
    const index = { links, direct: { put: async () => {}, drop: async () => {} }, tracked: () => true };
    const ports = { store: new MemoryChains(), links, now: () => "2026-11-21T10:00:00.000Z", pause: async () => {} };
    const enter = (entries: readonly SealedEntry[]) =>
      indexLinks(
        index,
        entries.map(({ entry }) => entry),
      );
    await enter(told([], [D1, deployed(object("a"), 1)]));
    await relink(ports, D1);
    expect(links.plans.get(D1)?.carries).toEqual(unmatched(D1));

    const [one, other] = chainOf(
      "audit:artifact",
      [1, 2].map((n) => ({ fact: artifact({ location: object("a") }, n) })),
    ).entries as [SealedEntry, SealedEntry];
    await enter([one]);
    const reached = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const slow = Object.assign(Object.create(links) as MemoryLinks, {
      putPlan: async (...plan: Parameters<MemoryLinks["putPlan"]>) => {
        reached.resolve();
        await goOn.promise;
        return await links.putPlan(...plan);
      },
    });
    const late = relink({ ...ports, links: slow }, D1);
    await reached.promise;
    // Now two contradict each other: nobody knows what it was built from, as before.
    await enter([other]);
    await relink(ports, D1);
    goOn.resolve();
    await late;
    expect(links.plans.get(D1)?.carries).toEqual(unmatched(D1));
  });

  it("believes the strongest proof, and none where those of one strength contradict each other", async () => {
    const at = { location: object("a") };
    const of = async (...artifacts: Fact[]) => (await carried(told(artifacts, [D1, deployed(object("a"), 1)]))).get(D1);
    expect(await of(artifact(at, 1, "version-tag"), artifact(at, 2, "provenance"), artifact(at, 3, "event"))).toEqual([
      direct(2),
      direct(1),
    ]);
    expect(await of(artifact(at, 1), artifact(at, 2), artifact(at, 1, "image-label"))).toEqual(unmatched(D1));
    expect(await of(artifact(at, 1), artifact(at, 1))).toEqual([direct(1)]);
    expect(await of({ kind: "artifact", facts: { ...at, commit: sha(1), by: "event" } })).toEqual(unmatched(D1));
  });

  it("carries the same in whatever order it all comes, contradictions included, and so do those after it", async () => {
    const entries = told(
      [artifact({ location: object("a") }, 1), artifact({ location: object("a") }, 2), artifact({ location: object("b") }, 3)],
      [D1, deployed(object("a"), 1)],
      [D2, deployed(object("b"), 2)],
    );
    const expected = new Map<Subject, readonly string[]>([
      [D1, unmatched(D1)],
      [D2, [direct(3), direct(2), direct(1)]],
    ]);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(entries, { minLength: entries.length }), async (order) => {
        expect(await carried(order)).toEqual(expected);
        expect(await carried([...order, ...order.toReversed()])).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it("is resolved by what a look-up saw at its place: a content that somebody else told of, in whatever order it all comes", async () => {
    const version = "arn:aws:lambda:eu-west-1:111122223333:function:pay:7";
    const saw = (own: object): SealedEntry => {
      const [sealed] = chainOf(D1, [
        { fact: { kind: "artifact", facts: { location: version, digest: DIGEST, by: "version-tag", ...own } } },
      ]).entries;
      if (sealed === undefined) throw new Error("expected an entry");
      return { ...sealed, entry: { ...sealed.entry, source: { ...sealed.entry.source, auth: "api" } } };
    };
    const nothing = saw({ unresolved: "the function's tags name no full commit id" });
    const base = told([artifact({ digest: DIGEST }, 2, "provenance")], [D1, deployed(version, 1)]);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...base, nothing], { minLength: base.length + 1 }), async (order) => {
        expect((await carried(order)).get(D1)).toEqual([direct(2), direct(1)]);
      }),
      { numRuns: 100 },
    );
    // A weaker word of its own gives way to it, and holds without it.
    const tagged = saw({ repository: "acme/cargo", commit: sha(1) });
    expect((await carried([...base, tagged])).get(D1)).toEqual([direct(2), direct(1)]);
    expect((await carried([...told([], [D1, deployed(version, 1)]), tagged])).get(D1)).toEqual([direct(1)]);
    // Whoever may put events on the bus may not say that one content is another.
    const alias: Fact = { kind: "artifact", facts: { location: version, digest: DIGEST, by: "event" } };
    const claimed = told([alias, artifact({ digest: DIGEST }, 2, "provenance")], [D1, deployed(version, 1)]);
    expect((await carried(claimed)).get(D1)).toEqual(unmatched(D1));
  });

  it("carries nothing where ECS says that it puts a former one back, before and after it was looked up", async () => {
    const of: Subject = "deployment:ecs/111122223333/eu-west-1/default/shop/7";
    const restores: Event = {
      fact: { kind: "deployment-state", facts: { application: "shop", group: "default", state: "InProgress", restores: "6" } },
    };
    const entries = [...told([artifact({ location: object("a") }, 1)]), ...chainOf(of, [restores, deployed(object("a"), 1)]).entries];
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(entries, { minLength: entries.length }), async (order) => {
        expect((await carried(order)).get(of)).toEqual([]);
      }),
      { numRuns: 50 },
    );
    expect((await carried(entries.filter(({ entry }) => entry.kind !== "deployment-state"))).get(of)).toEqual([direct(1)]);
  });

  it("waits for no place that is too long to be an artefact's", async () => {
    const long = `s3://releases/${"x".repeat(3000)}`;
    expect((await carried(told([], [D1, deployed(long, 1)]))).get(D1)).toEqual(unmatched(D1));
  });
});
