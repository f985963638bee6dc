import type { Schemas } from "@change-ledger/api/client/client.ts";
import { useRead } from "../data/resource.ts";
import { Empty, Shown } from "../parts/states.tsx";
import { Link, pageOf } from "../route.tsx";
import { useTitle } from "./title.ts";

type Found = Schemas["SearchResults"]["items"][number];

/** Anything by what one has in hand: a SHA, a ticket, a pull request, a deployment's id, a person. */
export function SearchPage({ query }: { readonly query: URLSearchParams }) {
  const q = query.get("q")?.trim() ?? "";
  useTitle(q === "" ? "Search" : q);
  const found = useRead(q === "" ? undefined : "/v1/search", { query: { q: q.slice(0, 200) } });
  return (
    <article class="page">
      <h1>Search</h1>
      {q === "" ? (
        <Empty>Enter a SHA, a ticket, owner/repository#number, a deployment's id or a person's login above.</Empty>
      ) : (
        <Shown of={found} what="what matches">
          {({ items, whole }) => (
            <>
              {items.length === 0 ? (
                <Empty>
                  Nothing on record matches <code>{q}</code>.
                </Empty>
              ) : (
                <ul class="list">
                  {items.map((item) => (
                    <li key={`${item.kind} ${item.id}`}>
                      <span class="kind">{item.kind}</span> <Link to={pageOfFound(item)}>{item.title}</Link>{" "}
                      <span class="quiet">{item.id}</span>
                    </li>
                  ))}
                </ul>
              )}
              {!whole && <p class="quiet">Of what has no name of its own only the latest changes and deployments were looked through.</p>}
            </>
          )}
        </Shown>
      )}
    </article>
  );
}

function pageOfFound({ kind, id }: Found): string {
  switch (kind) {
    case "commit":
      return `/console/commits/${encodeURIComponent(id)}`;
    case "person":
      return `/console/changes?person=${encodeURIComponent(id)}`;
    case "repository":
      return `/console/changes?repository=${encodeURIComponent(id)}`;
    case "service":
      return `/console/deployments?service=${encodeURIComponent(id)}`;
    default:
      return pageOf(id);
  }
}
