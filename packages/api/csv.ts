import * as z from "zod";

/** A column: its heading, and where its value lies within an item. */
interface Column {
  readonly name: string;
  readonly path: readonly string[];
}

const LINE_END = "\r\n";
/** What spreadsheets take for the beginning of a formula (OWASP, CSV injection), their full-width forms too. */
const FORMULA = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;
const SEPARATOR = "; ";

/** Columns of a list: the members of an item's schema in their order, those of objects within it as `author.login`. */
export function columnsOf(item: z.ZodType): Column[] {
  return walk(item, []);
}

/**
 * A list as CSV (RFC 4180), the columns' names in its first line. A list within an item is one cell, its members separated by `; `; what is no text, number or truth value
 * is JSON. Text that a spreadsheet would take for a formula stands behind an apostrophe: whoever names a branch or a label must not run anything on an auditor's desk.
 */
export function asCsv(columns: readonly Column[], items: readonly unknown[]): string {
  const rows = items.map((item) => columns.map(({ path }) => cell(path.reduce(member, item))));
  return [columns.map(({ name }) => cell(name)), ...rows].map((row) => row.join(",") + LINE_END).join("");
}

function walk(schema: z.ZodType, path: readonly string[]): Column[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodReadonly) return walk(schema.def.innerType as z.ZodType, path);
  if (!(schema instanceof z.ZodObject)) return [{ name: path.join("."), path }];
  return Object.entries(schema.shape).flatMap(([name, inner]) => walk(inner as z.ZodType, [...path, name]));
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}

function cell(value: unknown): string {
  const text = textOf(value);
  const safe = typeof value !== "number" && FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value) && value.every((one) => typeof one === "string" && !one.includes(SEPARATOR))) return value.join(SEPARATOR);
  return JSON.stringify(value);
}
