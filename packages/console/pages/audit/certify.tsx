import { useState } from "preact/hooks";
import { problemWords } from "../../data/resource.ts";
import { SubjectLink } from "../../parts/words.tsx";
import { useSession } from "../../session/session.tsx";

interface Sample {
  readonly seed: string;
  readonly strata: readonly {
    readonly stratum: string;
    readonly items: number;
    readonly drawn: readonly { readonly id: string; readonly index: number }[];
  }[];
}

const SIZES = [25, 40] as const;
const REPLACEMENTS = 5;

/**
 * First the certificate goes on record, then the nonce is said: so nobody can have chosen the sample. Both are worked out again by whoever verifies.
 */
export function Certify({
  period,
  asOf,
  scope,
}: {
  readonly period: { readonly from: string; readonly to: string };
  readonly asOf: string;
  readonly scope: readonly string[] | undefined;
}) {
  const { client } = useSession();
  const [certificate, setCertificate] = useState<string>();
  const [sample, setSample] = useState<Sample>();
  const [nonce, setNonce] = useState("");
  const [size, setSize] = useState<(typeof SIZES)[number]>(25);
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const run = async (work: () => Promise<void>) => {
    setBusy(true);
    setProblem(undefined);
    await work().catch((error: unknown) => setProblem(problemWords(error)));
    setBusy(false);
  };
  const certify = () =>
    run(async () => {
      const { id } = await client.post("/v1/population/certificates", { body: { period, asOf, ...(scope && { scope: [...scope] }) } });
      setCertificate(id);
    });
  const draw = () =>
    run(async () => {
      const question = { nonce, method: { name: "fixed", size }, replacements: REPLACEMENTS } as const;
      const taken = await client.post("/v1/samples", { body: { certificate: certificate ?? "", question } });
      setSample(taken.sample as Sample | undefined);
    });
  return (
    <section class="card" aria-label="Certificate and sample">
      <h2>Certificate, then sample</h2>
      <ol>
        <li>
          <button type="button" onClick={certify} disabled={busy || certificate !== undefined}>
            Put the certificate on record
          </button>{" "}
          {certificate !== undefined && (
            <span role="status">
              On record as <code title={certificate}>{certificate.slice(0, 16)}</code>
            </span>
          )}
        </li>
        <li>
          <form
            class="filters"
            onSubmit={(event) => {
              event.preventDefault();
              void draw();
            }}
          >
            <label class="filter">
              <span>Your nonce (dice will do)</span>
              <input type="text" required maxLength={200} value={nonce} onInput={(event) => setNonce(event.currentTarget.value)} />
            </label>
            <label class="filter">
              <span>Size</span>
              <select value={size} onChange={(event) => setSize(event.currentTarget.value === "40" ? 40 : 25)}>
                {SIZES.map((one) => (
                  <option key={one} value={one}>
                    {one}
                  </option>
                ))}
              </select>
            </label>
            <button type="submit" disabled={busy || certificate === undefined}>
              Draw the sample
            </button>
          </form>
        </li>
      </ol>
      {problem !== undefined && (
        <p class="note" role="alert">
          {problem}
        </p>
      )}
      {sample !== undefined && <Drawn of={sample} />}
    </section>
  );
}

function Drawn({ of: { seed, strata } }: { readonly of: Sample }) {
  return (
    <div role="status">
      <p>
        Seed <code title={seed}>{seed.slice(0, 16)}</code>: SHA-256 of the list's root and your nonce.
      </p>
      {strata.map(({ stratum, items, drawn }) => (
        <section key={stratum} aria-label={`Sample of ${stratum}`}>
          <h3>
            {drawn.length} of {items} {stratum === "all" ? "items" : `of type ${stratum}`}
          </h3>
          <ol>
            {drawn.map(({ id }) => (
              <li key={id}>{/^(?:deployment|ref):/.test(id) ? <SubjectLink subject={id.split("#")[0] ?? id} label={id} /> : id}</li>
            ))}
          </ol>
        </section>
      ))}
    </div>
  );
}
