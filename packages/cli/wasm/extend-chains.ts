/**
 * Adding entries to the table of chains, as a function of WebAssembly: those that continue their chain, or begin one, which are nearly all. It stops
 * at any other, which is the table's own to judge: see verify/chain-table.ts, whose layout this is.
 */
import { get } from "./phrases.ts";

/** Where the function leaves how many chains it has begun. */
export const BEGUN = 16;
/** Where it leaves what nobody needs: an engine could leave out what is read for nothing. */
const FETCHED = 20;

/** Of what is found of an entry: place of seq, key and `prev`; of a slot: of length and head. */
const FOUND = { bytes: 80, seq: 20, key: 24, prev: 32 };
const SLOT = { bytes: 48, length: 8, mark: 12, head: 16 };
const ZERO = "(v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0)";

const set = (name: string, value: string) => `(local.set ${name} ${value})`;
const load = (type: "i32" | "i64" | "v128", name: string, offset: number) => `(${type}.load offset=${offset} ${get(name)})`;
/** Whether the 32 bytes of `prev` differ from what `other` gives for either half. */
const prevDiffers = (other: (half: 0 | 16) => string) =>
  `(v128.any_true (v128.or (v128.xor ${load("v128", "$found", FOUND.prev)} ${other(0)}) (v128.xor ${load("v128", "$found", FOUND.prev + 16)} ${other(16)})))`;
const stop = "(return (local.get $at))";

const slotOf = `(i32.add ${get("$table")} (i32.mul (i32.and ${load("i32", "$found", FOUND.key)} ${get("$mask")}) (i32.const ${SLOT.bytes})))`;

/** `$fetch` reads where each chain's slot is, and no more: so memory answers for all of them at once, where `$chains` would wait for each. */
export const CHAINS_FUNCTION = `
  (func $fetch (export "fetch") (param $found i32) (param $count i32) (param $table i32) (param $mask i32) (local $sum i32) (local $slot i32)
    (loop $entry
      ${set("$slot", slotOf)}
      ${set("$sum", `(i32.add ${get("$sum")} (i32.add ${load("i32", "$slot", 0)} ${load("i32", "$slot", SLOT.bytes - 4)}))`)}
      ${set("$found", `(i32.add ${get("$found")} (i32.const ${FOUND.bytes}))`)}
      (br_if $entry ${`(i32.gt_s (local.tee $count (i32.sub ${get("$count")} (i32.const 1))) (i32.const 0))`}))
    (i32.store offset=${FETCHED} (i32.const 0) ${get("$sum")}))
  (func $chains (export "chains")
    (param $found i32) (param $count i32) (param $table i32) (param $mask i32) (param $hash i32) (param $room i32) (result i32)
    (local $at i32) (local $slot i32) (local $end i32) (local $length i32) (local $seq i32)
    ${set("$end", `(i32.add ${get("$table")} (i32.mul (i32.add ${get("$mask")} (i32.const 1)) (i32.const ${SLOT.bytes})))`)}
    (i32.store offset=${BEGUN} (i32.const 0) (i32.const 0))
    (block $done (loop $entry
      (br_if $done (i32.ge_u ${get("$at")} ${get("$count")}))
      ${set("$seq", load("i32", "$found", FOUND.seq))}
      ${set("$slot", slotOf)}
      (block $here (loop $next
        ${set("$length", load("i32", "$slot", SLOT.length))}
        (br_if $here (i32.eqz ${get("$length")}))
        (br_if $here (i64.eq ${load("i64", "$slot", 0)} ${load("i64", "$found", FOUND.key)}))
        ${set("$slot", `(i32.add ${get("$slot")} (i32.const ${SLOT.bytes}))`)}
        (if (i32.eq ${get("$slot")} ${get("$end")}) (then ${set("$slot", get("$table"))}))
        (br $next)))
      (if (i32.eqz ${get("$length")})
        (then
          (if (i32.or (i32.eqz ${get("$room")}) (i32.or (i32.ne ${get("$seq")} (i32.const 0)) ${prevDiffers(() => ZERO)})) (then ${stop}))
          ${set("$room", `(i32.sub ${get("$room")} (i32.const 1))`)}
          (i32.store offset=${BEGUN} (i32.const 0) (i32.add (i32.load offset=${BEGUN} (i32.const 0)) (i32.const 1)))
          (i64.store ${get("$slot")} ${load("i64", "$found", FOUND.key)})
          (i32.store offset=${SLOT.mark} ${get("$slot")} (i32.const 0)))
        (else
          (if (i32.ne ${get("$seq")} (i32.sub ${get("$length")} (i32.const 1))) (then ${stop}))
          (if ${prevDiffers((half) => load("v128", "$slot", SLOT.head + half))} (then ${stop}))))
      (i32.store offset=${SLOT.length} ${get("$slot")} (i32.add ${get("$seq")} (i32.const 2)))
      (v128.store offset=${SLOT.head} ${get("$slot")} ${load("v128", "$hash", 0)})
      (v128.store offset=${SLOT.head + 16} ${get("$slot")} ${load("v128", "$hash", 16)})
      ${set("$found", `(i32.add ${get("$found")} (i32.const ${FOUND.bytes}))`)}
      ${set("$hash", `(i32.add ${get("$hash")} (i32.const 32))`)}
      ${set("$at", `(i32.add ${get("$at")} (i32.const 1))`)}
      (br $entry)))
    ${get("$count")})`;
