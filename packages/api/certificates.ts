import { parseCheckpoint, parseNote, readRoot, TileHashes } from "@change-ledger/log";
import type { FactsOf, SealedEntry } from "@change-ledger/model";
import { certificateChain, certificateDigest, certifiedFacts } from "@change-ledger/query";
import { invalid } from "./body.ts";
import type { Caller } from "./caller.ts";
import { ApiError } from "./fault.ts";
import { pathOf } from "./paths.ts";
import { CERTIFICATE, CERTIFY, type CertificateTold, type EntryOnRecord } from "./population-definitions.ts";
import { demandScopeRead, makePopulation } from "./population-made.ts";
import type { PopulationPorts } from "./ports.ts";
import { onRecord } from "./put-on-record.ts";
import { type AnyRoute, type Api, serve, servePost } from "./route.ts";

/** Certificates go on record by their digests: ADR 0021. */
export function certificateRoutes(app: Api, ports: PopulationPorts): AnyRoute[] {
  return [
    servePost(app, CERTIFY, async ({ body, caller }) => {
      if ("certificate" in body) {
        await demandHead(ports, caller, body);
        await onRecord(ports, caller, (by) => ({ kind: "population-certified", facts: { ...told(body), computed: "caller", by } }));
        return { id: body.certificate, href: hrefOf(body.certificate) };
      }
      const { from, to } = body.period;
      const { certificate } = await makePopulation(ports, caller, { from, to, asOf: body.asOf, scope: body.scope });
      await onRecord(ports, caller, (by) => ({ kind: "population-certified", facts: { ...certifiedFacts(certificate, "ledger"), by } }));
      const id = certificateDigest(certificate);
      return { id, href: hrefOf(id), certificate };
    }),
    serve(app, CERTIFICATE, async ({ params: { id }, caller }) => {
      const { facts, entry } = await readCertified(ports, caller, id);
      return { id, certified: facts, entry };
    }),
  ];
}

const hrefOf = (id: string) => `/v1/population/certificates/${id}`;

function told({ scope: patterns, ...rest }: CertificateTold): Omit<FactsOf<"population-certified">, "computed" | "by"> {
  return { ...rest, ...(patterns !== undefined && { scope: patterns }) };
}

/** What was worked out from a log that is not ours is not put on record as if it were. @throws ApiError `invalid`, `not-found`, `not-yet` */
async function demandHead(
  { log }: PopulationPorts,
  caller: Caller,
  { scope: patterns, log: said, period: { from, to } }: CertificateTold,
): Promise<void> {
  demandScopeRead(caller, patterns);
  if (from >= to) throw invalid([{ field: "period.to", rule: "later than from" }]);
  const published = await log.published();
  if (published === undefined) throw new ApiError("not-yet", "the log has no checkpoint yet");
  const { size } = parseCheckpoint(parseNote(published.note).text);
  if (said.size < 1 || said.size > size) throw invalid([{ field: "log.size", rule: `1 to ${size}` }]);
  const root = Buffer.from(await readRoot(new TileHashes(said.size, log), said.size)).toString("hex");
  if (root !== said.root) throw invalid([{ field: "log.root", rule: "the root hash of this log at this size" }]);
}

/** @throws ApiError `not-found` */
export async function readCertified(ports: PopulationPorts, caller: Caller, id: string) {
  const [sealed] = await ports.chains.read(certificateChain(id), 0, 1);
  if (sealed?.entry.kind !== "population-certified") throw new ApiError("not-found", "no certificate of this digest is on record");
  const { facts } = sealed.entry;
  if (caller.repositories !== undefined && !(facts.scope ?? [""]).every((pattern) => caller.mayReadScope(pattern)))
    throw new ApiError("not-found", "no certificate of this digest is on record");
  return { facts, entry: placeOf(sealed) };
}

export function placeOf({ entry: { subject, seq }, hash }: SealedEntry): EntryOnRecord {
  const proof = `/v1/log/proof?subject=${encodeURIComponent(subject)}&seq=${seq}`;
  return { subject, seq, hash, entries: `${pathOf("chains", subject, "/entries")}?from=${seq}&limit=1`, proof };
}
