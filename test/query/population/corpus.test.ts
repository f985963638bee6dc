import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { Subject } from "@change-ledger/model";
import { inForce, readConfiguration } from "@change-ledger/procedure";
import {
  certify,
  drawSample,
  expectedLists,
  type IndependentList,
  itemBytes,
  type PopulationItem,
  population,
  sampleBytes,
  verifySample,
} from "@change-ledger/query";
import { DEFAULT_SETTINGS, normalise } from "@change-ledger/sources";
import { describe, expect, it } from "vitest";
import { disordered } from "../../../packages/local/deliveries.ts";
import { type Arrived, Ledger } from "../../scenarios/ledger.ts";
import { inLog, LOG } from "./trial.ts";

const CORPUS = new URL("../../../../shared/corpus/", import.meta.url);
const here = existsSync(CORPUS);
const read = (name: string): Buffer => readFileSync(new URL(name, CORPUS));
if (!here) console.warn("test/query/population/corpus.test.ts: skipped, since ../shared/corpus is not there");

const PERIOD = { from: "2023-01-01T00:00:00.000Z", to: "2023-07-01T00:00:00.000Z" };
const AS_OF = "2023-07-15T00:00:00.000Z";
const MASTER: Subject = "ref:github/acme/cargo/refs/heads/master";
const ACCOUNT = "123456789012/us-east-1";

interface Line {
  readonly at: string;
  readonly channel: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly event: { readonly detail: { readonly deploymentId: string } };
}
interface Answer {
  readonly deploymentInfo: { readonly createTime: string };
}

const deployed = (id: string): Subject => `deployment:codedeploy/${ACCOUNT}/${id}`;
const isPush = ({ headers, channel }: Line) => channel === "github-webhook" && headers["x-github-event"] === "push";

function configured() {
  const found = readConfiguration(readFileSync(new URL("../../../docs/examples/cargo.config.yaml", import.meta.url), "utf8"), AS_OF);
  if (!found.ok) throw new Error(JSON.stringify(found.faults));
  return inForce(found);
}

describe.skipIf(!here)("half a year of real deliveries (needs ../shared/corpus)", () => {
  const lines: Line[] = here
    ? gunzipSync(read("cargo-2023h1.deliveries.jsonl.gz"))
        .toString()
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line))
    : [];
  const answers: Readonly<Record<string, Answer>> = here ? JSON.parse(read("cargo-2023h1.codedeploy.json").toString()) : {};
  const rules = configured();

  /** What is recorded of these deliveries: and of a deployment that any of them speaks of, what CodeDeploy answers. */
  function recorded(some: readonly Line[]): Ledger {
    const delivery = (system: string, body: string, receivedAt: string, headers: Readonly<Record<string, string>> = {}) => ({
      system,
      receivedAt: new Date(receivedAt).toISOString(),
      headers,
      body: Buffer.from(body),
    });
    const events = some.map((line): Arrived => {
      const fact =
        line.channel === "github-webhook"
          ? normalise(delivery("github", line.body, line.at, line.headers), "hmac-sha256", DEFAULT_SETTINGS)
          : normalise(delivery("codedeploy", JSON.stringify(line.event), line.at), "bus", DEFAULT_SETTINGS);
      return { ...fact, recordedAt: new Date(line.at).toISOString() };
    });
    const spokenOf = new Set(some.flatMap((line) => (line.channel === "github-webhook" ? [] : [line.event.detail.deploymentId])));
    const lookups = [...spokenOf].map((deploymentId): Arrived => {
      const [account, region] = ACCOUNT.split("/");
      const body = JSON.stringify({ account, region, deploymentId, ...answers[deploymentId] });
      const fact = normalise(delivery("codedeploy-lookup", body, "2023-07-01T00:00:00Z"), "api", DEFAULT_SETTINGS);
      return { ...fact, recordedAt: fact.occurredAt };
    });
    return new Ledger([...events, ...lookups]);
  }

  const pushes = lines.filter(isPush).map((line): { before: string; after: string } => JSON.parse(line.body));
  const span = { ...PERIOD, askedAt: AS_OF };
  /** CodeDeploy's own list, the branch's own record of its updates, and its history by first parents. */
  const lists: readonly IndependentList[] = [
    {
      ...span,
      system: "codedeploy",
      scope: `${ACCOUNT}/cargo/production`,
      form: "deployments",
      deployments: Object.entries(answers).map(([id, { deploymentInfo }]) => ({
        id: deployed(id),
        at: new Date(deploymentInfo.createTime).toISOString(),
      })),
    },
    { ...span, system: "github", scope: MASTER, form: "updates", updates: pushes.map(({ before, after }) => ({ before, after })) },
    { ...span, system: "github", scope: MASTER, form: "history", base: pushes[0]?.before ?? "", shas: pushes.map(({ after }) => after) },
  ];

  function certified(some: readonly Line[]) {
    const entries = inLog([...recorded(some).chains.values()].flat());
    const found = population({ period: PERIOD, asOf: AS_OF, configuration: () => rules }, entries);
    const log = { ...LOG, size: entries.length };
    return {
      found,
      certificate: certify({ population: found, lists, expected: expectedLists(rules, found.items, lists), log, certifiedAt: AS_OF }),
    };
  }

  it("are 375 updates of master and 28 deployments, and complete", () => {
    const { found, certificate } = certified(lines);
    expect(certificate.outcome).toBe("satisfied");
    expect(certificate.population).toMatchObject({
      size: 403,
      counts: { kinds: { deployment: 28, "ref-update": 375 }, environments: { production: 28 }, types: { rollback: 3 } },
    });
    const [merge] = found.items.filter(({ kind }) => kind === "ref-update");
    expect(merge?.changes).toHaveLength(1);
    expect(found.items.filter(({ kind, changes }) => kind === "ref-update" && /\/pull\/\d+$/.test(changes[0] ?? ""))).toHaveLength(375);
    // Deliveries that come in another order make the same population, but for which entry says what.
    const facts = ({ restsOn: _, recordedAt: _at, ...item }: PopulationItem) => item;
    expect(certified([...lines].reverse()).found.items.map(facts)).toEqual(found.items.map(facts));
    const sampled = found.items.map(itemBytes);
    const sample = drawSample(certificate.population, sampled, {
      nonce: "drawn for the corpus",
      method: { name: "attribute", confidencePercent: 95, tolerablePercent: 5, expectedDeviations: 0, model: "binomial" },
      replacements: 5,
    });
    expect(sample.strata[0]?.drawn).toHaveLength(59);
    expect(verifySample(sampleBytes(sample), certificate.population, sampled)).toEqual([]);
  });

  it.each([
    [0.05, 1],
    [0.05, 2],
    [0.05, 3],
    [0.7, 4],
  ])("of which %d are lost (seed %i): exactly what branch and deployments can show is named", (drop, shuffle) => {
    const kept = new Set(disordered(lines, { shuffle, drop, duplicate: 0 }));
    const { certificate } = certified(lines.filter((line) => kept.has(line)));
    const lost = lines.filter(isPush).map((line) => !kept.has(line));
    const spokenOf = new Set(
      lines.flatMap((line) => (line.channel === "eventbridge" && kept.has(line) ? [line.event.detail.deploymentId] : [])),
    );
    const unheard = Object.keys(answers).filter((id) => !spokenOf.has(id));
    expect(lost.filter(Boolean).length).toBeGreaterThan(5);
    if (drop > 0.5) expect(unheard.length).toBeGreaterThan(0);

    const missing = (form: string) =>
      certificate.sources.flatMap((one) => (one.assessed !== "none" && one.form === form ? one.missing : []));
    expect(missing("deployments")).toEqual(unheard.map(deployed));
    expect(missing("updates")).toEqual(pushes.flatMap(({ before, after }, nth) => (lost[nth] ? [`${before}..${after}`] : [])));
    expect(missing("history")).toEqual(pushes.flatMap(({ after }, nth) => (lost[nth] ? [after] : [])));
    const beside = certificate.sources.map((one) => (one.assessed === "none" ? ["not assessed"] : [...one.unlisted, ...one.elsewhere]));
    expect(beside.flat()).toEqual([]);
    expect(certificate.outcome).toBe("not-satisfied");

    // A run of lost pushes is one gap, between those around it; at the very beginning and end only the lists show it.
    const gaps = pushes.flatMap(({ before }, nth) => {
      const from = lost.slice(0, nth).lastIndexOf(false);
      return lost[nth] || from < 0 || from === nth - 1 ? [] : [[pushes[from]?.after, before]];
    });
    expect(certificate.continuity.flatMap((one) => one.gaps.map(({ from, to }) => [from.after, to.before]))).toEqual(gaps);
    expect(gaps.length).toBeGreaterThan(5);
  });
});
