import type { Procedure } from "../procedures/block.ts";
import { ENG_PROC_003 } from "../procedures/eng-proc-003.ts";
import { globPattern } from "./glob.ts";
import { type Resolve, resolver } from "./identity.ts";
import { type Environment, type RepositoryRules, repositorySchema } from "./repository-schema.ts";
import type { Configuration } from "./schema.ts";
import type { ReadConfiguration } from "./value.ts";

export type TicketRules = Configuration["tickets"][number];

/** A required check: by name alone, or by kind and name. */
export interface RequiredCheck {
  readonly kind?: string | undefined;
  readonly name: string;
}

/** A repository's rules, ready to be asked. */
export interface RepositoryInForce {
  readonly rules: RepositoryRules;
  /** False: the configuration says nothing of the repository, and the safe rules hold. */
  readonly configured: boolean;
  readonly procedure: Procedure;
  /** @param ref in full: `refs/heads/main`. @param isDefault the sender calls it the default branch */
  isProtected(ref: string, isDefault: boolean): boolean;
  securityPath(path: string): boolean;
  readonly securityLabels: ReadonlySet<string>;
  readonly requiredChecks: readonly RequiredCheck[];
  /** Roles whose approvals the procedure asks for: who holds none of them is no qualified peer. */
  readonly reviewRoles: ReadonlySet<string>;
  /** Roles of the review that security-relevant changes need. */
  readonly securityRoles: readonly string[];
}

/** A configuration in force: compiled once, asked for every change. */
export interface InForce {
  readonly configuration: Configuration;
  readonly version: string;
  readonly resolve: Resolve;
  /** @param home `github/acme/cargo` */
  repository(home: string): RepositoryInForce;
  /** @param ticket a subject: `ticket:jira/PAY-12` */
  ticketRules(ticket: string): TicketRules | undefined;
  /** Undefined: the configuration does not name it. What is not named counts as production. */
  codedeployEnvironment(application: string, group: string): Environment | undefined;
  /** The same of an ECS service. */
  ecsEnvironment(cluster: string, service: string): Environment | undefined;
  hostEnvironment(home: string, environment: string): Environment | undefined;
  /** Whether what this AWS account puts on the bus counts. @param what `qa-sign-off` */
  mayAttest(account: string | undefined, what: string): boolean;
  readonly productionIsNamed: boolean;
}

const CHECK_KINDS = new Set(["check-run", "check-suite", "status", "workflow-run"]);

/** Prepares a configuration for judging. Costs as much as the configuration is long; keep the result. */
export function inForce({ configuration, version }: ReadConfiguration): InForce {
  const procedures = new Map([ENG_PROC_003, ...configuration.procedures].map((one) => [one.id, one]));
  const compile = (rules: RepositoryRules, configured: boolean): RepositoryInForce => {
    const branches = rules.protectedBranches.map((branch) => globPattern(`refs/heads/${branch}`));
    const paths = rules.securityReview.paths.map(globPattern);
    const procedure = procedures.get(rules.procedure) ?? ENG_PROC_003;
    const approvals = procedure.steps.normal.flatMap(({ requires }) => requires.filter((one) => one.block === "approval"));
    const securityRoles = approvals.flatMap(({ when, roles }) => (when === "security-relevant" ? roles : []));
    return {
      rules,
      configured,
      procedure,
      isProtected: (ref, isDefault) => !configured || isDefault || branches.some((branch) => branch.test(ref)),
      securityPath: (path) => paths.some((pattern) => pattern.test(path)),
      securityLabels: new Set(rules.securityReview.labels),
      requiredChecks: rules.requiredChecks.map(requiredCheck),
      reviewRoles: new Set(approvals.flatMap(({ roles }) => roles)),
      securityRoles: securityRoles.length > 0 ? securityRoles : ["security-team"],
    };
  };
  const { attesters } = configuration;
  const exact = new Map<string, RepositoryInForce>();
  for (const rules of configuration.repositories) exact.set(rules.match.toLowerCase(), compile(rules, true));
  const unknown = compile(repositorySchema.parse({ match: "github/unlisted/*" }), false);
  const tickets = new Map(configuration.tickets.map((rules) => [rules.project.toLowerCase(), rules]));
  const targets = new Map<string, Environment>();
  for (const { match, deployments } of configuration.repositories)
    for (const { environment, codedeploy, ecs, host } of deployments) {
      if (ecs !== undefined) targets.set(serviceKey(ecs.cluster, ecs.service), environment);
      if (codedeploy !== undefined) targets.set(groupKey(codedeploy.application, codedeploy.group), environment);
      if (host !== undefined) targets.set(`host ${match.toLowerCase()} ${host.environment}`, environment);
    }
  return {
    configuration,
    version,
    resolve: resolver(configuration),
    repository(home) {
      const name = home.toLowerCase();
      return exact.get(name) ?? exact.get(`${name.slice(0, name.lastIndexOf("/"))}/*`) ?? unknown;
    },
    ticketRules(ticket) {
      const id = ticket.slice("ticket:".length).toLowerCase();
      const project = id.startsWith("github/") ? id.slice(0, id.indexOf("/issues/")) : id.replace(/-\d+$/, "");
      return (
        tickets.get(project) ??
        tickets.get(`${project.slice(0, project.lastIndexOf("/"))}/*`) ??
        (id.startsWith("servicenow/") ? tickets.get("servicenow") : undefined)
      );
    },
    codedeployEnvironment: (application, group) => targets.get(groupKey(application, group)),
    ecsEnvironment: (cluster, service) => targets.get(serviceKey(cluster, service)),
    hostEnvironment(home, environment) {
      const name = home.toLowerCase();
      return targets.get(`host ${name} ${environment}`) ?? targets.get(`host ${name.slice(0, name.lastIndexOf("/"))}/* ${environment}`);
    },
    mayAttest: (account, what) =>
      attesters === undefined || attesters.some((one) => one.account === account && (one.what === undefined || one.what.includes(what))),
    productionIsNamed: [...targets.values()].includes("production"),
  };
}

const groupKey = (application: string, group: string): string => `codedeploy ${application.length} ${application} ${group}`;
const serviceKey = (cluster: string, service: string): string => `ecs ${JSON.stringify([cluster, service])}`;

function requiredCheck(given: string): RequiredCheck {
  const at = given.indexOf(":");
  const kind = given.slice(0, at);
  return at > 0 && CHECK_KINDS.has(kind) ? { kind, name: given.slice(at + 1) } : { name: given };
}
