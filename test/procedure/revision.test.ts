import type { ArtifactProof, FactsOf, Revision } from "@change-ledger/model";
import { type ArtifactClaim, withArtifacts } from "@change-ledger/procedure";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const DIGEST = `sha256:${"ab".repeat(32)}`;
const IMAGE = `registry.example/shop@${DIGEST}`;
const VERSION = "arn:aws:lambda:eu-west-1:123456789012:function:pay:7";
const sha = (digit: string) => digit.repeat(40);
const claim = (facts: Partial<FactsOf<"artifact">>, lookedUp = false): ArtifactClaim => ({ facts: { by: "event", ...facts }, lookedUp });
const said = (digit: string, by: ArtifactProof, at: Partial<FactsOf<"artifact">> = { location: IMAGE }, lookedUp = false) =>
  claim({ ...at, repository: "acme/shop", commit: sha(digit), by }, lookedUp);
const image: Revision = { type: "ECS", location: IMAGE, unresolved: "an image's name tells no commit" };
const version: Revision = { type: "Lambda", location: VERSION, unresolved: "a function's version names no commit" };

describe("the commit of what was deployed", () => {
  it("is its own word, whatever is claimed", () => {
    const own: Revision = { ...image, commit: sha("a"), by: "revision" };
    expect(withArtifacts(own, [said("b", "provenance")])).toBe(own);
  });
  it("is the strongest claim's, with its strength; weaker ones that differ change nothing", () => {
    const claims = [
      said("e", "version-tag"),
      said("d", "image-label"),
      said("c", "object-metadata"),
      said("b", "event"),
      said("a", "provenance"),
    ];
    const proofs: ArtifactProof[] = ["version-tag", "image-label", "object-metadata", "event", "provenance"];
    for (const [nth, by] of proofs.entries()) {
      const { unresolved: _, ...rest } = image;
      const found = withArtifacts(image, claims.slice(0, nth + 1));
      expect(found).toEqual({ ...rest, repository: "acme/shop", commit: claims[nth]?.facts.commit, by });
    }
  });
  it("is unknown where the strongest contradict each other, and says so", () => {
    const claims = [said("a", "event"), said("b", "event"), said("c", "image-label")];
    expect(withArtifacts(image, claims)).toEqual({ ...image, unresolved: "builds' events contradict each other" });
    expect(withArtifacts(image, [...claims, said("d", "provenance")])).toMatchObject({ commit: sha("d"), by: "provenance" });
  });
  it("is found by the content that the location names, and by that which a look-up saw there, but by nobody else's word of it", () => {
    const content = { digest: DIGEST };
    expect(withArtifacts(image, [said("a", "event", content)])).toMatchObject({ commit: sha("a") });
    const seen = { location: VERSION, digest: DIGEST, unresolved: "names no commit", by: "version-tag" as const };
    expect(withArtifacts(version, [said("a", "provenance", content), claim(seen, true)])).toMatchObject({ commit: sha("a") });
    expect(withArtifacts(version, [said("a", "provenance", content), claim(seen)])).not.toHaveProperty("commit");
    // Four hexadecimal digits at the end name no content.
    expect(withArtifacts(image, [said("a", "event", { digest: DIGEST.slice(-4) })])).toEqual(image);
  });
  it("says why look-ups found none, each reason once, in an order of their own", () => {
    const none = (unresolved: string, by: ArtifactProof) => claim({ location: IMAGE, by, unresolved }, true);
    const claims = [
      none("z", "provenance"),
      none("a", "image-label"),
      none("a", "image-label"),
      said("b", "event", { location: "elsewhere" }),
    ];
    expect(withArtifacts(image, claims)).toEqual({ ...image, unresolved: "a; z" });
    expect(withArtifacts(image, claims.slice(3))).toEqual(image);
  });
  it("is the same in whatever order claims come", () => {
    const any = fc.record({
      digit: fc.constantFrom("a", "b"),
      by: fc.constantFrom<ArtifactProof>("provenance", "event", "version-tag"),
      place: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(any, { maxLength: 6 }).chain((some) => fc.tuple(fc.constant(some), fc.shuffledSubarray(some, { minLength: some.length }))),
        ([some, order]) => {
          const claims = (list: typeof some) =>
            list.map(({ digit, by, place }) => said(digit, by, place ? { location: IMAGE } : { digest: DIGEST }));
          expect(withArtifacts(image, claims(order))).toEqual(withArtifacts(image, claims(some)));
        },
      ),
    );
  });
});
