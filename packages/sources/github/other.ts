import type { Reading } from "../source.ts";
import { auditSubject, type GithubEvent } from "./shapes.ts";

/** `ping`: GitHub's first delivery of a new webhook. */
export function ping(event: GithubEvent): Reading {
  return { kind: "ping", subject: auditSubject(event.body), occurredAt: event.receivedAt, facts: {} };
}

/** An event that no fact stands for. Its subject says where it happened. */
export function other(event: GithubEvent): Reading {
  return { kind: "other", subject: auditSubject(event.body), occurredAt: event.receivedAt, facts: {} };
}
