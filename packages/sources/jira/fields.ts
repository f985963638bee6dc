import { type FactsOf, sha256Hex } from "@change-ledger/model";
import * as z from "zod";
import { withoutMail } from "../identity.ts";
import { present } from "../present.ts";
import type { Settings } from "../settings.ts";

type TicketFacts = FactsOf<"ticket">;
type Rule = Settings["jira"]["fields"][string];

/** Values up to this long are names (of a status, an option); longer ones are prose, of which only a digest goes on record. */
const MAX_VALUE = 100;
const MAX_CHANGES = 50;

/** What the ledger follows of every ticket, under Jira's own field names. */
const ALWAYS: ReadonlyMap<string, Rule> = new Map([
  ["status", { name: "status", keep: "value" as const }],
  ["issuetype", { name: "type", keep: "value" as const }],
  ["resolution", { name: "resolution", keep: "value" as const }],
]);

// Jira calls the new value `toString`, which every object inherits: the items are read by own members, not by a schema.
const changeItem = z.custom<object>((item) => item !== null && typeof item === "object");
export const changelog = z.object({ items: z.array(changeItem).nullish() }).nullish();

/** Changes of the fields that settings name, and of status, type and resolution. */
export function changesOf(log: z.output<typeof changelog>, settings: Settings): TicketFacts["changes"] {
  const changes: NonNullable<TicketFacts["changes"]> = [];
  for (const item of log?.items ?? []) {
    if (changes.length >= MAX_CHANGES) break;
    // Old servers send no `fieldId`; the name of a system field is its id, but for its case.
    const rule = ruleFor(settings, own(item, "fieldId"), own(item, "field"));
    if (rule === undefined) continue;
    const from = kept(own(item, "fromString"), rule, settings.identityKey);
    const to = kept(own(item, "toString"), rule, settings.identityKey);
    changes.push(present({ field: rule.name, from, to }));
  }
  return changes.length === 0 ? undefined : changes;
}

function own(item: object, name: string): string | undefined {
  const value = Object.hasOwn(item, name) ? (item as Readonly<Record<string, unknown>>)[name] : undefined;
  return typeof value === "string" ? value : undefined;
}

/** Values of the custom fields that settings name. */
export function fieldsOf(fields: Readonly<Record<string, unknown>>, settings: Settings): TicketFacts["fields"] {
  const found: [string, string][] = [];
  for (const [field, rule] of Object.entries(settings.jira.fields)) {
    if (!Object.hasOwn(fields, field)) continue;
    const value = kept(written(fields[field]), rule, settings.identityKey);
    if (value !== undefined) found.push([rule.name, value]);
  }
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

function ruleFor(settings: Settings, ...names: readonly (string | undefined)[]): Rule | undefined {
  for (const name of names) {
    if (!name) continue;
    const named = Object.hasOwn(settings.jira.fields, name) ? settings.jira.fields[name] : undefined;
    const rule = named ?? ALWAYS.get(name.toLowerCase());
    if (rule !== undefined) return rule;
  }
  return undefined;
}

function kept(value: string | undefined, rule: Rule, key: string): string | undefined {
  const plain = value?.trim();
  if (plain === undefined || plain === "") return undefined;
  if (rule.keep === "presence") return "given";
  if (plain.length > MAX_VALUE || /[\r\n]/.test(plain)) return `sha256:${sha256Hex(plain).slice(0, 16)}`;
  return withoutMail(plain, key);
}

const option = z.union([
  z.object({ accountId: z.string().min(1) }).transform((user) => user.accountId),
  z.object({ value: z.string() }).transform((chosen) => chosen.value),
  z.object({ name: z.string() }).transform((named) => named.name),
]);

/** A custom field's value as Jira shows it: text, number, option, user or a list of these. */
function written(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) {
    const parts = value.slice(0, MAX_CHANGES).map((item) => (Array.isArray(item) ? undefined : written(item)));
    return parts.filter((part) => part !== undefined).join(", ");
  }
  const chosen = option.safeParse(value);
  return chosen.success ? chosen.data : undefined;
}
