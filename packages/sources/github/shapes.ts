import { type Actor, type Identity, type Subject, subject } from "@change-ledger/model";
import * as z from "zod";
import { SourceError } from "../fault.ts";
import { actorOf } from "../identity.ts";
import { present, told } from "../present.ts";
import { id, maybeText, read, text } from "../read.ts";
import type { Settings } from "../settings.ts";

/** What every GitHub normaliser gets: the parsed body, and what stands beside it. */
export interface GithubEvent {
  /** GitHub's name of the event: `pull_request`, `push`… */
  readonly name: string;
  readonly body: unknown;
  readonly receivedAt: string;
  readonly settings: Settings;
}

/** A user object; null once the account was deleted. */
export const user = z.object({ id: id.nullish(), login: maybeText }).nullish();

/** `owner/name`, in the sender's own case. GitHub allows letters, digits, `-`, `_` and `.`. */
export const repositoryName = z.string().regex(/^(?!\.{1,2}\/)[\w.-]{1,100}\/(?!\.{1,2}$)[\w.-]{1,100}$/);
export const repository = z.object({ full_name: repositoryName });

export function identity(who: z.output<typeof user>): Identity {
  return present({ id: told(who?.id), login: told(who?.login) });
}

const sent = z.object({ sender: user });

/** Id and login of whoever caused the event. */
export function sender(body: unknown): Actor | undefined {
  return actorOf("github", identity(read(sent, body).sender));
}

export function commitSubject(repo: string, sha: string): Subject {
  return subject("commit", "github", repo, sha);
}
export function changeSubject(repo: string, number: string): Subject {
  return subject("change", "github", repo, "pull", number);
}
export function ticketSubject(repo: string, number: string): Subject {
  return subject("ticket", "github", repo, "issues", number);
}
/** @param ref in full: `refs/heads/main` */
export function refSubject(repo: string, ref: string): Subject {
  return subject("ref", "github", repo, ref);
}

const account = z.object({ login: text }).nullish();
const anywhere = z.object({
  repository: repository.nullish(),
  organization: account,
  enterprise: z.object({ slug: text }).nullish(),
  installation: z.object({ account }).nullish(),
});

/** Where an event belongs that speaks of no subject of its own: the audit chain of its repository, organisation, enterprise or account. */
export function auditSubject(body: unknown): Subject {
  if (body === null || typeof body !== "object") throw new SourceError("body", "expected object");
  const place = anywhere.safeParse(body);
  if (!place.success) return subject("audit", "github");
  const { repository: repo, organization, enterprise, installation } = place.data;
  if (repo) return subject("audit", "github", repo.full_name);
  if (organization) return subject("audit", "github", organization.login);
  if (enterprise) return subject("audit", "github", "enterprises", enterprise.slug);
  return installation?.account ? subject("audit", "github", installation.account.login) : subject("audit", "github");
}
