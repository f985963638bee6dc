/** Phrases of WebAssembly's text format, for the scanner's source. `$at` is the place at which a function looks. */
export const get = (name: string) => `(local.get ${name})`;
export const char = (text: string) => text.charCodeAt(0);
export const byteAt = (at: string, offset = 0) => `(i32.load8_u offset=${offset} ${at})`;
export const isByte = (text: string, at: string, offset = 0) => `(i32.eq ${byteAt(at, offset)} (i32.const ${char(text)}))`;
export const refuseIf = (condition: string) => `(if ${condition} (then (return (i32.const 0))))`;
export const refuseUnless = (condition: string) => refuseIf(`(i32.eqz ${condition})`);
export const all = (conditions: readonly string[]): string => conditions.reduce((both, each) => `(i32.and ${both} ${each})`);
export const any = (conditions: readonly string[]): string => conditions.reduce((either, each) => `(i32.or ${either} ${each})`);
export const everyByte = (value: number | string) => `(i8x16.splat (i32.const ${typeof value === "string" ? char(value) : value}))`;
export const between = (x: string, from: string, count: number) => `(i8x16.lt_u (i8x16.sub ${x} ${everyByte(from)}) ${everyByte(count)})`;

/** Whether the ASCII of `text` stands at the local `$at`: compared in words. */
export function isText(text: string, offset = 0): string {
  const bytes = Buffer.from(text);
  const tests: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const rest = bytes.length - at;
    const place = `offset=${offset + at} ${get("$at")}`;
    if (rest >= 8) tests.push(`(i64.eq (i64.load ${place}) (i64.const ${bytes.readBigInt64LE(at)}))`);
    else if (rest >= 4) tests.push(`(i32.eq (i32.load ${place}) (i32.const ${bytes.readInt32LE(at)}))`);
    else if (rest >= 2) tests.push(`(i32.eq (i32.load16_u ${place}) (i32.const ${bytes.readUInt16LE(at)}))`);
    else tests.push(`(i32.eq (i32.load8_u ${place}) (i32.const ${bytes[at]}))`);
    at += rest >= 8 ? 8 : rest >= 4 ? 4 : rest >= 2 ? 2 : 1;
  }
  return all(tests);
}
