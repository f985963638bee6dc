import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bearer, localToken, tokenFile } from "../../packages/local/token.ts";

describe("the local token", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "change-ledger-token-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const mode = () => statSync(tokenFile(folder)).mode & 0o777;

  it("is made once, for its owner alone, and differs from folder to folder", () => {
    const token = localToken(folder);
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(mode()).toBe(0o600);
    expect(localToken(folder)).toBe(token);
    rmSync(tokenFile(folder));
    expect(localToken(folder)).not.toBe(token);
  });

  it("is closed to others again where its file was opened to them", () => {
    const token = localToken(folder);
    chmodSync(tokenFile(folder), 0o644);
    expect([localToken(folder), mode()]).toEqual([token, 0o600]);
  });

  it("is made anew where the file holds none", () => {
    for (const broken of ["", "short", "with a space in between it", `${"a".repeat(30)}\n${"b".repeat(30)}`]) {
      writeFileSync(tokenFile(folder), broken, { mode: 0o644 });
      expect(localToken(folder)).toMatch(/^[\w-]{43}$/);
      expect(mode()).toBe(0o600);
    }
  });

  it("lets its bearer read the ledger, and nobody else", () => {
    const authorize = bearer("a".repeat(43));
    for (const good of [`Bearer ${"a".repeat(43)}`, `bearer  ${"a".repeat(43)} `]) expect(authorize(good)?.scopes).toEqual(["admin"]);
    for (const bad of [
      undefined,
      "",
      "Bearer",
      `Bearer ${"a".repeat(42)}`,
      `Bearer ${"a".repeat(44)}`,
      "a".repeat(43),
      `Basic ${"a".repeat(43)}`,
    ]) {
      expect(authorize(bad)).toBeUndefined();
    }
  });
});
