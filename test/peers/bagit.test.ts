import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { dossierOf } from "../evidence/dossiers.ts";
import { bundleOf } from "../evidence/sealing.ts";
import { type PythonTools, pythonTools } from "./python-tools.ts";

const bundle = await bundleOf(dossierOf(["a", "b", ""].map((text) => ({ id: `id-${text}`, body: Buffer.from(text) }))));

describe("Python's bagit and zipfile", () => {
  let tools: PythonTools | string;
  let folder: string;
  let bag: string;
  beforeAll(() => {
    tools = pythonTools("bagit==1.9.0");
  }, 240_000);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "bag-"));
    if (typeof tools === "string") return;
    const file = join(folder, "bundle.zip");
    writeFileSync(file, bundle.bytes);
    expect(tools.run("python", "-m", "zipfile", "-t", file).output).toBe("Done testing\n");
    expect(tools.run("python", "-m", "zipfile", "-e", file, folder).code).toBe(0);
    bag = join(folder, readdirSync(folder).find((name) => name.startsWith("evidence-")) ?? "none");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("accept a bundle", (context) => {
    if (typeof tools === "string") return context.skip(tools);
    const { code, output } = tools.run("bagit.py", "--validate", bag);
    expect(output).toContain("is valid");
    expect(code).toBe(0);
  });

  it.for<[string, () => void]>([
    ["an altered entry", () => appendFileSync(join(bag, "data/entries.jsonl"), "{}\n")],
    ["an altered tag file", () => appendFileSync(join(bag, "bag-info.txt"), "Extra: 1\n")],
    ["a file more", () => writeFileSync(join(bag, "data/extra"), "")],
    ["a file less", () => rmSync(join(bag, "data/summary.html"))],
  ])("reject %s", ([, tamper], context) => {
    if (typeof tools === "string") return context.skip(tools);
    tamper();
    expect(tools.run("bagit.py", "--validate", bag).code).toBe(1);
  });

  it("find nothing of a clock, a machine or a system in the zip", (context) => {
    if (typeof tools === "string") return context.skip(tools);
    const list =
      "import sys, zipfile\nfor i in zipfile.ZipFile(sys.argv[1]).infolist(): print(i.date_time, i.extra, i.comment, i.create_system, i.external_attr, sep='|')";
    const lines = tools.run("python", "-c", list, join(folder, "bundle.zip")).output.trimEnd().split("\n");
    expect(new Set(lines)).toEqual(new Set(["(1980, 1, 1, 0, 0, 0)|b''|b''|0|0"]));
    // Raw records; chains, entries, page; checkpoint, proof; tag files; README and attestation.
    expect(lines.length).toBe(3 + 3 + 2 + 4 + 2);
  });
});
