import { bytesOf, type Encoding, textOf } from "./bytes-in-text.ts";

/** Of Node's Buffer what the packages use that a browser runs too; held to Node's by test/console/platform.test.ts. */
class Bytes extends Uint8Array<ArrayBuffer> {
  override toString(encoding: Encoding = "utf8", start = 0, end = this.length): string {
    return textOf(this.subarray(start, end), encoding);
  }

  equals(other: Uint8Array): boolean {
    return compare(this, other) === 0;
  }

  copy(target: Uint8Array, targetStart: number, start: number, end: number): void {
    target.set(this.subarray(start, end), targetStart);
  }

  /** @returns how many bytes were written */
  write(text: string, offset: number, encoding: Encoding): number {
    const bytes = bytesOf(text, encoding).subarray(0, this.length - offset);
    this.set(bytes, offset);
    return bytes.length;
  }
}

function from(value: string | ArrayLike<number> | ArrayBuffer, encodingOrOffset?: Encoding | number, length?: number): Bytes {
  if (value instanceof ArrayBuffer) return new Bytes(value, Number(encodingOrOffset ?? 0), length);
  if (typeof value !== "string") return copy(value);
  const { buffer } = bytesOf(value, typeof encodingOrOffset === "string" ? encodingOrOffset : "utf8");
  return new Bytes(buffer);
}

function alloc(size: number, fill = 0): Bytes {
  const made = new Bytes(new ArrayBuffer(size));
  made.fill(fill);
  return made;
}

function copy(values: ArrayLike<number>): Bytes {
  const made = alloc(values.length);
  made.set(values);
  return made;
}

function concat(parts: readonly Uint8Array[]): Bytes {
  const whole = alloc(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function compare(a: Uint8Array, b: Uint8Array): -1 | 0 | 1 {
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at++) {
    const [x, y] = [a[at] as number, b[at] as number];
    if (x !== y) return x < y ? -1 : 1;
  }
  return a.length === b.length ? 0 : a.length < b.length ? -1 : 1;
}

const byteLength = (text: string): number => bytesOf(text).length;

export const browserBuffer = { from, alloc, allocUnsafe: alloc, concat, compare, byteLength };
