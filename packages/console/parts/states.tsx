import type { ApiProblem } from "@change-ledger/api/client/client.ts";
import type { ComponentChildren } from "preact";
import type { Resource } from "../data/resource.ts";
import { useSession } from "../session/session.tsx";

/** Something large enough not to flicker, and told to who cannot see it. */
function Loading({ what, alone }: { readonly what: string; readonly alone: string | undefined }) {
  const state = (
    <div class="state loading" role="status">
      <span class="bar" aria-hidden="true" />
      Reading {what}…
    </div>
  );
  if (alone === undefined) return state;
  return (
    <article class="page">
      <h1>{alone}</h1>
      {state}
    </article>
  );
}

export function Empty({ children }: { readonly children: ComponentChildren }) {
  return <div class="state empty">{children}</div>;
}

/** @param alone nothing else stands on the page: what is wrong is its title */
function Failed({ problem, what, alone }: { readonly problem: ApiProblem; readonly what: string; readonly alone: boolean }) {
  const Title = alone ? "h1" : "h2";
  const { reader, signOut } = useSession();
  if (problem.status === 403)
    return (
      <div class="state denied" role="alert">
        <Title>You may not see this</Title>
        <p>
          {reader?.name ?? "Your token"} may not see {what}: {problem.message}.
        </p>
        <button type="button" onClick={() => signOut()}>
          Sign in as somebody else
        </button>
      </div>
    );
  if (problem.status === 404)
    return (
      <div class="state empty" role="alert">
        <Title>Nothing is on record here</Title>
        <p>There is no such thing in the ledger, or it belongs to a repository that you may not see.</p>
      </div>
    );
  return (
    <div class="state failed" role="alert">
      <Title>{problem.title}</Title>
      {problem.message !== problem.title && <p>{problem.message}</p>}
    </div>
  );
}

/** A resource's value, or why there is none. A failure while there is an older answer is told above it. */
export function Shown<T>({
  of,
  what,
  alone,
  children,
}: {
  readonly of: Resource<T>;
  readonly what: string;
  /** It is all that the page shows, and this is the page's title until it is there. */
  readonly alone?: string | undefined;
  readonly children: (value: T) => ComponentChildren;
}) {
  if (of.value !== undefined)
    return (
      <>
        {of.problem !== undefined && (
          <p class="stale" role="status">
            {of.problem.title}. What is shown is the last that was read.
          </p>
        )}
        {children(of.value)}
      </>
    );
  if (of.problem !== undefined) return <Failed problem={of.problem} what={what} alone={alone !== undefined} />;
  return <Loading what={what} alone={alone} />;
}
