import * as z from "zod";
import { firstInstant } from "../instant.ts";
import { present, told } from "../present.ts";
import { id, maybeText, moment, read, sha, text } from "../read.ts";
import type { Reading } from "../source.ts";
import { commitSubject, type GithubEvent, identity, repository, user } from "./shapes.ts";

const deployment = z.object({
  id,
  sha,
  ref: maybeText,
  task: maybeText,
  environment: text,
  creator: user,
  created_at: moment,
  updated_at: moment,
});
const deploymentEvent = z.object({ action: text.nullish(), deployment, repository });

/** `deployment`: GitHub's own record of one, which says nothing about where the code went. Servers before 2.17 send no action. */
export function hostDeployment(event: GithubEvent): Reading {
  const { action, deployment: made, repository: repo } = read(deploymentEvent, event.body);
  return {
    kind: "host-deployment",
    subject: commitSubject(repo.full_name, made.sha),
    occurredAt: firstInstant("deployment.updated_at", made.updated_at, made.created_at) ?? event.receivedAt,
    facts: present({
      action: action ?? "created",
      id: made.id,
      environment: made.environment,
      commit: made.sha,
      ref: told(made.ref),
      task: told(made.task),
      creator: made.creator ? identity(made.creator) : undefined,
    }),
  };
}

const statusEvent = z.object({
  action: text.nullish(),
  deployment: z.object({ id, sha, environment: text }),
  deployment_status: z.object({ state: text, environment: maybeText, creator: user, created_at: moment, updated_at: moment }),
  repository,
});

/** `deployment_status`; its `id` is that of the deployment it speaks of. */
export function hostDeploymentStatus(event: GithubEvent): Reading {
  const { action, deployment: of, deployment_status: now, repository: repo } = read(statusEvent, event.body);
  return {
    kind: "host-deployment-status",
    subject: commitSubject(repo.full_name, of.sha),
    occurredAt: firstInstant("deployment_status.updated_at", now.updated_at, now.created_at) ?? event.receivedAt,
    facts: present({
      action: action ?? "created",
      id: of.id,
      environment: told(now.environment) ?? of.environment,
      commit: of.sha,
      state: now.state,
      creator: now.creator ? identity(now.creator) : undefined,
    }),
  };
}
