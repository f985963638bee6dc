/** The authorization code flow with PKCE (RFC 7636), as a public client: no secret, nothing kept but this tab's own storage. */

export interface SignInSettings {
  /** Of the OpenID provider; its metadata lie at `/.well-known/openid-configuration` below it. */
  readonly issuer: string;
  readonly clientId: string;
  /** Asked for; the provider decides what is given. Separated by spaces. */
  readonly scope: string;
}

interface ProviderMetadata {
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
}

interface Begun {
  readonly verifier: string;
  readonly state: string;
  /** The page to return to. */
  readonly page: string;
}

const BEGUN = "change-ledger.sign-in";

async function metadataOf({ issuer }: SignInSettings): Promise<ProviderMetadata> {
  const answer = await fetch(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`, { credentials: "omit" });
  if (!answer.ok) throw new Error(`the sign-in service answered ${answer.status}`);
  return (await answer.json()) as ProviderMetadata;
}

/** Where the provider sends the reader back to: one page, whatever was open. */
const returnTo = (): string => new URL("/console/signed-in", location.origin).href;

/** Leaves for the provider's page. */
export async function beginSignIn(settings: SignInSettings, page: string): Promise<void> {
  const { authorization_endpoint } = await metadataOf(settings);
  const begun: Begun = { verifier: randomText(48), state: randomText(16), page };
  sessionStorage.setItem(BEGUN, JSON.stringify(begun));
  const url = new URL(authorization_endpoint);
  const challenge = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(begun.verifier)));
  for (const [name, value] of Object.entries({
    response_type: "code",
    client_id: settings.clientId,
    redirect_uri: returnTo(),
    scope: settings.scope,
    state: begun.state,
    code_challenge: base64url(challenge),
    code_challenge_method: "S256",
  }))
    url.searchParams.set(name, value);
  location.assign(url);
}

/**
 * Takes the code that the provider sent us back with for a token.
 * @returns the access token, and the page that was open before
 * @throws Error when it was not us who asked, or the provider refuses
 */
export async function endSignIn(
  settings: SignInSettings,
  query: URLSearchParams,
): Promise<{ readonly token: string; readonly page: string }> {
  const kept = sessionStorage.getItem(BEGUN);
  sessionStorage.removeItem(BEGUN);
  const begun = kept === null ? undefined : (JSON.parse(kept) as Begun);
  if (begun === undefined || query.get("state") !== begun.state) throw new Error("this sign-in was not begun in this tab");
  const code = query.get("code");
  if (code === null) throw new Error(`the sign-in service refused: ${query.get("error") ?? "no reason given"}`);
  const { token_endpoint } = await metadataOf(settings);
  const answer = await fetch(token_endpoint, {
    method: "POST",
    credentials: "omit",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({
      grant_type: "authorization_code",
      client_id: settings.clientId,
      redirect_uri: returnTo(),
      code,
      code_verifier: begun.verifier,
    }),
  });
  if (!answer.ok) throw new Error(`the sign-in service answered ${answer.status}`);
  const { access_token } = (await answer.json()) as { access_token?: unknown };
  if (typeof access_token !== "string") throw new Error("the sign-in service gave no token");
  return { token: access_token, page: begun.page };
}

function randomText(bytes: number): string {
  return base64url(crypto.getRandomValues(new Uint8Array(bytes)));
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}
