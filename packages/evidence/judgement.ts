import { Html, html } from "./html.ts";
import type { ReadAssessment } from "./read-assessment.ts";
import { count } from "./story.ts";

type Outcome = ReadAssessment["controls"][number]["outcome"];
type Rest = ReadAssessment["type"]["restsOn"][number];

/** What was required, what was found and what is missing, in words: nothing here judges anew. Names of tests and controls are those of the assessment. */
export function judgement(assessment: ReadAssessment | undefined): Html {
  if (assessment === undefined) return html`<h2>Judgement</h2>\n<p>This bundle holds no assessment: the change was sealed unjudged.</p>`;
  return html`${head(assessment)}
${missing(assessment)}
${required(assessment)}
${tests(assessment)}
${controls(assessment)}`;
}

function head({ outcome, type, procedure, configuration, asOf }: ReadAssessment): Html {
  const judgedAs =
    type.claimed === type.judgedAs ? type.judgedAs : `${type.judgedAs} (claimed to be ${type.claimed}, which is not founded)`;
  return html`<h2>Judgement</h2>
<dl>
<dt>Outcome</dt><dd>${word(outcome)}</dd>
<dt>Type of change</dt><dd>${judgedAs}. <bdi>${type.because}</bdi> ${places(type.restsOn)}</dd>
<dt>Procedure</dt><dd><bdi>${procedure.id}</bdi>, version <bdi>${procedure.version}</bdi></dd>
<dt>Configuration</dt><dd>version <code>${configuration}</code></dd>
<dt>As of</dt><dd><time datetime="${asOf}">${asOf}</time>: by what was recorded until then</dd>
</dl>`;
}

function missing({ findings, obligations }: ReadAssessment): Html {
  const found = findings.map(
    ({
      test,
      code,
      because,
      remedy,
      waiver,
      restsOn,
    }) => html`<li><p><strong><bdi>${test}</bdi></strong> <code>${code}</code>: <bdi>${because}</bdi></p>
<p>To do: <bdi>${remedy}</bdi>${waiver === undefined ? html`` : html` Waived by <code>${waiver}</code>; the finding stays.`}</p>
${restsOn.length === 0 ? html`` : html`<p>${places(restsOn)}</p>\n`}</li>
`,
  );
  const due = obligations.map(
    ({ test, because, dueAt }) =>
      html`<li><strong><bdi>${test}</bdi></strong>: <bdi>${because}</bdi> Due <time datetime="${dueAt}">${dueAt}</time></li>\n`,
  );
  return html`<h2>What is missing</h2>
${found.length === 0 ? html`<p>Nothing is found to be wrong.</p>` : html`<p>${count(found, "finding")}:</p>\n<ol>\n${found}</ol>`}
${due.length === 0 ? html`` : html`<p>Still to come:</p>\n<ul>\n${due}</ul>`}`;
}

function required({ steps }: ReadAssessment): Html {
  const rows = steps.map(({ number, title, outcome, requirements }) => {
    const asked = requirements.map(
      (one) => html`<li><code>${one.block}</code> ${word(one.outcome)}: <bdi>${one.because}</bdi> ${places(one.restsOn)}</li>\n`,
    );
    return html`<tr><td>${number}</td><td><bdi>${title}</bdi></td><td>${word(outcome)}</td><td><ul>\n${asked}</ul></td></tr>\n`;
  });
  return table("What was required: the steps of the procedure", ["Step", "What", "Outcome", "Requirements"], rows);
}

/** Tests that do not speak of the change are named below the others, with the reason. */
function tests({ tests: all }: ReadAssessment): Html {
  const rows = all
    .filter(({ outcome }) => outcome !== "not-applicable")
    .map(
      ({ test, outcome, because, remedy, restsOn }) =>
        html`<tr><td><bdi>${test}</bdi></td><td>${word(outcome)}</td><td><bdi>${because}</bdi>${remedy === undefined ? html`` : html` To do: <bdi>${remedy}</bdi>`}</td><td>${places(restsOn)}</td></tr>\n`,
    );
  const others = all
    .filter(({ outcome }) => outcome === "not-applicable")
    .map(({ test, because }) => html`<li><strong><bdi>${test}</bdi></strong>: <bdi>${because}</bdi></li>\n`);
  return html`${table("Audit tests", ["Test", "Outcome", "What was found", "Rests on"], rows)}
${others.length === 0 ? html`` : html`<p>Not applicable:</p>\n<ul>\n${others}</ul>`}`;
}

function controls({ controls: all }: ReadAssessment): Html {
  const rows = all
    .filter(({ outcome }) => outcome !== "not-evidenced" && outcome !== "not-applicable")
    .map(
      ({ control, outcome, because }) =>
        html`<tr><td><code>${control}</code></td><td>${word(outcome)}</td><td>${because.length === 0 ? html`` : html`<bdi>${because.join(", ")}</bdi>`}</td></tr>\n`,
    );
  const named = (wanted: Outcome) => all.filter(({ outcome }) => outcome === wanted).map(({ control }) => html`<code>${control}</code> `);
  const list = (words: string, names: readonly Html[]) => (names.length === 0 ? html`` : html`<p>${words}: ${names}</p>`);
  return html`${table("Controls: satisfied, and broken by what", ["Control", "Outcome", "Because of"], rows)}
${list("Not applicable to this change", named("not-applicable"))}
${list("Not evidenced by this record; look elsewhere", named("not-evidenced"))}`;
}

function table(title: string, columns: readonly string[], rows: readonly Html[]): Html {
  return html`<h2>${title}</h2>
<table>
<thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>
${rows}</tbody>
</table>`;
}

/** Leads to the entries' rows in the story below. */
function places(rests: readonly Rest[]): Html {
  if (rests.length === 0) return html``;
  const links = rests.map(
    ({ subject, seq, hash }) => html`<a href="#${hash}"><code>${subject}</code> #${seq} <code>${hash.slice(0, 12)}</code></a>`,
  );
  return new Html(links.map(({ text }) => text).join("; "));
}

const WORDS: Readonly<Record<Outcome, string>> = {
  satisfied: "satisfied",
  "not-satisfied": "not satisfied",
  pending: "pending",
  "not-assessable": "not assessable",
  "not-applicable": "not applicable",
  "not-evidenced": "not evidenced",
};

/** The word says it; the colour only helps. */
function word(outcome: Outcome): Html {
  return html`<span class="${outcome}">${WORDS[outcome]}</span>`;
}
