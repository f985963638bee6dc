import { readRecord } from "@change-ledger/evidence";
import { type PayloadReference, sha256Hex } from "@change-ledger/model";
import * as z from "zod";
import { demandReadable } from "./authorise.ts";
import { recordRead } from "./evidence-read.ts";
import { ApiError } from "./fault.ts";
import { subjectOf } from "./paths.ts";
import type { ApiPorts } from "./ports.ts";
import { type AnyRoute, type Api, serveFile } from "./route.ts";
import { text, wholeNumber } from "./schemas.ts";

/** Lambda answers with at most 6 MB, and bytes travel in base64. */
const ANSWER_MAX_BYTES = 4 * 1024 * 1024;
const NOT_FOUND = "no such entry is on record, or it rests on no delivery";
const FORMS = {
  body: "the very bytes that the sender signed",
  warc: "the WARC record with them and the kept headers, one gzip member of its segment",
} as const;

/** What senders sent, out of the locked archive: logs and texts that no entry holds. */
export function rawRoutes(app: Api, ports: ApiPorts): AnyRoute[] {
  return [
    serveFile(
      app,
      {
        path: "/v1/chains/{subject}/entries/{seq}/raw",
        summary: "What the sender sent, of which an entry tells: the archived bytes. That they were read goes on record",
        params: z.object({
          subject: text.meta({ description: "The chain's subject, slashes percent-encoded or not" }),
          seq: wholeNumber(0, Number.MAX_SAFE_INTEGER).meta({ description: "The entry's place in its chain" }),
        }),
        query: z.strictObject({
          form: z
            .enum(["body", "warc"])
            .default("body")
            .meta({ description: `\`body\`: ${FORMS.body}; \`warc\`: ${FORMS.warc}` }),
        }),
        scope: "evidence:read",
        file: { type: "application/octet-stream", description: `As \`form\` says: ${FORMS.body}, or ${FORMS.warc}` },
        notYet: "That it is read could not be put on record",
      },
      async ({ params, query, caller }) => {
        const subject = demandReadable(caller, subjectOf(undefined, params.subject, "subject"), NOT_FOUND);
        const [found] = await ports.chains.read(subject, params.seq, 1);
        const payload = found?.entry.seq === params.seq ? found.entry.payload : undefined;
        if (payload === undefined) throw new ApiError("not-found", NOT_FOUND);
        const bytes = await archived(ports, payload, query.form);
        await recordRead(ports, caller, { what: "raw", subject, seq: params.seq, sha256: payload.sha256 });
        const name = `${payload.sha256}.${query.form === "warc" ? "warc.gz" : "bin"}`;
        return new Response(Uint8Array.from(bytes), {
          // A sender chose these bytes: no browser is to make anything of them.
          headers: {
            "content-type": "application/octet-stream",
            "content-disposition": `attachment; filename="${name}"`,
            "cache-control": "no-store",
          },
        });
      },
    ),
  ];
}

/** What a sender sent, held to the entry that names it. @throws EvidenceError when the archive holds something else */
export async function archivedBody(ports: Pick<ApiPorts, "raw">, payload: PayloadReference): Promise<Uint8Array> {
  return (await archivedRecord(ports, payload)).body;
}

async function archivedRecord({ raw }: Pick<ApiPorts, "raw">, payload: PayloadReference) {
  const [member] = await raw.members([payload]);
  if (member === undefined) throw new TypeError("expected a member for the reference");
  const { body } = readRecord(member);
  if (sha256Hex(body) !== payload.sha256) throw new TypeError("expected the record's body to be what the entry names");
  return { member, body };
}

/** @throws EvidenceError when the archive holds something else; ApiError `not-acceptable` */
async function archived(ports: ApiPorts, payload: PayloadReference, form: keyof typeof FORMS): Promise<Uint8Array> {
  const { member, body } = await archivedRecord(ports, payload);
  const bytes = form === "warc" ? member : body;
  if (bytes.length > ANSWER_MAX_BYTES)
    throw new ApiError(
      "not-acceptable",
      `${bytes.length} bytes are too many for one answer${form === "body" ? ": ask for form=warc" : ""}`,
    );
  return bytes;
}
