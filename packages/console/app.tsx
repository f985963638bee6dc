import { useEffect, useRef, useState } from "preact/hooks";
import { AuditPage } from "./pages/audit/audit.tsx";
import { ChainPage } from "./pages/chain.tsx";
import { ChangePage } from "./pages/change/change.tsx";
import { ChangesPage } from "./pages/changes.tsx";
import { CommitPage } from "./pages/commit.tsx";
import { DeploymentPage } from "./pages/deployment/deployment.tsx";
import { DeploymentsPage } from "./pages/deployments.tsx";
import { OverviewPage } from "./pages/overview.tsx";
import { SearchPage } from "./pages/search.tsx";
import { SignInPage } from "./pages/sign-in.tsx";
import { UtcContext } from "./parts/time.tsx";
import { go, Link, type Place, usePlace } from "./route.tsx";
import { useSession } from "./session/session.tsx";

const PAGES = [
  ["deployments", "Deployments"],
  ["changes", "Changes"],
  ["overview", "Overview"],
  ["audit", "Audit"],
] as const;

export function App() {
  const { reader } = useSession();
  const [utc, setUtc] = useState(() => localStorage.getItem("change-ledger.utc") === "yes");
  const place = usePlace();
  useEffect(() => localStorage.setItem("change-ledger.utc", utc ? "yes" : "no"), [utc]);
  return (
    <UtcContext.Provider value={utc}>
      <a class="skip" href="#main">
        Skip to the page
      </a>
      {reader !== undefined && <Bar place={place} utc={utc} onUtc={setUtc} />}
      <main id="main" tabIndex={-1}>
        {reader === undefined ? <SignInPage /> : <Page place={place} />}
      </main>
    </UtcContext.Provider>
  );
}

function Page({ place: { parts, query } }: { readonly place: Place }) {
  const [name = "deployments", ...rest] = parts;
  const id = rest.join("/");
  switch (name) {
    case "deployments":
      return id === "" ? <DeploymentsPage query={query} /> : <DeploymentPage id={id} key={id} />;
    case "changes":
      return id === "" ? <ChangesPage query={query} /> : <ChangePage id={id} key={id} />;
    case "chains":
      return <ChainPage subject={`${rest[0] ?? ""}:${rest.slice(1).join("/")}`} query={query} key={id} />;
    case "commits":
      return <CommitPage sha={id} key={id} />;
    case "audit":
      return <AuditPage query={query} />;
    case "overview":
      return <OverviewPage query={query} />;
    case "search":
      return <SearchPage query={query} />;
    case "signed-in":
      return <SignInPage />;
    default:
      return (
        <article class="page">
          <h1>There is no such page</h1>
          <p>
            <Link to="/console/deployments">To the deployments</Link>
          </p>
        </article>
      );
  }
}

function Bar({ place, utc, onUtc }: { readonly place: Place; readonly utc: boolean; readonly onUtc: (utc: boolean) => void }) {
  const { reader, signOut } = useSession();
  const open = place.parts[0] ?? "deployments";
  return (
    <header class="bar">
      <Link to="/console/deployments" class="brand">
        Change Ledger
      </Link>
      <nav aria-label="Pages">
        {PAGES.map(([name, title]) => (
          <Link key={name} to={`/console/${name}`} current={open === name}>
            {title}
          </Link>
        ))}
      </nav>
      <SearchBox q={place.parts[0] === "search" ? (place.query.get("q") ?? "") : ""} />
      <div class="who">
        <button type="button" aria-pressed={utc} onClick={() => onUtc(!utc)} title="Show times in UTC">
          UTC
        </button>
        <button type="button" onClick={() => signOut()} title={`Signed in as ${reader?.name ?? ""}`}>
          Sign out
        </button>
      </div>
    </header>
  );
}

/** Reached with `/` from anywhere. */
function SearchBox({ q }: { readonly q: string }) {
  const [typed, setTyped] = useState(q);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => setTyped(q), [q]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const from = event.target;
      if (
        event.key !== "/" ||
        event.ctrlKey ||
        event.metaKey ||
        (from instanceof HTMLElement && /^(?:INPUT|SELECT|TEXTAREA)$/.test(from.tagName))
      )
        return;
      event.preventDefault();
      input.current?.focus();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  return (
    <search class="search">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (typed.trim() !== "") go(`/console/search?q=${encodeURIComponent(typed.trim())}`);
        }}
      >
        <input
          ref={input}
          type="search"
          value={typed}
          placeholder="SHA, ticket, pull request, deployment, person"
          aria-label="Search (/)"
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
      </form>
    </search>
  );
}
