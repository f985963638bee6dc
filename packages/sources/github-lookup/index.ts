import type { CommitFact, Identity, Subject } from "@change-ledger/model";
import * as z from "zod";
import { assemble } from "../assemble.ts";
import { commitFact, type Signature, whoSigned } from "../github/commit.ts";
import { changeSubject, commitSubject, refSubject, repositoryName, user } from "../github/shapes.ts";
import { actorOf } from "../identity.ts";
import { firstInstant } from "../instant.ts";
import { parseJson } from "../json.ts";
import { lookupDeliveryId, lookupId } from "../lookup-id.ts";
import { flag, present, told } from "../present.ts";
import { flagged, id, maybeText, moment, prose, read, sha, text } from "../read.ts";
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

/** A file of a pull request; of a moved one also what it was called before. Git sets no limit to a path's length, we do. */
const apiFile = z.object({ filename: z.string().min(1), previous_filename: prose });
const PATH_MAX = 1024;

/** How the rules judged a push. */
const apiSuite = z.object({
  id,
  result: text,
  before_sha: sha.nullish(),
  after_sha: sha,
  actor_id: id.nullish(),
  actor_name: maybeText,
  pushed_at: moment,
});

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
  z.object({
    kind: z.literal("pull-request-files"),
    repository: repositoryName,
    number: id,
    head: sha,
    files: z.array(apiFile).nullish(),
    truncated: flagged,
    unresolved,
  }),
  z.object({
    kind: z.literal("rule-suite"),
    repository: repositoryName,
    ref: text,
    before: sha,
    after: sha,
    suite: apiSuite.nullish(),
    unresolved,
  }),
  z.object({ kind: z.literal("commit"), repository: repositoryName, sha, commit: apiCommit.nullish(), unresolved }),
]);
type Lookup = z.output<typeof lookup>;

/**
 * What we asked GitHub: `{kind: "pull-request-commits", repository, number, head, commits, truncated?}`, `{kind: "pull-request-files", repository, number, head, files,
 * truncated?}`, `{kind: "rule-suite", repository, ref, before, after, suite}` or `{kind: "commit", repository, sha, commit}`; instead of an answer each may hold
 * `unresolved: {reason, attempts}`.
 */
export const githubLookup: Source = {
  system: "github-lookup",
  version: 1,
  deliveryId: lookupDeliveryId(lookup, idOf),
  normalise(delivery, auth, settings) {
    const sent = read(lookup, parseJson(delivery.body));
    const reading = readingOf(sent, settings.identityKey, delivery.receivedAt);
    const actor = sent.kind === "rule-suite" ? actorOf("github", pushedBy(sent.suite)) : undefined;
    return assemble(githubLookup, delivery, auth, reading, { event: sent.kind, actor, id: idOf(sent, delivery.body) });
  },
};

function idOf(of: Lookup, body: Uint8Array): string {
  return lookupId(aboutOf(of), body);
}

function aboutOf(of: Lookup): string {
  switch (of.kind) {
    case "commit":
      return `commit/${of.sha}`;
    case "pull-request-commits":
      return `pull/${of.number}`;
    case "pull-request-files":
      return `pull/${of.number}/files`;
    case "rule-suite":
      return `rule-suite/${of.after}`;
    default:
      return of satisfies never;
  }
}

function subjectOf(of: Lookup): Subject {
  switch (of.kind) {
    case "commit":
      return commitSubject(of.repository, of.sha);
    case "pull-request-commits":
    case "pull-request-files":
      return changeSubject(of.repository, of.number);
    case "rule-suite":
      return refSubject(of.repository, of.ref);
    default:
      return of satisfies never;
  }
}

const pushedBy = (suite: z.output<typeof apiSuite> | null | undefined): Identity =>
  present({ id: told(suite?.actor_id), login: told(suite?.actor_name) });

const withCommit = z.object({ commit: apiCommit });
const withCommits = z.object({ commits: z.array(apiCommit) });
const withFiles = z.object({ files: z.array(apiFile) });
const withSuite = z.object({ suite: apiSuite });

/** An answer has no time of its own, but a push's: it is what GitHub said when we asked. */
function readingOf(sent: Lookup, key: string, occurredAt: string): Reading {
  const subject = subjectOf(sent);
  if (sent.unresolved) {
    const { reason, attempts } = sent.unresolved;
    return { kind: "unresolved", subject, occurredAt, facts: { asked: sent.kind, attempts, reason } };
  }
  switch (sent.kind) {
    case "commit": {
      const { commit } = read(withCommit, sent);
      const facts = { parents: (commit.parents ?? []).map((parent) => parent.sha), author: whoSigned(authorOf(commit), key) };
      return { kind: "commit-lookup", subject, occurredAt, facts };
    }
    case "pull-request-commits": {
      const commits = read(withCommits, sent).commits.map((commit) => commitOf(commit, key));
      return {
        kind: "pull-request-lookup",
        subject,
        occurredAt,
        facts: present({ head: sent.head, commits, truncated: flag(sent.truncated) }),
      };
    }
    case "pull-request-files": {
      const { files } = read(withFiles, sent);
      const named = new Set(files.flatMap(({ filename, previous_filename: before }) => (before ? [filename, before] : [filename])));
      const paths = [...named].filter((path) => path.length <= PATH_MAX);
      // What is left out may be the one that matters.
      const truncated = flag(sent.truncated === true || paths.length < named.size);
      return { kind: "files-lookup", subject, occurredAt, facts: present({ head: sent.head, paths, truncated }) };
    }
    case "rule-suite": {
      const { suite } = read(withSuite, sent);
      const { id: suiteId, result, before_sha: before, after_sha: after } = suite;
      const facts = present({ id: suiteId, result, before: told(before), after });
      return { kind: "rule-suite-lookup", subject, occurredAt: firstInstant("suite.pushed_at", suite.pushed_at) ?? occurredAt, facts };
    }
    default:
      return sent satisfies never;
  }
}

function commitOf({ sha: of, author, committer, commit }: ApiCommit, key: string): CommitFact {
  const signed = { author: signature(author, commit?.author), committer: signature(committer, commit?.committer) };
  return commitFact(of, { ...signed, message: commit?.message ?? "" }, key);
}

function authorOf(commit: ApiCommit): Signature {
  return signature(commit.author, commit.commit?.author);
}

function signature(account: z.output<typeof user>, signed: z.output<typeof mailed>): Signature {
  return { id: account?.id, login: account?.login, email: signed?.email };
}
