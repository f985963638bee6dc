import { decodeMessage, FOUND, type Found, type LookupWork } from "@change-ledger/ledger";
import { type Delivery, type SealedEntry, type Subject, sealEntry } from "@change-ledger/model";
import { defaultConfiguration, inForce, readConfiguration } from "@change-ledger/procedure";
import type { Cursor, ReconcilePorts, Stored } from "@change-ledger/query";
import { DEFAULT_SETTINGS, normalise } from "@change-ledger/sources";

const NOW = "2026-03-10T12:00:00.000Z";

/** A ledger in memory, and a door that shows what was handed in. */
export class World {
  readonly chains = new Map<Subject, SealedEntry[]>();
  readonly models = new Map<Subject, Stored>();
  readonly cursors = new Map<string, Cursor>();
  readonly asked: LookupWork[] = [];
  readonly faults: string[] = [];
  handed: Required<Pick<Found, "delivery">>[] = [];
  now = NOW;
  remainingMs = 600_000;
  inForce = inForce(defaultConfiguration());

  readonly ports: ReconcilePorts = {
    chains: {
      tail: async (subject, limit) => (this.chains.get(subject) ?? []).slice(-limit).reverse(),
      read: async (subject, from, limit) => (this.chains.get(subject) ?? []).slice(from, from + limit),
      markers: async () => new Map(),
    },
    models: {
      get: async (subjects) => new Map(subjects.flatMap((one) => (this.models.has(one) ? [[one, this.models.get(one) as Stored]] : []))),
      places: async (_list, scope, limit) =>
        [...this.models.keys()]
          .filter((subject) => subject.startsWith(`deployment:${scope}/`))
          .map((subject) => ({ subject, at: this.chains.get(subject)?.[0]?.entry.occurredAt ?? this.now }))
          .slice(0, limit),
      scopes: async (list) => (list === "deployment" ? ["codedeploy/123456789012/eu-west-1"] : ["github/acme/shop"]),
    },
    bus: {
      put: async ({ source, detailType, detail }) => {
        const decoded = decodeMessage(
          JSON.stringify({ source, "detail-type": detailType, detail: JSON.parse(detail) }),
          () => undefined,
          this.now,
        );
        if (source !== FOUND.source || !("delivery" in decoded)) throw new Error("expected what was found");
        this.handed.push(decoded);
      },
    },
    inbox: { put: async () => {} },
    cursors: {
      get: async (name) => this.cursors.get(name),
      put: async (name, cursor) => void this.cursors.set(name, cursor),
    },
    lookup: { send: async (messages) => void this.asked.push(...messages) },
    inForce: async () => this.inForce,
    settings: { ...DEFAULT_SETTINGS, since: "2026-03-01T00:00:00Z" },
    now: () => this.now,
    remainingMs: () => this.remainingMs,
    onFault: (name) => this.faults.push(name),
  };

  /** From now on this configuration is in force. */
  configure(text: string): void {
    const read = readConfiguration(text, this.now);
    if (!read.ok) throw new Error(JSON.stringify(read.faults));
    this.inForce = inForce(read);
  }

  /** Records deliveries as the ingest does. */
  record(deliveries: readonly Delivery[], auth: "api" | "hmac-sha256" = "api"): void {
    for (const delivery of deliveries) {
      const { subject, ...fact } = normalise(delivery, auth, DEFAULT_SETTINGS);
      const chain = this.chains.get(subject) ?? [];
      this.chains.set(subject, chain);
      const prev = chain.at(-1)?.hash ?? "0".repeat(64);
      chain.push(sealEntry({ v: 1, subject, seq: chain.length, prev, recordedAt: this.now, ...fact }));
    }
  }

  /** Takes what was handed in since the last call: facts of results, and the others recorded. */
  take(): { readonly results: readonly Readonly<Record<string, unknown>>[]; readonly found: readonly Delivery[] } {
    const deliveries = this.handed.map(({ delivery }) => delivery);
    this.handed = [];
    const found = deliveries.filter(({ system }) => system !== "reconciler");
    this.record(deliveries);
    const results = deliveries
      .filter(({ system }) => system === "reconciler")
      .map((one) => normalise(one, "api", DEFAULT_SETTINGS))
      .map((fact) => ({ kind: fact.kind, subject: fact.subject, ...fact.facts }) as Readonly<Record<string, unknown>>);
    return { results, found };
  }
}
