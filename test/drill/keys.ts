import { formatTrust } from "@change-ledger/log";
import { trialEnvelopeSigner } from "../evidence/sealing.ts";
import { trialSigner } from "../log/signer.ts";

/** Milliseconds. */
export const at = (instant: string): number => Date.parse(instant);

export const ORIGIN = "ledger.example/acme";

/** The log's first key, and the one that took its place: for a while both signed. */
export const NOTE_SIGNERS = { old: trialSigner(ORIGIN, 1), present: trialSigner(ORIGIN, 2) };
/** Of somebody else, under the log's name. */
export const FOREIGN_SIGNER = trialSigner(ORIGIN, 3);
export const ENVELOPE_SIGNER = trialEnvelopeSigner(1);
export const RETIRED_ENVELOPE_SIGNER = trialEnvelopeSigner(2);
export const FOREIGN_ENVELOPE_SIGNER = trialEnvelopeSigner(3);

export const BEGAN_AT = "2026-11-02T08:00:00.000Z";
export const ROTATED_AT = "2026-11-02T20:00:00.000Z";
export const ROTATION_ENDS_AT = "2026-11-03T02:00:00.000Z";

/** The trust file, of which the auditor keeps a copy. */
export const trustFile = (): Uint8Array =>
  formatTrust({
    origin: ORIGIN,
    noteKeys: [
      { key: NOTE_SIGNERS.old.key, from: "2026-11-01T00:00:00Z", until: ROTATION_ENDS_AT },
      { key: NOTE_SIGNERS.present.key, from: ROTATED_AT },
    ],
    envelopeKeys: [
      {
        id: RETIRED_ENVELOPE_SIGNER.keyId,
        pem: RETIRED_ENVELOPE_SIGNER.publicKeyPem,
        from: "2026-10-01T00:00:00Z",
        until: "2026-11-01T00:00:00Z",
      },
      { id: ENVELOPE_SIGNER.keyId, pem: ENVELOPE_SIGNER.publicKeyPem, from: "2026-11-01T00:00:00Z" },
    ],
  });
