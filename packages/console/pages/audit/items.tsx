import type { Schemas } from "@change-ledger/api/client/client.ts";
import { Rows } from "../../parts/rows.tsx";
import { Time } from "../../parts/time.tsx";
import { SubjectLink } from "../../parts/words.tsx";

type Item = Schemas["Population"]["items"][number];

const ROW_PX = 44;

/** The population's items, by time. */
export function Items({ items, size }: { readonly items: readonly Item[]; readonly size: number }) {
  return (
    <section aria-label="Items">
      <h2>Items</h2>
      {items.length === 0 ? (
        <p>Nothing was deployed to production, and no protected branch was updated.</p>
      ) : (
        <Rows
          items={items}
          height={ROW_PX}
          mostHeight={Math.min(items.length, 8) * ROW_PX}
          label="Items of the population"
          row={(item) => <Row item={item} />}
        />
      )}
      {items.length < size && <p class="quiet">The first {items.length.toLocaleString()} of them; the package has all.</p>}
    </section>
  );
}

function Row({ item }: { readonly item: Item }) {
  const { subject, changes } = item as unknown as { readonly subject: string; readonly changes: readonly string[] };
  return (
    <div class="mark-row">
      <Time at={item.at} />
      <span class="what">
        {item.kind === "deployment" ? "deployment" : "update"} <SubjectLink subject={subject} />
      </span>
      <span>{item.type}</span>
      <span>
        {changes.slice(0, 2).map((change) => (
          <span key={change}>
            <SubjectLink subject={change} />{" "}
          </span>
        ))}
        {changes.length > 2 && `and ${changes.length - 2} more`}
      </span>
    </div>
  );
}
