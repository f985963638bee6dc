import type { KMSClient } from "@aws-sdk/client-kms";
import type { EnvelopeSigner } from "@change-ledger/evidence";
import { formatTrust, holdsAt, parseVerifierKey, readEnvelopeKey, type Signer, type TrustFile, type TrustWindow } from "@change-ledger/log";
import * as z from "zod";
import { AwsError } from "./fault.ts";
import { kmsEnvelopeSigner, kmsNoteSigner } from "./kms-signers.ts";
import type { TrustStore } from "./s3-log.ts";

const instant = z.iso.datetime();
const window = { from: instant, until: instant.optional() };
const kms = z.strictObject({ kms: z.string().min(1), ...window });
const noteKeysSchema = z.array(z.union([kms, z.strictObject({ key: z.string().min(1), ...window })])).min(1);
const envelopeKeysSchema = z.array(z.union([kms, z.strictObject({ pem: z.string().min(1), ...window })])).min(1);

/** Keys by configuration: those of KMS (an id, an ARN or an alias) sign while their time lasts; of those that no longer can the public key stands there. */
export interface LogKeys {
  readonly origin: string;
  readonly noteKeys: z.infer<typeof noteKeysSchema>;
  readonly envelopeKeys: z.infer<typeof envelopeKeysSchema>;
}

/**
 * NOTE_KEYS: `[{"kms":"<key>","from":"2026-11-01T00:00:00Z"},{"key":"<verifier key>","from":…,"until":…}]`. ENVELOPE_KEYS likewise, with `pem` (SPKI).
 * @throws AwsError `not-configured`
 */
export function parseLogKeys(origin: string, noteKeys: string, envelopeKeys: string): LogKeys {
  return {
    origin,
    noteKeys: parsed("NOTE_KEYS", noteKeysSchema, noteKeys),
    envelopeKeys: parsed("ENVELOPE_KEYS", envelopeKeysSchema, envelopeKeys),
  };
}

function parsed<T>(name: string, schema: z.ZodType<T>, text: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new AwsError("not-configured", `expected ${name} to be a JSON list`);
  }
  const found = schema.safeParse(value);
  if (found.success) return found.data;
  const [issue] = found.error.issues;
  throw new AwsError("not-configured", `expected ${name} to be a list of keys; ${issue?.path.join(".") || "list"}: ${issue?.message}`);
}

/** The keys as they can be used: public keys are asked once a process. */
export class KeyRing {
  readonly #client: KMSClient;
  readonly #keys: LogKeys;
  readonly #now: () => string;
  readonly #notes = new Map<string, Promise<Signer>>();
  readonly #envelopes = new Map<string, Promise<EnvelopeSigner>>();

  /** @param now RFC 3339 */
  constructor(client: KMSClient, keys: LogKeys, now: () => string) {
    this.#client = client;
    this.#keys = keys;
    this.#now = now;
  }

  /**
   * All that may sign notes now: while a key is replaced, the old one and the new one.
   * @throws AwsError `not-configured` when there is none
   */
  noteSigners(): Promise<readonly Signer[]> {
    return Promise.all(this.#signing("NOTE_KEYS", this.#keys.noteKeys).map((id) => this.#note(id)));
  }

  /**
   * The one that signs envelopes now: of several the one that began last.
   * @throws AwsError `not-configured` when there is none
   */
  envelopeSigner(): Promise<EnvelopeSigner> {
    return this.#envelope(this.#signing("ENVELOPE_KEYS", this.#keys.envelopeKeys).at(-1) as string);
  }

  async trust(): Promise<TrustFile> {
    const { origin, noteKeys, envelopeKeys } = this.#keys;
    const [notes, envelopes] = await Promise.all([
      Promise.all(
        noteKeys.map(async (one) => ({
          key: "kms" in one ? (await this.#note(one.kms)).key : parseVerifierKey(one.key),
          ...windowOf(one),
        })),
      ),
      Promise.all(
        envelopeKeys.map(async (one) => {
          const { id, pem } = readEnvelopeKey("kms" in one ? (await this.#envelope(one.kms)).publicKeyPem : one.pem);
          return { id, pem, ...windowOf(one) };
        }),
      ),
    ]);
    return { origin, noteKeys: notes, envelopeKeys: envelopes };
  }

  /** KMS keys whose time it is, in order of its beginning. */
  #signing(name: string, keys: readonly (TrustWindow & { readonly kms?: string })[]): string[] {
    const now = this.#now();
    const ids = keys
      .filter((key) => holdsAt(key, now))
      .sort((a, b) => Date.parse(a.from) - Date.parse(b.from))
      .flatMap((key) => key.kms ?? []);
    if (ids.length === 0) throw new AwsError("not-configured", `expected a KMS key among ${name} whose time it is, found none`);
    return ids;
  }

  #note(id: string): Promise<Signer> {
    return remembered(this.#notes, id, () => kmsNoteSigner(this.#client, id, this.#keys.origin));
  }

  #envelope(id: string): Promise<EnvelopeSigner> {
    return remembered(this.#envelopes, id, () => kmsEnvelopeSigner(this.#client, id));
  }
}

function windowOf({ from, until }: TrustWindow): TrustWindow {
  return { from, ...(until === undefined ? {} : { until }) };
}

/** What failed is asked again the next time. */
function remembered<T>(known: Map<string, Promise<T>>, id: string, ask: () => Promise<T>): Promise<T> {
  const asked = known.get(id) ?? ask();
  known.set(id, asked);
  asked.catch(() => known.delete(id));
  return asked;
}

/** Writes the trust file when it is not the one that stands there. Answers whether it wrote. */
export async function publishTrust(store: TrustStore, keys: Pick<KeyRing, "trust">): Promise<boolean> {
  const bytes = formatTrust(await keys.trust());
  const there = await store.trust();
  if (there !== undefined && Buffer.compare(there, bytes) === 0) return false;
  await store.putTrust(bytes);
  return true;
}
