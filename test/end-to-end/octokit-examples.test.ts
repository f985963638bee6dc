import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { sha256Hex } from "@change-ledger/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KINDS } from "../sources/octokit-kinds.ts";
import { bytes, each, type Running, run, sendGithub } from "./running.ts";

/** The package's `main` is GitHub's own; a folder beside it holds each version of Enterprise Server. */
const folder = dirname(dirname(createRequire(import.meta.url).resolve("@octokit/webhooks-examples")));
const versions = readdirSync(folder).filter((name) => name === "api.github.com" || name.startsWith("ghes-"));

interface Definition {
  readonly name: string;
  readonly examples: readonly object[];
}

const examples = versions.flatMap((version) =>
  (JSON.parse(readFileSync(join(folder, version, "index.json"), "utf8")) as Definition[]).flatMap(({ name, examples: all }) =>
    all.map((example) => ({ version, name, body: bytes(example) })),
  ),
);

describe("every example that GitHub and its Enterprise Server publish", () => {
  let running: Running;
  let answers: { readonly status: number; readonly id: string }[];

  beforeAll(async () => {
    running = await run();
    answers = await each(examples, 16, ({ name, body }) => sendGithub(running, name, body));
    await running.stack.quiet();
  });
  afterAll(() => running?.close());

  it("is there, of all versions", () => {
    expect(versions).toContain("api.github.com");
    expect(versions.length).toBeGreaterThan(3);
    expect(examples.length).toBeGreaterThan(700);
  });

  it("is taken", () => {
    const refused = examples.filter((_, at) => answers[at]?.status !== 202).map(({ version, name }) => `${version} ${name}`);
    expect(refused).toEqual([]);
  });

  it("is on record once, as what it is, with its bytes", async () => {
    const entries = await running.byId();
    const wrong = examples.flatMap(({ version, name, body }, at) => {
      const found = entries.get(answers[at]?.id ?? "") ?? [];
      const [first] = found;
      const right = found.length === 1 && first?.kind === (KINDS[name] ?? "other") && first.payload?.sha256 === sha256Hex(body);
      return right ? [] : [`${version} ${name}: ${found.length} entries, ${first?.kind}`];
    });
    expect(wrong).toEqual([]);
  });

  it("adds nothing but itself and what follows from it; nothing fails for good", async () => {
    const fromGithub = (await running.ledger()).filter(({ entry }) => entry.source.system === "github");
    expect(fromGithub).toHaveLength(examples.length);
    expect(running.stack.stats()).toMatchObject({ deadLettered: 0 });
    expect(running.counts).toMatchObject({ accepted: examples.length, appended: examples.length });
    expect(running.counts.failed ?? 0).toBe(0);
    expect(running.counts.unparsed ?? 0).toBe(0);
  });
});
