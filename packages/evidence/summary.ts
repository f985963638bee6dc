import type { Entry, SealedEntry, Subject } from "@change-ledger/model";
import type { DossierChain } from "./dossier.ts";
import { type ChangeEnd, endOfDossier } from "./end.ts";
import { Html, html } from "./html.ts";
import { judgement } from "./judgement.ts";
import type { ReadAssessment } from "./read-assessment.ts";
import { count, inTimeOrder, name, type Told, tell, who } from "./story.ts";

const STYLE = `
:root{color-scheme:light dark;--ink:#1a1a1a;--paper:#fff;--line:#bbb;--link:#0b4f9e;--good:#14602b;--bad:#a11212;--open:#7a4a00}
@media (prefers-color-scheme:dark){:root{--ink:#e8e8e8;--paper:#16181b;--line:#555;--link:#8ab8ff;--good:#7fd69a;--bad:#ff9a9a;--open:#f0c070}}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);margin:2rem auto;max-width:80rem;padding:0 1rem}
h1{font-size:1.5rem;overflow-wrap:anywhere}h2{font-size:1.15rem;margin-top:2rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
th{border-bottom:2px solid var(--line)}th,span{white-space:nowrap;overflow-wrap:normal}code,time{font:.85em/1.5 ui-monospace,monospace;overflow-wrap:anywhere}dt{font-weight:600}dd{margin:0 0 .4rem}a{color:var(--link)}
td ul{margin:0;padding-left:1.1rem}li p{margin:.1rem 0}tr:target{outline:2px solid var(--link)}
.satisfied{color:var(--good)}.not-satisfied{color:var(--bad);font-weight:700}.pending,.not-assessable{color:var(--open);font-weight:600}
@media print{:root{--ink:#000;--paper:#fff;--line:#999;--link:#000;--good:#000;--bad:#000;--open:#000}body{margin:0;max-width:none;font-size:10pt}tr,li{break-inside:avoid}thead{display:table-header-group}h2{break-after:avoid}}
`;

const ENDS: Readonly<Record<ChangeEnd, string>> = {
  deployed: "Deployed: a deployment that carried it succeeded",
  "rolled-back": "Failed and rolled back",
  closed: "Closed: its record says that it was carried out",
  abandoned: "Abandoned: closed without a merge, or cancelled",
};

/** A chain, as far as the page needs it. */
type ShownChain = Pick<DossierChain, "subject" | "entries"> & { readonly excerpt?: boolean };

/**
 * The dossier as one page: no script, nothing loaded from elsewhere (its policy forbids both), readable without style and on paper. It states what
 * the entries and the assessment say and judges nothing itself; links lead to the raw records beside it in the bag.
 * @param chains as `orderedChains` gives them
 * @param assessment that of these chains, as the bag holds it
 */
export function writeSummary(change: Subject, chains: readonly ShownChain[], assessment?: ReadAssessment): Uint8Array {
  const sealed = chains.flatMap(({ entries }) => entries);
  const hashes = new Map(sealed.map(({ entry, hash }) => [entry, hash]));
  const entries = inTimeOrder(sealed.map(({ entry }) => entry));
  const rows = entries.map((entry) => ({ entry, told: tell(entry), hash: hashes.get(entry) ?? "" }));
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Evidence: ${change}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<main>
<h1>Evidence: ${change}</h1>
${overview(change, chains, entries)}
${judgement(assessment)}
${section("Reviews", rows, "review")}
${section("Checks", rows, "check")}
${section("Deployments", rows, "deployment")}
${section("The whole story, in the order of the senders’ clocks", rows)}
${heads(chains)}
</main>
</body>
</html>
`;
  return Buffer.from(page.text);
}

function overview(change: Subject, chains: readonly ShownChain[], entries: readonly Entry[]): Html {
  const own = chains[0]?.entries.map(({ entry }) => entry) ?? [];
  const end = endOfDossier(change, chains);
  return html`<dl>
<dt>Change</dt><dd><code>${change}</code></dd>
${pullRequest(own)}
<dt>How it ended</dt><dd>${end === undefined ? "Not ended on this record" : ENDS[end]}</dd>
<dt>First and last event</dt><dd>${time(entries[0]?.occurredAt)} to ${time(entries.at(-1)?.occurredAt)}</dd>
<dt>Entries</dt><dd>${entries.length} in ${count(chains, "chain")}; their exact bytes are in <a href="entries.jsonl">entries.jsonl</a></dd>
</dl>`;
}

/** Of a pull request: what its latest event says that it is. */
function pullRequest(own: readonly Entry[]): Html {
  const events = inTimeOrder(own).filter((entry) => entry.kind === "pull-request");
  const facts = events.findLast((entry) => entry.facts.state === "merged")?.facts ?? events.at(-1)?.facts;
  if (facts === undefined) return html``;
  const merge =
    facts.mergeSha === undefined
      ? html``
      : html`<dt>Merged as</dt><dd><code>${facts.mergeSha}</code> by <bdi>${name(facts.mergedBy ?? {})}</bdi></dd>`;
  const tickets =
    facts.tickets === undefined
      ? html``
      : html`<dt>Tickets it names</dt><dd>${facts.tickets.map((ticket) => html`<code>${ticket}</code> `)}</dd>`;
  return html`<dt>Author</dt><dd><bdi>${name(facts.author)}</bdi></dd>
<dt>Branch</dt><dd><bdi>${facts.headRef}</bdi> into <bdi>${facts.baseRef}</bdi>, head <code>${facts.head}</code></dd>
${merge}
${tickets}`;
}

type Row = { readonly entry: Entry; readonly told: Told; readonly hash: SealedEntry["hash"] };

function section(title: string, rows: readonly Row[], topic?: Told["topic"]): Html {
  const shown = topic === undefined ? rows : rows.filter(({ told }) => told.topic === topic);
  if (shown.length === 0) return html`<h2>${title}</h2>\n<p>None on record.</p>`;
  return html`<h2>${title}</h2>
<table>
<thead><tr><th scope="col">When (UTC)</th><th scope="col">What</th><th scope="col">Who</th><th scope="col">Entry</th><th scope="col">Raw record</th></tr></thead>
<tbody>
${shown.map((one) => row(one, topic === undefined))}</tbody>
</table>`;
}

/** @param named the row is the one that links on this page lead to */
function row({ entry, told, hash }: Row, named: boolean): Html {
  return html`<tr${named ? html` id="${hash}"` : html``}><td>${time(entry.occurredAt)}</td><td><bdi>${told.text}</bdi></td><td><bdi>${who(entry.actor)}</bdi></td><td><code>${entry.subject}</code> #${entry.seq}</td><td>${rawRecord(entry)}</td></tr>\n`;
}

function rawRecord({ payload, source }: Entry): Html {
  if (payload === undefined) return source.auth === "ledger" ? html`derived by the ledger` : html`none`;
  return html`<a href="raw/${payload.sha256}.warc.gz"><code>${payload.sha256.slice(0, 12)}</code></a>`;
}

function heads(chains: readonly ShownChain[]): Html {
  return html`<h2>Chains and their heads</h2>
<p>The hash of an entry is SHA-256 of a zero byte and the entry’s line in entries.jsonl (RFC 6962); each entry names the hash of the one before.</p>
<table>
<thead><tr><th scope="col">Chain</th><th scope="col">Entries</th><th scope="col">Hash of the head</th></tr></thead>
<tbody>
${chains.map(({ subject, entries, excerpt }) => html`<tr><td><code>${subject}</code></td><td>${entries.length}${excerpt === true ? " (excerpt)" : ""}</td><td><code>${entries.at(-1)?.hash ?? ""}</code></td></tr>\n`)}</tbody>
</table>`;
}

function time(instant: string | undefined): Html {
  return instant === undefined ? html`` : html`<time datetime="${instant}">${instant}</time>`;
}
