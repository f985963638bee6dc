import type { World } from "./world.ts";

/** What a verifier has to name: the check, and where; what is not named here may be anything. */
export interface Finding {
  readonly check: string;
  readonly subject?: string | undefined;
  readonly seq?: number | undefined;
  readonly leaf?: number | undefined;
  /** Within what the verifier calls the file. */
  readonly file?: string | undefined;
}

/** What a verifier tells of one thing that is wrong. */
export interface ToldFault extends Finding {
  readonly expected: string;
  readonly found: string;
}

/** Whether a fault is the one that is looked for. */
export function isFinding(fault: Finding, { check, subject, seq, leaf, file }: Finding): boolean {
  return (
    fault.check === check &&
    (subject === undefined || fault.subject === subject) &&
    (seq === undefined || fault.seq === seq) &&
    (leaf === undefined || fault.leaf === leaf) &&
    (file === undefined || fault.file?.includes(file) === true)
  );
}

/** What must be among the faults that a verifier tells. */
export interface Findings {
  readonly ours: readonly Finding[];
  /** Where not the same. */
  readonly python?: readonly Finding[];
}

/** Something an operator does, with every permission and every key. */
export interface DrillCase {
  /** Short, stable, the table's first column. */
  readonly name: string;
  readonly operator: string;
  /** Does it to a world that nobody else uses, and says what has to be told of it. */
  readonly tamper: (world: World) => Promise<Findings> | Findings;
}

/** Cases of one kind of tampering. */
export interface DrillClass {
  readonly title: string;
  readonly cases: readonly DrillCase[];
}

/** Something that nobody can tell from what he holds, and why. */
export interface Undetected {
  readonly name: string;
  readonly operator: string;
  readonly why: string;
  /** A world in which it was done; every verifier finds it sound. */
  readonly done: () => Promise<World>;
}

export const same = (...ours: readonly Finding[]): Findings => ({ ours });
