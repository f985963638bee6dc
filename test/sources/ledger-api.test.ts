import { busSource, mailHash, normalise } from "@change-ledger/sources";
import { describe, expect, it } from "vitest";
import { API_SOURCE, RULES } from "../../stacks/definitions.ts";
import { delivery, ofKind, SETTINGS } from "./fixtures/deliveries.ts";
import { putEvent, signedOff } from "./fixtures/put-events.ts";

const ID = "0a8f3a52-6f6e-4f4e-9d0e-0d9f1a7d2c11";
const FACTS = {
  what: "bundle",
  key: "evidence/github/acme/cargo/pull/7/a.zip",
  versionId: "v1",
  by: { kind: "token", id: "auth0|5f7c" },
  scopes: ["evidence:read"],
};
const BY = { kind: "principal", id: "arn:aws:sts::123456789012:assumed-role/Audit/jane@acme.example" };
const CERTIFICATE = "c".repeat(64);

function said(kind: string, facts: object, own: object = {}) {
  return putEvent(kind, { version: 1, id: ID, at: "2026-03-02T09:59:59.125Z", facts, ...own }, { source: API_SOURCE });
}
const factOf = (event: { readonly source: string; readonly "detail-type": string }) =>
  normalise(delivery(busSource({ source: event.source, detailType: event["detail-type"] })?.system ?? "nobody", event), "bus", SETTINGS);

describe("what the query API puts on record of its own use", () => {
  it("is an entry of the audit chain: who read which evidence, and when", () => {
    expect(factOf(said("evidence-read", FACTS))).toEqual({
      kind: "evidence-read",
      subject: "audit:default",
      occurredAt: "2026-03-02T09:59:59.125Z",
      actor: { system: "ledger-api", id: "auth0|5f7c" },
      source: { system: "ledger-api", event: "evidence-read", id: ID, auth: "bus", norm: 1 },
      facts: FACTS,
    });
  });

  it("names nobody by an e-mail address", () => {
    const fact = ofKind("evidence-read", factOf(said("evidence-read", { ...FACTS, by: BY })));
    const hidden = `arn:aws:sts::123456789012:assumed-role/Audit/mail-${mailHash("jane@acme.example", SETTINGS.identityKey)}`;
    expect([fact.facts.by.id, fact.actor?.id]).toEqual([hidden, hidden]);
    expect(JSON.stringify(fact)).not.toContain("jane");
  });

  it("gives a certificate a chain of its own, in which its samples stand, each once", () => {
    const population = { root: "a".repeat(64), size: 3 };
    const certified = {
      certificate: CERTIFICATE,
      period: { from: "2026-01-01T00:00:00.000Z", to: "2026-04-01T00:00:00.000Z" },
      asOf: "2026-04-01T00:00:00.000Z",
      population: { ...population, sha256: "b".repeat(64) },
      outcome: "satisfied",
      log: { size: 9, root: "d".repeat(64) },
      computed: "caller",
      by: BY,
    };
    const drawn = {
      sample: "e".repeat(64),
      certificate: CERTIFICATE,
      population,
      question: { nonce: "ours", method: { name: "fixed", size: 25 }, replacements: 5 },
      drawn: 3,
      by: BY,
    };
    for (const [kind, facts, id] of [
      ["population-certified", certified, `population-certified/${CERTIFICATE}`],
      ["sample-drawn", drawn, `sample-drawn/${drawn.sample}`],
    ] as const) {
      const again = factOf(said(kind, facts, { id: "another" }));
      expect(factOf(said(kind, facts))).toMatchObject({ kind, subject: `audit:population/${CERTIFICATE}`, source: { id } });
      expect(again.source.id).toBe(id);
    }
  });

  it.each([
    ["another kind of fact", said("assessed", {}), "detail-type"],
    ["a fact that lacks what its kind holds", said("evidence-read", { what: "bundle" }), "detail.facts.by"],
    ["more than its kind holds", said("evidence-read", { ...FACTS, text: "secret" }), "detail.facts"],
    ["another version", said("evidence-read", FACTS, { version: 2 }), "detail.version"],
    ["no detail", { ...said("evidence-read", FACTS), detail: "x" }, "detail"],
  ])("is refused with %s", (_, event, field) => {
    expect(ofKind("unparsed", factOf(event)).facts.field).toBe(field);
  });

  it("is read by no other source, whatever its detail type, and another source's events are not its", () => {
    expect(busSource({ source: API_SOURCE, detailType: "attested" })?.system).toBe("ledger-api");
    expect(factOf(signedOff()).source.system).toBe("attested");
    expect(busSource({ source: "change-ledger.webhook", detailType: "evidence-read" })).toBeUndefined();
    expect(RULES.apiAudit.pattern).toEqual({ source: [API_SOURCE] });
  });
});
