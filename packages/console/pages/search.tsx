import { useResource } from "../data/resource.ts";
import { Empty, Shown } from "../parts/states.tsx";
import { SubjectLink, subjectName } from "../parts/words.tsx";
import { useTitle } from "./title.ts";

interface Found {
  readonly items: readonly { readonly subject: string; readonly what?: string; readonly title?: string }[];
}

/** Anything by what one has in hand: a SHA, a ticket, a pull request, a deployment's id, a person. */
export function SearchPage({ query }: { readonly query: URLSearchParams }) {
  const q = query.get("q")?.trim() ?? "";
  useTitle(q === "" ? "Search" : q);
  const found = useResource<Found>(q === "" ? undefined : `/v1/search?q=${encodeURIComponent(q)}`);
  return (
    <article class="page">
      <h1>Search</h1>
      {q === "" ? (
        <Empty>Enter a SHA, a ticket, owner/repository#number, a deployment's id or a person's login above.</Empty>
      ) : (
        <Shown of={found} what="what matches">
          {({ items }) =>
            items.length === 0 ? (
              <Empty>
                Nothing on record matches <code>{q}</code>.
              </Empty>
            ) : (
              <ul class="list">
                {items.map((item) => (
                  <li key={item.subject}>
                    <span class="kind">{item.subject.slice(0, item.subject.indexOf(":"))}</span>{" "}
                    <SubjectLink subject={item.subject} label={item.title ?? subjectName(item.subject)} />{" "}
                    <span class="quiet">{item.what ?? item.subject}</span>
                  </li>
                ))}
              </ul>
            )
          }
        </Shown>
      )}
    </article>
  );
}
