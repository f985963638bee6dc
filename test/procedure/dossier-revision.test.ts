import type { FactsOf, Revision } from "@change-ledger/model";
import { describe, expect, it } from "vitest";
import { resolutionOf, withArtifacts } from "../../packages/procedure/dossier/revision.ts";
import { recorded, sha } from "./recorded.ts";

const AT = `registry/shop@sha256:${"f".repeat(64)}`;
const DIGEST = `sha256:${"e".repeat(64)}`;
const REVISION: Revision = { type: "image", location: AT };
type Facts = Partial<FactsOf<"artifact">>;

const facts = (more: Facts): FactsOf<"artifact"> => ({ by: "event", location: AT, ...more });
/** What a sender says of an artefact. */
const artifact = (more: Facts) => recorded("audit:artifact", "artifact", facts(more));
/** What a look-up saw. */
const seen = (more: Facts) => {
  const { entry, hash } = artifact(more);
  return { entry: { ...entry, source: { ...entry.source, auth: "api" as const } }, hash };
};
/** `commit proof number of entries`, or why not. */
const resolved = (artifacts: readonly ReturnType<typeof artifact>[], revision: Revision | undefined = REVISION) => {
  const found = resolutionOf(revision, artifacts);
  if (found === undefined) return undefined;
  return "commit" in found
    ? `${found.commit[0]} ${found.by} ${found.told.length}`
    : `${found.contradicted ? "!" : "?"} ${found.unresolved} ${found.told.length}`;
};
const [event, label, provenance] = [
  artifact({ commit: sha("a") }),
  artifact({ commit: sha("b"), by: "image-label" }),
  artifact({ commit: sha("c"), by: "provenance" }),
];

describe("the commit of what was deployed", () => {
  it("is the revision's own word, if it has one", () => {
    expect(resolved([event], { ...REVISION, commit: sha("9") })).toBe("9 revision 0");
    expect(resolved([event], { ...REVISION, commit: sha("9"), by: "object-metadata" })).toBe("9 object-metadata 0");
    expect(resolutionOf(undefined, [event])).toBeUndefined();
  });
  it("is that of the artefact at its place, or whose digest the place names", () => {
    expect(resolved([event])).toBe("a event 1");
    expect(resolved([artifact({ commit: sha("a"), location: "elsewhere", digest: `sha256:${"f".repeat(64)}` })])).toBe("a event 1");
    expect(resolved([artifact({ commit: sha("a"), location: "elsewhere", digest: "f".repeat(40) })])).toBe("a event 1");
    const others: readonly Facts[] = [
      { location: "elsewhere" },
      { location: "elsewhere", digest: "f".repeat(39) },
      { location: "elsewhere", digest: DIGEST },
      { location: `${AT}0` },
    ];
    for (const other of others) expect(resolved([artifact({ commit: sha("a"), ...other })])).toBe("? the revision names no commit 0");
  });
  it("is nobody's where the revision has no place: what lies nowhere is not the same thing", () => {
    const [nowhere, reason] = [
      recorded("audit:artifact", "artifact", { by: "event", commit: sha("a") }),
      { by: "event", unresolved: "no label" },
    ];
    const told = [event, nowhere, recorded("audit:artifact", "artifact", reason as FactsOf<"artifact">)];
    expect(resolved(told, { type: "image" })).toBe("? the revision names no commit 0");
  });
  it("is that of the digest which a look-up saw there; nobody else can say what lies at a place", () => {
    const built = artifact({ commit: sha("a"), location: "elsewhere", digest: DIGEST });
    expect(resolved([built, seen({ digest: DIGEST })])).toBe("a event 1");
    expect(resolved([built, artifact({ digest: DIGEST })])).toBe("? the revision names no commit 0");
    expect(resolved([built, seen({ digest: DIGEST, location: "another" })])).toBe("? the revision names no commit 0");
    expect(resolved([built, seen({})])).toBe("? the revision names no commit 0");
  });
  it("is known by the strongest proof, and not at all where two of one strength differ", () => {
    expect(resolved([label, event])).toBe("a event 1");
    expect(resolved([event, label, provenance])).toBe("c provenance 1");
    expect(resolved([event, event])).toBe("a event 2");
    const other = artifact({ commit: sha("b") });
    expect(resolved([event, other, provenance])).toBe("c provenance 1");
    expect(resolved([event, other, label])).toBe("! builds' events contradict each other 2");
  });
  it.each([
    ["provenance", "attested provenances"],
    ["event", "builds' events"],
    ["object-metadata", "words of objects' metadata"],
    ["image-label", "image labels"],
    ["version-tag", "tags of the function"],
  ] as const)("contradicted by %s is called so", (by, words) => {
    expect(resolved([artifact({ by, commit: sha("a") }), artifact({ by, commit: sha("b") })])).toBe(`! ${words} contradict each other 2`);
  });
  it("is unknown for the reasons that look-ups of the place give, else the revision's", () => {
    const [one, two] = [seen({ unresolved: "z: no label" }), seen({ unresolved: "a: no tag", by: "version-tag" })];
    expect(resolved([one, two, one])).toBe("? a: no tag; z: no label 3");
    expect(resolved([seen({ unresolved: "no label", location: "elsewhere" })], { ...REVISION, unresolved: "no metadata" })).toBe(
      "? no metadata 0",
    );
    expect(resolved([one], { type: "image", unresolved: "no metadata" })).toBe("? no metadata 0");
    expect(resolved([one, event])).toBe("a event 1");
  });
});

describe("a revision as views show it", () => {
  const shown = (revision: Revision, ...claims: readonly Facts[]) =>
    withArtifacts(
      revision,
      claims.map((more) => ({ facts: facts(more), lookedUp: false })),
    );

  it("has the commit that artefacts name, its proof and its repository", () => {
    expect(shown({ ...REVISION, unresolved: "no label", repository: "old" }, { commit: sha("a"), repository: "acme/shop" })).toEqual({
      ...REVISION,
      commit: sha("a"),
      by: "event",
      repository: "acme/shop",
    });
    expect(shown({ ...REVISION, repository: "old" }, { commit: sha("a") })).toEqual({
      ...REVISION,
      commit: sha("a"),
      by: "event",
      repository: "old",
    });
    expect(shown(REVISION, { commit: sha("a") })).toStrictEqual({ ...REVISION, commit: sha("a"), by: "event" });
    expect(shown(REVISION, { commit: sha("a") }, { commit: sha("a"), repository: "acme/shop" }).repository).toBe("acme/shop");
  });
  it("stays as it is with a commit of its own, or where nothing is said", () => {
    const own = { ...REVISION, commit: sha("9") };
    expect(shown(own, { commit: sha("a") })).toBe(own);
    expect(shown(REVISION)).toBe(REVISION);
    expect(shown(REVISION, { location: "elsewhere" })).toBe(REVISION);
  });
  it("says why the commit is not known", () => {
    expect(shown(REVISION, { unresolved: "no label" })).toEqual({ ...REVISION, unresolved: "no label" });
    expect(shown({ ...REVISION, unresolved: "before" }, { commit: sha("a") }, { commit: sha("b") })).toEqual({
      ...REVISION,
      unresolved: "builds' events contradict each other",
    });
  });
});
