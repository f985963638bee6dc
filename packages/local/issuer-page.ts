import type { ReadyUser } from "./issuer-users.ts";

/** The page on which somebody chooses who they are. `asked` goes back with the choice. */
export function choicePage(users: readonly ReadyUser[], asked: readonly (readonly [string, string])[]): string {
  const hidden = asked
    .filter(([name]) => name !== "user")
    .map(([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`);
  const choices = users.map(
    ({ name, what }) =>
      `<p><button name="user" value="${escaped(name)}" aria-describedby="is-${escaped(name)}">${escaped(name)}</button> <span id="is-${escaped(name)}">${escaped(what)}</span></p>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sign in · Change Ledger on this machine</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem; color-scheme: light dark }
button { font: inherit; font-weight: 600; min-width: 8rem; padding: .4rem 1rem }
</style>
<main>
<h1>Who are you?</h1>
<p>This is the local stack's own sign-in. <strong>Nobody has a password here</strong>: it answers this machine alone, and whoever uses it may be anybody. Where the ledger is deployed, your company's identity provider stands in its place.</p>
<form method="post" action="/oauth/authorize">
${[...hidden, ...choices].join("\n")}
</form>
</main>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
