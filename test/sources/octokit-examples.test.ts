import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { canonicalBytes, ENTRY_MAX_BYTES } from "@change-ledger/model";
import { describe, expect, it } from "vitest";
import { githubFact } from "./fixtures/deliveries.ts";
import { KINDS } from "./octokit-kinds.ts";

/** The package's `main` is GitHub's own; a folder beside it holds each version of Enterprise Server. */
const folder = dirname(dirname(createRequire(import.meta.url).resolve("@octokit/webhooks-examples")));
const versions = readdirSync(folder).filter((name) => name === "api.github.com" || name.startsWith("ghes-"));

interface Definition {
  readonly name: string;
  readonly examples: readonly Readonly<Record<string, unknown>>[];
}

describe.each(versions)("every example of %s", (version) => {
  const definitions = JSON.parse(readFileSync(join(folder, version, "index.json"), "utf8")) as Definition[];
  const examples = definitions.flatMap(({ name, examples }) => examples.map((example) => ({ name, example })));

  it("is there", () => expect(examples.length).toBeGreaterThan(40));

  it("becomes the kind of its event, at a time that is the sender's or ours, in an entry's size", () => {
    for (const { name, example } of examples) {
      const fact = githubFact(name, example);
      expect(fact.kind, `${name} ${JSON.stringify(fact.facts)}`).toBe(KINDS[name] ?? "other");
      expect(fact.occurredAt).toMatch(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(fact.subject).toMatch(/^(change|commit|ref|ticket|audit):github/);
      expect(canonicalBytes(fact).length).toBeLessThan(ENTRY_MAX_BYTES / 8);
    }
  });

  it("shows no address, title, body or message", () => {
    for (const { name, example } of examples) {
      const written = Buffer.from(canonicalBytes(githubFact(name, example))).toString();
      expect(written, name).not.toMatch(/[\w.+-]+@[\w-]+\.\w/);
      for (const prose of proseOf(example)) expect(written.includes(prose), `${name}: ${prose.slice(0, 40)}`).toBe(false);
    }
  });
});

/** Texts of the members that hold prose, where they are long enough to be told apart from names. */
function proseOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(proseOf);
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, member]) =>
    typeof member === "string" && /^(title|body|message|description|text|summary|zen)$/.test(key) && member.length > 12
      ? [member]
      : proseOf(member),
  );
}
