import { type Subject, subject } from "@change-ledger/model";
import { incidentOf as pagerdutyIncident } from "../pagerduty/index.ts";
import { changeOf, incidentOf } from "../servicenow/index.ts";
import type { Settings } from "../settings.ts";
import { visibleLines } from "./markdown.ts";
import { ticketSubject } from "./shapes.ts";

/** More tickets than this in one pull request are not read. */
export const MAX_TICKETS = 32;

/**
 * GitHub's nine closing keywords, an optional colon, and `#12`, `owner/repo#12` or the URL of an issue
 * (docs.github.com, "Linking a pull request to an issue").
 */
const CLOSING =
  /(?<![\w-])(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)(?:\s{0,4}:)?\s{1,8}(?:https?:\/\/[\w.:-]{1,255}\/([\w.-]{1,100}\/[\w.-]{1,100})\/issues\/(\d{1,10})|([\w.-]{1,100}\/[\w.-]{1,100})?#(\d{1,10}))(?![\w-])/gi;

/** The form of a Jira key: `PAY-12`. */
const JIRA_KEY = /(?<![A-Za-z0-9_-])([A-Z][A-Z0-9_]{1,30})-([1-9]\d{0,9})(?![A-Za-z0-9_])/g;

/** ServiceNow's numbers of changes and incidents, under the prefixes that it comes with. */
const SERVICENOW_NUMBER = /(?<![A-Za-z0-9_-])((CHG|INC)\d{7,12})(?![A-Za-z0-9_])/g;

/** The page of an incident: `https://acme.pagerduty.com/incidents/Q2KTVKLCSMMXD6`. */
const PAGERDUTY_URL = /https:\/\/([a-z0-9.-]{1,253})\/incidents\/([A-Z0-9]{6,32})(?![A-Za-z0-9])/g;

export interface TicketTexts {
  readonly title: string;
  readonly body: string;
  readonly branch: string;
}

/**
 * Subjects of the tickets, change records and incidents that a pull request names, sorted. Quoted code and comments do not count.
 *
 * The URL of an issue counts in the pull request's own repository only: elsewhere it is most often the defect of another project
 * that a fix mentions, not the ticket that asked for this change.
 */
export function ticketsOf(repository: string, texts: TicketTexts, settings: Settings): Subject[] {
  const written = [texts.title, ...visibleLines(texts.body).map(withoutCode)].join("\n");
  const tickets = new Set<Subject>();
  for (const [, urlRepository, urlNumber, otherRepository, number] of written.matchAll(CLOSING)) {
    if (tickets.size >= MAX_TICKETS) break;
    if (number !== undefined) tickets.add(ticketSubject(otherRepository ?? repository, number));
    else if (urlNumber !== undefined && urlRepository?.toLowerCase() === repository.toLowerCase())
      tickets.add(ticketSubject(repository, urlNumber));
  }
  for (const key of jiraKeys(`${written}\n${texts.branch}`, settings.jira.projects)) {
    if (tickets.size >= MAX_TICKETS) break;
    tickets.add(subject("ticket", "jira", key));
  }
  for (const record of recordsNamed(`${written}\n${texts.branch}`, settings)) {
    if (tickets.size >= MAX_TICKETS) break;
    tickets.add(record);
  }
  return [...tickets].sort();
}

function* recordsNamed(text: string, { servicenow, pagerduty }: Settings): Generator<Subject> {
  if (servicenow.references)
    for (const [, number = "", prefix] of text.matchAll(SERVICENOW_NUMBER)) yield prefix === "CHG" ? changeOf(number) : incidentOf(number);
  if (pagerduty.hosts.length > 0)
    for (const [, host = "", id = ""] of text.matchAll(PAGERDUTY_URL)) if (pagerduty.hosts.includes(host)) yield pagerdutyIncident(id);
}

function* jiraKeys(text: string, projects: Settings["jira"]["projects"]): Generator<string> {
  if (projects !== "any" && projects.length === 0) return;
  for (const [key, project] of text.matchAll(JIRA_KEY)) {
    if (projects === "any" || (project !== undefined && projects.includes(project))) yield key;
  }
}

/** Without `inline code`: GitHub finds no references there. */
function withoutCode(line: string): string {
  return line.replace(/`[^`]*`/g, " ");
}
