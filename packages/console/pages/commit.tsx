import { FRESH, useRead } from "../data/resource.ts";
import { Shown } from "../parts/states.tsx";
import { Badge, Outcome, State } from "../parts/tone.tsx";
import { PersonLink, SubjectLink } from "../parts/words.tsx";
import { useTitle } from "./title.ts";

const AS = { head: "its head", merge: "its merge", reviewed: "reviewed in it", brought: "brought by its push" } as const;

/** A commit: which change it belongs to, who approved it, and where it was deployed. */
export function CommitPage({ sha }: { readonly sha: string }) {
  useTitle(sha.slice(0, 10));
  const commit = useRead("/v1/commits/{sha}", { path: { sha } }, FRESH);
  return (
    <article class="page">
      <header class="head">
        <h1>Commit {sha.slice(sha.lastIndexOf("/") + 1).slice(0, 10)}</h1>
        <p>
          <code>{sha}</code>
        </p>
      </header>
      <Shown of={commit} what="the commit">
        {({ changes, deployments, checks }) => (
          <>
            <section aria-label="Changes">
              <h2>Changes that it belongs to</h2>
              <ul class="list">
                {changes.map(({ change, as, approvedBy }) => (
                  <li key={change.subject}>
                    <div class="row-head">
                      <SubjectLink subject={change.subject} /> <State state={change.state} />
                      {change.assessment !== undefined && <Outcome outcome={change.assessment.outcome} />}
                      <span class="quiet">{as.map((one) => AS[one]).join(", ")}</span>
                    </div>
                    <div>
                      {approvedBy.length === 0 ? (
                        <Badge tone="warn">Nobody approved this very commit</Badge>
                      ) : (
                        <>
                          Approved by{" "}
                          {approvedBy.map((person, at) => (
                            <span key={person.id ?? person.login}>
                              {at > 0 && ", "}
                              <PersonLink person={person} />
                            </span>
                          ))}
                        </>
                      )}
                    </div>
                  </li>
                ))}
              </ul>
            </section>
            <section aria-label="Deployments">
              <h2>Deployed by</h2>
              {deployments.length === 0 ? (
                <p>No deployment that is on record carries it.</p>
              ) : (
                <ul class="list">
                  {deployments.map((one) => (
                    <li key={one.deployment}>
                      <SubjectLink subject={one.deployment} /> <State state={one.state} /> {one.application}{" "}
                      {one.group !== undefined && `to ${one.group}`}{" "}
                      <span class="quiet">{one.exactly ? "this very revision" : "a later revision that holds it"}</span>
                    </li>
                  ))}
                </ul>
              )}
            </section>
            <section aria-label="Checks">
              <h2>Checks</h2>
              {checks.length === 0 ? (
                <p>None is on record.</p>
              ) : (
                <ul>
                  {checks.map((check) => (
                    <li key={`${check.name}${check.id}`}>
                      {check.name}: {check.conclusion ?? check.status}
                    </li>
                  ))}
                </ul>
              )}
            </section>
          </>
        )}
      </Shown>
    </article>
  );
}
