import type { Client } from "@change-ledger/api/client/client.ts";
import { useState } from "preact/hooks";
import { problemWords } from "../../data/resource.ts";
import { Badge } from "../../parts/tone.tsx";
import { Hash } from "../../parts/words.tsx";
import { useSession } from "../../session/session.tsx";
import { leafHash } from "../../verify/bytes.ts";
import { checkChain } from "../../verify/chain.ts";
import { checkInclusion } from "../../verify/inclusion.ts";

type Verified =
  | { readonly state: "asked" }
  | { readonly state: "sound"; readonly length: number; readonly index: number; readonly size: number; readonly origin: string }
  | { readonly state: "wrong"; readonly because: string };

const PAGE = 100;

/** The page re-computes chain and inclusion proof itself, from the bytes: it believes no word of the server about them. */
export function Proof({
  subject,
  chain,
}: {
  readonly subject: string;
  readonly chain: { readonly length: number; readonly hash: string };
}) {
  const { client } = useSession();
  const [verified, setVerified] = useState<Verified>();
  const verify = async () => {
    setVerified({ state: "asked" });
    setVerified(
      await verifyChain(client, subject, chain).catch((error: unknown): Verified => ({ state: "wrong", because: problemWords(error) })),
    );
  };
  return (
    <section class="card">
      <h2>The record itself</h2>
      <p>
        {chain.length} entries in its chain; the last is <Hash value={chain.hash} />.
      </p>
      <div role="status">
        {verified === undefined && <p class="quiet">Re-compute the chain and its place in the log, in this browser.</p>}
        {verified?.state === "asked" && <p>Re-computing…</p>}
        {verified?.state === "sound" && (
          <p>
            <Badge tone="good">Verified in this browser</Badge> {verified.length} entries hash to the head, and the head is entry{" "}
            {verified.index} of the {verified.size} under the checkpoint that {verified.origin} signed.
          </p>
        )}
        {verified?.state === "wrong" && (
          <p>
            <Badge tone="bad">Does not verify</Badge> {verified.because}
          </p>
        )}
      </div>
      <button type="button" onClick={verify} disabled={verified?.state === "asked"}>
        Verify
      </button>
      <p class="quiet">
        The keys come from this server as well. Hold them against those that you were given before, or verify with{" "}
        <code>change-ledger verify</code>.
      </p>
    </section>
  );
}

async function verifyChain(client: Client, subject: string, chain: { readonly length: number; readonly hash: string }): Promise<Verified> {
  const lines: string[] = [];
  while (lines.length < chain.length) {
    const page = await text(
      client.file("/v1/chains/{subject}/entries", { path: { subject }, query: { from: lines.length, limit: PAGE } }, "application/jsonl"),
    );
    const more = page.split("\n").filter((line) => line !== "");
    if (more.length === 0) break;
    lines.push(...more);
  }
  const own = lines.slice(0, chain.length);
  const checked = await checkChain(subject, own);
  if (!checked.sound) return { state: "wrong", because: `Entry ${checked.seq}: ${checked.because}.` };
  if (checked.length !== chain.length || checked.head !== chain.hash)
    return { state: "wrong", because: "The entries do not lead to the head that is shown." };
  const head = await leafHash(new TextEncoder().encode(own.at(-1) ?? ""));
  const proof = await text(client.file("/v1/log/proof", { query: { subject, seq: chain.length - 1 } }));
  const trust = JSON.parse(await text(client.file("/v1/log/trust", {}))) as { readonly noteKeys: readonly { readonly key: string }[] };
  const { origin, size, index } = await checkInclusion(
    head,
    proof,
    trust.noteKeys.map(({ key }) => key),
  );
  return { state: "sound", length: checked.length, index, size, origin };
}

async function text(answer: Promise<Response>): Promise<string> {
  return await (await answer).text();
}
