/** The pages of the working papers: no script, nothing loaded from elsewhere, readable without style and on paper. What others wrote is escaped. */
import { Html, html } from "@change-ledger/evidence";
import { AUDIT_TESTS, type AuditTest } from "@change-ledger/procedure";
import type { Certificate, Sample } from "@change-ledger/query";
import { bundleFile, CERTIFICATE, INDEX, LISTS, OSCAL, POPULATION, RESULTS, SAMPLE, sheetFile } from "./layout.ts";
import type { ItemResult, Results } from "./results.ts";

const STYLE = `
body{font:16px/1.5 system-ui,sans-serif;color:#1a1a1a;background:#fff;margin:2rem auto;max-width:76rem;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid #bbb;overflow-wrap:anywhere}
th{border-bottom:2px solid #555}code,time{font:.85em/1.5 ui-monospace,monospace}dt{font-weight:600}dd{margin:0 0 .4rem;overflow-wrap:anywhere}a{color:#0b4f9e}
@media print{body{margin:0;max-width:none;font-size:9pt}tr{break-inside:avoid}thead{display:table-header-group}a{color:inherit;text-decoration:none}h2{break-after:avoid}}
`;

function page(title: string, body: Html): Uint8Array {
  return Buffer.from(
    html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`.text,
  );
}

export interface Papers {
  readonly certificate: Certificate;
  readonly certificateDigest: string;
  readonly sample: Sample;
  readonly results: Results;
}

/** `index.html` */
export function indexPage({ certificate, certificateDigest, sample, results }: Papers): Uint8Array {
  const { period, population } = certificate;
  return page(
    `Workpapers ${period.from.slice(0, 10)} to ${period.to.slice(0, 10)}`,
    html`<h1>Workpapers: changes from ${period.from} to ${period.to}</h1>
<p>Production deployments and updates of protected branches of the period, a sample of them that nobody could choose, and each audit test of what was drawn, done again from the evidence. <code>change-ledger verify</code> on this folder checks all of it.</p>
<h2>1. Population and its completeness</h2>
<dl>
<dt>Completeness (T1)</dt><dd>${certificate.outcome}</dd>
<dt>Items</dt><dd>${population.size}: ${counted(population.counts.kinds)}; ${counted(population.counts.types)}; ${population.counts.late} recorded late (<a href="${POPULATION}">${POPULATION}</a>)</dd>
<dt>Restricted to</dt><dd>${certificate.scope?.join(", ") ?? "nothing: everything that the ledger knows"}</dd>
<dt>Left out</dt><dd>${counted({ ...certificate.leftOut })}</dd>
<dt>Root</dt><dd><code>${population.root}</code></dd>
<dt>As known at</dt><dd>${time(certificate.asOf)}, in a log of ${certificate.log.size} entries (${certificate.log.origin}); ${certificate.log.uncovered.length} things that it does not cover</dd>
<dt>Ledger against log</dt><dd>${certificate.log.compared === "none" ? "not compared since the period ended" : html`compared, ${certificate.log.differences.length} differences`}</dd>
<dt>Certificate</dt><dd><a href="${CERTIFICATE}"><code>${certificateDigest}</code></a></dd>
</dl>
${sources(certificate)}
${gaps(certificate)}
<h2>2. Sample</h2>
<dl>
<dt>Method</dt><dd><code>${JSON.stringify(sample.question.method)}</code>${sample.question.strata === undefined ? "" : `, stratified: ${sample.question.strata}`}</dd>
<dt>Nonce</dt><dd><code>${sample.question.nonce}</code></dd>
<dt>Seed</dt><dd><code>${sample.seed}</code> (<a href="${SAMPLE}">${SAMPLE}</a>)</dd>
</dl>
${table(
  ["Stratum", "Items", "Drawn", "Replacements"],
  sample.strata.map(({ stratum, items, drawn, replacements }) => [
    html`${stratum}`,
    html`${items}`,
    html`${drawn.length}`,
    html`${replacements.length}`,
  ]),
)}
<h2>3. Items and results</h2>
${table(["Item", "When", "Type", "Result", "Change", "Done again", "Evidence"], results.items.flatMap(itemRows))}
<p>Each test: ${AUDIT_TESTS.map(({ id }) => html`<a href="${sheetFile(id)}">${id}</a> `)}; machine-readable: <a href="${RESULTS}">${RESULTS}</a>, <a href="${OSCAL}">${OSCAL}</a></p>
<h2>4. Exceptions</h2>
${
  results.exceptions.length === 0
    ? html`<p>None.</p>`
    : table(
        ["Item", "Change", "Test", "What", "Waiver"],
        results.exceptions.map(({ id, change = "", test = "", code, because, waiver = "" }) => [
          html`<code>${id}</code>`,
          html`<code>${change}</code>`,
          html`${test}`,
          html`<code>${code}</code> <bdi>${because}</bdi>`,
          html`${waiver}`,
        ]),
      )
}`,
  );
}

/** `sheets/<test>.html`: what the test is, and what it said of each item. */
export function sheetPage(test: AuditTest, results: Results): Uint8Array {
  const { id, title, sheet } = test;
  const rows = results.items.flatMap((item) =>
    item.changes.flatMap(({ change, tests }) =>
      tests.flatMap((one) =>
        one.test === id
          ? [[html`<code>${item.id}</code>`, html`<code>${change}</code>`, html`${one.outcome}`, html`<bdi>${one.because}</bdi>`]]
          : [],
      ),
    ),
  );
  return page(
    `${id} ${title}`,
    html`<h1>${id} ${title}</h1>
<p><a href="../${INDEX}">Back</a></p>
<dl>
<dt>Intent</dt><dd>${sheet.intent}</dd>
<dt>Rule</dt><dd>${sheet.rule}</dd>
<dt>Controls</dt><dd>${sheet.controls.join(", ")}</dd>
<dt>Rests on</dt><dd>${sheet.restsOn.join(", ")}</dd>
<dt>Exemptions</dt><dd>${sheet.exemptions}</dd>
<dt>Passes, for example</dt><dd>${sheet.pass}</dd>
<dt>Fails, for example</dt><dd>${sheet.fail}</dd>
<dt>Limitations</dt><dd>${sheet.limitations}</dd>
<dt>Remediation</dt><dd>${sheet.remediation}</dd>
</dl>
<h2>What it said</h2>
${rows.length === 0 ? html`<p>Nothing: no item with evidence was drawn.</p>` : table(["Item", "Change", "Outcome", "Because"], rows)}`,
  );
}

function sources({ sources: all }: Certificate): Html {
  if (all.length === 0) return html`<p>No list of anybody else’s was expected.</p>`;
  return html`<h3>Lists that others keep</h3>
<p>As they were compared: <a href="${LISTS}">${LISTS}</a></p>
${table(
  ["System", "List", "Compared", "Listed", "Missing here", "Not listed there", "Known as something else"],
  all.map((source) => {
    const of = [html`${source.system}`, html`<code>${source.scope}</code>`];
    if (source.assessed === "none") return [...of, html`no: ${source.because}`, html``, html``, html``, html``];
    return [
      ...of,
      html`${source.assessed}`,
      html`${source.listed}`,
      named(source.missing),
      named(source.unlisted),
      named(source.elsewhere.map(({ id }) => id)),
    ];
  }),
)}`;
}

function gaps({ continuity }: Certificate): Html {
  const found = continuity.flatMap(({ ref, gaps: some }) =>
    some.map(({ from, to }) => [
      html`<code>${ref}</code>`,
      html`${time(from.at)} at <code>${from.after}</code>`,
      html`${time(to.at)} from <code>${to.before}</code>`,
    ]),
  );
  if (found.length === 0) return html`<p>Each update of each of ${continuity.length} branches begins where the one before it ended.</p>`;
  return html`<h3>Gaps: something between is not on record</h3>${table(["Branch", "It stood", "It went on"], found)}`;
}

function itemRows({ id, at, type, outcome, changes }: ItemResult): Html[][] {
  const item = [html`<code>${id}</code>`, time(at), html`${type}`, html`${outcome}`];
  if (changes.length === 0) return [[...item, html`none known`, html``, html``]];
  return changes.map(({ change, again, because, bundle }, nth) => [
    ...(nth === 0 ? item : [html``, html``, html``, html``]),
    html`<code>${change}</code>`,
    html`${again}: <bdi>${because}</bdi>`,
    bundle === undefined ? html`none` : html`<a href="${bundleFile(bundle.sha256)}">${bundle.sha256.slice(0, 12)}</a>`,
  ]);
}

function table(heads: readonly string[], rows: readonly (readonly Html[])[]): Html {
  return html`<table>
<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>
${rows.map((cells) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>\n`)}</tbody>
</table>`;
}

const NAMED_MAX = 50;
function named(ids: readonly string[]): Html {
  if (ids.length === 0) return html`none`;
  return html`${ids.length}: ${ids.slice(0, NAMED_MAX).map((id) => html`<code>${id}</code> `)}${ids.length > NAMED_MAX ? "…" : ""}`;
}

function counted(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => `${count} ${name}`)
    .join(", ");
}

function time(instant: string): Html {
  return html`<time datetime="${instant}">${instant}</time>`;
}
