import type { Schemas } from "@change-ledger/api/client/client.ts";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Rows } from "../parts/rows.tsx";
import { Time } from "../parts/time.tsx";
import { ToneMark } from "../parts/tone.tsx";
import { count, EntryLink } from "../parts/words.tsx";
import { LANE_NAMES } from "./scale.ts";

type Lane = Schemas["Timeline"]["lanes"][number]["lane"];
type Mark = Schemas["Mark"];

const ROW_PX = 44;

/** The entries behind a mark: what each says, when, by whom, and its place in its chain. */
export function MarkList({ lane, marks, onClose }: { readonly lane: Lane; readonly marks: readonly Mark[]; readonly onClose: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null);
  // With the list itself, before it is painted: a key that is pressed at once is meant for it.
  useLayoutEffect(() => heading.current?.focus(), [marks]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes it from anywhere within
    <div class="mark-list" onKeyDown={(event) => event.key === "Escape" && onClose()}>
      <header>
        <h3 tabIndex={-1} ref={heading}>
          {LANE_NAMES[lane]}: {count(marks.length, "entry", "entries")}
        </h3>
        <button type="button" onClick={onClose}>
          Close
        </button>
      </header>
      <Rows
        items={marks}
        height={ROW_PX}
        mostHeight={ROW_PX * Math.min(marks.length, 7)}
        label={`Entries of ${LANE_NAMES[lane]}`}
        row={(mark) => (
          <div class="mark-row">
            <ToneMark tone={mark.tone} />
            <Time at={mark.at} />
            <span class="what" title={mark.event}>
              {mark.what}
            </span>
            <span class="quiet">{mark.by}</span>
            <EntryLink entry={mark} />
          </div>
        )}
      />
    </div>
  );
}
