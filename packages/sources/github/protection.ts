import type { FactsOf } from "@change-ledger/model";
import * as z from "zod";
import { firstInstant } from "../instant.ts";
import { present, some, told } from "../present.ts";
import { id, maybeText, moment, read, text } from "../read.ts";
import type { Reading } from "../source.ts";
import { type GithubEvent, refSubject, repositoryName } from "./shapes.ts";

type Settings = FactsOf<"branch-protection">["settings"];

const repository = z.object({ full_name: repositoryName });

const protectionEvent = z.object({
  action: text,
  repository,
  // Which settings there are differs from version to version: all members are read.
  rule: z.looseObject({ id, name: text, updated_at: moment }),
  changes: z.looseObject({}).nullish(),
});

/** `branch_protection_rule`: the pattern stands for the ref. */
export function branchProtection(event: GithubEvent): Reading {
  const { action, rule, changes, repository: repo } = read(protectionEvent, event.body);
  const from = changes ? settingsOf(Object.entries(changes).map(([name, change]) => [name, formerly(change)])) : {};
  return {
    kind: "branch-protection",
    subject: refSubject(repo.full_name, `refs/heads/${rule.name}`),
    occurredAt: (action === "deleted" ? undefined : firstInstant("rule.updated_at", rule.updated_at)) ?? event.receivedAt,
    facts: present({
      action,
      id: rule.id,
      pattern: rule.name,
      settings: settingsOf(Object.entries(rule)),
      from: Object.keys(from).length === 0 ? undefined : from,
    }),
  };
}

const ABOUT_THE_RULE = new Set(["id", "node_id", "repository_id", "name", "created_at", "updated_at"]);
const MAX_LIST = 100;
const MAX_SETTINGS = 64;

const setting = z.union([
  z.boolean(),
  z.number(),
  z.string().max(256),
  z.array(z.string().max(256)).transform((list) => list.slice(0, MAX_LIST)),
]);

/** What of `pairs` is a setting: a flag, a number, a name or a list of names under a name of GitHub's form. */
function settingsOf(pairs: readonly (readonly [string, unknown])[]): Settings {
  const found: [string, Settings[string]][] = [];
  for (const [name, value] of pairs) {
    if (found.length >= MAX_SETTINGS) break;
    if (ABOUT_THE_RULE.has(name) || !/^[a-z][a-z0-9_]{0,99}$/.test(name)) continue;
    const parsed = setting.safeParse(value);
    if (parsed.success) found.push([name, parsed.data]);
  }
  return Object.fromEntries(found);
}

function formerly(change: unknown): unknown {
  return change !== null && typeof change === "object" && Object.hasOwn(change, "from") ? (change as { from: unknown }).from : undefined;
}

const names = z.array(text).nullish();
const rulesetEvent = z.object({
  action: text,
  repository: repository.nullish(),
  organization: z.object({ login: text }).nullish(),
  repository_ruleset: z.object({
    id,
    source: maybeText,
    enforcement: text,
    target: maybeText,
    updated_at: moment,
    conditions: z.object({ ref_name: z.object({ include: names, exclude: names }).nullish() }).nullish(),
    rules: z.array(z.object({ type: text })).nullish(),
    bypass_actors: z.array(z.object({ actor_id: id.nullish(), actor_type: text, bypass_mode: maybeText })).nullish(),
  }),
});

/** `repository_ruleset`: of a repository, or of the organisation that it belongs to. */
export function ruleset(event: GithubEvent): Reading {
  const sent = read(rulesetEvent, event.body);
  const set = sent.repository_ruleset;
  const owner = told(set.source) ?? sent.repository?.full_name ?? sent.organization?.login ?? "unknown";
  const conditions = set.conditions?.ref_name;
  return {
    kind: "ruleset",
    subject: refSubject(owner, `rulesets/${set.id}`),
    occurredAt: (sent.action === "deleted" ? undefined : firstInstant("repository_ruleset.updated_at", set.updated_at)) ?? event.receivedAt,
    facts: present({
      action: sent.action,
      id: set.id,
      enforcement: set.enforcement,
      target: told(set.target),
      include: some(conditions?.include?.slice(0, MAX_LIST)),
      exclude: some(conditions?.exclude?.slice(0, MAX_LIST)),
      rules: some(set.rules?.slice(0, MAX_LIST).map((rule) => rule.type)),
      bypass: some(set.bypass_actors?.slice(0, MAX_LIST).map(bypass)),
    }),
  };
}

/** `Team/42/always`: who may pass the rules, and when. */
function bypass(actor: { actor_type: string; actor_id?: string | null | undefined; bypass_mode?: string | null | undefined }): string {
  return [actor.actor_type, actor.actor_id ?? "-", told(actor.bypass_mode) ?? "always"].join("/");
}
