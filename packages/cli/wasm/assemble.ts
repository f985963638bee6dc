/**
 * A small assembler: WebAssembly's text format (its folded form, of which it knows what is used here) to a module's bytes. So the two inner
 * loops of the verifier stand in the file that runs as text that can be read, and the file needs no compiler and no binary from elsewhere.
 * Source: WebAssembly core specification 2.0, chapters 5 (binary format) and 6 (text format).
 *
 * Worked example: `(module (func $f (export "f") (result i32) (i32.const 7)))`.
 */

type Expression = string | readonly Expression[];
type List = readonly Expression[];

const TYPES: Readonly<Record<string, number>> = { i32: 0x7f, i64: 0x7e, v128: 0x7b };
/** No result, of a block. */
const EMPTY_BLOCK = 0x40;
const END = 0x0b;
const ELSE = 0x05;
const FUNCTION = 0x60;
const SIMD = 0xfd;

/** Instructions without immediates, by the byte that they are; those of the vector extension by the number behind its prefix. */
const PLAIN: Readonly<Record<string, number>> = {
  ...{ return: 0x0f, "i32.eqz": 0x45, "i32.eq": 0x46, "i32.ne": 0x47, "i32.lt_s": 0x48, "i32.lt_u": 0x49, "i32.gt_s": 0x4a },
  ...{ "i32.gt_u": 0x4b, "i32.le_s": 0x4c, "i32.le_u": 0x4d, "i32.ge_s": 0x4e, "i32.ge_u": 0x4f, "i64.eq": 0x51, "i64.ne": 0x52 },
  ...{ "i32.ctz": 0x68, "i32.add": 0x6a, "i32.sub": 0x6b, "i32.mul": 0x6c, "i32.and": 0x71, "i32.or": 0x72, "i32.xor": 0x73 },
  ...{ "i32.shl": 0x74, "i32.shr_u": 0x76, "i64.add": 0x7c, "i64.and": 0x83, "i64.or": 0x84, "i64.xor": 0x85, "i64.shl": 0x86 },
  ...{ "i64.shr_u": 0x88, "i64.rotl": 0x89, "i64.extend_i32_u": 0xad },
};
const VECTOR: Readonly<Record<string, number>> = {
  ...{ "i8x16.splat": 15, "i8x16.eq": 35, "i8x16.lt_u": 38, "v128.and": 78, "v128.or": 80, "v128.xor": 81, "v128.any_true": 83 },
  ...{ "i8x16.all_true": 99, "i8x16.bitmask": 100, "i8x16.narrow_i16x8_u": 102, "i8x16.add": 110, "i8x16.sub": 113, "i16x8.shl": 139 },
  ...{ "i16x8.shr_u": 141, "i8x16.shr_u": 109, "i32x4.splat": 17, "i32x4.shl": 171, "i32x4.shr_u": 173, "i32x4.add": 174 },
};
/** Those that read or write memory: immediate `offset=N`. */
const MEMORY: Readonly<Record<string, number>> = {
  ...{ "i32.load": 0x28, "i64.load": 0x29, "i32.load8_u": 0x2d, "i32.load16_u": 0x2f, "i32.store": 0x36, "i64.store": 0x37 },
  ...{ "i32.store8": 0x3a },
};
const VECTOR_MEMORY: Readonly<Record<string, number>> = {
  ...{ "v128.load": 0, "v128.load32_splat": 9, "v128.store": 11, "v128.load32_lane": 86, "v128.store32_lane": 90 },
};
const VARIABLE: Readonly<Record<string, number>> = {
  "local.get": 0x20,
  "local.set": 0x21,
  "local.tee": 0x22,
  "global.get": 0x23,
  "global.set": 0x24,
};

/** What the names in a function stand for. */
interface Scope {
  readonly functions: ReadonlyMap<string, number>;
  readonly globals: ReadonlyMap<string, number>;
  readonly locals: ReadonlyMap<string, number>;
  /** Of the blocks around, the innermost last. */
  readonly labels: readonly string[];
}

/** The bytes of the module that `text` writes down. Throws for what it does not know: that is a mistake of ours. */
export function assemble(text: string): Uint8Array<ArrayBuffer> {
  const [module] = parse(text);
  const fields = listOf(module).slice(1).map(listOf);
  const of = (kind: string): List[] => fields.filter(([head]) => head === kind);
  const functions = of("func");
  const globals = of("global");
  const named = (lists: readonly List[]): Map<string, number> => new Map(lists.map((each, at) => [String(each[1]), at]));
  const scope = { functions: named(functions), globals: named(globals) };
  const memory = of("memory").map((each) => [0, ...unsigned(Number(each[2]))]);
  const exports = [
    ...of("memory").map((each) => [...name(exportOf(each) ?? ""), 2, 0]),
    ...functions.flatMap((each, at) => (exportOf(each) === undefined ? [] : [[...name(exportOf(each) ?? ""), 0, ...unsigned(at)]])),
  ];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(
      1,
      functions.map((each) => [FUNCTION, ...vector(typesOf(each, "param")), ...vector(typesOf(each, "result"))]),
    ),
    ...section(
      3,
      functions.map((_, at) => unsigned(at)),
    ),
    ...section(5, memory),
    ...section(
      6,
      globals.map(([, , type, initial]) => [
        typeOf(listOf(type)[1]),
        1,
        ...instruction(initial, { ...scope, locals: new Map(), labels: [] }),
        END,
      ]),
    ),
    ...section(7, exports),
    ...section(
      10,
      functions.map((each) => code(each, scope)),
    ),
  ]);
}

function parse(text: string): Expression[] {
  const stack: Expression[][] = [[]];
  for (const [token] of text.matchAll(/;;[^\n]*|[()]|"[^"]*"|[^\s()";]+/g)) {
    if (token === "(") stack.push([]);
    else if (token === ")") {
      const done = stack.pop() ?? [];
      stack.at(-1)?.push(done);
    } else if (!token.startsWith(";;")) stack.at(-1)?.push(token);
  }
  return stack[0] ?? [];
}

function listOf(expression: Expression | undefined): List {
  if (expression === undefined || typeof expression === "string") throw new Error(`expected a list, got ${expression}`);
  return expression;
}

function isA(head: string): (each: Expression) => boolean {
  return (each) => typeof each !== "string" && each[0] === head;
}

function exportOf(field: List): string | undefined {
  const found = field.find(isA("export"));
  return found === undefined ? undefined : String(listOf(found)[1]).slice(1, -1);
}

function typeOf(type: Expression | undefined): number {
  return lookUp(TYPES, String(type), "type");
}

/** Of `(param $a i32)`, `(local $b v128)` or `(result i32)`. */
function typesOf(func: List, kind: "param" | "result" | "local"): number[][] {
  return func.filter(isA(kind)).map((each) => [typeOf(listOf(each).at(-1))]);
}

function code(func: List, scope: Omit<Scope, "locals" | "labels">): number[] {
  const names = func.filter((each) => isA("param")(each) || isA("local")(each)).map((each) => String(listOf(each)[1]));
  const locals = new Map(names.map((each, at) => [each, at]));
  const heads = ["export", "param", "result", "local"];
  const body = func.slice(2).filter((each) => typeof each !== "string" && !heads.includes(String(each[0])));
  const bytes = [...vector(typesOf(func, "local").map((type) => [1, ...type])), ...sequence(body, { ...scope, locals, labels: [] }), END];
  return [...unsigned(bytes.length), ...bytes];
}

function sequence(body: readonly Expression[], scope: Scope): number[] {
  return body.flatMap((each) => instruction(each, scope));
}

function instruction(expression: Expression | undefined, scope: Scope): number[] {
  const [head, ...rest] = listOf(expression);
  const op = String(head);
  if (op === "block" || op === "loop") {
    const label = String(rest[0]);
    return [op === "block" ? 2 : 3, EMPTY_BLOCK, ...sequence(rest.slice(1), { ...scope, labels: [...scope.labels, label] }), END];
  }
  if (op === "if") {
    const inner = { ...scope, labels: [...scope.labels, ""] };
    const then = rest.find(isA("then"));
    const otherwise = rest.find(isA("else"));
    const result = rest.find(isA("result"));
    const condition = rest.filter((each) => each !== then && each !== otherwise && each !== result);
    const tail = otherwise === undefined ? [] : [ELSE, ...sequence(listOf(otherwise).slice(1), inner)];
    const type = result === undefined ? EMPTY_BLOCK : typeOf(listOf(result)[1]);
    return [...sequence(condition, scope), 4, type, ...sequence(listOf(then).slice(1), inner), ...tail, END];
  }
  const immediates = rest.filter((each): each is string => typeof each === "string");
  const operands = sequence(
    rest.filter((each) => typeof each !== "string"),
    scope,
  );
  return [...operands, ...encoded(op, immediates, scope)];
}

function encoded(op: string, immediates: readonly string[], scope: Scope): number[] {
  const [first = ""] = immediates;
  if (op === "i32.const") return [0x41, ...signed(BigInt.asIntN(32, BigInt(first)))];
  if (op === "i64.const") return [0x42, ...signed(BigInt.asIntN(64, BigInt(first)))];
  if (op === "v128.const") return [SIMD, 12, ...immediates.slice(1).map(Number)];
  if (op === "i8x16.shuffle") return [SIMD, 13, ...immediates.map(Number)];
  if (op === "call") return [0x10, ...unsigned(numberOf(scope.functions, first))];
  if (op === "br" || op === "br_if")
    return [op === "br" ? 0x0c : 0x0d, ...unsigned(scope.labels.length - 1 - scope.labels.lastIndexOf(first))];
  if (op in VARIABLE)
    return [lookUp(VARIABLE, op, op), ...unsigned(numberOf(op.startsWith("local") ? scope.locals : scope.globals, first))];
  if (op in MEMORY || op in VECTOR_MEMORY) {
    const offset = immediates.find((each) => each.startsWith("offset="))?.slice(7) ?? "0";
    const lane = immediates.filter((each) => !each.startsWith("offset=")).map(Number);
    const code = op in MEMORY ? [lookUp(MEMORY, op, op)] : [SIMD, ...unsigned(lookUp(VECTOR_MEMORY, op, op))];
    return [...code, 0, ...unsigned(Number(offset)), ...lane];
  }
  return op in VECTOR ? [SIMD, ...unsigned(lookUp(VECTOR, op, op))] : [lookUp(PLAIN, op, "instruction")];
}

function numberOf(names: ReadonlyMap<string, number>, name: string): number {
  const found = names.get(name);
  if (found === undefined) throw new Error(`no such name: ${name}`);
  return found;
}

function lookUp(table: Readonly<Record<string, number>>, key: string, what: string): number {
  const found = table[key];
  if (found === undefined) throw new Error(`no such ${what}: ${key}`);
  return found;
}

function section(id: number, items: readonly (readonly number[])[]): number[] {
  const bytes = vector(items);
  return [id, ...unsigned(bytes.length), ...bytes];
}

function vector(items: readonly (readonly number[])[]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

function name(text: string): number[] {
  return [...unsigned(text.length), ...Buffer.from(text)];
}

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...unsigned(Math.floor(value / 0x80))];
}

function signed(value: bigint): number[] {
  const byte = Number(value & 0x7fn);
  const rest = value >> 7n;
  return (rest === 0n && byte < 0x40) || (rest === -1n && byte >= 0x40) ? [byte] : [byte | 0x80, ...signed(rest)];
}
