import { sha256Hex } from "@change-ledger/model";

/** `before` of a push that makes a ref, `after` of one that deletes it. */
export const NO_COMMIT = "0".repeat(40);

/** A git object id: 40 hexadecimal digits that depend on nothing but the names. */
export function shaOf(...names: readonly (string | number)[]): string {
  return sha256Hex(names.join("\0")).slice(0, 40);
}

/** A GUID as GitHub and EventBridge write them. */
export function uuidOf(...names: readonly (string | number)[]): string {
  const hex = sha256Hex(names.join("\0"));
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join("-");
}

/** An id of a host's database: 9 or 10 decimal digits. */
export function numberOf(...names: readonly (string | number)[]): number {
  return 100_000_000 + Number.parseInt(sha256Hex(names.join("\0")).slice(0, 8), 16);
}

/** GitHub's and CloudTrail's spelling of an instant: RFC 3339 to the second. */
export function toSecond(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, "Z");
}
