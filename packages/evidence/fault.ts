export type EvidenceCode =
  | "no-records"
  | "not-an-instant"
  | "record-too-large"
  | "not-a-member"
  | "not-a-record"
  | "digest-differs"
  | "not-a-path"
  | "not-a-zip"
  | "zip-overlaps"
  | "zip-doubled"
  | "zip-damaged"
  | "zip-too-large"
  | "not-a-bag"
  | "not-a-dossier"
  | "not-an-attestation"
  | "not-proven"
  | "payload-missing"
  | "bundle-differs"
  | "not-versioned"
  | "too-early";

/** What `packages/evidence` throws. `code` is stable; the message says what was expected, what came, and what to do. Never payload text. */
export class EvidenceError extends Error {
  readonly code: EvidenceCode;
  constructor(code: EvidenceCode, message: string) {
    super(message);
    this.name = "EvidenceError";
    this.code = code;
  }
}
