import type { Schemas } from "@change-ledger/api/client/client.ts";
import { useRead } from "../../data/resource.ts";
import { CommitLink, count } from "../../parts/words.tsx";
import { RestsOn } from "./findings.tsx";

type Unseen = Schemas["UnseenCode"]["commits"][number];

const WHY: Readonly<Record<Unseen["because"], string>> = {
  "direct-push": "was pushed without a pull request",
  "foreign-commit": "came with the merge and belongs to no pull request",
  "no-approval": "was merged without any approval",
  "after-the-approval": "came after the last commit that anybody approved",
  "own-approval": "is approved by its author alone",
  "unknown-author": "is by somebody of whom nobody can say that another one approved it",
  "commits-unknown": "is the merge: not all of its commits are on record, so nobody can say which of them were seen",
};

/** Commits that reached their branch and that no approver's SHA covers; nothing where there are none. */
export function UnseenCode({ of }: { readonly of: Schemas["ChangeDetail"] }) {
  const arrived = of.mergedAt !== undefined || of.type === "directPush";
  const unseen = useRead(arrived ? "/v1/changes/{id}/unseen-code" : undefined, { path: { id: of.subject.slice("change:".length) } });
  if (unseen.value === undefined || unseen.value.unseen === 0) return null;
  const { commits, restsOn, unseen: all } = unseen.value;
  return (
    <section class="card bad" aria-label="Unseen code">
      <h2>Unseen code: {count(all, "commit")}</h2>
      <ul>
        {commits.map(({ sha, author, because }) => (
          <li key={sha}>
            <CommitLink sha={sha} repository={of.repository} /> by {author} {WHY[because]}.
          </li>
        ))}
      </ul>
      {all > commits.length && <p class="quiet">The first {commits.length} are shown.</p>}
      <RestsOn entries={restsOn as Parameters<typeof RestsOn>[0]["entries"]} />
    </section>
  );
}
