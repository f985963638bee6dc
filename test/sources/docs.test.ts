import { busSource, normalise } from "@change-ledger/sources";
import { describe, expect, it } from "vitest";
import { RULES } from "../../stacks/definitions.ts";
import { namedBlock, readDocuments } from "../architecture/documents.ts";
import { delivery, SETTINGS } from "./fixtures/deliveries.ts";
import { putEvent } from "./fixtures/put-events.ts";

const formats = readDocuments().find(({ path }) => path === "docs/formats.md") ?? { path: "docs/formats.md", text: "" };

describe("what docs/formats.md says of events that others put on the bus", () => {
  it.each([
    ["qa.signed-off", "attested", "commit:github/acme/cargo/4f1c0d2a9b3e5f60718293a4b5c6d7e8f9012345"],
    ["change.reviewed-afterwards", "attested", "change:github/acme/cargo/pull/123"],
    ["artifact.built", "artifact", "commit:github/acme/cargo/4f1c0d2a9b3e5f60718293a4b5c6d7e8f9012345"],
    ["artifact.described", "artifact", "commit:github/acme/cargo/4f1c0d2a9b3e5f60718293a4b5c6d7e8f9012345"],
    ["configuration.offered", "configuration", "config:default"],
  ])("the example of %s is one of %s", (name, kind, subject) => {
    const event = putEvent(name, JSON.parse(namedBlock(formats, name)));
    const system = busSource({ source: event.source, detailType: name })?.system ?? "nobody";
    expect(normalise(delivery(system, event), "bus", SETTINGS)).toMatchObject({ kind, subject });
  });
  it("names every detail type that is routed, and what it means", () => {
    for (const name of RULES.put.pattern["detail-type"]) expect(formats.text).toContain(`\`${name}\``);
  });
});
