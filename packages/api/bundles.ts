import { evidenceOf } from "@change-ledger/ledger";
import type { FactsOf, SealedEntry, Subject } from "@change-ledger/model";
import * as z from "zod";
import { demandReadable } from "./authorise.ts";
import { recordRead } from "./evidence-read.ts";
import { ApiError } from "./fault.ts";
import { pathOf, subjectOf } from "./paths.ts";
import { type ApiPorts, LINK_SECONDS } from "./ports.ts";
import { type AnyRoute, type Api, serve, serveFile } from "./route.ts";
import { hash, instant, limit, SCHEMAS, subject as subjectText, text, wholeNumber } from "./schemas.ts";

/** Entries read at once, and for one page of a list: the chain tells of a whole repository's evidence. */
const PAGE = 200;
const ENTRIES_MAX = 1000;
const NOT_FOUND = "no bundle of this key is on record";
const LIST_QUERY = z.strictObject({
  change: text.meta({ examples: ["change:github/acme/cargo/pull/123"], description: "The change, with or without `change:`" }),
  from: wholeNumber(0, Number.MAX_SAFE_INTEGER).default(0).meta({ description: "`next` of an earlier answer" }),
  limit: limit.default(100),
});
/** `evidence/<change's id>/<head>-<chains>.zip` */
const KEY = /^evidence\/(.+)\/[^/]+\.zip$/;

const bundlePageSchema = z
  .object({
    items: z.array(
      z
        .object({
          at: instant,
          change: subjectText("change:github/acme/cargo/pull/123"),
          head: hash.meta({ description: "The head of the change's chain that the bundle covers" }),
          key: z.string(),
          versionId: z.string(),
          sha256: z.string(),
          bytes: z.int().positive(),
          evidence: z
            .object({ subject: subjectText("evidence:github/acme/cargo"), seq: z.int().nonnegative() })
            .meta({ description: "The entry that has it on record" }),
          href: z.string().meta({ description: "Where to read it" }),
        })
        .register(SCHEMAS, { id: "RecordedBundle" }),
    ),
    next: z.int().optional().meta({ description: "`from` of the next page; absent at the end" }),
  })
  .register(SCHEMAS, { id: "BundlePage" });

const bundleLinkSchema = z
  .object({ href: z.string().meta({ description: "Where to read it: ask there without the token" }), expiresAt: instant })
  .register(SCHEMAS, { id: "BundleLink" });

type RecordedBundle = FactsOf<"sealed">["bundles"][number];

/** Evidence bundles, as the evidence chain has them on record: a version that is not there was put in its place by somebody. */
export function bundleRoutes(app: Api, ports: ApiPorts): AnyRoute[] {
  return [
    serve(
      app,
      {
        path: "/v1/bundles",
        summary: "The evidence bundles of a change, oldest first",
        params: z.object({}),
        query: LIST_QUERY,
        answer: bundlePageSchema,
      },
      async ({ query, caller }) => {
        const change = subjectOf("change", query.change, "change");
        return caller.mayRead(change) ? await listBundles(ports, change, query.from, query.limit) : { items: [] };
      },
    ),
    serveFile(
      app,
      {
        path: "/v1/bundles/{key}",
        summary: "An evidence bundle, in the version that is on record. That it was read goes on record too",
        params: z.object({ key: text.meta({ description: "The bundle's key, slashes percent-encoded or not" }) }),
        query: z.strictObject({}),
        scope: "evidence:read",
        notYet: "That it is read could not be put on record",
        elsewhere: "The bundle, a zipped BagIt bag, for some minutes",
        link: bundleLinkSchema,
      },
      async ({ params, caller, namesJson }) => {
        const { key, versionId, sha256, change } = await recorded(ports, params.key);
        demandReadable(caller, change, NOT_FOUND);
        await recordRead(ports, caller, { what: "bundle", key, versionId, sha256, subject: change });
        const href = await ports.links.bundle(key, versionId);
        if (!namesJson) return new Response(null, { status: 302, headers: { location: href } });
        const expiresAt = new Date(Date.parse(ports.judging.now()) + LINK_SECONDS * 1000).toISOString();
        return new Response(JSON.stringify({ href, expiresAt }), {
          headers: { "content-type": "application/json", "cache-control": "no-store" },
        });
      },
    ),
  ];
}

async function listBundles(ports: ApiPorts, change: Subject, from: number, atMost: number): Promise<z.output<typeof bundlePageSchema>> {
  const items: z.output<typeof bundlePageSchema>["items"] = [];
  let next = from;
  for await (const sealed of entriesFrom(ports, evidenceOf(change), from)) {
    const own = bundlesIn(sealed).filter((bundle) => bundle.change === change);
    if (items.length > 0 && items.length + own.length > atMost) return { items, next };
    const { subject, seq, occurredAt } = sealed.entry;
    items.push(...own.map((bundle) => ({ at: occurredAt, ...bundle, evidence: { subject, seq }, href: pathOf("bundles", bundle.key) })));
    next = seq + 1;
    if (next - from >= ENTRIES_MAX) return { items, next };
  }
  return { items };
}

/**
 * What is on record of the bundle: of a key that was recorded twice, the first version.
 * @throws ApiError `not-found`
 */
async function recorded(ports: ApiPorts, asked: string): Promise<RecordedBundle> {
  // API Gateway may have decoded the path once already, so that what stands percent-encoded in a key no longer does.
  const wanted = decoded(asked);
  const id = KEY.exec(wanted)?.[1];
  if (id !== undefined)
    for await (const sealed of entriesFrom(ports, evidenceOf(subjectOf("change", id, "key")), 0)) {
      const found = bundlesIn(sealed).find(({ key }) => decoded(key) === wanted);
      if (found !== undefined) return found;
    }
  throw new ApiError("not-found", NOT_FOUND);
}

async function* entriesFrom({ chains }: ApiPorts, subject: Subject, from: number): AsyncGenerator<SealedEntry> {
  for (let next = from; ; ) {
    const page = await chains.read(subject, next, PAGE);
    yield* page;
    if (page.length < PAGE) return;
    next += page.length;
  }
}

function bundlesIn({ entry }: SealedEntry): readonly RecordedBundle[] {
  return entry.kind === "sealed" ? entry.facts.bundles : [];
}

/** Without any percent-encoding: what was encoded more than once, too. */
function decoded(text: string): string {
  for (let before = text; ; ) {
    const after = before.replaceAll(/(?:%[0-9A-Fa-f]{2})+/g, (escapes) => {
      try {
        return decodeURIComponent(escapes);
      } catch {
        return escapes;
      }
    });
    if (after === before) return after;
    before = after;
  }
}
