import { signatureOf, type Webhook } from "./emitted.ts";
import { numberOf } from "./identifiers.ts";
import type { Person } from "./people.ts";

/** A repository as GitHub's payloads name it. */
export interface RepositoryName {
  /** `owner/name` */
  readonly fullName: string;
  readonly defaultBranch: string;
}

/** What every GitHub delivery has: where it comes from, who caused it, and under which GUID and secret it is sent. */
export interface GithubAt {
  readonly repository: RepositoryName;
  readonly sender: Person;
  /** `X-GitHub-Delivery` */
  readonly delivery: string;
  readonly secret: string;
  /** Leaves out what no reader of a webhook needs (URLs, node ids): for histories made by the thousand. */
  readonly lean?: boolean | undefined;
}

/** The request that GitHub would send: headers, and the body signed with the secret. */
export function githubWebhook(at: GithubAt, event: string, payload: Readonly<Record<string, unknown>>): Webhook {
  const body = JSON.stringify({ ...payload, repository: payload["repository"] ?? repository(at), sender: user(at, at.sender) });
  const headers = {
    "content-type": "application/json",
    "user-agent": "GitHub-Hookshot/044aadd",
    "x-github-event": event,
    "x-github-delivery": at.delivery,
    "x-hub-signature-256": signatureOf(body, at.secret),
  };
  return { headers, body };
}

export function user(at: GithubAt, of: Person): Readonly<Record<string, unknown>> {
  const account = { login: of.login, id: of.githubId, type: of.type };
  if (at.lean) return account;
  const url = `https://api.github.com/users/${encodeURIComponent(of.login)}`;
  return { ...account, node_id: nodeId("U", of.githubId), avatar_url: "", url, html_url: url.replace("api.", ""), site_admin: false };
}

export function repository(at: GithubAt, more: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  const { fullName, defaultBranch } = at.repository;
  const [owner = "", name = ""] = fullName.split("/");
  const told = { id: numberOf("repository", fullName), name, full_name: fullName, default_branch: defaultBranch, ...more };
  if (at.lean) return told;
  const of = {
    login: owner,
    id: numberOf("organisation", owner),
    node_id: nodeId("O", numberOf("organisation", owner)),
    type: "Organization",
  };
  const url = `https://api.github.com/repos/${fullName}`;
  return {
    ...told,
    node_id: nodeId("R", told.id),
    private: true,
    owner: of,
    html_url: `https://github.com/${fullName}`,
    url,
    visibility: "private",
  };
}

/** GitHub's opaque id of an object. */
export function nodeId(letter: string, id: number): string {
  return `${letter}_${Buffer.from(String(id)).toString("base64url")}`;
}
