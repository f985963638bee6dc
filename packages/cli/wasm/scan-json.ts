/**
 * Functions that scan RFC 8785 canonical JSON. Each takes the place of a value and answers the place behind it, or 0 where it is not sure: of
 * escapes and other letters than ASCII in keys, of `\\u`, of fractions and of numbers past 15 digits.
 */
import { any, byteAt, char, everyByte, get, isByte, isText, refuseIf, refuseUnless } from "./phrases.ts";

/** `$escaped`, `$high`: whether a string since they were set had an escape, or a byte that is not ASCII. */
const STRINGS = `
  (global $escaped (mut i32) (i32.const 0))
  (global $high (mut i32) (i32.const 0))
  (func $string (param $at i32) (result i32) (local $bytes v128) (local $special i32) (local $next i32)
    ${refuseUnless(isByte('"', get("$at")))}
    (local.set $at (i32.add ${get("$at")} (i32.const 1)))
    (loop $sixteen
      (local.set $special (i8x16.bitmask (v128.or
        (v128.or (i8x16.eq (local.tee $bytes (v128.load ${get("$at")})) ${everyByte('"')}) (i8x16.eq ${get("$bytes")} ${everyByte("\\")}))
        (i8x16.lt_u ${get("$bytes")} ${everyByte(0x20)}))))
      (if (i32.eqz ${get("$special")}) (then
        (global.set $high (i32.or (global.get $high) (i8x16.bitmask ${get("$bytes")})))
        (local.set $at (i32.add ${get("$at")} (i32.const 16)))
        (br $sixteen)))
      (local.set $special (i32.ctz ${get("$special")}))
      (global.set $high (i32.or (global.get $high)
        (i32.and (i8x16.bitmask ${get("$bytes")}) (i32.sub (i32.shl (i32.const 1) ${get("$special")}) (i32.const 1)))))
      (local.set $at (i32.add ${get("$at")} ${get("$special")}))
      (if ${isByte('"', get("$at"))} (then (return (i32.add ${get("$at")} (i32.const 1)))))
      ${refuseUnless(isByte("\\", get("$at")))}
      (local.set $next ${byteAt(get("$at"), 1)})
      ${refuseUnless(any([...'"\\bfnrt'].map((each) => `(i32.eq ${get("$next")} (i32.const ${char(each)}))`)))}
      (global.set $escaped (i32.const 1))
      (local.set $at (i32.add ${get("$at")} (i32.const 2)))
      (br $sixteen))
    (i32.const 0))
  ;; A string of which every byte is the character that it stands for.
  (func $plain (param $at i32) (result i32) (local $escaped i32) (local $high i32)
    (local.set $escaped (global.get $escaped))
    (local.set $high (global.get $high))
    (global.set $escaped (i32.const 0))
    (global.set $high (i32.const 0))
    (local.set $at (call $string ${get("$at")}))
    ${refuseIf("(i32.or (global.get $escaped) (global.get $high))")}
    (global.set $escaped ${get("$escaped")})
    (global.set $high ${get("$high")})
    ${get("$at")})
  (func $text (param $at i32) (result i32)
    ${refuseIf(isByte('"', get("$at"), 1))}
    (call $string ${get("$at")}))`;

const NUMBERS = `
  (global $value (mut i32) (i32.const 0))
  (func $digits (param $at i32) (param $most i32) (result i32) (local $from i32) (local $digit i32)
    (global.set $value (i32.const 0))
    (local.set $from ${get("$at")})
    (block $end (loop $more
      (br_if $end (i32.ge_u (local.tee $digit (i32.sub ${byteAt(get("$at"))} (i32.const 48))) (i32.const 10)))
      (global.set $value (i32.add (i32.mul (global.get $value) (i32.const 10)) ${get("$digit")}))
      (local.set $at (i32.add ${get("$at")} (i32.const 1)))
      (br $more)))
    ${refuseIf(`(i32.gt_u (i32.sub ${get("$at")} ${get("$from")}) ${get("$most")})`)}
    ${refuseIf(`(i32.eq ${get("$at")} ${get("$from")})`)}
    ${refuseIf(`(i32.and ${isByte("0", get("$from"))} (i32.ne (i32.sub ${get("$at")} ${get("$from")}) (i32.const 1)))`)}
    ${get("$at")})
  ;; Of so few digits every integer is the one form of its value. What stands behind it is the caller's: it is never a part of a number.
  (func $number (param $at i32) (result i32)
    (if ${isByte("-", get("$at"))} (then
      (local.set $at (i32.add ${get("$at")} (i32.const 1)))
      ${refuseIf(isByte("0", get("$at")))}))
    (call $digits ${get("$at")} (i32.const 15)))
  (func $count (param $at i32) (result i32) (call $digits ${get("$at")} (i32.const 9)))
  (func $positive (param $at i32) (result i32)
    ${refuseIf(isByte("0", get("$at")))}
    (call $count ${get("$at")}))`;

const VALUES = `
  (func $value (param $at i32) (param $depth i32) (result i32) (local $first i32)
    (local.set $first ${byteAt(get("$at"))})
    (if (i32.eq ${get("$first")} (i32.const ${char('"')})) (then (return (call $string ${get("$at")}))))
    (if (i32.eq ${get("$first")} (i32.const ${char("{")})) (then (return (call $object ${get("$at")} ${get("$depth")}))))
    (if (i32.eq ${get("$first")} (i32.const ${char("[")})) (then (return (call $array ${get("$at")} ${get("$depth")}))))
    (if (i32.or ${isText("true")} ${isText("null")}) (then (return (i32.add ${get("$at")} (i32.const 4)))))
    (if ${isText("false")} (then (return (i32.add ${get("$at")} (i32.const 5)))))
    (call $number ${get("$at")}))
  (func $array (param $at i32) (param $depth i32) (result i32)
    ${refuseIf(`(i32.gt_u ${get("$depth")} (i32.const 64))`)}
    (local.set $at (i32.add ${get("$at")} (i32.const 1)))
    (if ${isByte("]", get("$at"))} (then (return (i32.add ${get("$at")} (i32.const 1)))))
    (loop $more
      (local.set $at (call $value ${get("$at")} (i32.add ${get("$depth")} (i32.const 1))))
      ${refuseUnless(get("$at"))}
      (local.set $at (i32.add ${get("$at")} (i32.const 1)))
      (br_if $more (i32.eq (i32.load8_u (i32.sub ${get("$at")} (i32.const 1))) (i32.const ${char(",")}))))
    ${refuseUnless(`(i32.eq (i32.load8_u (i32.sub ${get("$at")} (i32.const 1))) (i32.const ${char("]")}))`)}
    ${get("$at")})
  (func $object (param $at i32) (param $depth i32) (result i32)
    (local $key i32) (local $length i32) (local $last i32) (local $lastLength i32)
    ${refuseIf(`(i32.gt_u ${get("$depth")} (i32.const 64))`)}
    (local.set $at (i32.add ${get("$at")} (i32.const 1)))
    (if ${isByte("}", get("$at"))} (then (return (i32.add ${get("$at")} (i32.const 1)))))
    (loop $more
      (local.set $key ${get("$at")})
      (local.set $at (call $plain ${get("$at")}))
      ${refuseUnless(get("$at"))}
      (local.set $length (i32.sub ${get("$at")} ${get("$key")}))
      (if ${get("$last")} (then ${refuseUnless(`(call $ascends ${get("$last")} ${get("$lastLength")} ${get("$key")} ${get("$length")})`)}))
      (local.set $last ${get("$key")})
      (local.set $lastLength ${get("$length")})
      ${refuseUnless(isByte(":", get("$at")))}
      (local.set $at (call $value (i32.add ${get("$at")} (i32.const 1)) (i32.add ${get("$depth")} (i32.const 1))))
      ${refuseUnless(get("$at"))}
      (local.set $at (i32.add ${get("$at")} (i32.const 1)))
      (br_if $more (i32.eq (i32.load8_u (i32.sub ${get("$at")} (i32.const 1))) (i32.const ${char(",")}))))
    ${refuseUnless(`(i32.eq (i32.load8_u (i32.sub ${get("$at")} (i32.const 1))) (i32.const ${char("}")}))`)}
    ${get("$at")})
  ;; Whether one key stands before another, both with their quotes: by code unit, and the shorter first.
  (func $ascends (param $a i32) (param $aLength i32) (param $b i32) (param $bLength i32) (result i32) (local $at i32) (local $x i32) (local $y i32)
    (local.set $at (i32.const 1))
    (loop $more
      (if (i32.ge_u ${get("$at")} (i32.sub ${get("$aLength")} (i32.const 1))) (then (return (i32.lt_u ${get("$aLength")} ${get("$bLength")}))))
      (if (i32.ge_u ${get("$at")} (i32.sub ${get("$bLength")} (i32.const 1))) (then (return (i32.const 0))))
      (local.set $x (i32.load8_u (i32.add ${get("$a")} ${get("$at")})))
      (local.set $y (i32.load8_u (i32.add ${get("$b")} ${get("$at")})))
      (if (i32.ne ${get("$x")} ${get("$y")}) (then (return (i32.lt_u ${get("$x")} ${get("$y")}))))
      (local.set $at (i32.add ${get("$at")} (i32.const 1)))
      (br $more))
    (i32.const 0))
  (func $facts (param $at i32) (result i32)
    ${refuseUnless(isByte("{", get("$at")))}
    (call $object ${get("$at")} (i32.const 0)))`;

export const JSON_FUNCTIONS = `${STRINGS} ${NUMBERS} ${VALUES}`;
