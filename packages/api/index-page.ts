const LOOKS = [
  ["/openapi.json", "what can be asked, as an OpenAPI 3.1 document"],
  ["/v1/changes", "changes, newest first"],
  ["/v1/deployments", "deployments: what each carried, how it failed, what restored it"],
  ["/v1/tickets", "tickets"],
  ["/v1/log/checkpoint", "the log's checkpoint: size and root hash over all entries, signed"],
  ["/v1/log/trust", "the public keys that vouch for log and evidence (no token needed)"],
  ["/v1/health", "whether the API answers (no token needed)"],
] as const;

/** Where to look, for a person with a browser. No script, nothing from elsewhere. */
export const INDEX_HTML = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Change Ledger</title>
<style>body{font:1rem/1.6 system-ui,sans-serif;max-width:46rem;margin:3rem auto;padding:0 1rem}code{background:#f3f3f3;padding:.1em .3em}</style>
<h1>Change Ledger</h1>
<p>Every production change on record. The API needs a bearer token with the scope <code>ledger:read</code>.</p>
<ul>
${LOOKS.map(([path, what]) => `<li><a href="${path}"><code>${path}</code></a>: ${what}</li>`).join("\n")}
</ul>
<p>A change's own chain is at <code>/v1/changes/{id}/entries</code>; with <code>Accept: application/jsonl</code> it comes as the very bytes that were hashed.
Its whole story, linked chains included, is at <code>/v1/changes/{id}/dossier</code>.</p>
</html>
`;
