/** Functions that scan an entry's members, as docs/formats.md lists them. As those of JSON, they answer the place behind what they scan, or 0. */
import { all, between, byteAt, char, everyByte, get, isByte, isText, refuseIf, refuseUnless } from "./phrases.ts";

/** Name, form (a function of the place, which answers the place behind it or 0), and whether it may be absent. */
type Member = readonly [name: string, form: string, optional?: "optional"];

/** A function that scans an object of these members, which stand in the order that RFC 8785 gives them. */
function object(name: string, members: readonly Member[]): string {
  const code = members.map(([key, form, optional]) => {
    const literal = `"${key}":`;
    const found = `(i32.and (i32.eq ${byteAt(get("$at"))} ${get("$before")}) ${isText(literal, 1)})`;
    return `
    (if ${found}
      (then
        (local.set $at (call ${form} (i32.add ${get("$at")} (i32.const ${literal.length + 1}))))
        ${refuseUnless(get("$at"))}
        (local.set $before (i32.const ${char(",")})))
      (else ${optional === undefined ? "(return (i32.const 0))" : ""}))`;
  });
  return `
  (func ${name} (param $at i32) (result i32) (local $before i32)
    (local.set $before (i32.const ${char("{")})) ${code.join("")}
    ${refuseUnless(isByte("}", get("$at")))}
    (i32.add ${get("$at")} (i32.const 1)))`;
}

const OBJECTS = [
  object("$actor", [
    ["id", "$text", "optional"],
    ["login", "$text", "optional"],
    ["system", "$text"],
  ]),
  object("$part", [
    ["index", "$count"],
    ["of", "$positive"],
  ]),
  object("$payload", [
    ["archive", "$text"],
    ["length", "$positive"],
    ["offset", "$count"],
    ["sha256", "$hash"],
  ]),
  object("$source", [
    ["auth", "$auth"],
    ["event", "$text"],
    ["id", "$text"],
    ["norm", "$positive"],
    ["replays", "$text", "optional"],
    ["system", "$text"],
  ]),
  object("$entry", [
    ...([
      ["actor", "$actor", "optional"],
      ["facts", "$facts"],
      ["kind", "$text"],
      ["occurredAt", "$instant"],
    ] as const),
    ...([
      ["part", "$part", "optional"],
      ["payload", "$payload", "optional"],
      ["prev", "$previous"],
      ["recordedAt", "$instant"],
    ] as const),
    ...([
      ["seq", "$seq"],
      ["source", "$source"],
      ["subject", "$subject"],
      ["v", "$version"],
    ] as const),
  ]),
];

/** What of an instant is a digit, by bit, and its other characters; the 16 bytes from its opening quote on, and those from the tenth on. */
function instantPart(from: number): string {
  const part = '"0000-00-00T00:00:00.000Z"'.slice(from, from + 16);
  const digits = [...part].reduce((bits, each, at) => bits | (each === "0" ? 1 << at : 0), 0);
  const bytes = `(local.tee $bytes (v128.load offset=${from} ${get("$at")}))`;
  const others = [...part].map((each) => (each === "0" ? 255 : char(each))).join(" ");
  return all([
    `(i32.eq (i8x16.bitmask ${between(bytes, "0", 10)}) (i32.const ${digits}))`,
    `(i32.eq (i8x16.bitmask (i8x16.eq ${get("$bytes")} (v128.const i8x16 ${others}))) (i32.const ${0xffff & ~digits}))`,
  ]);
}

const twoDigits = (offset: number) =>
  `(i32.sub (i32.add (i32.mul ${byteAt(get("$at"), offset)} (i32.const 10)) ${byteAt(get("$at"), offset + 1)}) (i32.const 528))`;
/** Stores year, month, day and hour as one number of ten digits, and the minute: what is left of an entry are those of `recordedAt`. */
const HOUR = `(i32.store offset=64 (global.get $out) ${[1, 3, 6, 9, 12]
  .map(twoDigits)
  .reduce((number, two) => `(i32.add (i32.mul ${number} (i32.const 100)) ${two})`)})
    (i32.store offset=68 (global.get $out) ${twoDigits(15)})`;
const below = (x: string, limit: number) => `(i32.lt_u ${x} (i32.const ${limit}))`;
const MONTHS_OF_31 = [1, 3, 5, 7, 8, 10, 12].reduce((bits, month) => bits | (1 << month), 0);

/** Hexadecimal digits, 16 of the 64: whether they are such, and the eight bytes that they stand for, each in two. */
const isHex = `(i8x16.all_true (v128.or ${between(get("$bytes"), "0", 10)} (local.tee $letters ${between(get("$bytes"), "a", 6)})))`;
const nibbles = `(local.tee $bytes (i8x16.add (v128.and ${get("$bytes")} ${everyByte(15)}) (v128.and ${get("$letters")} ${everyByte(9)})))`;
const octets = `(v128.and (v128.or (i16x8.shl ${nibbles} (i32.const 4)) (i16x8.shr_u ${get("$bytes")} (i32.const 8))) (v128.const i8x16 ${"255 0 ".repeat(8)}))`;

/** `$out`: where what is found of the entry goes. */
const FORMS = `
  (global $out (mut i32) (i32.const 0))
  (func $instant (param $at i32) (result i32) (local $bytes v128) (local $month i32) (local $day i32)
    ${refuseUnless(all([instantPart(0), instantPart(10)]))}
    (local.set $month ${twoDigits(6)})
    (local.set $day ${twoDigits(9)})
    ${refuseUnless(all([below(`(i32.sub ${get("$month")} (i32.const 1))`, 12), below(twoDigits(12), 24), below(twoDigits(15), 60), below(twoDigits(18), 60)]))}
    ${refuseUnless(below(`(i32.sub ${get("$day")} (i32.const 1))`, 31))}
    (if (i32.gt_u ${get("$day")} (i32.const 28)) (then
      ${refuseIf(`(i32.eq ${get("$month")} (i32.const 2))`)}
      (if (i32.gt_u ${get("$day")} (i32.const 30)) (then
        ${refuseUnless(`(i32.and (i32.shr_u (i32.const ${MONTHS_OF_31}) ${get("$month")}) (i32.const 1))`)}))))
    ${HOUR}
    (i32.add ${get("$at")} (i32.const 26)))
  (func $hash (param $at i32) (result i32) (local $bytes v128) (local $letters v128)
    ${refuseUnless(all([isByte('"', get("$at")), isByte('"', get("$at"), 65)]))}
    ${[0, 1, 2, 3].map((n) => `(local.set $bytes (v128.load offset=${1 + 16 * n} ${get("$at")})) ${refuseUnless(isHex)}`).join("\n")}
    (i32.add ${get("$at")} (i32.const 66)))
  (func $previous (param $at i32) (result i32) (local $bytes v128) (local $letters v128) (local $half v128)
    ${refuseUnless(all([isByte('"', get("$at")), isByte('"', get("$at"), 65)]))}
    ${[0, 1]
      .map(
        (n) => `
    (local.set $bytes (v128.load offset=${1 + 32 * n} ${get("$at")})) ${refuseUnless(isHex)}
    (local.set $half ${octets})
    (local.set $bytes (v128.load offset=${17 + 32 * n} ${get("$at")})) ${refuseUnless(isHex)}
    (v128.store offset=${32 + 16 * n} (global.get $out) (i8x16.narrow_i16x8_u ${get("$half")} ${octets}))`,
      )
      .join("\n")}
    (i32.add ${get("$at")} (i32.const 66)))
  (func $seq (param $at i32) (result i32)
    (local.set $at (call $count ${get("$at")}))
    (i32.store offset=20 (global.get $out) (global.get $value))
    ${get("$at")})
  (func $auth (param $at i32) (result i32)
    ${["hmac-sha256", "hmac-sha1", "shared-secret", "bus", "api", "ledger"]
      .map((way) => `(if ${isText(`"${way}"`)} (then (return (i32.add ${get("$at")} (i32.const ${way.length + 2})))))`)
      .join("\n")}
    (i32.const 0))
  (func $version (param $at i32) (result i32)
    ${refuseUnless(isByte("1", get("$at")))}
    (i32.add ${get("$at")} (i32.const 1)))
  (func $subject (param $at i32) (result i32) (local $end i32) (local $id i32) (local $bytes v128) (local $bad i32)
    ${["change", "commit", "ref", "ticket", "deployment", "incident", "config", "audit", "evidence"]
      .map((type) => `(if ${isText(`"${type}:`)} (then (local.set $id (i32.add ${get("$at")} (i32.const ${type.length + 2})))))`)
      .join("\n")}
    (local.set $end (call $plain ${get("$at")}))
    ${refuseUnless(`(i32.and (i32.ne ${get("$id")} (i32.const 0)) (i32.gt_u ${get("$end")} (i32.add ${get("$id")} (i32.const 1))))`)}
    (local.set $at (i32.add ${get("$at")} (i32.const 1)))
    (i32.store offset=12 (global.get $out) ${get("$at")})
    (i32.store offset=16 (global.get $out) (i32.sub (i32.sub ${get("$end")} (i32.const 1)) ${get("$at")}))
    ${refuseIf(`(i32.gt_u (i32.load offset=16 (global.get $out)) (i32.const 1024))`)}
    (i64.store offset=24 (global.get $out) (call $key ${get("$at")} (i32.sub ${get("$end")} (i32.const 1))))
    (loop $sixteen
      (local.set $bad (i8x16.bitmask (v128.or
        (i8x16.eq (local.tee $bytes (v128.load ${get("$at")})) ${everyByte(0x20)}) (i8x16.eq ${get("$bytes")} ${everyByte(0x7f)}))))
      (if (i32.lt_u (i32.sub ${get("$end")} ${get("$at")}) (i32.const 16)) (then
        (local.set $bad (i32.and ${get("$bad")}
          (i32.sub (i32.shl (i32.const 1) (i32.sub ${get("$end")} ${get("$at")})) (i32.const 1))))))
      ${refuseIf(get("$bad"))}
      (br_if $sixteen (i32.lt_u (local.tee $at (i32.add ${get("$at")} (i32.const 16))) ${get("$end")})))
    ${get("$end")})`;

export const ENTRY_FUNCTIONS = `${FORMS} ${OBJECTS.join("")}`;
