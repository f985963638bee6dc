import { logIdentity, parseTrust, proveEntries } from "@change-ledger/log";
import type { Subject } from "@change-ledger/model";
import * as z from "zod";
import { demandReadable } from "./authorise.ts";
import { ApiError } from "./fault.ts";
import { subjectOf } from "./paths.ts";
import type { ApiPorts } from "./ports.ts";
import { type AnyRoute, type Api, serveFile } from "./route.ts";
import { text, wholeNumber } from "./schemas.ts";

const TEXT = "text/plain; charset=utf-8";
const NOT_FOUND = "no such entry is on record";
const PROOF_QUERY = z.strictObject({
  subject: text.meta({ examples: ["change:github/acme/cargo/pull/123"], description: "The entry's subject" }),
  seq: wholeNumber(0, Number.MAX_SAFE_INTEGER).meta({ description: "The entry's place in its chain" }),
});

export function proofRoute(app: Api, ports: ApiPorts): AnyRoute {
  return serveFile(
    app,
    {
      path: "/v1/log/proof",
      summary: "The proof that an entry is in the log",
      params: z.object({}),
      query: PROOF_QUERY,
      file: { type: TEXT, description: "A proof file (C2SP tlog-proof): index, inclusion proof and checkpoint" },
      notYet: "No checkpoint covers the entry yet",
    },
    async ({ query, caller }) => {
      const subject = demandReadable(caller, subjectOf(undefined, query.subject, "subject"), NOT_FOUND);
      const proof = await prove(ports, subject, query.seq);
      return new Response(Uint8Array.from(proof), { headers: { "content-type": TEXT } });
    },
  );
}

/** @throws ApiError `not-found`, `not-yet`; LogError when the log does not hold the entry that the ledger holds, or its files are not the checkpoint's */
async function prove({ chains, log, places }: ApiPorts, subject: Subject, seq: number): Promise<Uint8Array> {
  const [found] = await chains.read(subject, seq, 1);
  if (found?.entry.seq !== seq) throw new ApiError("not-found", NOT_FOUND);
  const [published, trust] = await Promise.all([log.published(), log.trust()]);
  if (published !== undefined && trust !== undefined) {
    const ports = { places, tiles: log, log: logIdentity(parseTrust(trust)) };
    const [proof] = await proveEntries(ports, published.note, [{ subject, seq, hash: found.hash }]);
    if (proof !== undefined && proof !== "not-yet") return proof;
  }
  throw new ApiError("not-yet", "no checkpoint covers this entry yet; one will within a minute");
}
