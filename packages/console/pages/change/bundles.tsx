import type { ChangeView } from "@change-ledger/query";
import { useState } from "preact/hooks";
import { ask } from "../../data/answers.ts";
import { Time } from "../../parts/time.tsx";
import { Hash } from "../../parts/words.tsx";
import { apiPath } from "../../route.tsx";
import { useMay, useSession } from "../../session/session.tsx";

/** Sealed evidence: who reads it is put on record. */
export function Bundles({ of: { bundles } }: { readonly of: ChangeView }) {
  const { reader } = useSession();
  const may = useMay("evidence:read");
  const [problem, setProblem] = useState<string>();
  const download = async (key: string) => {
    setProblem(undefined);
    const answer = await ask<{ readonly href: string }>(apiPath("bundles", key), reader?.token ?? "");
    if ("problem" in answer) return setProblem(`The bundle could not be read: ${answer.problem.title}.`);
    // It lies in a bucket of another origin, which a page may open and not fetch.
    const link = document.createElement("a");
    link.href = answer.value.href;
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
