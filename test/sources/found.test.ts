import { type AuthenticatedBy, canonicalBytes } from "@change-ledger/model";
import { DEFAULT_SETTINGS, FINDER_HEADER, normalise } from "@change-ledger/sources";
import { describe, expect, it } from "vitest";

const AT = "2026-03-08T09:00:00.000Z";
const sha = (n: number): string => n.toString(16).padStart(40, "0");
const fact = (system: string, body: object, finder?: string, auth: AuthenticatedBy = "api") =>
  normalise(
    { system, receivedAt: AT, headers: finder === undefined ? {} : { [FINDER_HEADER]: finder }, body: canonicalBytes(body as never) },
    auth,
    DEFAULT_SETTINGS,
  );

const repository = { full_name: "acme/shop", default_branch: "main", pushed_at: "2026-03-01T10:00:00Z" };
const push = { ref: "refs/heads/main", before: sha(1), after: sha(2), commits: [], repository };

describe("what GitHub's API tells of the past", () => {
  it("reads as its webhook does, named by the thing, and says who found it", () => {
    const sent = { event: "push", key: "push/1..2", sent: push };
    expect(fact("github-history", sent, "reconciler")).toEqual({
      kind: "push",
      subject: "ref:github/acme/shop/refs/heads/main",
      occurredAt: "2026-03-01T10:00:00.000Z",
      source: { system: "github-history", event: "reconciler.push", id: "push/1..2", auth: "api", norm: 1 },
      facts: { before: sha(1), after: sha(2), default: true, commits: [] },
    });
    expect(fact("github-history", sent, "backfill").source.event).toBe("backfill.push");
    // Nobody else's word for it.
    expect(fact("github-history", sent, "somebody").source.event).toBe("push");
    expect(fact("github-history", sent, "backfill", "bus").source.event).toBe("push");
  });

  it("says that commits were left out", () => {
    expect(fact("github-history", { event: "push", key: "k", sent: { ...push, truncated: true } }).facts).toMatchObject({
      truncated: true,
    });
  });

  it("is unparsed where it is no such thing", () => {
    expect(fact("github-history", { event: "ping", key: "k", sent: {} })).toMatchObject({ kind: "unparsed", facts: { field: "event" } });
    expect(fact("github-history", { event: "push", key: "a b", sent: push })).toMatchObject({ kind: "unparsed", facts: { field: "key" } });
    expect(fact("github-history", { event: "push", key: "k", sent: { ...push, before: "x" } })).toMatchObject({ kind: "unparsed" });
  });

  it("takes reviews as the API spells them", () => {
    const sent = {
      action: "submitted",
      repository,
      pull_request: { number: 7 },
      review: { id: 5, user: { id: 1, login: "ada" }, state: "APPROVED", commit_id: sha(9), submitted_at: "2026-03-01T10:00:00Z" },
    };
    expect(fact("github-history", { event: "pull_request_review", key: "review/5/approved", sent }, "backfill")).toMatchObject({
      kind: "review",
      subject: "change:github/acme/shop/pull/7",
      facts: { id: "5", state: "approved", commit: sha(9), reviewer: { id: "1", login: "ada" } },
    });
  });
});

describe("a comparison's result", () => {
  const facts = { system: "github", scope: "ref:github/acme/shop/refs/heads/main", from: AT, to: AT, listed: 1, missing: [], unlisted: [] };
  it("lies in the ledger's own audit chain", () => {
    expect(fact("reconciler", { kind: "reconciled", at: AT, facts })).toMatchObject({
      kind: "reconciled",
      subject: "audit:default",
      occurredAt: AT,
      source: { system: "reconciler", event: "reconciled", auth: "api" },
      facts,
    });
  });
  it("is unparsed where it says more than a result may, or something else", () => {
    expect(fact("reconciler", { kind: "reconciled", at: AT, facts: { ...facts, more: 1 } }).kind).toBe("unparsed");
    expect(fact("reconciler", { kind: "sealed", at: AT, facts: { bundles: [] } })).toMatchObject({
      kind: "unparsed",
      facts: { field: "kind" },
    });
  });
});

describe("the Service Catalog's record of a request", () => {
  const record = {
    RecordId: "rec-1",
    Status: "SUCCEEDED",
    RecordType: "UPDATE_PROVISIONED_PRODUCT",
    ProductId: "prod-1",
    ProvisioningArtifactId: "pa-2",
    ProvisionedProductName: "db",
    CreatedTime: "2026-03-01T10:00:00.000Z",
    UpdatedTime: "2026-03-01T10:05:00.000Z",
  };
  it("is a standard change that names its item and how it ended", () => {
    expect(fact("service-catalog-lookup", { account: "123456789012", region: "eu-west-1", record }, "reconciler")).toMatchObject({
      kind: "record",
      subject: "change:service-catalog/123456789012/eu-west-1/rec-1",
      occurredAt: "2026-03-01T10:05:00.000Z",
      source: { id: "record/rec-1/SUCCEEDED", event: "reconciler.ListRecordHistory" },
      facts: {
        action: "UpdateProvisionedProduct",
        type: "standard",
        catalogue: { item: "prod-1", version: "pa-2" },
        service: "db",
        outcome: "successful",
      },
    });
  });
});
