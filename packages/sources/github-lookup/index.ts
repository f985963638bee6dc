import * as z from "zod";
import { assemble } from "../assemble.ts";
import { commitFact, type Signature, whoSigned } from "../github/commit.ts";
import { changeSubject, commitSubject, repositoryName, user } from "../github/shapes.ts";
import { parseJson } from "../json.ts";
import { lookupDeliveryId, lookupId } from "../lookup-id.ts";
import { flag, present } from "../present.ts";
import { flagged, id, prose, read, sha, text } from "../read.ts";
import type { Reading, Source } from "../source.ts";

const mailed = z.object({ email: prose }).nullish();

/** A commit of GitHub's REST API, of which we keep: accounts, addresses (hashed), the message's trailers (hashed), parents. */
const apiCommit = z.object({
  sha,
  author: user,
  committer: user,
  commit: z.object({ author: mailed, committer: mailed, message: prose }).nullish(),
  parents: z.array(z.object({ sha })).nullish(),
});
type ApiCommit = z.output<typeof apiCommit>;

const unresolved = z.object({ reason: text, attempts: z.int().positive() }).nullish();

const lookup = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("pull-request-commits"),
    repository: repositoryName,
    number: id,
    head: sha,
    commits: z.array(apiCommit).nullish(),
    truncated: flagged,
    unresolved,
  }),
  z.object({ kind: z.literal("commit"), repository: repositoryName, sha, commit: apiCommit.nullish(), unresolved }),
]);
type Lookup = z.output<typeof lookup>;

/**
 * What we asked GitHub: `{kind: "pull-request-commits", repository, number, head, commits, truncated?}` or
 * `{kind: "commit", repository, sha, commit}`; instead of an answer either may hold `unresolved: {reason, attempts}`.
 */
export const githubLookup: Source = {
  system: "github-lookup",
  version: 1,
  deliveryId: lookupDeliveryId(lookup, idOf),
  normalise(delivery, auth, settings) {
    const sent = read(lookup, parseJson(delivery.body));
    const reading = readingOf(sent, settings.identityKey, delivery.receivedAt);
    return assemble(githubLookup, delivery, auth, reading, { event: sent.kind, id: idOf(sent, delivery.body) });
  },
};

function idOf(of: Lookup, body: Uint8Array): string {
  const what = of.kind === "commit" ? `commit/${of.sha}` : `pull/${of.number}`;
  return lookupId(what, body);
}

const withCommit = z.object({ commit: apiCommit });
const withCommits = z.object({ commits: z.array(apiCommit) });

/** An answer has no time of its own: it is what GitHub said when we asked. */
function readingOf(sent: Lookup, key: string, occurredAt: string): Reading {
  const subject = sent.kind === "commit" ? commitSubject(sent.repository, sent.sha) : changeSubject(sent.repository, sent.number);
  if (sent.unresolved) {
    const { reason, attempts } = sent.unresolved;
    return { kind: "unresolved", subject, occurredAt, facts: { asked: sent.kind, attempts, reason } };
  }
  if (sent.kind === "commit") {
    const { commit } = read(withCommit, sent);
    const facts = { parents: (commit.parents ?? []).map((parent) => parent.sha), author: whoSigned(authorOf(commit), key) };
    return { kind: "commit-lookup", subject, occurredAt, facts };
  }
  const { commits } = read(withCommits, sent);
  return {
    kind: "pull-request-lookup",
    subject,
    occurredAt,
    facts: present({
      head: sent.head,
      commits: commits.map((commit) =>
        commitFact(
          commit.sha,
          {
            author: authorOf(commit),
            committer: signature(commit.committer, commit.commit?.committer),
            message: commit.commit?.message ?? "",
          },
          key,
        ),
      ),
      truncated: flag(sent.truncated),
    }),
  };
}

function authorOf(commit: ApiCommit): Signature {
  return signature(commit.author, commit.commit?.author);
}

function signature(account: z.output<typeof user>, signed: z.output<typeof mailed>): Signature {
  return { id: account?.id, login: account?.login, email: signed?.email };
}
