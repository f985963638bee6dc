import type { Dossier } from "@change-ledger/procedure";
import type { MadeDossier } from "./judging-made.ts";

/** Writes dossiers that are like a made one and are of other changes: its text, cut wherever a name stands that is each change's own. */
export class Copies {
  readonly #parts: readonly string[];

  constructor({ change, entries }: MadeDossier) {
    const text = JSON.stringify({ change, entries: entries.map(({ entry, hash }) => ({ entry, hash })) });
    // The last eight letters of each SHA and each hash: the same of the same one, so that chains and links hold as they did. Zeros stand for none.
    this.#parts = text.replaceAll(/(?<=[0-9a-f]{32})(?!0{8})[0-9a-f]{8}(?![0-9a-f])|(?<=\/pull\/)\d+(?=")/g, CUT).split(CUT);
  }

  /** @param nth below ten million */
  copy(nth: number): Dossier {
    return JSON.parse(this.#parts.join(String(10_000_000 + nth))) as Dossier;
  }
}

const CUT = "\u0001";
