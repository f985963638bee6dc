import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KMSClient } from "@aws-sdk/client-kms";
import { afterAll, describe, expect, it } from "vitest";
import { startGateway } from "../../packages/local/gateway.ts";
import { keyAlias, keysFile, kmsService, openKeys } from "../../packages/local/kms.ts";
import { ObjectStore } from "../../packages/local/object-store.ts";
import { S3 } from "../../packages/local/s3.ts";
import { clientOptions } from "../contract/engine.ts";
import { kmsContract } from "../contract/kms.contract.ts";

const folder = mkdtempSync(join(tmpdir(), "change-ledger-kms-"));
afterAll(() => rmSync(folder, { recursive: true }));

kmsContract("the local stack's", async () => {
  const store = new ObjectStore(join(folder, "s3"), Date.now);
  const gateway = await startGateway({ TrentService: kmsService(openKeys(folder, Date.now())) }, new S3(store));
  const client = new KMSClient(clientOptions(gateway.url));
  return {
    clients: { client, note: keyAlias("note"), envelope: keyAlias("envelope") },
    close: async () => {
      client.destroy();
      await gateway.close();
      store.close();
    },
  };
});

describe("the keys of a data folder", () => {
  it("are made once, for the folder's owner alone", () => {
    const own = mkdtempSync(join(folder, "own-"));
    const made = openKeys(own, Date.parse("2026-01-01T00:00:00Z"));
    expect([made.note.createdAt, made.envelope.createdAt]).toEqual(["2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.000Z"]);
    expect(statSync(keysFile(own)).mode & 0o777).toBe(0o600);
    expect(openKeys(own, Date.parse("2027-01-01T00:00:00Z"))).toEqual(made);
  });

  it("are not made anew where the file is broken", () => {
    const own = mkdtempSync(join(folder, "broken-"));
    writeFileSync(keysFile(own), "{");
    expect(() => openKeys(own, 0)).toThrow(expect.objectContaining({ code: "bad-keys-file" }));
  });
});
