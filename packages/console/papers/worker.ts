/** Makes working papers, in a thread of its own: the page stays free, and can end it at any time. Loaded when it is first asked for. */
import "../platform/setup.ts";
import { zipParts } from "@change-ledger/evidence";
import { LogError } from "@change-ledger/log";
import { QueryError } from "@change-ledger/query";
import {
  audit,
  CHECKPOINT,
  CONFIGURATIONS,
  MemoryStore,
  readQuestion,
  readScope,
  STATE,
  TRUST,
  WorkpapersError,
} from "@change-ledger/workpapers";
import type { MakePapers, Said } from "./messages.ts";
import { PageReader } from "./reader.ts";

/** What a browser bears: the papers are in memory until they are downloaded. */
const MAX_BYTES = 512_000_000;
const MAX_ENTRIES = 250_000;
const PROGRESS_MS = 80;
/** With these a second run of the same comes to the same certificate and sample. None of it is evidence. */
const KEPT: ReadonlySet<string> = new Set([STATE, CHECKPOINT, TRUST, CONFIGURATIONS]);

const say = (said: Said): void => postMessage(said);

class KeptStore extends MemoryStore {
  override put(file: string, bytes: Uint8Array): void {
    super.put(file, bytes);
    if (KEPT.has(file)) say({ kind: "keep", file, text: new TextDecoder().decode(bytes) });
  }
}

async function make({ token, asked, kept, now }: MakePapers): Promise<void> {
  const { period } = asked;
  const question = readQuestion({ ...asked.question, strata: asked.question.strata || undefined });
  const scope = asked.scope.trim() === "" ? undefined : readScope(asked.scope);
  if (typeof question === "string") return say({ kind: "failed", code: "usage", because: question });
  if (typeof scope === "string") return say({ kind: "failed", code: "usage", because: scope });
  const papers = new KeptStore(MAX_BYTES);
  for (const [file, text] of Object.entries(kept)) if (KEPT.has(file)) papers.put(file, new TextEncoder().encode(text));
  let toldMs = 0;
  let step = "";
  const { certificate, digest, results } = await audit({
    period,
    scope,
    question,
    asOf: undefined,
    ledger: new PageReader(token),
    papers,
    trusted: undefined,
    lists: [],
    mostEntries: MAX_ENTRIES,
    now,
    progress(what, done, of) {
      const nowMs = performance.now();
      if (what === step && done !== of && nowMs - toldMs < PROGRESS_MS) return;
      [step, toldMs] = [what, nowMs];
      say({ kind: "progress", what, done, of });
    },
  });
  const { items = [], exceptions = [] } = results ?? {};
  const folder = `papers-${period.from.slice(0, 10)}-${period.to.slice(0, 10)}`;
  const parts = zipParts(new Map(papers.all().map(([file, bytes]) => [`${folder}/${file}`, bytes])));
  say({
    kind: "made",
    zip: new Blob(parts as Uint8Array<ArrayBuffer>[], { type: "application/zip" }),
    name: `${folder}.zip`,
    made: {
      population: certificate.population.size,
      completeness: certificate.outcome,
      certificate: digest,
      drawn: items.length,
      satisfied: items.filter(({ outcome }) => outcome === "satisfied").length,
      exceptions: exceptions.length,
    },
  });
}

addEventListener("message", ({ data }: MessageEvent<MakePapers>) => {
  make(data).catch((error: unknown) => {
    const because = error instanceof Error ? error.message : String(error);
    const known = error instanceof WorkpapersError || error instanceof LogError || error instanceof QueryError;
    say({ kind: "failed", code: known ? error.code : "unknown", because });
  });
});
