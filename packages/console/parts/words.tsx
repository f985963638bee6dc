import { useState } from "preact/hooks";
import { Link, pageOf } from "../route.tsx";

/** A person as their sender names them. */
export interface Person {
  readonly id?: string | undefined;
  readonly login?: string | undefined;
  readonly mail?: string | undefined;
}

export function personName(person: Person | undefined): string {
  return person?.login ?? person?.id ?? (person?.mail === undefined ? "unknown" : "known by e-mail only");
}

/** Leads to what the person did. */
export function PersonLink({ person }: { readonly person: Person | undefined }) {
  const name = personName(person);
  if (person?.login === undefined && person?.id === undefined) return <span>{name}</span>;
  return <Link to={`/console/changes?person=${encodeURIComponent(name)}`}>{name}</Link>;
}

/** `change:github/acme/cargo/pull/123` → `acme/cargo #123`. */
export function subjectName(subject: string): string {
  const at = subject.indexOf(":");
  const [type, id] = [subject.slice(0, at), subject.slice(at + 1)];
  const parts = id.split("/");
  const last = parts.at(-1) ?? id;
  const repository = parts.slice(1, 3).join("/");
  if (type === "change" && parts[0] === "github" && parts[3] === "pull") return `${repository} #${last}`;
  if (type === "change" && parts[0] === "github" && parts[3] === "push") return `${repository} push ${last.slice(0, 10)}`;
  if (type === "commit") return `${repository} ${last.slice(0, 10)}`;
  if (type === "ref") return `${repository} ${parts.slice(5).join("/") || parts.slice(3).join("/")}`;
  if (type === "ticket" && parts[0] === "github") return `${repository} issue ${last}`;
  return last;
}

export function SubjectLink({ subject, label }: { readonly subject: string; readonly label?: string | undefined }) {
  return (
    <Link to={pageOf(subject)} title={subject}>
      {label ?? subjectName(subject)}
    </Link>
  );
}

/** The first digits of a hash or SHA; the whole of it is copied. */
export function Hash({
  value,
  digits = 10,
  label = "hash",
}: {
  readonly value: string;
  readonly digits?: number;
  readonly label?: string;
}) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      setCopied(true);
      setTimeout(() => setCopied(false), 1_500);
    } catch {
      // No permission: it can still be read from the title.
    }
  };
  return (
    <button type="button" class="hash" title={`${value} (copies)`} aria-label={`copy ${label} ${value.slice(0, digits)}`} onClick={copy}>
      {copied ? "copied" : value.slice(0, digits)}
    </button>
  );
}

/** Leads to the commit's page, which has the whole of it. */
export function CommitLink({ sha, repository }: { readonly sha: string; readonly repository?: string | undefined }) {
  return (
    <Link to={`/console/commits/${sha}`} title={`${repository === undefined ? "" : `${repository} `}${sha}`}>
      <code>{sha.slice(0, 10)}</code>
    </Link>
  );
}

export interface EntryReference {
  readonly subject: string;
  readonly seq: number;
  readonly hash: string;
}

/** An entry: its place in its chain, and its hash. @param brief beside what names the chain already */
export function EntryLink({ entry, brief = false }: { readonly entry: EntryReference; readonly brief?: boolean }) {
  const at = entry.subject.indexOf(":");
  const path = `/console/chains/${entry.subject.slice(0, at)}/${entry.subject
    .slice(at + 1)
    .split("/")
    .map(encodeURIComponent)
    .join("/")}`;
  return (
    <span class="entry">
      <Link to={`${path}?seq=${entry.seq}`} title={`${entry.subject}, entry ${entry.seq}`}>
        {brief ? `entry ${entry.seq}` : `${subjectName(entry.subject)} · ${entry.seq}`}
      </Link>{" "}
      <Hash value={entry.hash} digits={8} />
    </span>
  );
}

export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString()} ${number === 1 ? one : many}`;
}
