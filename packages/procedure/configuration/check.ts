import { CONTROLS } from "../controls/catalogue.ts";
import { TEST_IDS } from "../procedures/block.ts";
import { ENG_PROC_003 } from "../procedures/eng-proc-003.ts";
import { claimFaults } from "./claims.ts";
import type { FieldFault } from "./fault.ts";
import { BUILT_IN_ROLES } from "./people-schema.ts";
import type { Configuration } from "./schema.ts";

type Path = readonly (string | number)[];

/**
 * What a configuration of the right form still says wrong: names that stand for nothing, accounts of two people, repositories of two rules, waivers that are over.
 * @param asOf RFC 3339, UTC, milliseconds: when the configuration is to come into force
 */
export function configurationFaults(configuration: Configuration, asOf: string): FieldFault[] {
  return [
    ...namesTwice(configuration),
    ...unknownNames(configuration),
    ...claimFaults(configuration),
    ...overlaps(configuration),
    ...groupsTwice(configuration),
    ...periods(configuration, asOf),
  ];
}

function namesTwice({ people, bots, teams, procedures, waivers, catalogue, tickets }: Configuration): FieldFault[] {
  const lists: readonly (readonly [of: string, names: readonly (readonly [Path, string])[]])[] = [
    ["person or bot", [...at("people", people, ({ id }) => id), ...at("bots", bots, ({ id }) => id)]],
    ["team", at("teams", teams, ({ id }) => id)],
    ["procedure", [[[], ENG_PROC_003.id], ...at("procedures", procedures, ({ id }) => id)]],
    ["waiver", at("waivers", waivers, ({ id }) => id)],
    ["catalogue item and version", at("catalogue", catalogue, ({ item, version }) => `${item} ${version}`)],
    ["ticket project", at("tickets", tickets, ({ project }) => project)],
  ];
  return lists.flatMap(([of, names]) => {
    const seen = new Set<string>();
    return names.flatMap(([path, name]): FieldFault[] => {
      const known = seen.has(name);
      seen.add(name);
      return known ? [{ path, code: "named-twice", reason: `expected one ${of} of this name, ${name} is there twice` }] : [];
    });
  });
}

function at<T>(list: string, items: readonly T[], name: (item: T) => string): [Path, string][] {
  return items.map((item, index) => [[list, index], name(item)]);
}

function unknownNames(configuration: Configuration): FieldFault[] {
  const { people, teams, repositories, catalogue, waivers, emergency, tickets, procedures } = configuration;
  const roles = new Set<string>([...BUILT_IN_ROLES, ...configuration.roles]);
  const persons = new Set(people.map(({ id }) => id));
  const teamIds = new Set(teams.map(({ id }) => id));
  const procedureIds = new Set([ENG_PROC_003.id, ...procedures.map(({ id }) => id)]);
  const tests = new Set<string>(TEST_IDS);
  const among = (known: ReadonlySet<string>, code: FieldFault["code"], what: string) => (path: Path, names: readonly string[]) =>
    names.flatMap((name, index): FieldFault[] =>
      known.has(name) ? [] : [{ path: [...path, index], code, reason: `expected ${what}, ${name} is none` }],
    );
  const role = among(roles, "unknown-role", "a role (built in, or listed under roles)");
  const person = (path: Path, name: string): FieldFault[] =>
    persons.has(name) ? [] : [{ path, code: "unknown-person", reason: `expected a person of this file, ${name} is none` }];
  const test = among(tests, "unknown-test", "an audit test T1 to T18");
  const control = among(new Set(CONTROLS.map(({ id }) => id)), "unknown-control", "a control of the catalogue");
  const steps = procedures.flatMap(({ steps: of }, index) =>
    Object.entries(of).flatMap(([type, list]) =>
      (list ?? []).map((step, nth) => ({ path: ["procedures", index, "steps", type, nth] as Path, step })),
    ),
  );
  return [
    ...people.flatMap(({ roles: held }, index) => role(["people", index, "roles"], held)),
    ...teams.flatMap(({ members }, index) => members.flatMap((member, nth) => person(["teams", index, "members", nth], member))),
    ...repositories.flatMap(({ procedure, reviewTeams, qaSignOff }, index) => [
      ...(procedureIds.has(procedure)
        ? []
        : [
            {
              path: ["repositories", index, "procedure"],
              code: "unknown-procedure" as const,
              reason: `expected ${[...procedureIds].join(" or ")}, ${procedure} is none`,
            },
          ]),
      ...among(teamIds, "unknown-team", "a team of this file")(["repositories", index, "reviewTeams"], reviewTeams),
      ...qaSignOff.flatMap((way, nth) =>
        "review" in way
          ? role(["repositories", index, "qaSignOff", nth, "review", "roles"], way.review.roles)
          : "ticket" in way
            ? role(["repositories", index, "qaSignOff", nth, "ticket", "roles"], way.ticket.roles)
            : [],
      ),
    ]),
    ...tickets.flatMap(({ approval }, index) => role(["tickets", index, "approval", "roles"], approval.roles)),
    ...role(["emergency", "authoriserRoles"], emergency.authoriserRoles),
    ...role(["emergency", "retrospective", "roles"], emergency.retrospective.roles),
    ...catalogue.flatMap(({ approvedBy }, index) => person(["catalogue", index, "approvedBy"], approvedBy)),
    ...waivers.flatMap(({ approvedBy, tests: of }, index) => [
      ...person(["waivers", index, "approvedBy"], approvedBy),
      ...test(["waivers", index, "tests"], of),
    ]),
    ...steps.flatMap(({ path, step }) => [
      ...role([...path, "who"], step.who),
      ...test([...path, "tests"], step.tests),
      ...control([...path, "controls"], step.controls),
      ...step.requires.flatMap((block, nth) => (block.block === "approval" ? role([...path, "requires", nth, "roles"], block.roles) : [])),
    ]),
  ];
}

/** `github/acme/*` and `github/acme/cargo` would both speak for one repository. GitHub's names know no case. */
function overlaps({ repositories }: Configuration): FieldFault[] {
  // By what it matches: a repository's name, or the beginning of all of an owner's, `github/acme/`.
  const first = new Map<string, number>();
  return repositories.flatMap(({ match }, index): FieldFault[] => {
    const name = match.toLowerCase();
    const owner = name.slice(0, name.lastIndexOf("/") + 1);
    const key = name.endsWith("/*") ? owner : name;
    const rivals =
      key === owner
        ? [...first].filter(([other]) => other.startsWith(owner)).map(([, nth]) => nth)
        : [first.get(name) ?? Number.POSITIVE_INFINITY, first.get(owner) ?? Number.POSITIVE_INFINITY];
    if (!first.has(key)) first.set(key, index);
    const rival = Math.min(...rivals);
    if (rival === Number.POSITIVE_INFINITY) return [];
    const reason = `expected one set of rules a repository; ${repositories[rival]?.match} (repositories.${rival}) speaks for some of the same`;
    return [{ path: ["repositories", index, "match"], code: "overlapping-repositories", reason }];
  });
}

/** A deployment group that two targets name: nobody could say which environment it is. */
function groupsTwice({ repositories }: Configuration): FieldFault[] {
  const seen = new Map<string, number>();
  return repositories.flatMap(({ deployments }, index) =>
    deployments.flatMap(({ codedeploy, ecs }, nth): FieldFault[] => {
      const target = codedeploy ?? ecs;
      if (target === undefined) return [];
      const key = JSON.stringify(target);
      const first = seen.get(key);
      if (first === undefined) seen.set(key, index);
      const reason = `expected a target of one environment, repositories.${first} names this one too`;
      return first === undefined ? [] : [{ path: ["repositories", index, "deployments", nth], code: "claimed-twice", reason }];
    }),
  );
}

function periods({ catalogue, waivers }: Configuration, asOf: string): FieldFault[] {
  const nowMs = Date.parse(asOf);
  const empty = (list: string, index: number, { from, until }: { from: string; until: string }): FieldFault[] =>
    Date.parse(from) < Date.parse(until)
      ? []
      : [{ path: [list, index, "until"], code: "empty-period", reason: `expected an end after ${from}, got ${until}` }];
  return [
    ...catalogue.flatMap((item, index) => empty("catalogue", index, item)),
    ...waivers.flatMap((waiver, index) => [
      ...empty("waivers", index, waiver),
      ...(Date.parse(waiver.until) > nowMs
        ? []
        : [
            {
              path: ["waivers", index, "until"],
              code: "expired-waiver" as const,
              reason: `expected a waiver that is not over, ${waiver.id} ended at ${waiver.until}; renew it or take it out`,
            },
          ]),
    ]),
  ];
}
