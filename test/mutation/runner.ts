/**
 * Stryker's test runner for pure code: loads modules and tests once into one process and switches mutants on and off in it. Starting vitest for each mutant costs a second
 * and more, this a few milliseconds; a mutant that acts while modules are loaded (a table, a schema) has them loaded anew.
 */
import { globSync } from "node:fs";
import { type Block, blocksOf } from "./in-process.ts";
import { ModuleGraph } from "./module-graph.ts";
import { MUTATED, TESTS } from "./scope.ts";

/** What the instrumented code reads and writes. */
interface Switch {
  activeMutant: string | undefined;
  currentTestId: string | undefined;
  hitCount: number | undefined;
  hitLimit: number | undefined;
  mutantCoverage: Coverage;
}

/** Mutants by id, and how often each was reached. */
type Hits = Record<string, number>;

interface Coverage {
  static: Hits;
  perTest: Record<string, Hits>;
}

/** Of Stryker's description of a mutant's run, what is used here. */
interface MutantRun {
  readonly activeMutant: { readonly id: string; readonly fileName: string };
  /** Ids of the blocks that reach the mutant; left out: all. */
  readonly testFilter?: readonly string[];
  /** A mutant reached this often is stuck in a loop. */
  readonly hitLimit?: number;
  readonly reloadEnvironment: boolean;
}

type Survival = { readonly status: "survived"; readonly nrOfTests: number };
type Death = {
  readonly status: "killed";
  readonly nrOfTests: number;
  readonly killedBy: readonly string[];
  readonly failureMessage: string;
};
type Stuck = { readonly status: "timeout"; readonly reason: string };

/** How far a mutant reaches that acts while modules are loaded: which modules have to be loaded anew, and which tests know of them. */
const EVERYTHING = { modules: /^/, tests: /^/ };
const REACH = [
  {
    from: /\/packages\/procedure\//,
    modules: /^packages\/procedure\/|^test\/procedure\/|^test\/scenarios\/[\w.-]+$/,
    tests: /^test\/(?:procedure|scenarios)\//,
  },
];

const OUTSIDE = "(outside of tests)";
const state: Switch = {
  activeMutant: undefined,
  currentTestId: undefined,
  hitCount: undefined,
  hitLimit: undefined,
  mutantCoverage: { static: {}, perTest: {} },
};

class InProcessRunner {
  readonly #graph = new ModuleGraph(process.cwd());
  #blocks: readonly Block[] = [];
  /** How long each block takes, and how many mutants it has killed: what kills most for its time goes first. */
  readonly #ms = new Map<string, number>();
  readonly #kills = new Map<string, number>();

  capabilities(): { readonly reloadEnvironment: boolean } {
    return { reloadEnvironment: true };
  }

  async init(): Promise<void> {
    process.env["MUTATION_RUN"] = "1";
    Object.assign(globalThis, { __stryker__: state });
    this.#blocks = await this.#load();
  }

  async dryRun(): Promise<object> {
    const { mutantCoverage } = state;
    mutantCoverage.perTest = {};
    const tests = await this.#runAll();
    delete mutantCoverage.perTest[OUTSIDE];
    return { status: "complete", tests, mutantCoverage };
  }

  /** Every block without a mutant: what tests keep for one another is then told by the code as it is. */
  async #runAll(): Promise<object[]> {
    const tests: object[] = [];
    for (const { id, run } of this.#blocks) {
      state.currentTestId = id;
      const began = performance.now();
      const failureMessage = await failureOf(run);
      const ms = performance.now() - began;
      this.#ms.set(id, ms);
      const result = failureMessage === undefined ? { status: 0 } : { status: 1, failureMessage };
      tests.push({ id, name: id, timeSpentMs: Math.max(1, Math.round(ms)), ...result });
    }
    state.currentTestId = OUTSIDE;
    return tests;
  }

  async mutantRun({ activeMutant, testFilter, hitLimit, reloadEnvironment }: MutantRun): Promise<Survival | Death | Stuck> {
    // A process that took the place of another made no dry run.
    if (this.#ms.size === 0) await this.#runAll();
    state.activeMutant = activeMutant.id;
    state.hitCount = 0;
    state.hitLimit = hitLimit;
    let nrOfTests = 0;
    const reach = REACH.find(({ from }) => from.test(activeMutant.fileName)) ?? EVERYTHING;
    const killed = (by: string, failureMessage: string): Death | Stuck =>
      hitLimit !== undefined && (state.hitCount ?? 0) > hitLimit
        ? { status: "timeout", reason: `reached more than ${hitLimit} times` }
        : { status: "killed", nrOfTests, killedBy: [by], failureMessage };
    try {
      let blocks = this.#blocks;
      if (reloadEnvironment) {
        let renewed: readonly Block[] = [];
        this.#graph.renew(reach.modules);
        const failure = await failureOf(async () => {
          renewed = await this.#load();
        });
        // Nothing of it can be loaded: every test fails.
        if (failure !== undefined) return killed(this.#blocks[0]?.id ?? OUTSIDE, failure);
        const known = new Map(renewed.map((block) => [block.id, block]));
        blocks = this.#blocks.flatMap(({ id }) => known.get(id) ?? []);
      }
      const wanted = testFilter === undefined ? undefined : new Set(testFilter);
      for (const { id, run } of blocks.toSorted((a, b) => this.#worth(b) - this.#worth(a))) {
        if (wanted === undefined ? !reach.tests.test(id) : !wanted.has(id)) continue;
        nrOfTests++;
        const failure = await failureOf(run);
        if (failure === undefined) continue;
        this.#kills.set(id, (this.#kills.get(id) ?? 0) + 1);
        return killed(id, failure);
      }
      return { status: "survived", nrOfTests };
    } finally {
      state.activeMutant = undefined;
      state.hitCount = undefined;
    }
  }

  #worth({ id }: Block): number {
    return (1 + (this.#kills.get(id) ?? 0)) / (1 + (this.#ms.get(id) ?? 0));
  }

  /** What is mutated first: what it does while it is loaded is told apart from what test files do with it. */
  async #load(): Promise<readonly Block[]> {
    state.currentTestId = undefined;
    for (const path of globSync([...MUTATED])) await this.#graph.load(path);
    state.currentTestId = OUTSIDE;
    const blocks: Block[] = [];
    for (const path of globSync([...TESTS]).sort()) blocks.push(...(await blocksOf(path, () => this.#graph.load(path))));
    return blocks;
  }
}

async function failureOf(run: () => Promise<void>): Promise<string | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export const strykerPlugins = [{ kind: "TestRunner", name: "in-process", injectableClass: InProcessRunner }];
