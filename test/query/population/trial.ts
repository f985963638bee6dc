import { type SealedEntry, type Subject, sha256Hex } from "@change-ledger/model";
import { type InForce, inForce, readConfiguration } from "@change-ledger/procedure";
import {
  certify,
  type Evidence,
  type IndependentList,
  itemBytes,
  type Population,
  type PopulationEntry,
  population,
} from "@change-ledger/query";
import { chainOf, type Told } from "../chain.ts";

export const PERIOD = { from: "2026-11-01T00:00:00.000Z", to: "2026-11-21T00:00:00.000Z" };
export const AS_OF = "2026-11-22T00:00:00.000Z";
export const MAIN: Subject = "ref:github/acme/cargo/refs/heads/main";
export const GROUP = "111122223333/eu-west-1/cargo/production";
export const at = (day: number, hour = 12): string => `2026-11-${String(day).padStart(2, "0")}T${String(hour).padStart(2, "0")}:00:00.000Z`;
export const sha = (word: string): string => sha256Hex(word).slice(0, 40);
export const deployed = (id: string): Subject => `deployment:codedeploy/111122223333/eu-west-1/${id}`;
export const pull = (number: number): Subject => `change:github/acme/cargo/pull/${number}`;

const CONFIGURATION = `
format: 1
repositories:
  - match: github/acme/cargo
    protectedBranches: [release/*]
    deployments:
      - { environment: production, codedeploy: { application: cargo, group: production } }
      - { environment: staging, codedeploy: { application: cargo, group: staging } }
      - { environment: production, ecs: { cluster: shop, service: web } }
      - { environment: production, host: { environment: live } }
`;
export function configured(text = CONFIGURATION): InForce {
  const read = readConfiguration(text, AS_OF);
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  return inForce(read);
}
const IN_FORCE = configured();
export const QUESTION = { period: PERIOD, asOf: AS_OF, configuration: () => IN_FORCE };

/** A push of one commit, which is what the branch then stands at. */
export const push = (day: number, before: string, after: string, more: object = {}): Told =>
  ({
    at: at(day),
    id: `${before} ${after} ${day}`,
    kind: "push",
    facts: { before: sha(before), after: sha(after), default: true, commits: [{ sha: sha(after), author: { login: "ada" } }], ...more },
  }) as Told;

export const state = (day: number, said: string, group = "production"): Told =>
  ({ at: at(day), id: `${group} ${said} ${day}`, kind: "deployment-state", facts: { application: "cargo", group, state: said } }) as Told;

export const lookup = (day: number, more: object = {}): Told =>
  ({
    at: at(22),
    id: "lookup",
    kind: "deployment-lookup",
    facts: {
      application: "cargo",
      group: "production",
      state: "Succeeded",
      creator: "user",
      revision: { type: "GitHub" },
      createdAt: at(day, 11),
      targets: [],
      ...more,
    },
  }) as Told;

export const linked = (deployment: Subject, version = 1, kind: "linked" | "unlinked" = "linked"): Told => ({
  at: at(22),
  id: `${kind} ${deployment} ${version}`,
  kind,
  facts: { deployment, version },
});
export const merged = (number: number, word: string): Told =>
  ({
    at: at(2),
    id: `merged ${number}`,
    kind: "pull-request",
    facts: {
      action: "closed",
      author: { login: "ada" },
      head: sha(`head of ${word}`),
      headRef: "topic",
      base: sha("base"),
      baseRef: "main",
      state: "merged",
      mergeSha: sha(word),
    },
  }) as Told;
export const assessed = (type: "normal" | "standard" | "emergency", day = 21): Told => ({
  at: at(day),
  id: `assessed ${day}`,
  kind: "assessed",
  facts: {
    asOf: at(day),
    configuration: sha256Hex("configuration"),
    procedure: "ENG-PROC-003",
    type,
    digest: sha256Hex(type),
    outcomes: {},
    opened: [],
    resolved: [],
  },
});

/** Three pushes, the second of an emergency, the third nobody's; two deployments, a rollback, and one to staging. */
export const STORY: readonly SealedEntry[] = [
  ...chainOf(MAIN, [push(3, "a", "b"), push(5, "b", "c"), push(9, "c", "d")]),
  ...chainOf(pull(1), [merged(1, "b"), linked(deployed("d-1")), assessed("normal", 20), assessed("standard")]),
  ...chainOf(pull(2), [merged(2, "c"), linked(deployed("d-2")), assessed("emergency")]),
  ...chainOf(deployed("d-1"), [state(4, "InProgress"), state(4, "Succeeded"), lookup(4)]),
  ...chainOf(deployed("d-2"), [state(6, "InProgress"), state(6, "Failed")]),
  ...chainOf(deployed("d-3"), [state(7, "InProgress"), lookup(7, { creator: "codeDeployRollback", rollsBack: "d-2" })]),
  ...chainOf(deployed("d-4"), [state(7, "InProgress", "staging")]),
];

/** In a log that holds all of them, one after the other. */
export function inLog(entries: readonly SealedEntry[]): PopulationEntry[] {
  return entries.map(({ entry, hash }, leaf) => ({ entry, hash, leaf }));
}

export const drawn = (entries: readonly SealedEntry[] = STORY): Population => population(QUESTION, inLog(entries));
export const linesOf = ({ items }: Pick<Population, "items">): Uint8Array[] => items.map(itemBytes);

export const LOG = { origin: "ledger.example/acme", size: 100, root: "Wqx3HImawpLnS/Gv4ubjAvi1WIOy0b8Ze0amvqbavKk=", differences: [] };
const asked = { ...PERIOD, askedAt: AS_OF };
type ListOf<F extends IndependentList["form"]> = Extract<IndependentList, { form: F }>;
/** What CodeDeploy and GitHub would say of the story. */
export const DEPLOYMENTS: ListOf<"deployments"> = {
  ...asked,
  system: "codedeploy",
  scope: GROUP,
  form: "deployments",
  deployments: ["d-1", "d-2", "d-3"].map((id) => ({ id: deployed(id) })),
};
export const UPDATES: ListOf<"updates"> = {
  ...asked,
  system: "github",
  scope: MAIN,
  form: "updates",
  updates: [
    { before: sha("a"), after: sha("b") },
    { before: sha("b"), after: sha("c") },
    { before: sha("c"), after: sha("d") },
  ],
};
export const HISTORY: ListOf<"history"> = {
  ...asked,
  system: "github",
  scope: MAIN,
  form: "history",
  base: sha("a"),
  shas: ["b", "c", "d"].map(sha),
};

export function certified(over: Partial<Evidence> = {}) {
  return certify({ population: drawn(), lists: [DEPLOYMENTS, UPDATES, HISTORY], expected: [], log: LOG, certifiedAt: AS_OF, ...over });
}
