import type { Schemas } from "@change-ledger/api/client/client.ts";
import type { Assessment } from "@change-ledger/procedure";
import { FRESH, useRead } from "../../data/resource.ts";
import { Shown } from "../../parts/states.tsx";
import { Time } from "../../parts/time.tsx";
import { Badge, Outcome, State } from "../../parts/tone.tsx";
import { CommitLink, PersonLink, SubjectLink, subjectName } from "../../parts/words.tsx";
import { Link } from "../../route.tsx";
import { useTitle } from "../title.ts";
import { Bundles } from "./bundles.tsx";
import { Findings } from "./findings.tsx";
import { Proof } from "./proof.tsx";
import { Steps } from "./steps.tsx";
import { Story } from "./story.tsx";
import { Tests } from "./tests.tsx";
import { UnseenCode } from "./unseen.tsx";

/** The document leaves open what else a verdict holds: it is what the procedure gives. */
const assessmentOf = ({ knownNow }: Schemas["Assessments"]) => knownNow as unknown as Assessment;

/** A change from ticket to production: what was required, what happened, what is missing, and whether the record of it holds. */
export function ChangePage({ id }: { readonly id: string }) {
  const change = useRead("/v1/changes/{id}", { path: { id } }, FRESH);
  // Judged again when the change went on, not with every look.
  const head = change.value?.chain.hash;
  const assessments = useRead(head === undefined ? undefined : "/v1/changes/{id}/assessment", { path: { id } }, { everyMs: 10_000 });
  useTitle(subjectName(`change:${id}`));
  return (
    <Shown of={change} what="the change" alone={subjectName(`change:${id}`)}>
      {(of) => (
        <article class="page">
          <Head of={of} outcome={assessments.value?.knownNow.outcome} />
          <Shown of={assessments} what="its assessment">
            {(answer) => (
              <>
                <Findings of={assessmentOf(answer)} />
                <Steps of={assessmentOf(answer)} />
              </>
            )}
          </Shown>
          <UnseenCode of={of} key={`unseen ${of.chain.hash}`} />
          <Story id={id} head={of.chain.hash} />
          <Shown of={assessments} what="its audit tests">
            {(answer) => <Tests of={assessmentOf(answer)} />}
          </Shown>
          <div class="cards">
            <Proof subject={of.subject} chain={of.chain} key={of.chain.hash} />
            <Bundles of={of} />
          </div>
        </article>
      )}
    </Shown>
  );
}

function Head({ of, outcome }: { readonly of: Schemas["ChangeDetail"]; readonly outcome: string | undefined }) {
  const approvers = of.reviews.filter(({ state }) => state === "approved");
  return (
    <header class="head">
      <p class="crumbs">
        <Link to="/console/changes">Changes</Link> /{" "}
        <Link to={`/console/changes?repository=${encodeURIComponent(of.repository)}`}>{of.repository}</Link>
      </p>
      <h1>
        {subjectName(of.subject)} <State state={of.state} /> {outcome !== undefined && <Outcome outcome={outcome} />}
        {of.assessment !== undefined && of.assessment.type !== "normal" && <Badge tone="warn">{of.assessment.type}</Badge>}
      </h1>
      <dl class="facts">
        <dt>Author</dt>
        <dd>{of.author === undefined ? "not on record" : <PersonLink person={of.author} />}</dd>
        <dt>Approved by</dt>
        <dd>
          {approvers.length === 0
            ? "nobody"
            : approvers.map(({ reviewer, at }, index) => (
                <span key={at}>
                  {index > 0 && ", "}
                  <PersonLink person={reviewer} />
                </span>
              ))}
        </dd>
        {of.mergedAt !== undefined && (
          <>
            <dt>Merged</dt>
            <dd>
              <Time at={of.mergedAt} /> by <PersonLink person={of.mergedBy} />{" "}
              {of.mergeSha !== undefined && <CommitLink sha={of.mergeSha} repository={of.repository} />}
            </dd>
          </>
        )}
        <dt>Tickets</dt>
        <dd>
          {of.tickets.length === 0
            ? "none"
            : of.tickets.map((ticket, index) => (
                <span key={ticket}>
                  {index > 0 && ", "}
                  <SubjectLink subject={ticket} />
                </span>
              ))}
        </dd>
        <dt>Deployed by</dt>
        <dd>
          {of.deployments.length === 0
            ? "no deployment yet"
            : of.deployments.map((deployment, index) => (
                <span key={deployment}>
                  {index > 0 && ", "}
                  <SubjectLink subject={deployment} />
                </span>
              ))}
        </dd>
      </dl>
    </header>
  );
}
