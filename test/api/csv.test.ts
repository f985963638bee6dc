import { asCsv, columnsOf } from "@change-ledger/api/csv.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod";

const item = z.object({
  name: z.string(),
  who: z.object({ login: z.string().optional() }).optional(),
  many: z.array(z.string()),
  n: z.number(),
});
const columns = columnsOf(item);

/** RFC 4180, read as its grammar says. */
function parsed(csv: string): string[][] {
  const rows: string[][] = [[]];
  const cells = csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g);
  for (const [, quoted, plain, end] of cells) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? "");
    if (end === "\r\n") rows.push([]);
  }
  return rows.slice(0, -1);
}

describe("a list as CSV", () => {
  it("has a column for each member, and what an item does not hold is empty", () => {
    expect(asCsv(columns, [{ name: "a", many: ["x", "y"], n: -1 }])).toBe("name,who.login,many,n\r\na,,x; y,-1\r\n");
  });

  it.each(["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=1", "\n=1", "\uFF1D1"])("says %j as text", (name) => {
    const [, row] = parsed(asCsv(columns, [{ name, who: { login: name }, many: [name], n: 1 }]));
    expect(row).toEqual([`'${name}`, `'${name}`, `'${name}`, "1"]);
  });

  it("gives back every text that is no formula", () => {
    const text = fc.string({ unit: "binary" }).filter((one) => !/^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/.test(one));
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 5 }), (pairs) => {
        const rows = parsed(
          asCsv(
            columns,
            pairs.map(([name, login]) => ({ name, who: { login }, many: [], n: 1 })),
          ),
        );
        expect(rows.slice(1)).toEqual(pairs.map(([name, login]) => [name, login, "", "1"]));
      }),
    );
  });

  it("takes nothing of a prototype for a member", () => {
    const odd = columnsOf(z.object({ constructor: z.string().optional(), toString: z.string().optional() }));
    expect(asCsv(odd, [{}])).toBe("constructor,toString\r\n,\r\n");
  });
});
