import type { Schemas } from "@change-ledger/api/client/client.ts";
import { useState } from "preact/hooks";
import { problemWords } from "../../data/resource.ts";
import { Time } from "../../parts/time.tsx";
import { Hash } from "../../parts/words.tsx";
import { useMay, useSession } from "../../session/session.tsx";

/** Sealed evidence: who reads it is put on record. */
export function Bundles({ of: { bundles } }: { readonly of: Schemas["Change"] }) {
  const { client } = useSession();
  const may = useMay("evidence:read");
  const [problem, setProblem] = useState<string>();
  const download = async (key: string) => {
    setProblem(undefined);
    let href: string;
    try {
      ({ href } = await client.get("/v1/bundles/{key}", { path: { key } }));
    } catch (error) {
      return setProblem(`The bundle could not be read: ${problemWords(error)}.`);
    }
    // It lies in a bucket of another origin, which a page may open and not fetch.
    const link = document.createElement("a");
    link.href = href;
    link.rel = "noreferrer";
    link.click();
  };
  return (
    <section class="card">
      <h2>Evidence</h2>
      {bundles.length === 0 ? (
        <p>Not sealed yet: that happens when the change has come to an end.</p>
      ) : (
        <ul>
          {bundles.map(({ key, at, sha256 }) => (
            <li key={key}>
              <Time at={at} /> <Hash value={sha256} label="SHA-256" />{" "}
              {may && (
                <button type="button" onClick={() => download(key)}>
                  Download
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {!may && bundles.length > 0 && <p class="quiet">Reading a bundle needs the scope evidence:read.</p>}
      {problem !== undefined && <p role="alert">{problem}</p>}
    </section>
  );
}
