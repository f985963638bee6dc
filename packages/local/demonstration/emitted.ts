import { createHmac } from "node:crypto";

/** A webhook's request as it is sent: `body` byte for byte, lower-case header names. */
export interface Webhook {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An event as the default bus of an AWS account delivers it. */
export interface BusEvent {
  readonly version: "0";
  readonly id: string;
  readonly source: string;
  readonly "detail-type": string;
  readonly account: string;
  readonly region: string;
  /** RFC 3339, to the second. */
  readonly time: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Something that a system sent us, and when it reached us (RFC 3339, UTC, ms). What the sender says of its own time stands inside. */
export type Emitted = { readonly at: string } & (
  | ({ readonly channel: "webhook"; readonly source: "github" | "jira" | "pagerduty" } & Webhook)
  | { readonly channel: "bus"; readonly event: BusEvent }
);

/** `sha256=` and the HMAC-SHA-256 of the body, as GitHub and Jira sign. */
export function signatureOf(body: string, secret: string): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}
