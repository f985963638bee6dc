import type { AuthenticatedBy, Authentication, Delivery, Fact, SourceFact, Subject } from "@change-ledger/model";
import type { Settings } from "./settings.ts";

/** A sender: how its deliveries show where they come from, and how they become facts. */
export interface Source {
  /** Its name in the registry and in subjects: `github`, `servicenow`, `codedeploy`… */
  readonly system: string;
  /** The normaliser's version: the same bytes normalised by the same version give the same fact. */
  readonly version: number;
  /** Present for senders that POST to us. */
  readonly webhook?: {
    /** Lower-case names of the headers that authentication and normalising need; the receiver keeps these and drops the rest. */
    readonly keepHeaders: readonly string[];
    /**
     * Checks the raw bytes, in constant time, against every live secret. Never parses. An empty list of secrets authenticates nobody.
     * @param receivedAt when we took it in (RFC 3339): who signs a time too is held to it. The same at the door and behind it, so that both say the same
     */
    authenticate(
      headers: Readonly<Record<string, string>>,
      body: Uint8Array,
      secrets: readonly string[],
      receivedAt: string,
    ): Authentication;
    /**
     * The headers without any secret in them, for whoever keeps them from here on: `authenticate` says the same of what it returns. Called with kept
     * headers that were authenticated. Absent where no kept header can be a secret.
     */
    conceal?(headers: Readonly<Record<string, string>>, body: Uint8Array): Readonly<Record<string, string>>;
  };
  /** Which events of the default bus, and of those that others put on our own, this source takes. */
  readonly bus?: (event: BusEvent) => boolean;
  /** The sender's id of the event; `undefined` when it gives none (or one that cannot name an entry). Never throws. */
  deliveryId(delivery: Delivery): string | undefined;
  /** @throws SourceError `unparsed`: the field and the rule that it breaks */
  normalise(delivery: Delivery, auth: AuthenticatedBy, settings: Settings): SourceFact;
}

export interface BusEvent {
  readonly source: string;
  readonly detailType: string;
}

/** What a normaliser reads out of a payload: the fact, its subject, and the sender's time of it. */
export type Reading = Fact & { readonly subject: Subject; readonly occurredAt: string };

const PRINTABLE = /^[\x21-\x7e]{1,200}$/;

/** `id` when it can name an event (printable ASCII, at most 200 characters), else undefined: the body's digest names the event then. */
export function eventId(id: unknown): string | undefined {
  return typeof id === "string" && PRINTABLE.test(id) ? id : undefined;
}
