import type { Making } from "../../papers/making.ts";
import { Outcome } from "../../parts/tone.tsx";

/** The papers, to be downloaded. */
export function Made({ href, name, bytes, made }: Extract<Making, { readonly state: "made" }>) {
  return (
    <div role="status">
      <p>
        <a class="button" href={href} download={name}>
          Download {name}
        </a>{" "}
        <span class="quiet">{(bytes / 1e6).toFixed(1)} MB</span>
      </p>
      <dl>
        <dt>Population</dt>
        <dd>
          {made.population.toLocaleString()} items, completeness <Outcome outcome={made.completeness} />
        </dd>
        <dt>Certificate, on record</dt>
        <dd>
          <code title={made.certificate}>{made.certificate.slice(0, 16)}</code>
        </dd>
        <dt>Sample</dt>
        <dd>
          {made.drawn} items, {made.satisfied} satisfied, {made.exceptions} exceptions
        </dd>
      </dl>
    </div>
  );
}
