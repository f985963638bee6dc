import { signStatement } from "@change-ledger/evidence";
import { parseTrust } from "@change-ledger/log";
import { canonicalBytes } from "@change-ledger/model";
import {
  type Certificate,
  type CertificateInputs,
  certificateStatement,
  expectedLists,
  type IndependentList,
  parseCertificate,
  QueryError,
  signCertificate,
  verifyCertificate,
} from "@change-ledger/query";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { envelopeSigner, trialEnvelopeSigner, trustFile } from "../../evidence/sealing.ts";
import { chainOf } from "../chain.ts";
import {
  AS_OF,
  at,
  certified,
  configured,
  DEPLOYMENTS,
  deployed,
  drawn,
  GROUP,
  HISTORY,
  inLog,
  LOG,
  linesOf,
  MAIN,
  PERIOD,
  push,
  STORY,
  sha,
  state,
  UPDATES,
} from "./trial.ts";

const LISTS: readonly IndependentList[] = [DEPLOYMENTS, UPDATES, HISTORY];
const update = (from: string, to: string) => `${MAIN} ${sha(from)}..${sha(to)}`;
const sourceOf = ({ sources }: Certificate, form: IndependentList["form"]) =>
  sources.find((one) => one.assessed !== "none" && one.form === form);
const without = (...ids: readonly string[]) => drawn(STORY.filter(({ entry }) => !ids.includes(entry.source.id)));

describe("a completeness certificate", () => {
  it("is satisfied when every list, the log, and each branch with itself agree", () => {
    const certificate = certified();
    expect(certificate.outcome).toBe("satisfied");
    expect(certificate.population.counts).toEqual({
      kinds: { deployment: 3, "ref-update": 3 },
      environments: { production: 3, unnamed: 0 },
      types: { emergency: 2, unassessed: 1, normal: 0, standard: 2, rollback: 1, none: 0 },
      datedBy: { created: 2, "first-told": 1, recorded: 0, pushed: 3 },
      late: 6,
    });
    expect(certificate.continuity).toEqual([{ ref: MAIN, updates: 3, begins: "record", gaps: [] }]);
    expect(certificate.sources.map(({ assessed, scope }) => [assessed, scope])).toEqual([
      ["whole", GROUP],
      ["whole", MAIN],
      ["whole", MAIN],
    ]);
  });

  it("never takes a list that nobody asked for to agree", () => {
    const certificate = certified({
      lists: [UPDATES],
      expected: [{ system: "github", scope: "github/acme/shop", because: "no-credentials" }],
    });
    expect(certificate.outcome).toBe("not-assessable");
    expect(certificate.sources).toMatchObject([
      { system: "codedeploy", scope: GROUP, assessed: "none", because: "not-asked" },
      { system: "github", scope: "github/acme/shop", assessed: "none", because: "no-credentials" },
      { system: "github", scope: MAIN, assessed: "whole" },
    ]);
    expect(certified({ log: { ...LOG, differences: undefined } })).toMatchObject({ outcome: "not-assessable", log: { compared: "none" } });
    const half = { ...DEPLOYMENTS, to: at(10), deployments: DEPLOYMENTS.deployments };
    expect(certified({ lists: [half, UPDATES] })).toMatchObject({ outcome: "not-assessable", sources: [{ assessed: "part" }, {}] });
    // Asked for before the period was over, a list holds no more than what had happened by then.
    expect(sourceOf(certified({ lists: [{ ...DEPLOYMENTS, askedAt: at(10) }] }), "deployments")).toMatchObject({
      assessed: "part",
      to: at(10),
    });
  });

  it("does not forget what the configuration speaks of and nobody else does", () => {
    const shop = `
repositories:
  - match: github/acme/cargo
    deployments: [{ environment: production, codedeploy: { application: cargo, group: production } }]
  - match: github/acme/shop
    deployments: [{ environment: production, codedeploy: { application: shop, group: blue } }, { environment: staging, codedeploy: { application: shop, group: green } }]
  - match: github/acme/cargo-web
    deployments: [{ environment: production, ecs: { cluster: main, service: web } }, { environment: staging, ecs: { cluster: test, service: web } }]
  - match: github/other/*
`;
    const rules = configured(shop);
    const silent = [
      { system: "github", scope: "github/acme/shop" },
      { system: "codedeploy", scope: "?/?/shop/blue" },
      { system: "github", scope: "github/acme/cargo-web" },
      { system: "ecs", scope: "?/?/main/web" },
      { system: "github", scope: "github/other/*" },
    ];
    expect(expectedLists(rules, drawn().items, LISTS)).toEqual(silent);
    const quiet = { ...DEPLOYMENTS, scope: "111122223333/eu-west-1/shop/blue", deployments: [] };
    const elsewhere = { ...HISTORY, scope: "ref:github/other/tool/refs/heads/main" };
    const service = { ...quiet, system: "ecs", scope: "111122223333/eu-west-1/main/web" };
    expect(expectedLists(rules, drawn().items, [quiet, service, elsewhere])).toEqual([silent[0], silent[2]]);
    expect(certified({ expected: silent }).outcome).toBe("not-assessable");
  });

  it("is pending while the period has not ended, unless something is wrong already", () => {
    const early = { ...drawn(), asOf: at(20) };
    expect(certified({ population: early })).toMatchObject({ outcome: "pending" });
    expect(certified({ population: { ...without(`${"b"} c 5`), asOf: at(20) } })).toMatchObject({ outcome: "not-satisfied" });
    expect(() => certified({ certifiedAt: at(20) })).toThrow(QueryError);
  });

  it("names both ways what a list of deployments and the ledger do not share", () => {
    const other = { ...DEPLOYMENTS, deployments: ["d-1", "d-3", "d-7", "d-7"].map((id) => ({ id: deployed(id) })) };
    const certificate = certified({ lists: [other, UPDATES] });
    expect(sourceOf(certificate, "deployments")).toMatchObject({ missing: [deployed("d-7")], unlisted: [deployed("d-2")], elsewhere: [] });
    expect(certificate.outcome).toBe("not-satisfied");
  });

  it("explains what a list has besides by what the ledger knows elsewhere", () => {
    const before = chainOf(deployed("d-0"), [{ ...state(1, "Succeeded"), at: "2026-10-31T23:59:59.000Z" }]);
    const listed = ["d-0", "d-1", "d-2", "d-3", "d-4"].map((id) => ({ id: deployed(id) }));
    const late = { id: deployed("d-99"), at: PERIOD.to };
    const certificate = certified({
      population: drawn([...STORY, ...before]),
      lists: [{ ...DEPLOYMENTS, deployments: [...listed, late] }, UPDATES],
    });
    expect(sourceOf(certificate, "deployments")).toMatchObject({
      missing: [],
      unlisted: [],
      elsewhere: [
        { id: deployed("d-0"), because: "outside-the-period" },
        { id: deployed("d-4"), because: "not-production" },
      ],
    });
    expect(certificate.outcome).toBe("satisfied");
  });

  it("names the update that is missing: by the branch's own record, by its history, and by the two updates around the gap", () => {
    const certificate = certified({ population: without("b c 5") });
    expect(sourceOf(certificate, "updates")).toMatchObject({ missing: [`${sha("b")}..${sha("c")}`], unlisted: [] });
    expect(sourceOf(certificate, "history")).toMatchObject({ missing: [sha("c")], unlisted: [] });
    expect(certificate.continuity).toMatchObject([
      { gaps: [{ from: { id: update("a", "b"), after: sha("b") }, to: { id: update("c", "d"), before: sha("c") } }] },
    ]);
    const rewritten = { ...HISTORY, shas: ["b", "x", "d"].map(sha) };
    expect(sourceOf(certified({ lists: [rewritten] }), "history")).toMatchObject({ missing: [sha("x")], unlisted: [update("b", "c")] });
  });

  it("takes from a list what it holds, and no more", () => {
    const half: IndependentList = { ...DEPLOYMENTS, to: at(5), deployments: [{ id: deployed("d-1") }] };
    expect(sourceOf(certified({ lists: [half] }), "deployments")).toMatchObject({ assessed: "part", missing: [], unlisted: [] });
    const before = { ...push(1, "z", "a"), at: "2026-10-30T00:00:00.000Z" };
    const gone = push(20, "d", "0", { deleted: true, commits: [] });
    const whole = certified({
      population: drawn([...chainOf(MAIN, [before, push(3, "a", "b"), push(5, "b", "c"), push(9, "c", "d"), gone])]),
      lists: [HISTORY],
    });
    expect(sourceOf(whole, "history")).toMatchObject({ missing: [], unlisted: [], elsewhere: [] });
  });

  it("counts a way that a branch went twice twice", () => {
    const there = chainOf(MAIN, [push(3, "a", "b"), push(4, "b", "a"), push(5, "a", "b")]);
    const way = { before: sha("a"), after: sha("b") };
    const updates = [way, { before: sha("b"), after: sha("a") }, way];
    expect(sourceOf(certified({ population: drawn(there), lists: [{ ...UPDATES, updates }] }), "updates")).toMatchObject({
      missing: [],
      unlisted: [],
    });
    const once = chainOf(MAIN, [push(3, "a", "b"), push(4, "b", "a")]);
    const lacks = certified({ population: drawn(once), lists: [{ ...UPDATES, updates }] });
    expect(sourceOf(lacks, "updates")).toMatchObject({ missing: [`${sha("a")}..${sha("b")}`], unlisted: [] });
  });

  it("sees a gap at either end of the period, and one that holds all of it", () => {
    const before = { ...push(1, "0", "a"), at: "2026-10-30T00:00:00.000Z" };
    const behind = { ...push(20, "e", "f"), at: "2026-11-21T09:00:00.000Z" };
    const within = [push(3, "a", "b"), push(5, "b", "c")];
    const gapsIn = (told: Parameters<typeof chainOf>[1]) => certified({ population: drawn(chainOf(MAIN, told)), lists: [] }).continuity;
    expect(gapsIn([before, ...within])).toMatchObject([{ begins: "previous", previous: { after: sha("a") }, gaps: [] }]);
    expect(gapsIn([before, ...within, behind])).toMatchObject([{ gaps: [{ from: { after: sha("c") }, to: { before: sha("e") } }] }]);
    expect(gapsIn([before, push(5, "b", "c")])).toMatchObject([{ gaps: [{ from: { after: sha("a") }, to: { before: sha("b") } }] }]);
    expect(gapsIn([before, behind])).toMatchObject([{ updates: 0, gaps: [{ from: { after: sha("a") } }] }]);
    expect(gapsIn([before, { ...behind, ...push(20, "a", "f"), at: behind.at }])).toEqual([]);
    expect(gapsIn([...within, { ...behind, at: PERIOD.to }])).toMatchObject([
      { next: { at: PERIOD.to }, gaps: [{ to: { before: sha("e") } }] },
    ]);
    expect(gapsIn([push(3, "a", "b", { created: true })])).toMatchObject([{ begins: "creation" }]);
  });

  it("follows a branch through updates of one second, in whatever order they came", () => {
    const words = ["a", "b", "c", "b", "d", "e"];
    const steps = words.slice(1).map((word, nth) => ({ ...push(3, words[nth] ?? "", word), id: String(nth) }));
    fc.assert(
      fc.property(fc.shuffledSubarray(steps, { minLength: steps.length }), (told) => {
        const chain = chainOf(MAIN, [{ ...push(2, "z", "a"), id: "first" }, ...told, { ...push(4, "e", "f"), id: "last" }]);
        expect(certified({ population: drawn(chain), lists: [] }).continuity).toMatchObject([{ gaps: [] }]);
      }),
      { numRuns: 40 },
    );
  });

  it("tells of updates of one second that do not hang together as few gaps as there are", () => {
    const gapsAfter = (...steps: readonly (readonly [string, string])[]) => {
      const told = steps.map(([from, to]) => push(3, from, to));
      const [only] = certified({ population: drawn(chainOf(MAIN, [push(2, "z", "a"), ...told])), lists: [] }).continuity;
      return only?.gaps.map(({ from, to }) => [from.after, to.before]);
    };
    expect(gapsAfter(["b", "d"], ["d", "e"])).toEqual([[sha("a"), sha("b")]]);
    expect(gapsAfter(["d", "e"], ["a", "b"], ["a", "c"])).toHaveLength(2);
  });

  it("says which items the checkpoint does not cover, and passes on what ledger and log do not share", () => {
    const small = certified({ log: { ...LOG, size: 2 } });
    expect(small.log.uncovered).toEqual(
      drawn()
        .items.slice(1)
        .flatMap(({ id, restsOn }) => ((restsOn.leaf ?? 0) >= 2 ? [id] : [])),
    );
    expect(small.log.uncovered).toHaveLength(4);
    expect(small.outcome).toBe("not-assessable");
    const behind = { ...push(20, "d", "f"), at: "2026-11-21T09:00:00.000Z" };
    const more = drawn([...STORY, ...chainOf(MAIN, [behind])]);
    expect(certified({ population: more, log: { ...LOG, size: STORY.length } }).log.uncovered).toEqual([update("d", "f")]);
    const differences = [{ kind: "not-in-ledger", subject: MAIN, seq: 1, leaf: 4 }];
    expect(certified({ log: { ...LOG, differences } })).toMatchObject({ outcome: "not-satisfied", log: { differences } });
  });

  it("is the same for every order of what it rests on", () => {
    const lists: readonly IndependentList[] = [...LISTS, { ...DEPLOYMENTS, scope: "111122223333/eu-west-1/cargo/blue" }];
    const expected = [
      { system: "github", scope: "x", because: "throttled" },
      { system: "github", scope: "x" },
      { system: "ecs", scope: "y" },
    ];
    const bytes = certificateStatement(certified({ lists, expected }));
    fc.assert(
      fc.property(fc.shuffledSubarray([...lists], { minLength: 4 }), fc.shuffledSubarray(expected, { minLength: 3 }), (some, others) => {
        expect(certificateStatement(certified({ lists: some, expected: others }))).toEqual(bytes);
      }),
      { numRuns: 30 },
    );
  });
});

describe("verifying a certificate", () => {
  const trust = parseTrust(trustFile());
  const leaves = inLog(STORY).map(({ hash }) => hash);
  const inputsOf = async (certificate: Certificate, over: Partial<CertificateInputs> = {}): Promise<CertificateInputs> => ({
    certificate: await signCertificate(certificate, envelopeSigner),
    items: linesOf(drawn()),
    lists: LISTS,
    trust,
    leaf: (index) => leaves[index],
    ...over,
  });
  const checksOf = async (certificate: Certificate, over: Partial<CertificateInputs> = {}) =>
    verifyCertificate(await inputsOf(certificate, over)).faults.map(({ check }) => check);

  it("finds nothing wrong with what is right, whatever there is to say of it", async () => {
    expect(await checksOf(certified({ log: { ...LOG, size: 2 } }), { leaf: (index) => (index < 2 ? leaves[index] : undefined) })).toEqual(
      [],
    );
    expect(await checksOf(certified())).toEqual([]);
    const before = { ...push(1, "0", "a"), at: "2026-10-30T00:00:00.000Z" };
    const behind = { ...push(20, "e", "f"), at: "2026-11-21T09:00:00.000Z" };
    const odd = drawn([
      ...chainOf(MAIN, [before, push(3, "a", "b"), push(9, "c", "d"), behind]),
      ...chainOf(deployed("d-4"), [state(7, "Ready", "staging")]),
    ]);
    const lists = [
      { ...DEPLOYMENTS, deployments: [{ id: deployed("d-4") }, { id: deployed("d-7") }] },
      { ...UPDATES, updates: [{ before: sha("0"), after: sha("a") }, ...UPDATES.updates] },
      { ...HISTORY, base: sha("0"), shas: ["a", "b", "c", "d"].map(sha) },
    ];
    const certificate = certified({
      population: odd,
      lists,
      expected: [{ system: "github", scope: "x" }],
      log: { ...LOG, differences: undefined },
    });
    expect(certificate.outcome).toBe("not-satisfied");
    expect(certificate.sources.flatMap((one) => (one.assessed === "none" ? [] : one.elsewhere))).toHaveLength(3);
    expect(await checksOf(certificate, { items: linesOf(odd), lists, leaf: undefined })).toEqual([]);
  });

  it("refuses a population that was tampered with, by name", async () => {
    const { items } = drawn();
    const [first, second, ...rest] = linesOf({ items });
    const lines = (...some: (Uint8Array | undefined)[]) => ({ items: some.filter((one) => one !== undefined) });
    const changed = canonicalBytes({ ...items[0], type: "normal" });
    const certificate = certified();
    expect(await checksOf(certificate, lines(second, ...rest))).toContain("population");
    expect(await checksOf(certificate, lines(changed, second, ...rest))).toEqual(["population", "population", "counts"]);
    expect(await checksOf(certificate, lines(second, first, ...rest))).toEqual(["order", "population", "population"]);
    expect((await checksOf(certificate, lines(first, first, second, ...rest))).slice(0, 1)).toEqual(["doubled"]);
    expect(await checksOf(certificate, lines(canonicalBytes({ ...items[0], at: "2026-10-01T00:00:00.000Z" }), second, ...rest))).toContain(
      "period",
    );
    expect(await checksOf(certificate, lines(Buffer.from("{}"), second, ...rest))).toEqual(["item"]);
    const forged = canonicalBytes({ ...items[0], restsOn: { ...items[0]?.restsOn, hash: "0".repeat(64) } });
    expect(await checksOf(certificate, lines(forged, second, ...rest))).toContain("not-in-log");
  });

  it("refuses every certificate that says something else than its items and lists do", async () => {
    const right = certified();
    const [source] = right.sources;
    const [branch] = right.continuity;
    const wrong: readonly (readonly [string, object])[] = [
      ["counts", { population: { ...right.population, counts: { ...right.population.counts, late: 0 } } }],
      ["population", { population: { ...right.population, root: "0".repeat(64) } }],
      ["differences", { sources: [{ ...source, missing: [deployed("d-1")] }, ...right.sources.slice(1)] }],
      ["list-differs", { sources: right.sources.slice(1) }],
      ["list-missing", { sources: [{ ...source, digest: "0".repeat(64) }, ...right.sources.slice(1)] }],
      ["continuity", { continuity: [{ ...branch, updates: 2 }] }],
      ["continuity", { continuity: [] }],
      ["not-in-log", { log: { ...right.log, uncovered: [deployed("d-1")] } }],
      ["outcome", { outcome: "not-assessable" }],
      ["outcome", { asOf: at(2) }],
    ];
    for (const [check, over] of wrong) expect(await checksOf({ ...right, ...over } as Certificate), check).toContain(check);
  });

  it("asks for the lists that were compared, and takes no other", async () => {
    expect(await checksOf(certified(), { lists: [UPDATES, HISTORY] })).toEqual(["list-missing"]);
    const other = { ...DEPLOYMENTS, deployments: DEPLOYMENTS.deployments.slice(1) };
    expect(await checksOf(certified(), { lists: [other, UPDATES, HISTORY] })).toEqual(["list-missing", "list-differs"]);
    const claimed = certified({ lists: [UPDATES, HISTORY] });
    const hidden = { ...claimed, sources: claimed.sources.filter(({ assessed }) => assessed !== "none") };
    expect(await checksOf(hidden, { lists: [UPDATES, HISTORY] })).toEqual(["differences", "outcome"]);
  });

  it("does not let an outsider stand within the period", async () => {
    const lists = [{ ...DEPLOYMENTS, deployments: [...DEPLOYMENTS.deployments, { id: deployed("d-7") }] }, UPDATES];
    const right = certified({ lists });
    const explained = {
      id: deployed("d-7"),
      at: at(5),
      because: "outside-the-period" as const,
      restsOn: { seq: 0, hash: "7".repeat(64) },
    };
    const sources = right.sources.map((one) =>
      one.assessed !== "none" && one.form === "deployments" ? { ...one, missing: [], elsewhere: [explained] } : one,
    );
    const log = { ...right.log, uncovered: [deployed("d-7")] };
    expect(await checksOf({ ...right, sources, log, outcome: "not-assessable" }, { lists })).toEqual(["differences"]);
    const staged = { ...explained, because: "not-production" as const, restsOn: { ...explained.restsOn, leaf: 3 } };
    const excused = sources.map((one) => (one.assessed !== "none" && one.form === "deployments" ? { ...one, elsewhere: [staged] } : one));
    expect(await checksOf({ ...right, sources: excused, outcome: "satisfied" }, { lists })).toEqual(["not-in-log"]);
  });

  it("knows the key: ours, at that time, over these bytes", async () => {
    const certificate = certified();
    const stranger = await signCertificate(certificate, trialEnvelopeSigner(2));
    expect(await checksOf(certificate, { certificate: stranger })).toEqual(["signature"]);
    const retired = { ...trust, envelopeKeys: trust.envelopeKeys.map((key) => ({ ...key, until: AS_OF })) };
    expect(await checksOf(certificate, { trust: retired })).toEqual(["signature"]);
    const signed = JSON.parse(Buffer.from(await signCertificate(certificate, envelopeSigner)).toString());
    const payload = Buffer.from(certificateStatement({ ...certificate, leftOut: { staging: 0, other: 0, hostUnnamed: 0 } }));
    const swapped = canonicalBytes({ ...signed, dsseEnvelope: { ...signed.dsseEnvelope, payload: payload.toString("base64") } });
    expect(await checksOf(certificate, { certificate: swapped })).toEqual(["signature"]);
  });

  it("refuses a statement about another file than its predicate's", async () => {
    const statement = JSON.parse(Buffer.from(certificateStatement(certified())).toString());
    statement.subject[0].digest.sha256 = "0".repeat(64);
    const signed = await signStatement(canonicalBytes(statement), envelopeSigner);
    expect(() => parseCertificate(signed)).toThrow(expect.objectContaining({ code: "not-a-certificate" }));
  });

  it("refuses bytes of another form", async () => {
    const certificate = certified();
    const signed = await signCertificate(certificate, envelopeSigner);
    expect(parseCertificate(signed).certificate).toEqual(certificate);
    const statement = (value: object) => signCertificate(value as Certificate, envelopeSigner);
    for (const bad of [
      { ...certificate, more: 1 },
      { ...certificate, format: 2 },
      { ...certificate, asOf: "today" },
    ])
      await expect(statement(bad), JSON.stringify(bad).slice(0, 40)).rejects.toMatchObject({ code: "not-a-certificate" });
    for (const bad of [Buffer.from("{}"), signed.slice(1), Buffer.concat([signed, Buffer.from("\n")])])
      expect(await checksOf(certificate, { certificate: bad })).toEqual(["certificate"]);
  });
});
