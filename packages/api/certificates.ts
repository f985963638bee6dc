import { parseCheckpoint, parseNote, readRoot, TileHashes } from "@change-ledger/log";
import { type FactsOf, OUTCOMES, type SealedEntry } from "@change-ledger/model";
import { certificateChain, certificateDigest, certifiedFacts, isScope } from "@change-ledger/query";
import * as z from "zod";
import { invalid } from "./body.ts";
import type { Caller } from "./caller.ts";
import { ApiError } from "./fault.ts";
import { pathOf } from "./paths.ts";
import { certificateSchema } from "./population.ts";
import { demandScopeRead, makePopulation } from "./population-made.ts";
import type { ApiPorts } from "./ports.ts";
import { onRecord } from "./put-on-record.ts";
import { type AnyRoute, type Api, serve, servePost } from "./route.ts";
import { instant, SCHEMAS } from "./schemas.ts";

export const digest = z
  .string()
  .regex(/^[0-9a-f]{64}$/, "64 lower-case hexadecimal digits")
  .meta({ examples: ["0".repeat(64)] });
const count = z.int().nonnegative();
const period = z.strictObject({ from: instant, to: instant });
const scope = z.array(z.string()).refine(isScope, "patterns such as github/acme/*, in order, each once").optional();

/** Either a question, or what somebody worked out from the log. */
const askedSchema = z
  .union([
    z.strictObject({ period, asOf: instant.optional(), scope }),
    z.strictObject({
      certificate: digest.meta({ description: "SHA-256 of the certificate's statement" }),
      period,
      asOf: instant,
      scope,
      population: z.strictObject({ root: digest, size: count, sha256: digest }),
      outcome: z.enum(OUTCOMES),
      log: z
        .strictObject({ size: count, root: digest })
        .meta({ description: "The head of the log that it was worked out from; the root hash in hexadecimal" }),
    }),
  ])
  .register(SCHEMAS, { id: "CertificateRequest" });

/** Where an entry is that has something on record. */
export const entrySchema = z
  .object({ subject: z.string(), seq: count, hash: digest, entries: z.string(), proof: z.string() })
  .meta({ description: "The entry: its place, and where it and its proof are read" })
  .register(SCHEMAS, { id: "EntryOnRecord" });

const certifiedSchema = z
  .object({
    id: digest,
    href: z.string().meta({ description: "Where it is read once it is on record" }),
    certificate: certificateSchema.optional().meta({ description: "As it was worked out here: keep it, the ledger keeps its digest" }),
  })
  .register(SCHEMAS, { id: "CertificateTaken" });

const recordedSchema = z
  .object({ id: digest, certified: z.looseObject({ period, asOf: instant }), entry: entrySchema })
  .register(SCHEMAS, { id: "CertificateOnRecord" });

/** Certificates go on record by their digests: ADR 0021. */
export function certificateRoutes(app: Api, ports: ApiPorts): AnyRoute[] {
  return [
    servePost(
      app,
      {
        path: "/v1/population/certificates",
        summary: "Puts a certificate on record: one that the API works out, or the digest of one that you worked out from the log",
        params: z.object({}),
        query: z.strictObject({}),
        body: askedSchema,
        answer: certifiedSchema,
        scope: "population:read",
        notYet: "It could not be put on record, or the log has no checkpoint yet",
      },
      async ({ body, caller }) => {
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
      },
    ),
    serve(
      app,
      {
        path: "/v1/population/certificates/{id}",
        summary: "A certificate, as it is on record",
        params: z.object({ id: digest }),
        query: z.strictObject({}),
        answer: recordedSchema,
        scope: "population:read",
      },
      async ({ params: { id }, caller }) => {
        const { facts, entry } = await readCertified(ports, caller, id);
        return { id, certified: facts, entry };
      },
    ),
  ];
}

const hrefOf = (id: string) => `/v1/population/certificates/${id}`;

type Told = Extract<z.output<typeof askedSchema>, { certificate: string }>;

function told({ scope: patterns, ...rest }: Told): Omit<FactsOf<"population-certified">, "computed" | "by"> {
  return { ...rest, ...(patterns !== undefined && { scope: patterns }) };
}

/** What was worked out from a log that is not ours is not put on record as if it were. @throws ApiError `invalid`, `not-found`, `not-yet` */
async function demandHead({ log }: ApiPorts, caller: Caller, { scope: patterns, log: said, period: { from, to } }: Told): Promise<void> {
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
export async function readCertified(ports: ApiPorts, caller: Caller, id: string) {
  const [sealed] = await ports.chains.read(certificateChain(id), 0, 1);
  if (sealed?.entry.kind !== "population-certified") throw new ApiError("not-found", "no certificate of this digest is on record");
  const { facts } = sealed.entry;
  if (caller.repositories !== undefined && !(facts.scope ?? [""]).every((pattern) => caller.mayReadScope(pattern)))
    throw new ApiError("not-found", "no certificate of this digest is on record");
  return { facts, entry: placeOf(sealed) };
}

export function placeOf({ entry: { subject, seq }, hash }: SealedEntry): z.output<typeof entrySchema> {
  const proof = `/v1/log/proof?subject=${encodeURIComponent(subject)}&seq=${seq}`;
  return { subject, seq, hash, entries: `${pathOf("chains", subject, "/entries")}?from=${seq}&limit=1`, proof };
}
