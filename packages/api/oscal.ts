import { createHash } from "node:crypto";

const OSCAL_VERSION = "1.1.2";
const PROPS = "https://change-ledger.dev/oscal";

/** What was looked at: a change and why it was not in order, or one of its findings. */
export interface OscalObservation {
  readonly title: string;
  readonly description: string;
  readonly change: string;
  readonly collected: string;
}

/** What was found of one control or audit test. */
export interface OscalFinding {
  /** A control's or a test's id in our own words. */
  readonly target: string;
  readonly title: string;
  readonly description: string;
  readonly satisfied: boolean;
  readonly observations: readonly OscalObservation[];
}

export interface OscalPart {
  readonly title: string;
  readonly description: string;
  /** RFC 3339, UTC. */
  readonly start: string;
  readonly end?: string | undefined;
  readonly asOf: string;
  /** Ids of the controls that were looked at; none: whatever the audit tests speak to. */
  readonly controls: readonly string[];
  readonly findings: readonly OscalFinding[];
  /** Cursor of the next page. */
  readonly next?: string | undefined;
}

/**
 * OSCAL assessment results (NIST, version 1.1.2, JSON) of one page. Everything is named by a UUID of its content (RFC 9562, version 5), so that the same answer is the same
 * document. Ids that are no OSCAL tokens stand as tokens, and in our own words in a property beside.
 */
export function assessmentResults(part: OscalPart): object {
  const key = JSON.stringify([part.title, part.start, part.end, part.asOf, part.next, part.findings]);
  const plan = uuidOf("plan");
  const observations = new Map(part.findings.flatMap((finding) => finding.observations.map((one) => [observationId(finding, one), one])));
  return {
    "assessment-results": {
      uuid: uuidOf("document", key),
      metadata: {
        title: part.title,
        "last-modified": part.asOf,
        version: part.asOf,
        "oscal-version": OSCAL_VERSION,
        ...(part.next !== undefined && { props: [prop("next-cursor", part.next)] }),
      },
      "import-ap": { href: `#${plan}` },
      results: [
        {
          uuid: uuidOf("result", key),
          title: part.title,
          description: part.description,
          start: part.start,
          ...(part.end !== undefined && { end: part.end }),
          "reviewed-controls": { "control-selections": [selection(part.controls)] },
          ...(observations.size > 0 && { observations: [...observations].map(([uuid, one]) => observation(uuid, one)) }),
          ...(part.findings.length > 0 && { findings: part.findings.map((one) => finding(key, one)) }),
        },
      ],
      "back-matter": {
        resources: [
          {
            uuid: plan,
            title: "Audit tests of Change Ledger",
            description:
              "Every change is judged by the audit tests and by the procedure's steps; their sheets say what each rests on and what it cannot see.",
          },
        ],
      },
    },
  };
}

function selection(controls: readonly string[]): object {
  return controls.length === 0 ? { "include-all": {} } : { "include-controls": controls.map((id) => ({ "control-id": token(id) })) };
}

function observation(uuid: string, { title, description, change, collected }: OscalObservation): object {
  return {
    uuid,
    title,
    description,
    methods: ["TEST"],
    subjects: [{ "subject-uuid": uuidOf("change", change), type: "resource", title: change, props: [prop("change", change)] }],
    "relevant-evidence": [
      { href: `/v1/changes/${encodeURIComponent(change)}/dossier`, description: "The change's chain and all chains linked to it" },
    ],
    collected,
  };
}

function finding(key: string, of: OscalFinding): object {
  const { target, title, description, satisfied, observations } = of;
  return {
    uuid: uuidOf("finding", key, target, title),
    title,
    description,
    target: {
      type: "objective-id",
      "target-id": token(target),
      props: [prop("id", target)],
      status: { state: satisfied ? "satisfied" : "not-satisfied", reason: satisfied ? "pass" : "fail" },
    },
    ...(observations.length > 0 && {
      "related-observations": observations.map((one) => ({ "observation-uuid": observationId(of, one) })),
    }),
  };
}

function observationId({ target }: OscalFinding, { change, title, collected }: OscalObservation): string {
  return uuidOf("observation", target, change, title, collected);
}

function prop(name: string, value: string): object {
  return { name, ns: PROPS, value };
}

/** An OSCAL token: a letter or `_`, then letters, digits, `.`, `-`, `_`. */
function token(id: string): string {
  const replaced = id.replace(/[^\p{L}\p{N}.\-_]/gu, "_");
  return /^[\p{L}_]/u.test(replaced) ? replaced : `_${replaced}`;
}

/** RFC 9562's name-based UUID in a name space of our own. */
function uuidOf(...parts: readonly string[]): string {
  const bytes = createHash("sha1").update(NAME_SPACE).update(JSON.stringify(parts)).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

const NAME_SPACE = Buffer.from("6f0d1d0c5b7a4b1e9a4cbb0c7c1f4a11", "hex");
