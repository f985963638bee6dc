import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { placeOf, writeSorted } from "../../packages/cli/commands/sorted-export.ts";
import { temporaryFolder } from "./kept.ts";

const folder = temporaryFolder();
const line = (subject: string, seq: number) => JSON.stringify({ seq, subject, text: "x".repeat(seq % 7) });

describe("sorting an export", () => {
  it("gives order of subject by UTF-16 code units, then of seq, in whatever parts it was sorted", async () => {
    const subject = fc.string({ unit: fc.constantFrom("a", "b", "\ufb33", "\ud83d\ude00"), minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(subject, { maxLength: 12 }),
        fc.array(fc.nat(9), { minLength: 12, maxLength: 12 }),
        fc.integer({ min: 1, max: 2_000 }),
        async (subjects, lengths, partBytes) => {
          const entries = subjects.flatMap((each, at) =>
            Array.from({ length: lengths[at] ?? 0 }, (_, seq) => placeOf(Buffer.from(line(each, seq)))),
          );
          const path = join(folder, "sorted");
          expect(
            await writeSorted(
              path,
              (async function* () {
                yield* entries;
              })(),
              partBytes,
            ),
          ).toBe(entries.length);
          const expected = subjects
            .toSorted()
            .flatMap((each) => Array.from({ length: lengths[subjects.indexOf(each)] ?? 0 }, (_, seq) => `${line(each, seq)}\n`));
          expect(readFileSync(path, "utf8")).toBe(expected.join(""));
          expect(readdirSync(folder)).toEqual(["sorted"]);
        },
      ),
      { numRuns: 60 },
    );
  });
});
