import type { Webhook } from "./emitted.ts";
import { type GithubAt, githubWebhook } from "./github-event.ts";
import { numberOf, toSecond } from "./identifiers.ts";

/** Settings of a branch protection rule, in GitHub's names. */
export type ProtectionSettings = Readonly<Record<string, string | boolean | number | readonly string[]>>;

/** What the company asks of its main branches. */
export const FULL_PROTECTION: ProtectionSettings = {
  admin_enforced: true,
  required_approving_review_count: 2,
  dismiss_stale_reviews_on_push: true,
  require_code_owner_review: true,
  required_status_checks: ["build", "test"],
  pull_request_reviews_enforcement_level: "everyone",
  allow_force_pushes_enforcement_level: "off",
  allow_deletions_enforcement_level: "off",
};

/** `branch_protection_rule`. @param from former values of the settings that changed, for `edited` */
export function protectionEvent(
  at: GithubAt,
  action: "created" | "edited" | "deleted",
  rule: { readonly pattern: string; readonly settings: ProtectionSettings; readonly createdAtMs: number; readonly updatedAtMs: number },
  from: ProtectionSettings = {},
): Webhook {
  return githubWebhook(at, "branch_protection_rule", {
    action,
    rule: {
      id: numberOf("protection", at.repository.fullName, rule.pattern),
      repository_id: numberOf("repository", at.repository.fullName),
      name: rule.pattern,
      created_at: toSecond(rule.createdAtMs),
      updated_at: toSecond(rule.updatedAtMs),
      ...rule.settings,
    },
    ...(action === "edited" ? { changes: Object.fromEntries(Object.entries(from).map(([name, value]) => [name, { from: value }])) } : {}),
  });
}

/** `repository_ruleset`: pull request and checks required on the default branch; nobody may pass but whom `bypass` names. */
export function rulesetEvent(
  at: GithubAt,
  action: "created" | "edited" | "deleted",
  rules: {
    readonly name: string;
    readonly enforcement: "active" | "evaluate" | "disabled";
    readonly bypass: readonly { readonly type: "Team" | "OrganizationAdmin" | "RepositoryRole"; readonly id: number }[];
    readonly updatedAtMs: number;
  },
): Webhook {
  return githubWebhook(at, "repository_ruleset", {
    action,
    repository_ruleset: {
      id: numberOf("ruleset", at.repository.fullName, rules.name),
      name: rules.name,
      target: "branch",
      source_type: "Repository",
      source: at.repository.fullName,
      enforcement: rules.enforcement,
      conditions: { ref_name: { include: ["~DEFAULT_BRANCH"], exclude: [] } },
      rules: [{ type: "pull_request" }, { type: "required_status_checks" }, { type: "non_fast_forward" }],
      bypass_actors: rules.bypass.map(({ type, id }) => ({ actor_id: id, actor_type: type, bypass_mode: "always" })),
      updated_at: toSecond(rules.updatedAtMs),
    },
  });
}

/** `ping`: GitHub's first delivery of a new webhook. */
export function pingEvent(at: GithubAt): Webhook {
  const id = numberOf("hook", at.repository.fullName);
  const hook = { type: "Repository", id, name: "web", active: true, events: ["*"], config: { content_type: "json", insecure_ssl: "0" } };
  return githubWebhook(at, "ping", { zen: "Keep it logically awesome.", hook_id: id, hook });
}
