import { Badge } from "../../parts/tone.tsx";
import { count } from "../../parts/words.tsx";

/** Of a completeness certificate what is shown here; docs/formats.md has all of it. */
export interface Certificate {
  readonly asOf: string;
  readonly outcome: string;
  readonly population: {
    readonly root: string;
    readonly size: number;
    readonly counts: { readonly kinds: Readonly<Record<string, number>>; readonly types: Readonly<Record<string, number>> };
  };
  readonly sources: readonly Source[];
  readonly continuity: readonly { readonly gaps?: readonly unknown[] }[];
  readonly log: {
    readonly size: number;
    readonly uncovered: readonly string[];
    readonly compared: "whole" | "none";
    readonly differences: readonly unknown[];
  };
}
interface Source {
  readonly system: string;
  readonly scope: string;
  readonly assessed: string;
  readonly because?: string;
  readonly missing?: readonly unknown[];
  readonly unlisted?: readonly unknown[];
}

/** What the completeness rests on: lists that others keep, the branches' own continuity, the log. */
export function Sources({ of: { sources, continuity, log } }: { readonly of: Certificate }) {
  const compared = sources.filter(({ assessed }) => assessed !== "none");
  const missing = sources.reduce((sum, { missing: some }) => sum + (some?.length ?? 0), 0);
  const unlisted = sources.reduce((sum, { unlisted: some }) => sum + (some?.length ?? 0), 0);
  const gaps = continuity.reduce((sum, one) => sum + (one.gaps?.length ?? 0), 0);
  return (
    <section class="card">
      <h2>Is that all?</h2>
      <dl>
        <dt>Lists that others keep</dt>
        <dd>
          {compared.length} of {sources.length} compared {missing > 0 && <Badge tone="bad">{`${missing} missing here`}</Badge>}{" "}
          {unlisted > 0 && <Badge tone="warn">{`${unlisted} not listed there`}</Badge>}
        </dd>
        <dt>Updates of branches</dt>
        <dd>{gaps === 0 ? <Badge tone="good">No gap</Badge> : <Badge tone="bad">{count(gaps, "gap")}</Badge>}</dd>
        <dt>Under the log</dt>
        <dd>
          {log.uncovered.length === 0 ? <Badge tone="good">All</Badge> : <Badge tone="warn">{`${log.uncovered.length} not yet`}</Badge>} of{" "}
          {log.size.toLocaleString()} entries
        </dd>
        <dt>Ledger against log</dt>
        <dd>
          {log.compared === "none" ? (
            <Badge tone="warn">Not compared yet</Badge>
          ) : log.differences.length === 0 ? (
            <Badge tone="good">Alike</Badge>
          ) : (
            <Badge tone="bad">{count(log.differences.length, "difference")}</Badge>
          )}
        </dd>
      </dl>
      {compared.length < sources.length && (
        <details>
          <summary>Lists that were not compared</summary>
          <ul>
            {sources
              .filter(({ assessed }) => assessed === "none")
              .map(({ system, scope, because }) => (
                <li key={`${system} ${scope}`}>
                  {system}: {scope} <span class="quiet">({because})</span>
                </li>
              ))}
          </ul>
        </details>
      )}
    </section>
  );
}
