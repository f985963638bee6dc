/** SipHash-1-3 as a function of WebAssembly. */
import { get } from "./phrases.ts";

const v = ["$v0", "$v1", "$v2", "$v3"] as const;
const set = (name: string, x: string) => `(local.set ${name} ${x})`;
const mixed = (a: string, b: string, turn: number) =>
  set(a, `(i64.add ${get(a)} ${get(b)})`) + set(b, `(i64.xor (i64.rotl ${get(b)} (i64.const ${turn})) ${get(a)})`);
const turned = (name: string) => set(name, `(i64.rotl ${get(name)} (i64.const 32))`);
const SIP_ROUND = [
  mixed(v[0], v[1], 13),
  turned(v[0]),
  mixed(v[2], v[3], 16),
  mixed(v[0], v[3], 21),
  mixed(v[2], v[1], 17),
  turned(v[2]),
].join("");
const sipWord = (word: string) =>
  `${set("$m", word)} ${set(v[3], `(i64.xor ${get(v[3])} ${get("$m")})`)} ${SIP_ROUND} ${set(v[0], `(i64.xor ${get(v[0])} ${get("$m")})`)}`;
const sipStart = (at: number, words: string) =>
  set(v[at] as string, `(i64.xor (i64.load offset=${8 * (at % 2)} (i32.const 0)) (i64.const ${words}))`);

/** SipHash-1-3 (Aumasson and Bernstein) of a subject, under a key of this run: who writes subjects cannot make two of one key. */
export const KEY_FUNCTION = `
  (func $key (param $at i32) (param $end i32) (result i64)
    (local $v0 i64) (local $v1 i64) (local $v2 i64) (local $v3 i64) (local $m i64) (local $length i32)
    (local.set $length (i32.sub ${get("$end")} ${get("$at")}))
    ${sipStart(0, "0x736f6d6570736575")} ${sipStart(1, "0x646f72616e646f6d")} ${sipStart(2, "0x6c7967656e657261")} ${sipStart(3, "0x7465646279746573")}
    (block $last (loop $eight
      (br_if $last (i32.lt_u (i32.sub ${get("$end")} ${get("$at")}) (i32.const 8)))
      ${sipWord(`(i64.load ${get("$at")})`)}
      (local.set $at (i32.add ${get("$at")} (i32.const 8)))
      (br $eight)))
    ${sipWord(`(i64.or (i64.shl (i64.extend_i32_u ${get("$length")}) (i64.const 56))
      (i64.and (i64.load ${get("$at")}) (i64.add (i64.shl (i64.const 1)
        (i64.extend_i32_u (i32.mul (i32.sub ${get("$end")} ${get("$at")}) (i32.const 8)))) (i64.const -1))))`)}
    ${set(v[2], `(i64.xor ${get(v[2])} (i64.const 255))`)} ${SIP_ROUND} ${SIP_ROUND} ${SIP_ROUND}
    (i64.xor (i64.xor ${get(v[0])} ${get(v[1])}) (i64.xor ${get(v[2])} ${get(v[3])})))`;
