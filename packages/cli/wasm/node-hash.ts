/**
 * RFC 6962's inner nodes, four at once: SHA-256 (FIPS 180-4) over 0x01 ‖ left ‖ right in the four lanes of WebAssembly's vectors. One call of
 * Node's own SHA-256 costs more to make than 65 bytes cost to hash; a tile has 255 nodes.
 */
import { compile, type Memory } from "./instance.ts";

/** Where things lie in the module's memory: constants, message schedule, state, hashes. */
const WORDS = 256;
const STATE = 1280;
const HASHES = 2048;
const HASH_BYTES = 32;
/** Of a tile. */
const MAX_HASHES = 256;

const lanes = [0, 1, 2, 3];
const state = ["a", "b", "c", "d", "e", "f", "g", "h"].map((name) => `$${name}`);
const SWAP = "3 2 1 0 7 6 5 4 11 10 9 8 15 14 13 12";

const get = (name: string) => `(local.get ${name})`;
const add = (first: string, ...rest: readonly string[]): string => rest.reduce((sum, each) => `(i32x4.add ${sum} ${each})`, first);
const xor = (first: string, ...rest: readonly string[]): string => rest.reduce((sum, each) => `(v128.xor ${sum} ${each})`, first);
const shift = (x: string, by: number) => `(i32x4.shr_u ${x} (i32.const ${by}))`;
const turn = (x: string, by: number) => `(v128.or ${shift(x, by)} (i32x4.shl ${x} (i32.const ${32 - by})))`;
const splat = (word: number) => `(i32x4.splat (i32.const ${word}))`;
const swapped = (x: string) => `(i8x16.shuffle ${SWAP} (local.tee $x ${x}) (local.get $x))`;
const store = (at: number, x: string) => `(v128.store offset=${at} (i32.const 0) ${x})`;
const load = (at: number) => `(v128.load offset=${at} (i32.const 0))`;

/** One round, of eight that stand one after the other: instead of moving the state along, its names do. */
function round(n: number): string {
  const [a, b, c, d, e, f, g, h] = state.map((_, at) => get(state[(at + 8 - n) % 8] as string)) as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const choice = xor(g, `(v128.and ${e} ${xor(f, g)})`);
  const majority = `(v128.or (v128.and ${a} ${b}) (v128.and ${c} (v128.or ${a} ${b})))`;
  const constant = `(v128.load32_splat offset=${4 * n} ${get("$k")})`;
  const word = `(v128.load offset=${WORDS + 16 * n} ${get("$w")})`;
  return `
    (local.set $t ${add(h, xor(turn(e, 6), turn(e, 11), turn(e, 25)), choice, constant, word)})
    (local.set ${d.slice(11, -1)} ${add(d, get("$t"))})
    (local.set ${h.slice(11, -1)} ${add(get("$t"), xor(turn(a, 2), turn(a, 13), turn(a, 22)), majority)})`;
}

const COMPRESS = `
  (func $compress (local $w i32) (local $k i32) (local $t v128) (local $u v128) ${state.map((each) => `(local ${each} v128)`).join(" ")}
    (loop $schedule
      (local.set $t (v128.load offset=${WORDS + 16} ${get("$w")}))
      (local.set $u (v128.load offset=${WORDS + 16 * 14} ${get("$w")}))
      (v128.store offset=${WORDS + 16 * 16} ${get("$w")}
        ${add(
          `(v128.load offset=${WORDS} ${get("$w")})`,
          xor(turn(get("$t"), 7), turn(get("$t"), 18), shift(get("$t"), 3)),
          `(v128.load offset=${WORDS + 16 * 9} ${get("$w")})`,
          xor(turn(get("$u"), 17), turn(get("$u"), 19), shift(get("$u"), 10)),
        )})
      (br_if $schedule (i32.lt_u (local.tee $w (i32.add ${get("$w")} (i32.const 16))) (i32.const ${48 * 16}))))
    ${state.map((each, at) => `(local.set ${each} ${load(STATE + 16 * at)})`).join("\n")}
    (local.set $w (i32.const 0))
    (loop $rounds ${[0, 1, 2, 3, 4, 5, 6, 7].map(round).join("")}
      (local.set $k (i32.add ${get("$k")} (i32.const 32)))
      (br_if $rounds (i32.lt_u (local.tee $w (i32.add ${get("$w")} (i32.const 128))) (i32.const 1024))))
    ${state.map((each, at) => store(STATE + 16 * at, add(get(each), load(STATE + 16 * at)))).join("\n")})`;

/** Of each of four nodes the four bytes from `at` on. */
const gather = (at: number): string =>
  lanes.reduce((x, lane) => `(v128.load32_lane offset=${HASHES + 64 * lane + at} ${lane} ${get("$in")} ${x})`, splat(0));

/** The first message block of four nodes begins with 0x01, so that its words lie one byte before those of the hashes. */
const FIRST_BLOCK = Array.from({ length: 16 }, (_, at) => {
  const word = swapped(gather(4 * at - 1));
  return store(WORDS + 16 * at, at === 0 ? `(v128.or (v128.and ${word} ${splat(0x00ffffff)}) ${splat(0x01000000)})` : word);
});
/** The second holds the last byte, the padding, and the length: 520 bits. */
const SECOND_BLOCK = Array.from({ length: 16 }, (_, at) => {
  if (at === 0) return store(WORDS, `(v128.or (v128.and ${gather(60)} ${splat(0xff000000)}) ${splat(0x00800000)})`);
  return store(WORDS + 16 * at, splat(at === 15 ? 520 : 0));
});

const PRIMES = Array.from({ length: 312 }, (_, at) => at).filter(
  (n) => n > 1 && !Array.from({ length: n }, (_, at) => at).some((d) => d > 1 && n % d === 0),
);
/** The first 32 bits of a number's fraction. */
const fraction = (x: number): number => Math.floor((x % 1) * 2 ** 32);

/** Hashes `pairs` pairs of hashes, which lie one after the other, into as many hashes in their place. */
const LEVEL = `
  (func $level (export "level") (param $pairs i32) (local $in i32) (local $out i32) (local $end i32) (local $x v128)
    (local.set $end (i32.mul ${get("$pairs")} (i32.const 64)))
    (loop $four
      ${state.map((_, at) => store(STATE + 16 * at, splat(fraction(Math.sqrt(PRIMES[at] as number))))).join("\n")}
      ${FIRST_BLOCK.join("\n")}
      (call $compress)
      ${SECOND_BLOCK.join("\n")}
      (call $compress)
      ${state
        .flatMap((_, at) => [
          `(local.set $x ${swapped(load(STATE + 16 * at))})`,
          ...lanes.map((lane) => `(v128.store32_lane offset=${HASHES + 32 * lane + 4 * at} ${lane} ${get("$out")} ${get("$x")})`),
        ])
        .join("\n")}
      (local.set $out (i32.add ${get("$out")} (i32.const 128)))
      (br_if $four (i32.lt_u (local.tee $in (i32.add ${get("$in")} (i32.const 256))) ${get("$end")}))))`;

interface Exports {
  readonly memory: Memory;
  readonly level: (pairs: number) => void;
}
const { memory, level } = compile<Exports>(`(module (memory (export "memory") 1) ${COMPRESS} ${LEVEL})`)();
const bytes = new Uint8Array(memory.buffer);
new Uint32Array(memory.buffer, 0, 64).set(PRIMES.map((prime) => fraction(Math.cbrt(prime))));

/**
 * The root of a complete tree, whose hashes at one level lie one after the other in `hashes`: 1, 2, 4, … up to 256 of them. As `completeRoot` of
 * packages/log, for whose values a test holds it.
 */
export function tileRoot(hashes: Uint8Array): Uint8Array {
  const count = hashes.length / HASH_BYTES;
  if (count > MAX_HASHES || count < 1 || !Number.isInteger(Math.log2(count)))
    throw new RangeError(`expected 1, 2, 4, … 256 hashes, got ${hashes.length} bytes`);
  bytes.set(hashes, HASHES);
  for (let pairs = count / 2; pairs >= 1; pairs /= 2) level(pairs);
  return bytes.slice(HASHES, HASHES + HASH_BYTES);
}
