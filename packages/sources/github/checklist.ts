import { type FactsOf, sha256Hex } from "@change-ledger/model";
import { present, some } from "../present.ts";
import type { Settings } from "../settings.ts";
import { visibleLines } from "./markdown.ts";

export type Checklist = NonNullable<FactsOf<"pull-request">["checklists"]>[number];

/** More boxes than this are not read one by one: an entry has to hold them. */
export const MAX_BOXES = 100;
/** Stands for the boxes beyond MAX_BOXES, unchecked: a list that nobody can read is not done. */
export const TOO_MANY_BOXES = "too-many-boxes";

// GitHub's task lists: a list marker, a box with a space or an x, a space, text.
const BOX = /^\s{0,32}(?:>\s?)?(?:[-*+]|\d{1,9}[.)])\s{1,4}\[([ xX])\]\s(.*)$/;
const HEADING = /^ {0,3}#{1,6}\s(.*)$/;

/**
 * Boxes of a pull request's body by the nearest heading above them, equal ones of a section once. Text is not kept: an item or a section is named by the settings
 * or is the first 16 hexadecimal digits of SHA-256 of its trimmed text.
 */
export function checklists(body: string, settings: Settings["checklist"]): Checklist[] | undefined {
  const found = new Map<string | undefined, { readonly checked: Set<string>; readonly unchecked: Set<string> }>();
  let section: string | undefined;
  let boxes = 0;
  for (const line of visibleLines(body)) {
    const heading = HEADING.exec(line)?.[1];
    if (heading !== undefined) {
      section = nameOf(heading.replace(/\s+#*\s*$/, "").trim(), settings.sections);
      continue;
    }
    const box = BOX.exec(line);
    const item = box?.[2]?.trim() ?? "";
    if (box === null || item === "") continue;
    const list = found.get(section) ?? { checked: new Set(), unchecked: new Set() };
    found.set(section, list);
    if (++boxes > MAX_BOXES) {
      list.unchecked.add(TOO_MANY_BOXES);
      break;
    }
    (box[1] === " " ? list.unchecked : list.checked).add(nameOf(item, settings.items));
  }
  return some([...found].map(([of, list]) => present({ section: of, checked: [...list.checked], unchecked: [...list.unchecked] })));
}

function nameOf(text: string, names: Readonly<Record<string, string>>): string {
  return Object.hasOwn(names, text) && names[text] !== undefined ? names[text] : sha256Hex(text).slice(0, 16);
}
