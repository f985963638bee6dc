/**
 * What test files get for `vitest` in a mutation run: vitest's own `expect`, and `describe` and `it` that only note what is to be run. A top-level `describe` (a row of a
 * `describe.each` each) is one block; its body is run anew every time, so that what it works out is worked out under the mutant that is active then.
 */
import { format } from "node:util";

export { expect, expectTypeOf } from "vitest";

type Body = () => unknown;
type Table = readonly unknown[];

/** One top-level `describe` or `it` of a test file. */
export interface Block {
  /** The same in every run. */
  readonly id: string;
  /** @throws whatever its first failing test throws */
  run(): Promise<void>;
}

let file = "";
let blocks: Block[] = [];
/** What the block that is being run has noted so far; undefined while files are loaded. */
let noted: Body[] | undefined;

/** The blocks that `load` makes known, a test file's import. */
export async function blocksOf(name: string, load: () => Promise<unknown>): Promise<readonly Block[]> {
  file = name;
  blocks = [];
  await load();
  return blocks;
}

function add(name: string, body: Body): void {
  const taken = blocks.filter(({ id }) => id === `${file} > ${name}` || id.startsWith(`${file} > ${name} #`)).length;
  blocks.push({
    id: `${file} > ${name}${taken === 0 ? "" : ` #${taken}`}`,
    async run() {
      const own: Body[] = [];
      noted = own;
      try {
        await body();
      } finally {
        noted = undefined;
      }
      for (const test of own) await test();
    },
  });
}

function suite(name: string, body: Body): void {
  if (noted === undefined) add(name, body);
  else body();
}

function single(name: string, body: Body): void {
  if (noted === undefined) add(name, () => noted?.push(body));
  else noted.push(body);
}

/** The row's values in the places of the title's `%s`, `%i`, … */
function titled(title: string, row: Table): string {
  return format(title, ...row.slice(0, title.match(/%[sidfjo]/g)?.length ?? 0));
}

const each =
  (define: typeof suite) =>
  (table: Table) =>
  (title: string, body: (...row: readonly unknown[]) => unknown): void => {
    for (const given of table) {
      const row = Array.isArray(given) ? (given as Table) : [given];
      define(titled(title, row), () => body(...row));
    }
  };

const nothing = (): void => {};

export const describe = Object.assign(suite, { each: each(suite), skipIf: (skip: unknown) => (skip ? nothing : suite) });
export const it = Object.assign(single, { each: each(single), skipIf: (skip: unknown) => (skip ? nothing : single) });
export const beforeAll = (body: Body): void => void noted?.push(body);
