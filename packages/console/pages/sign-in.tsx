import { useEffect, useState } from "preact/hooks";
import { go, usePlace } from "../route.tsx";
import { beginSignIn, endSignIn, type SignInSettings } from "../session/pkce.ts";
import { useSession } from "../session/session.tsx";

/** What the server says of how to sign in; without an answer a token still does. */
function useSettings(): SignInSettings | undefined {
  const [settings, setSettings] = useState<SignInSettings>();
  useEffect(() => {
    fetch("/console/sign-in.json", { credentials: "omit" })
      .then(async (answer) => (answer.ok ? ((await answer.json()) as SignInSettings) : undefined))
      .then(setSettings, () => undefined);
  }, []);
  return settings;
}

const SIGNED_IN = "signed-in";

export function SignInPage() {
  const { signIn, because } = useSession();
  const settings = useSettings();
  const { parts, query } = usePlace();
  const [problem, setProblem] = useState<string>();
  const [typed, setTyped] = useState("");
  const returning = parts[0] === SIGNED_IN;
  useEffect(() => {
    if (!returning || settings === undefined) return;
    endSignIn(settings, query).then(
      ({ token, page }) => {
        go(page, { replace: true });
        signIn(token);
      },
      (error: unknown) => {
        go("/console/", { replace: true });
        setProblem(error instanceof Error ? error.message : String(error));
      },
    );
  }, [returning, settings]);
  const begin = () => {
    if (settings === undefined) return;
    const page = returning ? "/console/" : `${location.pathname}${location.search}`;
    beginSignIn(settings, page).catch((error: unknown) => setProblem(error instanceof Error ? error.message : String(error)));
  };
  return (
    <article class="page narrow">
      <h1>Change Ledger</h1>
      <p>Every production change, proven.</p>
      {because !== undefined && <p role="status">{because}</p>}
      {problem !== undefined && (
        <p class="note" role="alert">
          You are not signed in: {problem}.
        </p>
      )}
      {returning && problem === undefined ? (
        <p role="status">Signing in…</p>
      ) : (
        <>
          <p>
            <button type="button" class="primary" onClick={begin} disabled={settings === undefined}>
              Sign in
            </button>
          </p>
          <details>
            <summary>Use a token instead</summary>
            <form
              onSubmit={(event) => {
                event.preventDefault();
                if (typed.trim() !== "") signIn(typed);
              }}
            >
              <label>
                Bearer token
                <input type="password" autocomplete="off" value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
              </label>
              <button type="submit">Use it</button>
            </form>
            <p class="quiet">It is kept for this tab alone.</p>
          </details>
        </>
      )}
    </article>
  );
}
