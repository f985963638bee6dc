import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { configCommand } from "../../packages/cli/commands/config.ts";

const folder = mkdtempSync(join(tmpdir(), "change-ledger-config-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function config(...args: readonly string[]): Promise<{ code: number; said: string }> {
  const said: string[] = [];
  const terminal = { out: (text: string) => void said.push(text), err: process.stderr, now: () => "2026-11-22T00:00:00.000Z" };
  return { code: await configCommand(args, terminal), said: said.join("") };
}
const fileOf = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

describe("change-ledger config", () => {
  it("says under which version a configuration can come into force", async () => {
    const { code, said } = await config("check", fileOf("good.yaml", "format: 1\n"));
    expect(said).toMatch(/good\.yaml: can come into force as [0-9a-f]{64}\n$/);
    expect(code).toBe(0);
  });

  it("names file, line, column and reason of each fault", async () => {
    const { code, said } = await config("check", fileOf("bad.yaml", "format: 1\npeople:\n  - id: ada\n    roles: [king]\nwhatever: 1\n"));
    expect(said).toMatch(/bad\.yaml:\d+:\d+: /);
    expect(code).toBe(1);
  });

  it("prints the schema that is published", async () => {
    const { code, said } = await config("schema");
    expect(JSON.parse(said)).toMatchObject({ $id: "https://change-ledger.dev/configuration/v1" });
    expect(code).toBe(0);
  });

  it("refuses what it cannot understand or read", async () => {
    await expect(config("check")).rejects.toMatchObject({ code: "usage" });
    await expect(config("put", fileOf("good.yaml", "format: 1\n"))).rejects.toMatchObject({ code: "usage" });
    await expect(config("check", join(folder, "none.yaml"))).rejects.toMatchObject({ code: "unreadable" });
  });
});
