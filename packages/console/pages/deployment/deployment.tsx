import type { Schemas } from "@change-ledger/api/client/client.ts";
import { LIVE, useRead } from "../../data/resource.ts";
import { Shown } from "../../parts/states.tsx";
import { Time } from "../../parts/time.tsx";
import { Badge, State } from "../../parts/tone.tsx";
import { subjectName } from "../../parts/words.tsx";
import { Link } from "../../route.tsx";
import { Lanes } from "../../timeline/lanes.tsx";
import { useTitle } from "../title.ts";
import { Carried } from "./carried.tsx";
import { Figures } from "./figures.tsx";
import { Lineage } from "./lineage.tsx";
import { Running, WhatFailed } from "./outcome.tsx";
import { Targets } from "./targets.tsx";

type Timeline = Schemas["Timeline"];

/** What failed, where, since when, what was in it, who approved it, what runs now, and what to do next. */
export function DeploymentPage({ id }: { readonly id: string }) {
  const timeline = useRead("/v1/deployments/{id}/timeline", { path: { id } }, LIVE);
  useTitle(subjectName(`deployment:${id}`));
  return (
    <Shown of={timeline} what="the deployment" alone={subjectName(`deployment:${id}`)}>
      {(of) => (
        <article class="page">
          <Head of={of} />
          <div class="cards">
            <WhatFailed of={of} />
            <Running of={of} />
          </div>
          <Lanes timeline={of} key={of.deployment} />
          <Figures of={of} />
          <div class="cards">
            <Carried of={of} />
            <Lineage of={of} />
          </div>
          <Targets of={of} />
        </article>
      )}
    </Shown>
  );
}

function Head({ of }: { readonly of: Timeline }) {
  const { blastRadius, application, group } = of;
  return (
    <header class="head">
      <p class="crumbs">
        <Link to="/console/deployments">Deployments</Link>
        {application !== undefined && (
          <>
            {" / "}
            <Link to={`/console/deployments?application=${encodeURIComponent(application)}`}>{application}</Link>
          </>
        )}
      </p>
      <h1>
        {subjectName(of.deployment)} <State state={of.state} />
        {of.rollback && <Badge tone="warn">Rollback</Badge>}
      </h1>
      <p>
        {application ?? "An application that is not known yet"}
        {group !== undefined && ` to ${group}`}
        {blastRadius.environment !== undefined && ` (${blastRadius.environment})`}
        {of.startedAt !== undefined && (
          <>
            , begun <Time at={of.startedAt} /> (<Time at={of.startedAt} show="ago" />)
          </>
        )}
        {of.endedAt !== undefined && (
          <>
            , ended <Time at={of.endedAt} show="clock" />
          </>
        )}
        {(of.principal ?? of.creator) !== undefined && `, by ${shortPrincipal(of.principal ?? of.creator ?? "")}`}
      </p>
      {of.lookedUp !== "done" && (
        <p class="note">
          {of.lookedUp === "pending"
            ? "CodeDeploy has not been asked for the details yet: targets and cause are what its events tell."
            : "CodeDeploy gave no details: targets and cause are what its events tell."}
        </p>
      )}
    </header>
  );
}

/** `arn:aws:sts::123456789012:assumed-role/Deployer/ada` → `Deployer/ada` */
function shortPrincipal(principal: string): string {
  return /^arn:[^:]*:[^:]*:[^:]*:[^:]*:(?:assumed-role|user|role)\/(.+)$/.exec(principal)?.[1] ?? principal;
}
