/** Bytes as text and back, as Node's Buffer has them; of digits that are not in their one spelling comes something, which spelled again is another text. */
export type Encoding = "utf8" | "utf-8" | "hex" | "base64" | "base64url" | "latin1";

const ENCODER = new TextEncoder();
/** A byte order mark is a character like any other. */
const DECODER = new TextDecoder("utf-8", { ignoreBOM: true });
/** Arguments that a call may have. */
const CHUNK = 8192;

export function bytesOf(text: string, encoding: Encoding = "utf8"): Uint8Array<ArrayBuffer> {
  switch (encoding) {
    case "utf8":
    case "utf-8":
      return ENCODER.encode(text);
    case "hex":
      return fromHex(text);
    case "base64":
    case "base64url":
      return fromBase64(text);
    case "latin1":
      return Uint8Array.from({ length: text.length }, (_, at) => text.charCodeAt(at) & 0xff);
    default:
      return encoding satisfies never;
  }
}

export function textOf(bytes: Uint8Array, encoding: Encoding = "utf8"): string {
  switch (encoding) {
    case "utf8":
    case "utf-8":
      return DECODER.decode(bytes);
    case "hex":
      return Array.from(bytes, (byte) => HEX[byte]).join("");
    case "base64":
      return btoa(latin1(bytes));
    case "base64url":
      return btoa(latin1(bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
    case "latin1":
      return latin1(bytes);
    default:
      return encoding satisfies never;
  }
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Up to the first pair that is none. */
function fromHex(text: string): Uint8Array<ArrayBuffer> {
  const pairs = /^(?:[0-9a-fA-F]{2})*/.exec(text)?.[0] ?? "";
  const bytes = new Uint8Array(pairs.length / 2);
  for (let at = 0; at < bytes.length; at++) bytes[at] = Number.parseInt(pairs.slice(2 * at, 2 * at + 2), 16);
  return bytes;
}

/** Either alphabet, up to the first padding; other characters are skipped. */
function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const [before = ""] = text.split("=", 1);
  const digits = before
    .replaceAll("-", "+")
    .replaceAll("_", "/")
    .replaceAll(/[^A-Za-z0-9+/]/g, "");
  const whole = digits.length % 4 === 1 ? digits.slice(0, -1) : digits;
  return Uint8Array.from(atob(whole), (character) => character.charCodeAt(0));
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return text;
}
