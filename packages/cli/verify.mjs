#!/usr/bin/env node
var __defProp = Object.defineProperty;
var __export = (target, all2) => {
  for (var name3 in all2)
    __defProp(target, name3, { get: all2[name3], enumerable: true });
};

// packages/cli/commands/verify.ts
import { mkdtempSync as mkdtempSync3, readFileSync, rmSync as rmSync3, statSync as statSync2 } from "node:fs";
import { tmpdir as tmpdir2 } from "node:os";
import { basename as basename3, join as join7 } from "node:path";
import { parseArgs } from "node:util";

// packages/log/fault.ts
var LogError = class extends Error {
  code;
  constructor(code2, message, options) {
    super(message, options);
    this.name = "LogError";
    this.code = code2;
  }
};

// packages/log/hash.ts
import { hash as hash2 } from "node:crypto";

// packages/model/bytes.ts
import { hash } from "node:crypto";
function sha256Hex(bytes2) {
  return hash("sha256", bytes2, "hex");
}
function leafHash(bytes2) {
  const prefixed = new Uint8Array(bytes2.length + 1);
  prefixed.set(bytes2, 1);
  return hash("sha256", prefixed, "hex");
}

// node_modules/canonicalize/lib/canonicalize.js
function hasLoneSurrogate(value) {
  for (let i = 0; i < value.length; i++) {
    const code2 = value.charCodeAt(i);
    if (code2 >= 55296 && code2 <= 56319) {
      if (i === value.length - 1) {
        return true;
      }
      const next = value.charCodeAt(i + 1);
      if (!(next >= 56320 && next <= 57343)) {
        return true;
      }
      i++;
    } else if (code2 >= 56320 && code2 <= 57343) {
      return true;
    }
  }
  return false;
}
function canonicalize(object3, seen = /* @__PURE__ */ new Set()) {
  if (typeof object3 === "number" && isNaN(object3)) {
    throw new Error("NaN is not allowed");
  }
  if (typeof object3 === "number" && !isFinite(object3)) {
    throw new Error("Infinity is not allowed");
  }
  if (typeof object3 === "string" && hasLoneSurrogate(object3)) {
    throw new Error("Lone surrogate is not allowed");
  }
  if (object3 === null || typeof object3 !== "object") {
    return JSON.stringify(object3);
  }
  if (typeof object3.toJSON === "function") {
    if (seen.has(object3)) {
      throw new Error("Circular reference detected");
    }
    seen.add(object3);
    const result2 = canonicalize(object3.toJSON(), seen);
    seen.delete(object3);
    return result2;
  }
  if (seen.has(object3)) {
    throw new Error("Circular reference detected");
  }
  seen.add(object3);
  let result;
  if (Array.isArray(object3)) {
    const values = object3.map((cv) => {
      const value = cv === void 0 || typeof cv === "symbol" ? null : cv;
      return canonicalize(value, seen);
    });
    result = `[${values.join(",")}]`;
  } else {
    const parts = [];
    for (const key of Object.keys(object3).sort()) {
      if (object3[key] === void 0 || typeof object3[key] === "symbol") {
        continue;
      }
      parts.push(`${canonicalize(key)}:${canonicalize(object3[key], seen)}`);
    }
    result = `{${parts.join(",")}}`;
  }
  seen.delete(object3);
  return result;
}

// packages/model/fault.ts
var ModelError = class extends Error {
  code;
  constructor(code2, message) {
    super(message);
    this.name = "ModelError";
    this.code = code2;
  }
};

// packages/model/canonical.ts
var encoder = new TextEncoder();
var decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
function canonicalBytes(value) {
  let text3;
  try {
    text3 = canonicalize(value);
  } catch (error2) {
    throw new ModelError("not-canonical", `expected a value that RFC 8785 can write; ${error2.message}`);
  }
  if (text3 === void 0) throw new ModelError("not-canonical", "expected a JSON value, got undefined");
  if (!text3.isWellFormed()) throw new ModelError("lone-surrogate", "a string holds a lone surrogate: it has no UTF-8 form");
  return encoder.encode(text3);
}
function parseCanonical(bytes2) {
  let value;
  try {
    value = JSON.parse(decoder.decode(bytes2));
  } catch {
    throw new ModelError("not-canonical", "expected RFC 8785 JSON in UTF-8; the bytes are not JSON");
  }
  const again = canonicalBytes(value);
  if (Buffer.compare(again, bytes2) !== 0)
    throw new ModelError("not-canonical", "expected RFC 8785 JSON; the same value is written differently");
  return value;
}

// node_modules/zod/v4/core/util.js
var util_exports = {};
__export(util_exports, {
  BIGINT_FORMAT_RANGES: () => BIGINT_FORMAT_RANGES,
  CONSTANT_CATCH: () => CONSTANT_CATCH,
  Class: () => Class,
  NUMBER_FORMAT_RANGES: () => NUMBER_FORMAT_RANGES,
  aborted: () => aborted,
  allowsEval: () => allowsEval,
  assert: () => assert,
  assertEqual: () => assertEqual,
  assertIs: () => assertIs,
  assertNever: () => assertNever,
  assertNotEqual: () => assertNotEqual,
  assignProp: () => assignProp,
  attachSchema: () => attachSchema,
  base64ToUint8Array: () => base64ToUint8Array,
  base64urlToUint8Array: () => base64urlToUint8Array,
  cached: () => cached,
  captureStackTrace: () => captureStackTrace,
  cleanEnum: () => cleanEnum,
  cleanRegex: () => cleanRegex,
  clone: () => clone,
  cloneDef: () => cloneDef,
  codePointLength: () => codePointLength,
  constantCatch: () => constantCatch,
  createTransparentProxy: () => createTransparentProxy,
  defineLazy: () => defineLazy,
  defineLazyInternal: () => defineLazyInternal,
  derived: () => derived,
  esc: () => esc,
  escapeRegex: () => escapeRegex,
  explicitlyAborted: () => explicitlyAborted,
  extend: () => extend,
  finalizeIssue: () => finalizeIssue,
  floatSafeRemainder: () => floatSafeRemainder,
  getElementAtPath: () => getElementAtPath,
  getEnumValues: () => getEnumValues,
  getLengthableOrigin: () => getLengthableOrigin,
  getParsedType: () => getParsedType,
  getSizableOrigin: () => getSizableOrigin,
  hexToUint8Array: () => hexToUint8Array,
  hide: () => hide,
  installLazyProp: () => installLazyProp,
  isObject: () => isObject,
  isPlainObject: () => isPlainObject,
  issue: () => issue,
  joinValues: () => joinValues,
  jsonStringifyReplacer: () => jsonStringifyReplacer,
  members: () => members,
  merge: () => merge,
  mergeDefs: () => mergeDefs,
  normalizeParams: () => normalizeParams,
  nullish: () => nullish,
  numKeys: () => numKeys,
  objectClone: () => objectClone,
  omit: () => omit,
  optionalKeys: () => optionalKeys,
  own: () => own,
  parsedType: () => parsedType,
  partial: () => partial,
  pick: () => pick,
  prefixIssues: () => prefixIssues,
  primitiveTypes: () => primitiveTypes,
  promiseAllObject: () => promiseAllObject,
  propertyKeyTypes: () => propertyKeyTypes,
  randomString: () => randomString,
  rawShape: () => rawShape,
  required: () => required,
  safeExtend: () => safeExtend,
  shallowClone: () => shallowClone,
  sizeCaps: () => sizeCaps,
  slugify: () => slugify,
  stringifyPrimitive: () => stringifyPrimitive,
  toZod: () => toZod,
  uint8ArrayToBase64: () => uint8ArrayToBase64,
  uint8ArrayToBase64url: () => uint8ArrayToBase64url,
  uint8ArrayToHex: () => uint8ArrayToHex,
  unwrapMessage: () => unwrapMessage
});
function assertEqual(val) {
  return val;
}
function assertNotEqual(val) {
  return val;
}
function toZod() {
  return (schema) => schema;
}
function assertIs(_arg) {
}
function assertNever(_x) {
  throw new Error("Unexpected value in exhaustive check");
}
function assert(_) {
}
function getEnumValues(entries) {
  const numericValues = Object.values(entries).filter((v2) => typeof v2 === "number");
  const values = Object.entries(entries).filter(([k, _]) => numericValues.indexOf(+k) === -1).map(([_, v2]) => v2);
  return values;
}
function joinValues(array2, separator = "|") {
  return array2.map((val) => stringifyPrimitive(val)).join(separator);
}
function jsonStringifyReplacer(_, value) {
  if (typeof value === "bigint")
    return value.toString();
  return value;
}
var Cached = class {
  constructor(getter) {
    this._getter = getter;
    this._value = void 0;
  }
  get value() {
    const getter = this._getter;
    if (getter !== void 0) {
      this._value = getter();
      this._getter = void 0;
    }
    return this._value;
  }
};
function cached(getter) {
  return new Cached(getter);
}
function nullish(input) {
  return input === null || input === void 0;
}
function cleanRegex(source2) {
  const start = source2.startsWith("^") ? 1 : 0;
  const end = source2.endsWith("$") ? source2.length - 1 : source2.length;
  return source2.slice(start, end);
}
function floatSafeRemainder(val, step) {
  const ratio = val / step;
  const roundedRatio = Math.round(ratio);
  const tolerance = 4 * Number.EPSILON * Math.max(Math.abs(ratio), 1);
  if (Math.abs(ratio - roundedRatio) < tolerance)
    return 0;
  return ratio - roundedRatio;
}
var EVALUATING = /* @__PURE__ */ Symbol("evaluating");
function defineLazy(object3, key, getter) {
  let value = void 0;
  Object.defineProperty(object3, key, {
    get() {
      if (value === EVALUATING) {
        return void 0;
      }
      if (value === void 0) {
        value = EVALUATING;
        value = getter();
      }
      return value;
    },
    set(v2) {
      Object.defineProperty(object3, key, {
        value: v2
        // configurable: true,
      });
    },
    configurable: true
  });
}
function objectClone(obj) {
  return Object.create(Object.getPrototypeOf(obj), Object.getOwnPropertyDescriptors(obj));
}
function assignProp(target, prop, value) {
  Object.defineProperty(target, prop, {
    value,
    writable: true,
    enumerable: true,
    configurable: true
  });
}
function rawShape(def) {
  const desc = Object.getOwnPropertyDescriptor(def, "shape");
  return desc?.get ? desc.get.raw : desc?.value;
}
function sourceShape(schema) {
  return rawShape(schema._zod.def) ?? schema._zod.def.shape;
}
function deferProp(target, key, getter) {
  Object.defineProperty(target, key, {
    get() {
      const value = getter();
      assignProp(this, key, value);
      return value;
    },
    enumerable: true,
    configurable: true
  });
}
function putProp(target, key, value) {
  if (key in target)
    assignProp(target, key, value);
  else
    target[key] = value;
}
function mirrorShape(target, source2, keys, wrap) {
  const raw = sourceShape(source2);
  for (const key of keys) {
    const desc = Object.getOwnPropertyDescriptor(raw, key);
    if (!desc.enumerable)
      continue;
    if (desc.get) {
      deferProp(target, key, () => {
        const value = source2._zod.def.shape[key];
        return wrap ? wrap(value, key) : value;
      });
    } else
      putProp(target, key, wrap ? wrap(desc.value, key) : desc.value);
  }
}
function mirrorProps(target, source2) {
  for (const key of Reflect.ownKeys(source2)) {
    const desc = Object.getOwnPropertyDescriptor(source2, key);
    if (!desc.enumerable)
      continue;
    if (desc.get)
      deferProp(target, key, () => source2[key]);
    else
      putProp(target, key, desc.value);
  }
}
function mergeDefs(...defs) {
  const mergedDescriptors = {};
  for (const def of defs) {
    const descriptors = Object.getOwnPropertyDescriptors(def);
    Object.assign(mergedDescriptors, descriptors);
  }
  return Object.defineProperties({}, mergedDescriptors);
}
function cloneDef(schema) {
  return mergeDefs(schema._zod.def);
}
function getElementAtPath(obj, path) {
  if (!path)
    return obj;
  return path.reduce((acc, key) => acc?.[key], obj);
}
function promiseAllObject(promisesObj) {
  const keys = Object.keys(promisesObj);
  const promises = keys.map((key) => promisesObj[key]);
  return Promise.all(promises).then((results) => {
    const resolvedObj = {};
    for (let i = 0; i < keys.length; i++) {
      resolvedObj[keys[i]] = results[i];
    }
    return resolvedObj;
  });
}
function randomString(length = 10) {
  const chars = "abcdefghijklmnopqrstuvwxyz";
  let str = "";
  for (let i = 0; i < length; i++) {
    str += chars[Math.floor(Math.random() * chars.length)];
  }
  return str;
}
function esc(str) {
  return JSON.stringify(str);
}
function slugify(input) {
  return input.toLowerCase().trim().replace(/[^\w\s-]/g, "").replace(/[\s_-]+/g, "-").replace(/^-+|-+$/g, "");
}
var captureStackTrace = "captureStackTrace" in Error ? Error.captureStackTrace : (..._args) => {
};
function isObject(data) {
  return typeof data === "object" && data !== null && !Array.isArray(data);
}
var allowsEval = /* @__PURE__ */ cached(() => {
  if (globalConfig.jitless) {
    return false;
  }
  if (typeof navigator !== "undefined" && navigator?.userAgent?.includes("Cloudflare")) {
    return false;
  }
  try {
    const F = Function;
    new F("");
    return true;
  } catch (_) {
    return false;
  }
});
function isPlainObject(o) {
  if (isObject(o) === false)
    return false;
  const ctor = o.constructor;
  if (ctor === void 0)
    return true;
  if (typeof ctor !== "function")
    return true;
  const prot = ctor.prototype;
  if (isObject(prot) === false)
    return false;
  if (Object.prototype.hasOwnProperty.call(prot, "isPrototypeOf") === false) {
    return false;
  }
  return true;
}
function shallowClone(o) {
  if (isPlainObject(o))
    return { ...o };
  if (Array.isArray(o))
    return [...o];
  if (o instanceof Map)
    return new Map(o);
  if (o instanceof Set)
    return new Set(o);
  return o;
}
function numKeys(data) {
  let keyCount = 0;
  for (const key in data) {
    if (Object.prototype.hasOwnProperty.call(data, key)) {
      keyCount++;
    }
  }
  return keyCount;
}
var getParsedType = (data) => {
  const t = typeof data;
  switch (t) {
    case "undefined":
      return "undefined";
    case "string":
      return "string";
    case "number":
      return Number.isNaN(data) ? "nan" : "number";
    case "boolean":
      return "boolean";
    case "function":
      return "function";
    case "bigint":
      return "bigint";
    case "symbol":
      return "symbol";
    case "object":
      if (Array.isArray(data)) {
        return "array";
      }
      if (data === null) {
        return "null";
      }
      if (data.then && typeof data.then === "function" && data.catch && typeof data.catch === "function") {
        return "promise";
      }
      if (typeof Map !== "undefined" && data instanceof Map) {
        return "map";
      }
      if (typeof Set !== "undefined" && data instanceof Set) {
        return "set";
      }
      if (typeof Date !== "undefined" && data instanceof Date) {
        return "date";
      }
      if (typeof File !== "undefined" && data instanceof File) {
        return "file";
      }
      return "object";
    default:
      throw new Error(`Unknown data type: ${t}`);
  }
};
var propertyKeyTypes = /* @__PURE__ */ new Set(["string", "number", "symbol"]);
var primitiveTypes = /* @__PURE__ */ new Set([
  "string",
  "number",
  "bigint",
  "boolean",
  "symbol",
  "undefined"
]);
function escapeRegex(str) {
  return str.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
function clone(inst, def, params) {
  const cl = new inst._zod.constr(def ?? inst._zod.def);
  if (!def || params?.parent)
    cl._zod.parent = inst;
  return cl;
}
function normalizeParams(_params) {
  const params = _params;
  if (!params)
    return {};
  if (typeof params === "string")
    return { error: () => params };
  if (params?.message !== void 0) {
    if (params?.error !== void 0)
      throw new Error("Cannot specify both `message` and `error` params");
    params.error = params.message;
  }
  delete params.message;
  if (typeof params.error === "string")
    return { ...params, error: () => params.error };
  return params;
}
function createTransparentProxy(getter) {
  let target;
  return new Proxy({}, {
    get(_, prop, receiver) {
      target ?? (target = getter());
      return Reflect.get(target, prop, receiver);
    },
    set(_, prop, value, receiver) {
      target ?? (target = getter());
      return Reflect.set(target, prop, value, receiver);
    },
    has(_, prop) {
      target ?? (target = getter());
      return Reflect.has(target, prop);
    },
    deleteProperty(_, prop) {
      target ?? (target = getter());
      return Reflect.deleteProperty(target, prop);
    },
    ownKeys(_) {
      target ?? (target = getter());
      return Reflect.ownKeys(target);
    },
    getOwnPropertyDescriptor(_, prop) {
      target ?? (target = getter());
      return Reflect.getOwnPropertyDescriptor(target, prop);
    },
    defineProperty(_, prop, descriptor) {
      target ?? (target = getter());
      return Reflect.defineProperty(target, prop, descriptor);
    }
  });
}
function stringifyPrimitive(value) {
  if (typeof value === "bigint")
    return value.toString() + "n";
  if (typeof value === "string")
    return `"${value}"`;
  return `${value}`;
}
function optionalKeys(shape) {
  return Object.keys(shape).filter((k) => {
    return shape[k]._zod.optin !== void 0 && shape[k]._zod.optout === "optional";
  });
}
var NUMBER_FORMAT_RANGES = /* @__PURE__ */ (() => ({
  safeint: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  int32: [-2147483648, 2147483647],
  uint32: [0, 4294967295],
  float32: [-34028234663852886e22, 34028234663852886e22],
  float64: [-Number.MAX_VALUE, Number.MAX_VALUE]
}))();
var BIGINT_FORMAT_RANGES = {
  int64: [/* @__PURE__ */ BigInt("-9223372036854775808"), /* @__PURE__ */ BigInt("9223372036854775807")],
  uint64: [/* @__PURE__ */ BigInt(0), /* @__PURE__ */ BigInt("18446744073709551615")]
};
function pick(schema, mask) {
  const currDef = schema._zod.def;
  const checks = currDef.checks;
  const hasChecks = checks && checks.length > 0;
  if (hasChecks) {
    throw new Error(".pick() cannot be used on object schemas containing refinements");
  }
  const newShape = {};
  mirrorShape(newShape, schema, maskedKeys(schema, mask));
  return clone(schema, mergeDefs(currDef, { shape: newShape, checks: [] }));
}
function maskedKeys(schema, mask) {
  const raw = sourceShape(schema);
  const keys = [];
  for (const key of Reflect.ownKeys(mask)) {
    if (!Object.getOwnPropertyDescriptor(raw, key)?.enumerable) {
      throw new Error(`Unrecognized key: "${String(key)}"`);
    }
    if (mask[key])
      keys.push(key);
  }
  return keys;
}
function omit(schema, mask) {
  const currDef = schema._zod.def;
  const checks = currDef.checks;
  const hasChecks = checks && checks.length > 0;
  if (hasChecks) {
    throw new Error(".omit() cannot be used on object schemas containing refinements");
  }
  const omitted = new Set(maskedKeys(schema, mask));
  const newShape = {};
  mirrorShape(newShape, schema, Reflect.ownKeys(sourceShape(schema)).filter((key) => !omitted.has(key)));
  return clone(schema, mergeDefs(currDef, { shape: newShape, checks: [] }));
}
function extend(schema, shape) {
  if (!isPlainObject(shape)) {
    throw new Error("Invalid input to extend: expected a plain object");
  }
  const checks = schema._zod.def.checks;
  const hasChecks = checks && checks.length > 0;
  if (hasChecks) {
    const existingShape = sourceShape(schema);
    for (const key of Reflect.ownKeys(shape)) {
      if (Object.getOwnPropertyDescriptor(existingShape, key) !== void 0) {
        throw new Error("Cannot overwrite keys on object schemas containing refinements. Use `.safeExtend()` instead.");
      }
    }
  }
  return clone(schema, mergeDefs(schema._zod.def, { shape: extended(schema, shape) }));
}
function extended(schema, shape) {
  const newShape = {};
  mirrorShape(newShape, schema, Reflect.ownKeys(sourceShape(schema)));
  mirrorProps(newShape, shape);
  return newShape;
}
function safeExtend(schema, shape) {
  if (!isPlainObject(shape)) {
    throw new Error("Invalid input to safeExtend: expected a plain object");
  }
  return clone(schema, mergeDefs(schema._zod.def, { shape: extended(schema, shape) }));
}
function merge(a, b) {
  if (!b?._zod?.def) {
    throw new Error("Invalid input to merge: expected an object schema. To merge a plain shape, use `.extend()`.");
  }
  if (a._zod.def.checks?.length) {
    throw new Error(".merge() cannot be used on object schemas containing refinements. Use .safeExtend() instead.");
  }
  const newShape = {};
  mirrorShape(newShape, a, Reflect.ownKeys(sourceShape(a)));
  mirrorShape(newShape, b, Reflect.ownKeys(sourceShape(b)));
  const def = mergeDefs(a._zod.def, {
    shape: newShape,
    get catchall() {
      return b._zod.def.catchall;
    },
    checks: b._zod.def.checks ?? []
  });
  return clone(a, def);
}
function partial(Class2, schema, mask, name3 = "partial") {
  const currDef = schema._zod.def;
  const checks = currDef.checks;
  const hasChecks = checks && checks.length > 0;
  if (hasChecks) {
    throw new Error(`.${name3}() cannot be used on object schemas containing refinements`);
  }
  const selected = mask ? new Set(maskedKeys(schema, mask)) : void 0;
  const newShape = {};
  mirrorShape(newShape, schema, Reflect.ownKeys(sourceShape(schema)), Class2 && ((value, key) => selected && !selected.has(key) ? value : new Class2({ type: "optional", innerType: value })));
  return clone(schema, mergeDefs(schema._zod.def, { shape: newShape, checks: [] }));
}
function required(Class2, schema, mask) {
  const selected = mask ? new Set(maskedKeys(schema, mask)) : void 0;
  const newShape = {};
  mirrorShape(newShape, schema, Reflect.ownKeys(sourceShape(schema)), (value, key) => (
    // overwrite with non-optional
    selected && !selected.has(key) ? value : new Class2({ type: "nonoptional", innerType: value })
  ));
  return clone(schema, mergeDefs(schema._zod.def, { shape: newShape }));
}
function aborted(x, startIndex = 0) {
  if (x.aborted === true)
    return true;
  for (let i = startIndex; i < x.issues.length; i++) {
    if (x.issues[i]?.continue !== true) {
      return true;
    }
  }
  return false;
}
function explicitlyAborted(x, startIndex = 0) {
  if (x.aborted === true)
    return true;
  for (let i = startIndex; i < x.issues.length; i++) {
    if (x.issues[i]?.continue === false) {
      return true;
    }
  }
  return false;
}
function prefixIssues(path, issues) {
  return issues.map((iss) => {
    var _a3;
    (_a3 = iss).path ?? (_a3.path = []);
    iss.path.unshift(path);
    return iss;
  });
}
function unwrapMessage(message) {
  return typeof message === "string" ? message : message?.message;
}
function sizeCaps(defChecks) {
  const caps = [];
  for (const ch of defChecks ?? []) {
    const d = ch._zod.def;
    if (!/_(length|size)$|_equals$/.test(d.check))
      break;
    const max = d.maximum ?? d.length ?? d.size;
    if (max >= 0)
      caps.push([max, ch]);
  }
  return caps;
}
function attachSchema(issues, start, inst) {
  var _a3;
  for (let i = start; i < issues.length; i++) {
    (_a3 = issues[i]).schema ?? (_a3.schema = inst);
  }
}
function finalizeIssue(iss, ctx, config2) {
  var _a3;
  const traits = iss.inst?._zod?.traits;
  if (traits?.has("$ZodType")) {
    if (traits.has("$ZodCheck"))
      (_a3 = iss).schema ?? (_a3.schema = iss.inst);
    else
      iss.schema = iss.inst;
  }
  const schemaError = iss.schema !== iss.inst ? iss.schema?._zod.def?.error : void 0;
  const message = iss.message ? iss.message : unwrapMessage(iss.inst?._zod.def?.error?.(iss)) ?? unwrapMessage(schemaError?.(iss)) ?? unwrapMessage(ctx?.error?.(iss)) ?? unwrapMessage(config2.customError?.(iss)) ?? unwrapMessage(config2.localeError?.(iss)) ?? "Invalid input";
  const full = {};
  for (const k of Object.keys(iss)) {
    if (k === "inst" || k === "schema" || k === "continue" || k === "input" || k === "__proto__")
      continue;
    full[k] = iss[k];
  }
  full.path ?? (full.path = []);
  full.message = message;
  if (ctx?.reportInput) {
    full.input = iss.input;
  }
  return full;
}
function getSizableOrigin(input) {
  if (input instanceof Set)
    return "set";
  if (input instanceof Map)
    return "map";
  if (input instanceof File)
    return "file";
  return "unknown";
}
var highSurrogate = /[\uD800-\uDBFF]/;
function codePointLength(str) {
  const units = str.length;
  if (!highSurrogate.test(str))
    return units;
  let count3 = units;
  for (let i = 0; i < units - 1; i++) {
    if ((str.charCodeAt(i) & 64512) === 55296 && (str.charCodeAt(i + 1) & 64512) === 56320) {
      count3--;
      i++;
    }
  }
  return count3;
}
function getLengthableOrigin(input) {
  if (Array.isArray(input))
    return "array";
  if (typeof input === "string")
    return "string";
  return "unknown";
}
function parsedType(data) {
  const t = typeof data;
  switch (t) {
    case "number": {
      return Number.isNaN(data) ? "nan" : "number";
    }
    case "object": {
      if (data === null) {
        return "null";
      }
      if (Array.isArray(data)) {
        return "array";
      }
      const obj = data;
      if (obj && Object.getPrototypeOf(obj) !== Object.prototype && "constructor" in obj && obj.constructor) {
        return obj.constructor.name;
      }
    }
  }
  return t;
}
function issue(...args) {
  const [iss, input, inst] = args;
  if (typeof iss === "string") {
    return {
      message: iss,
      code: "custom",
      input,
      inst
    };
  }
  return { ...iss };
}
function cleanEnum(obj) {
  return Object.entries(obj).filter(([k, _]) => {
    return Number.isNaN(Number.parseInt(k, 10));
  }).map((el) => el[1]);
}
function base64ToUint8Array(base643) {
  const binaryString = atob(base643);
  const bytes2 = new Uint8Array(binaryString.length);
  for (let i = 0; i < binaryString.length; i++) {
    bytes2[i] = binaryString.charCodeAt(i);
  }
  return bytes2;
}
function uint8ArrayToBase64(bytes2) {
  let binaryString = "";
  for (let i = 0; i < bytes2.length; i++) {
    binaryString += String.fromCharCode(bytes2[i]);
  }
  return btoa(binaryString);
}
function base64urlToUint8Array(base64url2) {
  const base643 = base64url2.replace(/-/g, "+").replace(/_/g, "/");
  const padding = "=".repeat((4 - base643.length % 4) % 4);
  return base64ToUint8Array(base643 + padding);
}
function uint8ArrayToBase64url(bytes2) {
  return uint8ArrayToBase64(bytes2).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
}
function hexToUint8Array(hex) {
  const cleanHex = hex.replace(/^0x/, "");
  if (cleanHex.length % 2 !== 0) {
    throw new Error("Invalid hex string length");
  }
  const bytes2 = new Uint8Array(cleanHex.length / 2);
  for (let i = 0; i < cleanHex.length; i += 2) {
    bytes2[i / 2] = Number.parseInt(cleanHex.slice(i, i + 2), 16);
  }
  return bytes2;
}
function uint8ArrayToHex(bytes2) {
  return Array.from(bytes2).map((b) => b.toString(16).padStart(2, "0")).join("");
}
var Class = class {
  constructor(..._args) {
  }
};
function members(proto, table) {
  for (const key in table) {
    const desc = Object.getOwnPropertyDescriptor(table, key);
    if (desc.get)
      Object.defineProperty(proto, key, { ...desc, enumerable: false });
    else
      defineBound(proto, key, desc.value);
  }
}
function own(inst, key, value, enumerable = true) {
  Object.defineProperty(inst, key, { configurable: true, writable: true, enumerable, value });
  return value;
}
function hide(inst, key, value) {
  return own(inst, key, value, false);
}
// @__NO_SIDE_EFFECTS__
function derived(computes, table) {
  for (const key in computes) {
    const compute = computes[key];
    Object.defineProperty(table, key, {
      configurable: true,
      enumerable: true,
      get() {
        return own(this, key, compute(this));
      },
      set(value) {
        own(this, key, value);
      }
    });
  }
  return table;
}
function defineBound(proto, key, fn) {
  Object.defineProperty(proto, key, {
    configurable: true,
    get() {
      return this == null ? fn : own(this, key, fn.bind(this));
    },
    set(value) {
      own(this, key, value);
    }
  });
}
function claim(inst, sentinel) {
  const proto = Object.getPrototypeOf(inst);
  return sentinel in proto ? void 0 : proto;
}
var installing;
var broke = false;
var breaker = {
  configurable: true,
  get() {
    broke = true;
    return void 0;
  }
};
function defineLazyInternal(inst, key, compute) {
  const proto = Object.getPrototypeOf(inst._zod);
  if (key in proto && installing !== inst._zod) {
    installing = void 0;
    return;
  }
  installing = inst._zod;
  Object.defineProperty(proto, key, {
    configurable: true,
    get() {
      Object.defineProperty(this, key, breaker);
      const outer = broke;
      broke = false;
      try {
        const value = compute(this);
        if (broke)
          delete this[key];
        else
          Object.defineProperty(this, key, { configurable: true, writable: true, value });
        broke = broke || outer;
        return value;
      } catch (err) {
        delete this[key];
        broke = broke || outer;
        throw err;
      }
    },
    set(value) {
      Object.defineProperty(this, key, { configurable: true, writable: true, value });
    }
  });
}
function installLazyProp(inst, key, make, enumerable) {
  const proto = claim(inst, key);
  if (!proto)
    return;
  Object.defineProperty(proto, key, {
    configurable: true,
    get() {
      const desc = { configurable: true, writable: true, enumerable, value: void 0 };
      Object.defineProperty(this, key, desc);
      desc.value = make(this);
      Object.defineProperty(this, key, desc);
      return desc.value;
    },
    set(value) {
      Object.defineProperty(this, key, { configurable: true, writable: true, enumerable, value });
    }
  });
}
var CONSTANT_CATCH = "~constantCatch";
function constantCatch(value) {
  const fn = () => value;
  fn[CONSTANT_CATCH] = true;
  return fn;
}

// node_modules/zod/v4/core/core.js
var _a;
var NEVER = /* @__PURE__ */ Object.freeze({
  status: "aborted"
});
var _zodDesc = { value: void 0, enumerable: false };
var _E = "captureStackTrace" in Error ? Error : null;
function newError(Definition) {
  const E = _E;
  if (E) {
    const saved = E.stackTraceLimit;
    if (typeof saved === "number") {
      try {
        E.stackTraceLimit = 0;
      } catch {
        _E = null;
        return new Definition();
      }
      try {
        return new Definition();
      } finally {
        E.stackTraceLimit = saved;
      }
    }
  }
  return new Definition();
}
// @__NO_SIDE_EFFECTS__
function $constructor(name3, initializer3, proto, params) {
  const zodProto = {};
  function Internals(def) {
    this.def = def;
    this.constr = _;
    this.traits = /* @__PURE__ */ new Set();
  }
  Internals.prototype = zodProto;
  const protoMembers = proto;
  const initialized = protoMembers && /* @__PURE__ */ new WeakSet();
  function init(inst, def) {
    if (!inst._zod) {
      _zodDesc.value = new Internals(def);
      try {
        Object.defineProperty(inst, "_zod", _zodDesc);
      } finally {
        _zodDesc.value = void 0;
      }
    } else if (inst._zod.traits.has(name3)) {
      return;
    }
    inst._zod.traits.add(name3);
    initializer3(inst, def);
    if (initialized) {
      const own2 = Object.getPrototypeOf(inst);
      const ctorProto = inst._zod.constr.prototype;
      let up = own2;
      while (up && up !== ctorProto)
        up = Object.getPrototypeOf(up);
      const target = up ?? own2;
      if (!initialized.has(target)) {
        initialized.add(target);
        members(target, protoMembers);
      }
    }
    const proto2 = _.prototype;
    for (const k in proto2) {
      if (!Object.prototype.hasOwnProperty.call(proto2, k))
        continue;
      if (!(k in inst)) {
        inst[k] = proto2[k].bind(inst);
      }
    }
  }
  const Parent = params?.Parent ?? Object;
  class Definition extends Parent {
  }
  Object.defineProperty(Definition, "name", { value: name3 });
  function _(def) {
    const inst = params?.Parent ? newError(Definition) : this;
    init(inst, def);
    const deferred = inst._zod.deferred;
    if (deferred) {
      for (const fn of deferred) {
        fn();
      }
      inst._zod.deferred = void 0;
    }
    const pp = globalThis.__zod_globalConfig?.postProcessor;
    if (pp)
      pp(inst);
    return inst;
  }
  Object.defineProperty(_, "init", { value: init });
  Object.defineProperty(_, Symbol.hasInstance, {
    value: (inst) => {
      if (params?.Parent && inst instanceof params.Parent)
        return true;
      return inst?._zod?.traits?.has(name3);
    }
  });
  Object.defineProperty(_, "name", { value: name3 });
  return _;
}
var $ZodAsyncError = class extends Error {
  constructor() {
    super(`Encountered Promise during synchronous parse. Use .parseAsync() instead.`);
  }
};
var $ZodEncodeError = class extends Error {
  constructor(name3) {
    super(`Encountered unidirectional transform during encode: ${name3}`);
    this.name = "ZodEncodeError";
  }
};
(_a = globalThis).__zod_globalConfig ?? (_a.__zod_globalConfig = {});
var globalConfig = globalThis.__zod_globalConfig;
function config(newConfig) {
  if (newConfig)
    Object.assign(globalConfig, newConfig);
  return globalConfig;
}

// node_modules/zod/v4/core/errors.js
function _getMessage() {
  const internals = this._zod;
  internals.message ?? (internals.message = JSON.stringify(internals.def, jsonStringifyReplacer, 2));
  return internals.message;
}
function _setMessage(value) {
  this._zod.message = value;
}
var _messageDesc = {
  get: _getMessage,
  set: _setMessage,
  enumerable: true,
  configurable: true
};
var _issuesDesc = { value: void 0, enumerable: false };
var _installedToString = /* @__PURE__ */ new WeakSet([Object.prototype, Error.prototype]);
var initializer = (inst, def) => {
  inst.name = "$ZodError";
  _issuesDesc.value = def;
  Object.defineProperty(inst, "issues", _issuesDesc);
  _issuesDesc.value = void 0;
  Object.defineProperty(inst, "message", _messageDesc);
  const proto = Object.getPrototypeOf(inst);
  if (!_installedToString.has(proto)) {
    _installedToString.add(proto);
    Object.defineProperty(proto, "toString", {
      configurable: true,
      enumerable: false,
      get() {
        const value = () => this.message;
        Object.defineProperty(this, "toString", { value, configurable: true, writable: true });
        return value;
      },
      set(value) {
        Object.defineProperty(this, "toString", { value, configurable: true, writable: true });
      }
    });
  }
};
var $ZodError = $constructor("$ZodError", initializer);
var $ZodRealError = $constructor("$ZodError", initializer, void 0, {
  Parent: Error
});
function node(obj, key, make) {
  if (!Object.prototype.hasOwnProperty.call(obj, key)) {
    if (key === "__proto__") {
      Object.defineProperty(obj, key, { value: make(), writable: true, enumerable: true, configurable: true });
    } else {
      obj[key] = make();
    }
  }
  return obj[key];
}
function flattenError(error2, mapper = (issue2) => issue2.message) {
  const fieldErrors = {};
  const formErrors = [];
  for (const sub of error2.issues) {
    if (sub.path.length > 0) {
      node(fieldErrors, sub.path[0], () => []).push(mapper(sub));
    } else {
      formErrors.push(mapper(sub));
    }
  }
  return { formErrors, fieldErrors };
}
function formatError(error2, mapper = (issue2) => issue2.message) {
  const fieldErrors = { _errors: [] };
  const processError = (error3, path = []) => {
    for (const issue2 of error3.issues) {
      if (issue2.code === "invalid_union" && issue2.errors.length) {
        issue2.errors.map((issues) => processError({ issues }, [...path, ...issue2.path]));
      } else if (issue2.code === "invalid_key") {
        processError({ issues: issue2.issues }, [...path, ...issue2.path]);
      } else if (issue2.code === "invalid_element") {
        processError({ issues: issue2.issues }, [...path, ...issue2.path]);
      } else {
        const fullpath = [...path, ...issue2.path];
        if (fullpath.length === 0) {
          fieldErrors._errors.push(mapper(issue2));
        } else {
          let curr = fieldErrors;
          let i = 0;
          while (i < fullpath.length) {
            const el = fullpath[i];
            const terminal = i === fullpath.length - 1;
            if (el === "_errors") {
              if (terminal)
                curr._errors.push(mapper(issue2));
              i++;
              continue;
            }
            if (!Object.prototype.hasOwnProperty.call(curr, el)) {
              Object.defineProperty(curr, el, {
                value: { _errors: [] },
                enumerable: true,
                writable: true,
                configurable: true
              });
            }
            const node3 = curr[el];
            if (terminal) {
              node3._errors.push(mapper(issue2));
            }
            curr = node3;
            i++;
          }
        }
      }
    }
  };
  processError(error2);
  return fieldErrors;
}

// node_modules/zod/v4/core/parse.js
function finalizeParams(callee, params) {
  return { callee: params?.callee ?? callee, Err: params?.Err };
}
var _parse = (_Err) => {
  const fn = (schema, value, _ctx, _params) => {
    const ctx = _ctx ? { ..._ctx, async: false } : { async: false };
    const result = schema._zod.run({ value, issues: [] }, ctx);
    if (result instanceof Promise) {
      throw new $ZodAsyncError();
    }
    if (result.issues.length) {
      const e = new (_params?.Err ?? _Err)(result.issues.map((iss) => finalizeIssue(iss, ctx, config())));
      captureStackTrace(e, _params?.callee ?? fn);
      throw e;
    }
    return result.value;
  };
  return fn;
};
var _parseAsync = (_Err) => {
  const fn = async (schema, value, _ctx, params) => {
    const ctx = _ctx ? { ..._ctx, async: true } : { async: true };
    let result = schema._zod.run({ value, issues: [] }, ctx);
    if (result instanceof Promise)
      result = await result;
    if (result.issues.length) {
      const e = new (params?.Err ?? _Err)(result.issues.map((iss) => finalizeIssue(iss, ctx, config())));
      captureStackTrace(e, params?.callee ?? fn);
      throw e;
    }
    return result.value;
  };
  return fn;
};
var _safeParse = (_Err) => (schema, value, _ctx) => {
  const ctx = _ctx ? { ..._ctx, async: false } : { async: false };
  const result = schema._zod.run({ value, issues: [] }, ctx);
  if (result instanceof Promise) {
    throw new $ZodAsyncError();
  }
  return result.issues.length ? failure(_Err, result.issues, ctx) : { success: true, data: result.value };
};
function failure(Err, issues, ctx) {
  let error2;
  return {
    success: false,
    get error() {
      if (!error2) {
        error2 = new Err(issues.map((iss) => finalizeIssue(iss, ctx, config())));
        issues = void 0;
        ctx = void 0;
      }
      return error2;
    },
    set error(e) {
      error2 = e;
      issues = void 0;
      ctx = void 0;
    }
  };
}
var _safeParseAsync = (_Err) => async (schema, value, _ctx) => {
  const ctx = _ctx ? { ..._ctx, async: true } : { async: true };
  let result = schema._zod.run({ value, issues: [] }, ctx);
  if (result instanceof Promise)
    result = await result;
  return result.issues.length ? failure(_Err, result.issues, ctx) : { success: true, data: result.value };
};
var COMPILE_INVALID = /* @__PURE__ */ Symbol.for("zod.compile.invalid");
var COMPILE_FALLBACK = /* @__PURE__ */ Symbol.for("zod.compile.fallback");
var validate = ((schema, value, _ctx) => {
  const validator = schema._zod.bag.validator;
  if (validator !== void 0) {
    if (validator(value) !== COMPILE_INVALID)
      return true;
    if (validator.definite === true && _ctx === void 0)
      return false;
  }
  return validateFallback(schema, value, _ctx);
});
function validateFallback(schema, value, _ctx) {
  const ctx = _ctx ? { ..._ctx, async: false, abortEarly: true } : { async: false, abortEarly: true };
  const fallbackRun = schema._zod.bag.fallbackRun;
  let result;
  if (fallbackRun) {
    ctx[COMPILE_FALLBACK] = true;
    result = fallbackRun({ value, issues: [] }, ctx);
  } else {
    result = schema._zod.run({ value, issues: [] }, ctx);
  }
  if (result instanceof Promise) {
    throw new $ZodAsyncError();
  }
  return result.issues.length === 0;
}
var validateAsync = async (schema, value, _ctx) => {
  const ctx = _ctx ? { ..._ctx, async: true, abortEarly: true } : { async: true, abortEarly: true };
  let result = schema._zod.run({ value, issues: [] }, ctx);
  if (result instanceof Promise)
    result = await result;
  return result.issues.length === 0;
};
var _encode = (_Err) => {
  const parse3 = _parse(_Err);
  const fn = (schema, value, _ctx, _params) => {
    const ctx = _ctx ? { ..._ctx, direction: "backward" } : { direction: "backward" };
    return parse3(schema, value, ctx, finalizeParams(fn, _params));
  };
  return fn;
};
var _decode = (_Err) => {
  const parse3 = _parse(_Err);
  const fn = (schema, value, _ctx, _params) => {
    return parse3(schema, value, _ctx, finalizeParams(fn, _params));
  };
  return fn;
};
var _encodeAsync = (_Err) => {
  const parseAsync2 = _parseAsync(_Err);
  const fn = async (schema, value, _ctx, _params) => {
    const ctx = _ctx ? { ..._ctx, direction: "backward" } : { direction: "backward" };
    return await parseAsync2(schema, value, ctx, finalizeParams(fn, _params));
  };
  return fn;
};
var _decodeAsync = (_Err) => {
  const parseAsync2 = _parseAsync(_Err);
  const fn = async (schema, value, _ctx, _params) => {
    return await parseAsync2(schema, value, _ctx, finalizeParams(fn, _params));
  };
  return fn;
};
var _safeEncode = (_Err) => (schema, value, _ctx) => {
  const ctx = _ctx ? { ..._ctx, direction: "backward" } : { direction: "backward" };
  return _safeParse(_Err)(schema, value, ctx);
};
var _safeDecode = (_Err) => (schema, value, _ctx) => {
  return _safeParse(_Err)(schema, value, _ctx);
};
var _safeEncodeAsync = (_Err) => async (schema, value, _ctx) => {
  const ctx = _ctx ? { ..._ctx, direction: "backward" } : { direction: "backward" };
  return _safeParseAsync(_Err)(schema, value, ctx);
};
var _safeDecodeAsync = (_Err) => async (schema, value, _ctx) => {
  return _safeParseAsync(_Err)(schema, value, _ctx);
};

// node_modules/zod/v4/core/regexes.js
var cuid = /^[cC][0-9a-z]{6,}$/;
var cuid2 = /^[0-9a-z]+$/;
var ulid = /^[0-7][0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{25}$/;
var xid = /^[0-9a-vA-V]{20}$/;
var ksuid = /^[A-Za-z0-9]{27}$/;
var nanoid = /^[a-zA-Z0-9_-]{21}$/;
function nanoidOfLength(length) {
  return new RegExp(`^[a-zA-Z0-9_-]{${length}}$`);
}
var duration = /^P(?:(\d+W)|(?!.*W)(?=\d|T\d)(\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+([.,]\d+)?S)?)?)$/;
var guid = /^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})$/;
var uuid = (version2) => {
  if (!version2)
    return /^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}|00000000-0000-0000-0000-000000000000|ffffffff-ffff-ffff-ffff-ffffffffffff)$/;
  return new RegExp(`^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-${version2}[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12})$`);
};
var email = /^(?:[A-Za-z0-9_'+\-]+\.)*[A-Za-z0-9_'+\-]*[A-Za-z0-9_+-]@(?:[A-Za-z0-9][A-Za-z0-9\-]*\.)+[A-Za-z]{2,}$/;
var _emoji = `^(?=[\\s\\S]*[\\p{Extended_Pictographic}\\p{Regional_Indicator}\\u20E3])[\\p{Extended_Pictographic}\\p{Emoji_Component}]+$`;
function emoji() {
  return new RegExp(_emoji, "u");
}
var ipv4 = /^(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]|[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]|[0-9])$/;
var ipv6 = /^(([0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}|([0-9a-fA-F]{1,4}:){1,7}:|([0-9a-fA-F]{1,4}:){1,6}:[0-9a-fA-F]{1,4}|([0-9a-fA-F]{1,4}:){1,5}(:[0-9a-fA-F]{1,4}){1,2}|([0-9a-fA-F]{1,4}:){1,4}(:[0-9a-fA-F]{1,4}){1,3}|([0-9a-fA-F]{1,4}:){1,3}(:[0-9a-fA-F]{1,4}){1,4}|([0-9a-fA-F]{1,4}:){1,2}(:[0-9a-fA-F]{1,4}){1,5}|[0-9a-fA-F]{1,4}:((:[0-9a-fA-F]{1,4}){1,6})|:((:[0-9a-fA-F]{1,4}){1,7}|:))$/;
var cidrv4 = /^((25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]|[0-9])\.){3}(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]|[0-9])\/([0-9]|[1-2][0-9]|3[0-2])$/;
var cidrv6 = /^(([0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}|([0-9a-fA-F]{1,4}:){1,7}:|([0-9a-fA-F]{1,4}:){1,6}:[0-9a-fA-F]{1,4}|([0-9a-fA-F]{1,4}:){1,5}(:[0-9a-fA-F]{1,4}){1,2}|([0-9a-fA-F]{1,4}:){1,4}(:[0-9a-fA-F]{1,4}){1,3}|([0-9a-fA-F]{1,4}:){1,3}(:[0-9a-fA-F]{1,4}){1,4}|([0-9a-fA-F]{1,4}:){1,2}(:[0-9a-fA-F]{1,4}){1,5}|[0-9a-fA-F]{1,4}:((:[0-9a-fA-F]{1,4}){1,6})|:((:[0-9a-fA-F]{1,4}){1,7}|:))\/(12[0-8]|1[01][0-9]|[1-9]?[0-9])$/;
var base64 = /^$|^(?:[0-9a-zA-Z+/]{4})*(?:(?:[0-9a-zA-Z+/]{2}==)|(?:[0-9a-zA-Z+/]{3}=))?$/;
var base64url = /^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2,3})?$/;
var httpProtocol = /^https?$/;
var e164 = /^\+[1-9]\d{6,14}$/;
var dateSource = `(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))`;
function anchor(source2) {
  return new RegExp(`^${source2}$`);
}
var date = /* @__PURE__ */ anchor(dateSource);
function timeSource(args) {
  const hhmm = `(?:[01]\\d|2[0-3]):[0-5]\\d`;
  const regex = typeof args.precision === "number" ? args.precision === -1 ? `${hhmm}` : args.precision === 0 ? `${hhmm}:[0-5]\\d` : `${hhmm}:[0-5]\\d\\.\\d{${args.precision}}` : args.seconds ? `${hhmm}:[0-5]\\d(?:\\.\\d+)?` : `${hhmm}(?::[0-5]\\d(?:\\.\\d+)?)?`;
  return regex;
}
function time(args) {
  return new RegExp(`^${timeSource(args)}$`);
}
function datetime(args) {
  const opts = ["Z"];
  if (args.offset)
    opts.push(`([+-](?:[01]\\d|2[0-3]):[0-5]\\d)`);
  const qualified = `${timeSource({ precision: args.precision, seconds: true })}(?:${opts.join("|")})`;
  const timeRegex = args.local ? `${qualified}|${timeSource({ precision: args.precision })}` : qualified;
  return new RegExp(`^${dateSource}T(?:${timeRegex})$`);
}
var anyString = /^[\s\S]{0,}$/;
var integer = /^-?\d+$/;
var number = /^-?\d+(?:\.\d+)?$/;
var boolean = /^(?:true|false)$/i;
var lowercase = /^[^A-Z]*$/;
var uppercase = /^[^a-z]*$/;

// node_modules/zod/v4/core/checks.js
var $ZodCheck = /* @__PURE__ */ $constructor("$ZodCheck", (inst, def) => {
  var _a3;
  inst._zod ?? (inst._zod = {});
  inst._zod.def = def;
  (_a3 = inst._zod).onattach ?? (_a3.onattach = []);
});
var _whenHasLength = (payload) => {
  const val = payload.value;
  return !nullish(val) && val.length !== void 0;
};
var numericOriginMap = {
  number: "number",
  bigint: "bigint",
  object: "date"
};
var $ZodCheckLessThan = /* @__PURE__ */ $constructor("$ZodCheckLessThan", (inst, def) => {
  $ZodCheck.init(inst, def);
  const origin = numericOriginMap[typeof def.value];
  inst._zod.check = (payload) => {
    if (def.inclusive ? payload.value <= def.value : payload.value < def.value) {
      return;
    }
    payload.issues.push({
      origin: numericOriginMap[typeof payload.value] ?? origin,
      code: "too_big",
      maximum: typeof def.value === "object" ? def.value.getTime() : def.value,
      input: payload.value,
      inclusive: def.inclusive,
      inst,
      continue: !def.abort
    });
  };
});
var $ZodCheckGreaterThan = /* @__PURE__ */ $constructor("$ZodCheckGreaterThan", (inst, def) => {
  $ZodCheck.init(inst, def);
  const origin = numericOriginMap[typeof def.value];
  inst._zod.check = (payload) => {
    if (def.inclusive ? payload.value >= def.value : payload.value > def.value) {
      return;
    }
    payload.issues.push({
      origin: numericOriginMap[typeof payload.value] ?? origin,
      code: "too_small",
      minimum: typeof def.value === "object" ? def.value.getTime() : def.value,
      input: payload.value,
      inclusive: def.inclusive,
      inst,
      continue: !def.abort
    });
  };
});
var $ZodCheckMultipleOf = /* @__PURE__ */ $constructor("$ZodCheckMultipleOf", (inst, def) => {
  $ZodCheck.init(inst, def);
  inst._zod.check = (payload) => {
    if (typeof payload.value !== typeof def.value)
      throw new Error("Cannot mix number and bigint in multiple_of check.");
    const isMultiple = typeof payload.value === "bigint" ? (
      // `value % 0n` throws, and nothing is a multiple of zero — the number branch already fails this way via NaN
      def.value !== BigInt(0) && payload.value % def.value === BigInt(0)
    ) : floatSafeRemainder(payload.value, def.value) === 0;
    if (isMultiple)
      return;
    payload.issues.push({
      origin: typeof payload.value,
      code: "not_multiple_of",
      divisor: def.value,
      input: payload.value,
      inst,
      continue: !def.abort
    });
  };
});
var $ZodCheckNumberFormat = /* @__PURE__ */ $constructor("$ZodCheckNumberFormat", (inst, def) => {
  $ZodCheck.init(inst, def);
  def.format = def.format || "float64";
  const isInt = def.format?.includes("int");
  const origin = isInt ? "int" : "number";
  const [minimum, maximum] = NUMBER_FORMAT_RANGES[def.format];
  inst._zod.check = (payload) => {
    const input = payload.value;
    if (isInt) {
      if (!Number.isInteger(input)) {
        payload.issues.push({
          expected: origin,
          format: def.format,
          code: "invalid_type",
          continue: false,
          input,
          inst
        });
        return;
      }
      if (!Number.isSafeInteger(input)) {
        if (input > 0) {
          payload.issues.push({
            input,
            code: "too_big",
            maximum: Number.MAX_SAFE_INTEGER,
            note: "Integers must be within the safe integer range.",
            inst,
            origin,
            inclusive: true,
            continue: !def.abort
          });
        } else {
          payload.issues.push({
            input,
            code: "too_small",
            minimum: Number.MIN_SAFE_INTEGER,
            note: "Integers must be within the safe integer range.",
            inst,
            origin,
            inclusive: true,
            continue: !def.abort
          });
        }
        return;
      }
    }
    if (input < minimum) {
      payload.issues.push({
        origin: "number",
        input,
        code: "too_small",
        minimum,
        inclusive: true,
        inst,
        continue: !def.abort
      });
    }
    if (input > maximum) {
      payload.issues.push({
        origin: "number",
        input,
        code: "too_big",
        maximum,
        inclusive: true,
        inst,
        continue: !def.abort
      });
    }
  };
});
var $ZodCheckMaxLength = /* @__PURE__ */ $constructor("$ZodCheckMaxLength", (inst, def) => {
  var _a3;
  $ZodCheck.init(inst, def);
  (_a3 = inst._zod.def).when ?? (_a3.when = _whenHasLength);
  inst._zod.check = (payload) => {
    const input = payload.value;
    const units = input.length;
    const length = typeof input === "string" && units > def.maximum ? codePointLength(input) : units;
    if (length <= def.maximum)
      return;
    const origin = getLengthableOrigin(input);
    payload.issues.push({
      origin,
      code: "too_big",
      maximum: def.maximum,
      inclusive: true,
      input,
      inst,
      continue: !def.abort
    });
  };
});
var $ZodCheckMinLength = /* @__PURE__ */ $constructor("$ZodCheckMinLength", (inst, def) => {
  var _a3;
  $ZodCheck.init(inst, def);
  (_a3 = inst._zod.def).when ?? (_a3.when = _whenHasLength);
  inst._zod.check = (payload) => {
    const input = payload.value;
    const units = input.length;
    const length = typeof input === "string" && units >= def.minimum && units < def.minimum * 2 ? codePointLength(input) : units;
    if (length >= def.minimum)
      return;
    const origin = getLengthableOrigin(input);
    payload.issues.push({
      origin,
      code: "too_small",
      minimum: def.minimum,
      inclusive: true,
      input,
      inst,
      continue: !def.abort
    });
  };
});
var $ZodCheckLengthEquals = /* @__PURE__ */ $constructor("$ZodCheckLengthEquals", (inst, def) => {
  var _a3;
  $ZodCheck.init(inst, def);
  (_a3 = inst._zod.def).when ?? (_a3.when = _whenHasLength);
  inst._zod.check = (payload) => {
    const input = payload.value;
    const units = input.length;
    const length = typeof input === "string" && units >= def.length && units <= def.length * 2 ? codePointLength(input) : units;
    if (length === def.length)
      return;
    const origin = getLengthableOrigin(input);
    const tooBig = length > def.length;
    payload.issues.push({
      origin,
      ...tooBig ? { code: "too_big", maximum: def.length } : { code: "too_small", minimum: def.length },
      inclusive: true,
      exact: true,
      input: payload.value,
      inst,
      continue: !def.abort
    });
  };
});
var $ZodCheckStringFormat = /* @__PURE__ */ $constructor("$ZodCheckStringFormat", (inst, def) => {
  var _a3, _b;
  $ZodCheck.init(inst, def);
  if (def.pattern)
    (_a3 = inst._zod).check ?? (_a3.check = (payload) => {
      def.pattern.lastIndex = 0;
      if (def.pattern.test(payload.value))
        return;
      payload.issues.push({
        origin: "string",
        code: "invalid_format",
        format: def.format,
        input: payload.value,
        ...def.pattern ? { pattern: def.pattern.toString() } : {},
        inst,
        continue: !def.abort
      });
    });
  else
    (_b = inst._zod).check ?? (_b.check = () => {
    });
});
var $ZodCheckRegex = /* @__PURE__ */ $constructor("$ZodCheckRegex", (inst, def) => {
  $ZodCheckStringFormat.init(inst, def);
  inst._zod.check = (payload) => {
    def.pattern.lastIndex = 0;
    if (def.pattern.test(payload.value))
      return;
    payload.issues.push({
      origin: "string",
      code: "invalid_format",
      format: "regex",
      input: payload.value,
      pattern: def.pattern.toString(),
      inst,
      continue: !def.abort
    });
  };
});
var $ZodCheckLowerCase = /* @__PURE__ */ $constructor("$ZodCheckLowerCase", (inst, def) => {
  def.pattern ?? (def.pattern = lowercase);
  $ZodCheckStringFormat.init(inst, def);
});
var $ZodCheckUpperCase = /* @__PURE__ */ $constructor("$ZodCheckUpperCase", (inst, def) => {
  def.pattern ?? (def.pattern = uppercase);
  $ZodCheckStringFormat.init(inst, def);
});
var $ZodCheckIncludes = /* @__PURE__ */ $constructor("$ZodCheckIncludes", (inst, def) => {
  $ZodCheck.init(inst, def);
  const escapedRegex = escapeRegex(def.includes);
  const pattern = new RegExp(typeof def.position === "number" ? `^.{${def.position},}${escapedRegex}` : escapedRegex);
  def.pattern = pattern;
  inst._zod.check = (payload) => {
    if (payload.value.includes(def.includes, def.position))
      return;
    payload.issues.push({
      origin: "string",
      code: "invalid_format",
      format: "includes",
      includes: def.includes,
      input: payload.value,
      inst,
      continue: !def.abort
    });
  };
});
var $ZodCheckStartsWith = /* @__PURE__ */ $constructor("$ZodCheckStartsWith", (inst, def) => {
  $ZodCheck.init(inst, def);
  const pattern = new RegExp(`^${escapeRegex(def.prefix)}.*`);
  def.pattern ?? (def.pattern = pattern);
  inst._zod.check = (payload) => {
    if (payload.value.startsWith(def.prefix))
      return;
    payload.issues.push({
      origin: "string",
      code: "invalid_format",
      format: "starts_with",
      prefix: def.prefix,
      input: payload.value,
      inst,
      continue: !def.abort
    });
  };
});
var $ZodCheckEndsWith = /* @__PURE__ */ $constructor("$ZodCheckEndsWith", (inst, def) => {
  $ZodCheck.init(inst, def);
  const pattern = new RegExp(`.*${escapeRegex(def.suffix)}$`);
  def.pattern ?? (def.pattern = pattern);
  inst._zod.check = (payload) => {
    if (payload.value.endsWith(def.suffix))
      return;
    payload.issues.push({
      origin: "string",
      code: "invalid_format",
      format: "ends_with",
      suffix: def.suffix,
      input: payload.value,
      inst,
      continue: !def.abort
    });
  };
});
var $ZodCheckOverwrite = /* @__PURE__ */ $constructor("$ZodCheckOverwrite", (inst, def) => {
  $ZodCheck.init(inst, def);
  inst._zod.check = (payload) => {
    payload.value = def.tx(payload.value);
  };
});

// node_modules/zod/v4/core/doc.js
var Doc = class {
  constructor(args = [], closed = {}) {
    this.content = [];
    this.indent = 0;
    this.args = args;
    this.closed = closed;
  }
  // the compiler catches a child's throw and keeps writing into this doc, so the indent has to unwind with it
  indented(fn) {
    this.indent += 1;
    try {
      fn(this);
    } finally {
      this.indent -= 1;
    }
  }
  write(arg) {
    if (typeof arg === "function") {
      arg(this, { execution: "sync" });
      arg(this, { execution: "async" });
      return;
    }
    const content = arg;
    const lines = content.split("\n").filter((x) => x);
    const minIndent = Math.min(...lines.map((x) => x.length - x.trimStart().length));
    const dedented = lines.map((x) => x.slice(minIndent)).map((x) => " ".repeat(this.indent * 2) + x);
    for (const line of dedented) {
      this.content.push(line);
    }
  }
  compile() {
    const F = Function;
    const content = this?.content ?? [``];
    const factory = new F(...Object.keys(this.closed), `return function (${this.args.join(", ")}) {
${content.join("\n")}
};`);
    return factory(...Object.values(this.closed));
  }
};

// node_modules/zod/v4/core/versions.js
var version = {
  major: 4,
  minor: 6,
  patch: 7
};

// node_modules/zod/v4/core/schemas.js
var $ZodType = /* @__PURE__ */ $constructor("$ZodType", (inst, def) => {
  var _a3;
  inst ?? (inst = {});
  inst._zod.def = def;
  inst._zod.bag = inst._zod.bag || {};
  inst._zod.version = version;
  const defChecks = inst._zod.def.checks;
  const checks = inst._zod.traits.has("$ZodCheck") ? [inst, ...defChecks ?? []] : defChecks?.length ? [...defChecks] : [];
  for (const ch of checks) {
    for (const fn of ch._zod.onattach) {
      fn(inst);
    }
  }
  if (checks.length === 0) {
    (_a3 = inst._zod).deferred ?? (_a3.deferred = []);
    inst._zod.deferred?.push(() => {
      inst._zod.run = inst._zod.parse;
    });
  } else {
    const runChecks = (payload, checks2, ctx) => {
      if (payload.memo)
        return payload;
      let isAborted = aborted(payload);
      let asyncResult;
      for (const ch of checks2) {
        if (ch._zod.def.when) {
          if (explicitlyAborted(payload))
            continue;
          const shouldRun = ch._zod.def.when(payload);
          if (!shouldRun)
            continue;
        } else if (isAborted) {
          continue;
        }
        const currLen = payload.issues.length;
        const _ = ch._zod.check(payload);
        if (_ instanceof Promise && ctx?.async === false) {
          throw new $ZodAsyncError();
        }
        if (asyncResult || _ instanceof Promise) {
          asyncResult = (asyncResult ?? Promise.resolve()).then(async () => {
            await _;
            const nextLen = payload.issues.length;
            if (nextLen === currLen)
              return;
            attachSchema(payload.issues, currLen, inst);
            if (!isAborted)
              isAborted = aborted(payload, currLen);
          });
        } else {
          const nextLen = payload.issues.length;
          if (nextLen === currLen)
            continue;
          attachSchema(payload.issues, currLen, inst);
          if (!isAborted)
            isAborted = aborted(payload, currLen);
        }
      }
      if (asyncResult) {
        return asyncResult.then(() => {
          return payload;
        });
      }
      return payload;
    };
    const handleCanaryResult = (canary, payload, ctx) => {
      if (aborted(canary)) {
        canary.aborted = true;
        return canary;
      }
      const checkResult = runChecks(payload, checks, ctx);
      if (checkResult instanceof Promise) {
        if (ctx.async === false)
          throw new $ZodAsyncError();
        return checkResult.then((checkResult2) => inst._zod.parse(checkResult2, ctx));
      }
      return inst._zod.parse(checkResult, ctx);
    };
    inst._zod.run = (payload, ctx) => {
      if (ctx.skipChecks) {
        return inst._zod.parse(payload, ctx);
      }
      if (ctx.direction === "backward") {
        const canary = inst._zod.parse({ value: payload.value, issues: [] }, { ...ctx, skipChecks: true });
        if (canary instanceof Promise) {
          return canary.then((canary2) => {
            return handleCanaryResult(canary2, payload, ctx);
          });
        }
        return handleCanaryResult(canary, payload, ctx);
      }
      const result = inst._zod.parse(payload, ctx);
      if (result instanceof Promise) {
        if (ctx.async === false)
          throw new $ZodAsyncError();
        return result.then((result2) => runChecks(result2, checks, ctx));
      }
      return runChecks(result, checks, ctx);
    };
  }
}, {
  // Wrappers extend this by installing a richer factory over it; reading it eagerly would defeat the laziness.
  get "~standard"() {
    return hide(this, "~standard", standardProps(this));
  },
  set "~standard"(value) {
    own(this, "~standard", value);
  }
});
var toStandardResult = (r, ctx) => r.issues.length ? { issues: r.issues.map((iss) => finalizeIssue(iss, ctx, config())) } : { value: r.value };
async function validateAsync2(inst, value) {
  const ctx = { async: true };
  return toStandardResult(await inst._zod.run({ value, issues: [] }, ctx), ctx);
}
function standardProps(inst) {
  return {
    validate: (value) => {
      const ctx = { async: false };
      try {
        const r = inst._zod.run({ value, issues: [] }, ctx);
        if (!(r instanceof Promise))
          return toStandardResult(r, ctx);
      } catch (_) {
      }
      return validateAsync2(inst, value);
    },
    vendor: "zod",
    version: 1
  };
}
var $ZodString = /* @__PURE__ */ $constructor("$ZodString", (inst, def) => {
  $ZodType.init(inst, def);
  inst._zod.pattern = def.pattern ?? anyString;
  inst._zod.parse = (payload, _) => {
    if (def.coerce)
      try {
        payload.value = String(payload.value);
      } catch (_2) {
      }
    if (typeof payload.value === "string")
      return payload;
    payload.issues.push({
      expected: "string",
      code: "invalid_type",
      input: payload.value,
      inst
    });
    return payload;
  };
});
var $ZodStringFormat = /* @__PURE__ */ $constructor("$ZodStringFormat", (inst, def) => {
  $ZodCheckStringFormat.init(inst, def);
  $ZodString.init(inst, def);
});
var $ZodGUID = /* @__PURE__ */ $constructor("$ZodGUID", (inst, def) => {
  def.pattern ?? (def.pattern = guid);
  $ZodStringFormat.init(inst, def);
});
var $ZodUUID = /* @__PURE__ */ $constructor("$ZodUUID", (inst, def) => {
  if (def.version) {
    const versionMap = {
      v1: 1,
      v2: 2,
      v3: 3,
      v4: 4,
      v5: 5,
      v6: 6,
      v7: 7,
      v8: 8
    };
    const v2 = versionMap[def.version];
    if (v2 === void 0)
      throw new Error(`Invalid UUID version: "${def.version}"`);
    def.pattern ?? (def.pattern = uuid(v2));
  } else
    def.pattern ?? (def.pattern = uuid());
  $ZodStringFormat.init(inst, def);
});
var $ZodEmail = /* @__PURE__ */ $constructor("$ZodEmail", (inst, def) => {
  def.pattern ?? (def.pattern = email);
  $ZodStringFormat.init(inst, def);
});
var URL_BAD_FORMAT = 1;
var URL_UNPARSEABLE = 2;
function canParseURL(input) {
  try {
    if (typeof URL !== "undefined" && typeof URL.canParse === "function")
      return URL.canParse(input);
    new URL(input);
    return true;
  } catch {
    return false;
  }
}
function validateURL(trimmed, def) {
  if (!("normalize" in def) && !("hostname" in def) && !("protocol" in def)) {
    return canParseURL(trimmed) || URL_UNPARSEABLE;
  }
  return parseURLObject(trimmed, def);
}
function parseURLObject(trimmed, def) {
  if (!def.normalize && def.protocol?.source === httpProtocol.source && !/^https?:\/\//i.test(trimmed)) {
    return URL_BAD_FORMAT;
  }
  try {
    if (typeof URL !== "undefined") {
      const URLStatic = URL;
      if (typeof URLStatic.parse === "function")
        return URLStatic.parse(trimmed) ?? URL_UNPARSEABLE;
    }
    return new URL(trimmed);
  } catch {
    return URL_UNPARSEABLE;
  }
}
var asciiTabOrNewline = /[\t\n\r]/g;
function stripTabAndNewline(value) {
  return value.replace(asciiTabOrNewline, "");
}
function urlHostnameOk(url, hostname) {
  hostname.lastIndex = 0;
  return hostname.test(url.hostname);
}
function urlProtocolOk(url, protocol) {
  protocol.lastIndex = 0;
  return protocol.test(url.protocol.endsWith(":") ? url.protocol.slice(0, -1) : url.protocol);
}
var $ZodURL = /* @__PURE__ */ $constructor("$ZodURL", (inst, def) => {
  $ZodStringFormat.init(inst, def);
  inst._zod.check = (payload) => {
    try {
      const trimmed = payload.value.trim();
      const url = validateURL(trimmed, def);
      if (url === URL_BAD_FORMAT) {
        payload.issues.push({
          code: "invalid_format",
          format: "url",
          note: "Invalid URL format",
          input: payload.value,
          inst,
          continue: !def.abort
        });
        return;
      }
      if (url === URL_UNPARSEABLE) {
        payload.issues.push({
          code: "invalid_format",
          format: "url",
          input: payload.value,
          inst,
          continue: !def.abort
        });
        return;
      }
      if (url === true) {
        payload.value = stripTabAndNewline(trimmed);
        return;
      }
      if (def.hostname && !urlHostnameOk(url, def.hostname)) {
        payload.issues.push({
          code: "invalid_format",
          format: "url",
          note: "Invalid hostname",
          pattern: def.hostname.source,
          input: payload.value,
          inst,
          continue: !def.abort
        });
      }
      if (def.protocol && !urlProtocolOk(url, def.protocol)) {
        payload.issues.push({
          code: "invalid_format",
          format: "url",
          note: "Invalid protocol",
          pattern: def.protocol.source,
          input: payload.value,
          inst,
          continue: !def.abort
        });
      }
      payload.value = def.normalize ? url.href : stripTabAndNewline(trimmed);
      return;
    } catch (_) {
      payload.issues.push({
        code: "invalid_format",
        format: "url",
        input: payload.value,
        inst,
        continue: !def.abort
      });
    }
  };
});
var $ZodEmoji = /* @__PURE__ */ $constructor("$ZodEmoji", (inst, def) => {
  def.pattern ?? (def.pattern = emoji());
  $ZodStringFormat.init(inst, def);
});
var $ZodNanoID = /* @__PURE__ */ $constructor("$ZodNanoID", (inst, def) => {
  if (def.length !== void 0 && (!Number.isInteger(def.length) || def.length < 1))
    throw new Error(`Invalid nanoid length: ${def.length}`);
  def.pattern ?? (def.pattern = def.length === void 0 ? nanoid : nanoidOfLength(def.length));
  $ZodStringFormat.init(inst, def);
});
var $ZodCUID = /* @__PURE__ */ $constructor("$ZodCUID", (inst, def) => {
  def.pattern ?? (def.pattern = cuid);
  $ZodStringFormat.init(inst, def);
});
var $ZodCUID2 = /* @__PURE__ */ $constructor("$ZodCUID2", (inst, def) => {
  def.pattern ?? (def.pattern = cuid2);
  $ZodStringFormat.init(inst, def);
});
var $ZodULID = /* @__PURE__ */ $constructor("$ZodULID", (inst, def) => {
  def.pattern ?? (def.pattern = ulid);
  $ZodStringFormat.init(inst, def);
});
var $ZodXID = /* @__PURE__ */ $constructor("$ZodXID", (inst, def) => {
  def.pattern ?? (def.pattern = xid);
  $ZodStringFormat.init(inst, def);
});
var $ZodKSUID = /* @__PURE__ */ $constructor("$ZodKSUID", (inst, def) => {
  def.pattern ?? (def.pattern = ksuid);
  $ZodStringFormat.init(inst, def);
});
var $ZodISODateTime = /* @__PURE__ */ $constructor("$ZodISODateTime", (inst, def) => {
  def.pattern ?? (def.pattern = datetime(def));
  $ZodStringFormat.init(inst, def);
});
var $ZodISODate = /* @__PURE__ */ $constructor("$ZodISODate", (inst, def) => {
  def.pattern ?? (def.pattern = date);
  $ZodStringFormat.init(inst, def);
});
var $ZodISOTime = /* @__PURE__ */ $constructor("$ZodISOTime", (inst, def) => {
  def.pattern ?? (def.pattern = time(def));
  $ZodStringFormat.init(inst, def);
});
var $ZodISODuration = /* @__PURE__ */ $constructor("$ZodISODuration", (inst, def) => {
  def.pattern ?? (def.pattern = duration);
  $ZodStringFormat.init(inst, def);
});
var $ZodIPv4 = /* @__PURE__ */ $constructor("$ZodIPv4", (inst, def) => {
  def.pattern ?? (def.pattern = ipv4);
  $ZodStringFormat.init(inst, def);
});
var ipv6Alphabet = /^[0-9a-fA-F:.]+$/;
function isValidIPv6(value) {
  if (!ipv6Alphabet.test(value))
    return false;
  return canParseURL(`http://[${value}]`);
}
var $ZodIPv6 = /* @__PURE__ */ $constructor("$ZodIPv6", (inst, def) => {
  def.pattern ?? (def.pattern = ipv6);
  $ZodStringFormat.init(inst, def);
  inst._zod.check = (payload) => {
    if (!isValidIPv6(payload.value)) {
      payload.issues.push({
        code: "invalid_format",
        format: "ipv6",
        input: payload.value,
        inst,
        continue: !def.abort
      });
    }
  };
});
var $ZodCIDRv4 = /* @__PURE__ */ $constructor("$ZodCIDRv4", (inst, def) => {
  def.pattern ?? (def.pattern = cidrv4);
  $ZodStringFormat.init(inst, def);
});
function isValidCIDRv6(value) {
  const parts = value.split("/");
  if (parts.length !== 2)
    return false;
  const [address, prefix] = parts;
  if (!prefix)
    return false;
  const prefixNum = Number(prefix);
  if (`${prefixNum}` !== prefix)
    return false;
  if (prefixNum < 0 || prefixNum > 128)
    return false;
  return isValidIPv6(address);
}
var $ZodCIDRv6 = /* @__PURE__ */ $constructor("$ZodCIDRv6", (inst, def) => {
  def.pattern ?? (def.pattern = cidrv6);
  $ZodStringFormat.init(inst, def);
  inst._zod.check = (payload) => {
    if (!isValidCIDRv6(payload.value)) {
      payload.issues.push({
        code: "invalid_format",
        format: "cidrv6",
        input: payload.value,
        inst,
        continue: !def.abort
      });
    }
  };
});
function isValidBase64(data) {
  if (data === "")
    return true;
  if (/\s/.test(data))
    return false;
  if (data.length % 4 !== 0)
    return false;
  try {
    atob(data);
    return true;
  } catch {
    return false;
  }
}
var base64Charset = /^[0-9a-zA-Z+/]*={0,2}$/;
var $ZodBase64 = /* @__PURE__ */ $constructor("$ZodBase64", (inst, def) => {
  def.pattern ?? (def.pattern = base64Charset);
  $ZodStringFormat.init(inst, def);
  inst._zod.check = (payload) => {
    if (isValidBase64(payload.value))
      return;
    payload.issues.push({
      code: "invalid_format",
      format: "base64",
      input: payload.value,
      inst,
      continue: !def.abort
    });
  };
});
var base64urlCharset = /^[A-Za-z0-9_-]*$/;
function isValidBase64URL(data) {
  if (!base64urlCharset.test(data))
    return false;
  const base643 = data.replace(/[-_]/g, (c) => c === "-" ? "+" : "/");
  const padded = base643.padEnd(Math.ceil(base643.length / 4) * 4, "=");
  return isValidBase64(padded);
}
var $ZodBase64URL = /* @__PURE__ */ $constructor("$ZodBase64URL", (inst, def) => {
  def.pattern ?? (def.pattern = base64urlCharset);
  $ZodStringFormat.init(inst, def);
  inst._zod.check = (payload) => {
    if (isValidBase64URL(payload.value))
      return;
    payload.issues.push({
      code: "invalid_format",
      format: "base64url",
      input: payload.value,
      inst,
      continue: !def.abort
    });
  };
});
var $ZodE164 = /* @__PURE__ */ $constructor("$ZodE164", (inst, def) => {
  def.pattern ?? (def.pattern = e164);
  $ZodStringFormat.init(inst, def);
});
function isValidJWT(token, algorithm = null) {
  try {
    const tokensParts = token.split(".");
    if (tokensParts.length !== 3)
      return false;
    const [header] = tokensParts;
    if (!header)
      return false;
    const parsedHeader = JSON.parse(atob(header));
    if ("typ" in parsedHeader && parsedHeader?.typ !== "JWT")
      return false;
    if (!parsedHeader.alg)
      return false;
    if (algorithm && (!("alg" in parsedHeader) || parsedHeader.alg !== algorithm))
      return false;
    return true;
  } catch {
    return false;
  }
}
var $ZodJWT = /* @__PURE__ */ $constructor("$ZodJWT", (inst, def) => {
  $ZodStringFormat.init(inst, def);
  inst._zod.check = (payload) => {
    if (isValidJWT(payload.value, def.alg))
      return;
    payload.issues.push({
      code: "invalid_format",
      format: "jwt",
      input: payload.value,
      inst,
      continue: !def.abort
    });
  };
});
var $ZodNumber = /* @__PURE__ */ $constructor("$ZodNumber", (inst, def) => {
  $ZodType.init(inst, def);
  inst._zod.pattern = number;
  inst._zod.parse = (payload, _ctx) => {
    if (def.coerce)
      try {
        payload.value = Number(payload.value);
      } catch (_) {
      }
    const input = payload.value;
    if (typeof input === "number" && !Number.isNaN(input) && Number.isFinite(input)) {
      return payload;
    }
    const received = typeof input === "number" ? Number.isNaN(input) ? "NaN" : !Number.isFinite(input) ? String(input) : void 0 : void 0;
    payload.issues.push({
      expected: "number",
      code: "invalid_type",
      input,
      inst,
      ...received ? { received } : {}
    });
    return payload;
  };
});
var $ZodNumberFormat = /* @__PURE__ */ $constructor("$ZodNumberFormat", (inst, def) => {
  $ZodCheckNumberFormat.init(inst, def);
  $ZodNumber.init(inst, def);
});
var $ZodBoolean = /* @__PURE__ */ $constructor("$ZodBoolean", (inst, def) => {
  $ZodType.init(inst, def);
  inst._zod.pattern = boolean;
  inst._zod.parse = (payload, _ctx) => {
    if (def.coerce)
      try {
        payload.value = Boolean(payload.value);
      } catch (_) {
      }
    const input = payload.value;
    if (typeof input === "boolean")
      return payload;
    payload.issues.push({
      expected: "boolean",
      code: "invalid_type",
      input,
      inst
    });
    return payload;
  };
});
var $ZodUnknown = /* @__PURE__ */ $constructor("$ZodUnknown", (inst, def) => {
  $ZodType.init(inst, def);
  inst._zod.parse = (payload) => payload;
});
var $ZodNever = /* @__PURE__ */ $constructor("$ZodNever", (inst, def) => {
  $ZodType.init(inst, def);
  inst._zod.parse = (payload, _ctx) => {
    payload.issues.push({
      expected: "never",
      code: "invalid_type",
      input: payload.value,
      inst
    });
    return payload;
  };
});
function capSize(inst, size) {
  const caps = sizeCaps(inst._zod.def.checks);
  if (!caps.length)
    return;
  const cap = Math.min(...caps.map((c) => c[0]));
  const parse3 = inst._zod.parse;
  inst._zod.parse = (payload, ctx) => {
    const n = size(payload.value);
    if (n > cap && !ctx?.skipChecks && ctx?.direction !== "backward") {
      for (const [max, ch] of sizeCaps(inst._zod.def.checks)) {
        if (n > max && ch._zod.def.when(payload)) {
          const start = payload.issues.length;
          ch._zod.check(payload);
          payload.issues[start].continue = false;
          attachSchema(payload.issues, start, inst);
          return payload;
        }
      }
    }
    return parse3(payload, ctx);
  };
}
var arraySize = (input) => Array.isArray(input) ? input.length : -1;
function handleArrayResult(result, final, index) {
  if (result.issues.length) {
    final.issues.push(...prefixIssues(index, result.issues));
  }
  final.value[index] = result.value;
}
var $ZodArray = /* @__PURE__ */ $constructor("$ZodArray", (inst, def) => {
  $ZodType.init(inst, def);
  const memo2 = globalConfig.memoizer;
  memo2?.attach(inst);
  inst._zod.parse = (payload, ctx) => {
    const input = payload.value;
    if (!Array.isArray(input)) {
      payload.issues.push({
        expected: "array",
        code: "invalid_type",
        input,
        inst
      });
      return payload;
    }
    payload.value = memo2 ? memo2.alloc(inst, payload, Array(input.length), ctx) : Array(input.length);
    const proms = [];
    const abortEarly = ctx?.abortEarly;
    for (let i = 0; i < input.length; i++) {
      const item = input[i];
      const result = def.element._zod.run({
        value: item,
        issues: []
      }, ctx);
      if (result instanceof Promise) {
        proms.push(result.then((result2) => handleArrayResult(result2, payload, i)));
      } else {
        handleArrayResult(result, payload, i);
        if (abortEarly && result.issues.length !== 0 && aborted(result))
          break;
      }
    }
    if (proms.length) {
      return Promise.all(proms).then(() => payload);
    }
    return payload;
  };
  capSize(inst, arraySize);
});
function handlePropertyResult(result, final, key, input, optin, optout) {
  const isPresent = key in input;
  const isOptionalOut = optout === "optional";
  if (!isPresent && isOptionalOut && optin === "optional") {
    return;
  }
  if (result.issues.length) {
    if (optin !== void 0 && isOptionalOut && !isPresent) {
      return;
    }
    final.issues.push(...prefixIssues(key, result.issues));
  }
  if (!isPresent && optin === void 0) {
    if (!result.issues.length) {
      final.issues.push({
        code: "invalid_type",
        expected: "nonoptional",
        input: void 0,
        path: [key]
      });
    }
    return;
  }
  if (result.value === void 0) {
    if (isPresent || optin === "defaulted" && !isOptionalOut) {
      final.value[key] = void 0;
    }
  } else {
    final.value[key] = result.value;
  }
}
var NO_SYMBOL_KEYS = [];
function normalizeDef(def) {
  const keys = Object.keys(def.shape);
  const ownSymbols = Object.getOwnPropertySymbols(def.shape);
  const symbolKeys = ownSymbols.length ? ownSymbols : NO_SYMBOL_KEYS;
  const allKeys = symbolKeys.length ? [...keys, ...symbolKeys] : keys;
  for (const k of allKeys) {
    if (!def.shape?.[k]?._zod?.traits?.has("$ZodType")) {
      throw new Error(`Invalid element at key "${String(k)}": expected a Zod schema`);
    }
  }
  const okeys = optionalKeys(def.shape);
  return {
    ...def,
    allKeys,
    symbolKeys,
    // string-only: handleCatchall matches it against `for...in`, which never yields a symbol
    keySet: new Set(keys),
    numKeys: keys.length,
    optionalKeys: new Set(okeys)
  };
}
function handleCatchall(proms, input, payload, ctx, def, inst, abortEarly) {
  const unrecognized = [];
  const keySet = def.keySet;
  const _catchall = def.catchall._zod;
  const t = _catchall.def.type;
  const optin = _catchall.optin;
  const optout = _catchall.optout;
  let seen = 0;
  for (const key in input) {
    if (abortEarly && payload.issues.length !== seen) {
      if (aborted(payload, seen))
        break;
      seen = payload.issues.length;
    }
    if (keySet.has(key))
      continue;
    if (key === "__proto__") {
      if (t === "never")
        unrecognized.push(key);
      continue;
    }
    if (t === "never") {
      unrecognized.push(key);
      continue;
    }
    const r = _catchall.run({ value: input[key], issues: [] }, ctx);
    if (r instanceof Promise) {
      proms.push(r.then((r2) => handlePropertyResult(r2, payload, key, input, optin, optout)));
    } else {
      handlePropertyResult(r, payload, key, input, optin, optout);
    }
  }
  if (unrecognized.length) {
    payload.issues.push({
      code: "unrecognized_keys",
      keys: unrecognized,
      input,
      inst,
      // Describes the shape of the input, not the validity of the parsed value, so it never aborts. The parse still fails; the schema's own checks just get to run first, and an enclosing intersection can reconcile the key against a sibling operand.
      continue: true
    });
  }
  if (!proms.length)
    return payload;
  return Promise.all(proms).then(() => {
    return payload;
  });
}
var $ZodObject = /* @__PURE__ */ $constructor("$ZodObject", (inst, def) => {
  $ZodType.init(inst, def);
  const desc = Object.getOwnPropertyDescriptor(def, "shape");
  const sh = desc?.get ? desc.get.raw : def.shape ?? {};
  if (sh) {
    const get3 = () => {
      const newSh = { ...sh };
      Object.defineProperty(def, "shape", { value: newSh });
      get3.raw = newSh;
      return newSh;
    };
    get3.raw = sh;
    Object.defineProperty(def, "shape", { get: get3 });
  }
  const _normalized = cached(() => normalizeDef(def));
  defineLazyInternal(inst, "propValues", (zod) => {
    const shape = zod.def.shape;
    const propValues = {};
    for (const key in shape) {
      const field = shape[key]._zod;
      if (field.values) {
        if (!Object.prototype.hasOwnProperty.call(propValues, key)) {
          assignProp(propValues, key, /* @__PURE__ */ new Set());
        }
        for (const v2 of field.values)
          propValues[key].add(v2);
        if (field.optin !== void 0)
          propValues[key].add(void 0);
      }
    }
    return propValues;
  });
  const isObject3 = isObject;
  const catchall = def.catchall;
  let value;
  const memo2 = globalConfig.memoizer;
  memo2?.attach(inst);
  inst._zod.parse = (payload, ctx) => {
    value ?? (value = _normalized.value);
    const input = payload.value;
    if (!isObject3(input)) {
      payload.issues.push({
        expected: "object",
        code: "invalid_type",
        input,
        inst
      });
      return payload;
    }
    payload.value = memo2 ? memo2.alloc(inst, payload, {}, ctx) : {};
    const proms = [];
    const shape = value.shape;
    const abortEarly = ctx?.abortEarly;
    let seen = payload.issues.length;
    for (const key of value.allKeys) {
      if (abortEarly && payload.issues.length !== seen) {
        if (aborted(payload, seen))
          break;
        seen = payload.issues.length;
      }
      if (key === "__proto__")
        continue;
      const el = shape[key];
      const optin = el._zod.optin;
      const optout = el._zod.optout;
      const r = el._zod.run({ value: input[key], issues: [] }, ctx);
      if (r instanceof Promise) {
        proms.push(r.then((r2) => handlePropertyResult(r2, payload, key, input, optin, optout)));
      } else {
        handlePropertyResult(r, payload, key, input, optin, optout);
      }
    }
    if (!catchall) {
      return proms.length ? Promise.all(proms).then(() => payload) : payload;
    }
    return handleCatchall(proms, input, payload, ctx, _normalized.value, inst, abortEarly === true);
  };
});
var $ZodObjectJIT = /* @__PURE__ */ $constructor("$ZodObjectJIT", (inst, def) => {
  $ZodObject.init(inst, def);
  const superParse = inst._zod.parse;
  const _normalized = cached(() => normalizeDef(def));
  const memo2 = globalConfig.memoizer;
  const generateFastpass = (shape) => {
    const normalized = _normalized.value;
    const syms = normalized.symbolKeys;
    const doc = new Doc(["payload", "ctx"], { shape, inst, memo: memo2, syms });
    const parseStr = (k) => `shape[${k}]._zod.run({ value: input[${k}], issues: [] }, ctx)`;
    const prefixStr = (id, k) => `
          let ${id}_ab = false;
          for (let i = 0; i < ${id}.issues.length; i++) {
            const iss = ${id}.issues[i];
            iss.path = iss.path ? [${k}, ...iss.path] : [${k}];
            payload.issues.push(iss);
            if (iss.continue !== true) ${id}_ab = true;
          }
          if (${id}_ab && ctx && ctx.abortEarly) {
            payload.value = newResult;
            return payload;
          }`;
    doc.write(`const input = payload.value;`);
    const ids = /* @__PURE__ */ Object.create(null);
    let counter = 0;
    for (const key of normalized.allKeys) {
      ids[key] = `key_${counter++}`;
    }
    doc.write(memo2 ? `const newResult = memo.alloc(inst, payload, {}, ctx);` : `const newResult = {};`);
    for (const key of normalized.allKeys) {
      if (key === "__proto__")
        continue;
      const id = ids[key];
      const k = typeof key === "symbol" ? `syms[${syms.indexOf(key)}]` : esc(key);
      const isPresent = `${k} in input`;
      const schema = shape[key];
      const optin = schema?._zod?.optin;
      const isOptionalIn = optin !== void 0;
      const isOptionalOut = schema?._zod?.optout === "optional";
      doc.write(`const ${id} = ${parseStr(k)};`);
      if (isOptionalIn && isOptionalOut) {
        const assign = optin === "optional" ? `${id}_present` : `${id}.value !== undefined || ${id}_present`;
        doc.write(`
        const ${id}_present = ${isPresent};
        if (!${id}.issues.length || ${id}_present) {
          if (${id}.issues.length) {${prefixStr(id, k)}
          }

          if (${assign}) {
            newResult[${k}] = ${id}.value;
          }
        }

      `);
      } else if (!isOptionalIn) {
        doc.write(`
        const ${id}_present = ${isPresent};
        if (${id}.issues.length) {${prefixStr(id, k)}
        }
        if (!${id}_present && !${id}.issues.length) {
          payload.issues.push({
            code: "invalid_type",
            expected: "nonoptional",
            input: undefined,
            path: [${k}]
          });
          if (ctx && ctx.abortEarly) {
            payload.value = newResult;
            return payload;
          }
        }

        if (${id}_present) {
          newResult[${k}] = ${id}.value;
        }

      `);
      } else {
        doc.write(`
        if (${id}.issues.length) {${prefixStr(id, k)}
        }
      `);
        if (optin === "defaulted") {
          doc.write(`newResult[${k}] = ${id}.value;`);
        } else {
          doc.write(`
        if (${id}.value !== undefined || ${isPresent}) {
          newResult[${k}] = ${id}.value;
        }
      `);
        }
      }
    }
    doc.write(`payload.value = newResult;`);
    doc.write(`return payload;`);
    return doc.compile();
  };
  let fastpass;
  const isObject3 = isObject;
  const jit = !globalConfig.jitless;
  const allowsEval2 = allowsEval;
  const fastEnabled = jit && allowsEval2.value;
  const catchall = def.catchall;
  let value;
  inst._zod.parse = (payload, ctx) => {
    value ?? (value = _normalized.value);
    const input = payload.value;
    if (!isObject3(input)) {
      payload.issues.push({
        expected: "object",
        code: "invalid_type",
        input,
        inst
      });
      return payload;
    }
    if (jit && fastEnabled && ctx?.async === false && ctx.jitless !== true) {
      if (!fastpass)
        fastpass = generateFastpass(def.shape);
      payload = fastpass(payload, ctx);
      if (!catchall)
        return payload;
      return handleCatchall([], input, payload, ctx, value, inst, ctx?.abortEarly === true);
    }
    return superParse(payload, ctx);
  };
});
function handleUnionResults(results, final, inst, ctx) {
  for (const result of results) {
    if (result.issues.length === 0) {
      final.value = result.value;
      return final;
    }
  }
  const nonaborted = results.filter((r) => !aborted(r));
  if (nonaborted.length === 1) {
    final.value = nonaborted[0].value;
    return nonaborted[0];
  }
  final.issues.push({
    code: "invalid_union",
    input: final.value,
    inst,
    errors: results.map((result) => result.issues.map((iss) => finalizeIssue(iss, ctx, config())))
  });
  return final;
}
var $ZodUnion = /* @__PURE__ */ $constructor("$ZodUnion", (inst, def) => {
  $ZodType.init(inst, def);
  defineLazyInternal(inst, "optin", (zod) => zod.def.options.some((o) => o._zod.optin === "defaulted") ? "defaulted" : zod.def.options.some((o) => o._zod.optin !== void 0) ? "optional" : void 0);
  defineLazyInternal(inst, "optout", (zod) => zod.def.options.some((o) => o._zod.optout === "optional") ? "optional" : void 0);
  defineLazyInternal(inst, "values", (zod) => {
    if (zod.def.options.every((o) => o._zod.values)) {
      return new Set(zod.def.options.flatMap((option) => Array.from(option._zod.values)));
    }
    return void 0;
  });
  defineLazyInternal(inst, "pattern", (zod) => {
    if (zod.def.options.every((o) => o._zod.pattern)) {
      const patterns = zod.def.options.map((o) => o._zod.pattern);
      return new RegExp(`^(${patterns.map((p) => cleanRegex(p.source)).join("|")})$`);
    }
    return void 0;
  });
  const first = def.options.length === 1 ? def.options[0]._zod.run : null;
  inst._zod.parse = (payload, ctx) => {
    if (first) {
      return first(payload, ctx);
    }
    let async = false;
    const results = [];
    for (const option of def.options) {
      const result = option._zod.run({
        value: payload.value,
        issues: []
      }, ctx);
      if (result instanceof Promise) {
        results.push(result);
        async = true;
      } else {
        if (result.issues.length === 0)
          return result;
        results.push(result);
      }
    }
    if (!async)
      return handleUnionResults(results, payload, inst, ctx);
    return Promise.all(results).then((results2) => {
      return handleUnionResults(results2, payload, inst, ctx);
    });
  };
});
var $ZodIntersection = /* @__PURE__ */ $constructor("$ZodIntersection", (inst, def) => {
  $ZodType.init(inst, def);
  inst._zod.parse = (payload, ctx) => {
    const input = payload.value;
    const left = def.left._zod.run({ value: input, issues: [] }, ctx);
    const right = def.right._zod.run({ value: input, issues: [] }, ctx);
    const async = left instanceof Promise || right instanceof Promise;
    if (async) {
      return Promise.all([left, right]).then(([left2, right2]) => {
        return handleIntersectionResults(payload, left2, right2);
      });
    }
    return handleIntersectionResults(payload, left, right);
  };
});
function mergeValues(a, b) {
  if (a === b) {
    return { valid: true, data: a };
  }
  if (a instanceof Date && b instanceof Date && +a === +b) {
    return { valid: true, data: a };
  }
  if (isPlainObject(a) && isPlainObject(b)) {
    const bKeys = Object.keys(b);
    const sharedKeys = Object.keys(a).filter((key) => bKeys.indexOf(key) !== -1);
    const newObj = { ...a, ...b };
    if (Object.prototype.hasOwnProperty.call(newObj, "__proto__"))
      delete newObj.__proto__;
    for (const key of sharedKeys) {
      if (key === "__proto__")
        continue;
      const sharedValue = mergeValues(a[key], b[key]);
      if (!sharedValue.valid) {
        return {
          valid: false,
          mergeErrorPath: [key, ...sharedValue.mergeErrorPath]
        };
      }
      newObj[key] = sharedValue.data;
    }
    return { valid: true, data: newObj };
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    if (a.length !== b.length) {
      return { valid: false, mergeErrorPath: [] };
    }
    const newArray = [];
    for (let index = 0; index < a.length; index++) {
      const itemA = a[index];
      const itemB = b[index];
      const sharedValue = mergeValues(itemA, itemB);
      if (!sharedValue.valid) {
        return {
          valid: false,
          mergeErrorPath: [index, ...sharedValue.mergeErrorPath]
        };
      }
      newArray.push(sharedValue.data);
    }
    return { valid: true, data: newArray };
  }
  return { valid: false, mergeErrorPath: [] };
}
function handleIntersectionResults(result, left, right) {
  const unrecKeys = /* @__PURE__ */ new Map();
  let unrecIssue;
  const keyIssues = /* @__PURE__ */ new Map();
  const collect = (iss, side) => {
    let keys;
    if (iss.code === "unrecognized_keys" && !iss.path?.length) {
      unrecIssue ?? (unrecIssue = iss);
      keys = iss.keys;
    } else if (iss.code === "invalid_key" && iss.origin === "record" && iss.path?.length === 1) {
      const k = String(iss.path[0]);
      if (!keyIssues.has(k))
        keyIssues.set(k, iss);
      keys = [k];
    } else {
      return false;
    }
    for (const k of keys) {
      if (!unrecKeys.has(k))
        unrecKeys.set(k, {});
      unrecKeys.get(k)[side] = true;
    }
    return true;
  };
  for (const iss of left.issues) {
    if (!collect(iss, "l"))
      result.issues.push(iss);
  }
  for (const iss of right.issues) {
    if (!collect(iss, "r"))
      result.issues.push(iss);
  }
  const bothKeys = [...unrecKeys].filter(([, f]) => f.l && f.r).map(([k]) => k);
  if (bothKeys.length) {
    const aggregated = unrecIssue ? bothKeys.filter((k) => unrecIssue.keys.includes(k)) : [];
    if (aggregated.length)
      result.issues.push({ ...unrecIssue, keys: aggregated });
    for (const k of bothKeys) {
      if (!aggregated.includes(k) && keyIssues.has(k))
        result.issues.push(keyIssues.get(k));
    }
  }
  const merged = mergeValues(left.value, right.value);
  if (!merged.valid) {
    if (aborted(result))
      return result;
    throw new Error(`Unmergable intersection. Error path: ${JSON.stringify(merged.mergeErrorPath)}`);
  }
  result.value = merged.data;
  return result;
}
var $ZodTuple = /* @__PURE__ */ $constructor("$ZodTuple", (inst, def) => {
  $ZodType.init(inst, def);
  const items = def.items;
  const memo2 = globalConfig.memoizer;
  memo2?.attach(inst);
  inst._zod.parse = (payload, ctx) => {
    const input = payload.value;
    if (!Array.isArray(input)) {
      payload.issues.push({
        input,
        inst,
        expected: "tuple",
        code: "invalid_type"
      });
      return payload;
    }
    payload.value = memo2 ? memo2.alloc(inst, payload, [], ctx) : [];
    const proms = [];
    const optinStart = getTupleOptStart(items, "optin");
    const optoutStart = getTupleOptStart(items, "optout");
    if (!def.rest) {
      if (input.length < optinStart) {
        payload.issues.push({
          code: "too_small",
          minimum: optinStart,
          inclusive: true,
          input,
          inst,
          origin: "array"
        });
        return payload;
      }
      if (input.length > items.length) {
        payload.issues.push({
          code: "too_big",
          maximum: items.length,
          inclusive: true,
          input,
          inst,
          origin: "array"
        });
      }
    }
    const itemResults = new Array(items.length);
    const abortEarly = def.rest ? ctx?.abortEarly : void 0;
    let itemAborted = false;
    for (let i = 0; i < items.length; i++) {
      const r = items[i]._zod.run({ value: input[i], issues: [] }, ctx);
      if (r instanceof Promise) {
        proms.push(r.then((rr) => {
          itemResults[i] = rr;
        }));
      } else {
        itemResults[i] = r;
        if (abortEarly && !itemAborted && r.issues.length)
          itemAborted = aborted(r);
      }
    }
    if (def.rest && !itemAborted) {
      let i = items.length - 1;
      const rest = input.slice(items.length);
      let seen = payload.issues.length;
      for (const el of rest) {
        if (abortEarly && payload.issues.length !== seen) {
          if (aborted(payload, seen))
            break;
          seen = payload.issues.length;
        }
        i++;
        const result = def.rest._zod.run({ value: el, issues: [] }, ctx);
        if (result instanceof Promise) {
          proms.push(result.then((r) => handleTupleResult(r, payload, i)));
        } else {
          handleTupleResult(result, payload, i);
        }
      }
    }
    if (proms.length) {
      return Promise.all(proms).then(() => handleTupleResults(itemResults, payload, items, input, optoutStart));
    }
    return handleTupleResults(itemResults, payload, items, input, optoutStart);
  };
});
function getTupleOptStart(items, key) {
  for (let i = items.length - 1; i >= 0; i--) {
    const omittable = key === "optin" ? items[i]._zod.optin !== void 0 : items[i]._zod.optout === "optional";
    if (!omittable)
      return i + 1;
  }
  return 0;
}
function handleTupleResult(result, final, index) {
  if (result.issues.length) {
    final.issues.push(...prefixIssues(index, result.issues));
  }
  final.value[index] = result.value;
}
function handleTupleResults(itemResults, final, items, input, optoutStart) {
  for (let i = 0; i < items.length; i++) {
    const r = itemResults[i];
    const isPresent = i < input.length;
    if (!isPresent && i >= optoutStart && items[i]._zod.optin === "optional") {
      final.value.length = i;
      break;
    }
    if (r.issues.length) {
      if (!isPresent && i >= optoutStart) {
        final.value.length = i;
        break;
      }
      final.issues.push(...prefixIssues(i, r.issues));
    }
    final.value[i] = r.value;
  }
  for (let i = final.value.length - 1; i >= input.length; i--) {
    if (items[i]._zod.optout === "optional" && final.value[i] === void 0) {
      final.value.length = i;
    } else {
      break;
    }
  }
  return final;
}
var $ZodRecord = /* @__PURE__ */ $constructor("$ZodRecord", (inst, def) => {
  $ZodType.init(inst, def);
  const memo2 = globalConfig.memoizer;
  memo2?.attach(inst);
  inst._zod.parse = (payload, ctx) => {
    const input = payload.value;
    if (!isPlainObject(input)) {
      payload.issues.push({
        expected: "record",
        code: "invalid_type",
        input,
        inst
      });
      return payload;
    }
    const proms = [];
    const values = def.keyType._zod.values;
    if (values && !def.partial) {
      payload.value = memo2 ? memo2.alloc(inst, payload, {}, ctx) : {};
      const recordKeys = /* @__PURE__ */ new Set();
      for (const key of values) {
        if (typeof key === "string" || typeof key === "number" || typeof key === "symbol") {
          recordKeys.add(typeof key === "number" ? key.toString() : key);
          if (key === "__proto__")
            continue;
          const keyResult = def.keyType._zod.run({ value: key, issues: [] }, ctx);
          if (keyResult instanceof Promise) {
            throw new Error("Async schemas not supported in object keys currently");
          }
          if (keyResult.issues.length) {
            payload.issues.push({
              code: "invalid_key",
              origin: "record",
              issues: keyResult.issues.map((iss) => finalizeIssue(iss, ctx, config())),
              input: key,
              path: [key],
              inst
            });
            continue;
          }
          const outKey = keyResult.value;
          if (outKey === "__proto__")
            continue;
          const result = def.valueType._zod.run({ value: input[key], issues: [] }, ctx);
          if (result instanceof Promise) {
            proms.push(result.then((result2) => {
              if (result2.issues.length) {
                payload.issues.push(...prefixIssues(key, result2.issues));
              }
              payload.value[outKey] = result2.value;
            }));
          } else {
            if (result.issues.length) {
              payload.issues.push(...prefixIssues(key, result.issues));
            }
            payload.value[outKey] = result.value;
          }
        }
      }
      let unrecognized;
      for (const key in input) {
        if (!recordKeys.has(key)) {
          if (def.mode === "loose") {
            if (key === "__proto__")
              continue;
            payload.value[key] = input[key];
          } else {
            unrecognized = unrecognized ?? [];
            unrecognized.push(key);
          }
        }
      }
      if (unrecognized && unrecognized.length > 0) {
        payload.issues.push({
          code: "unrecognized_keys",
          input,
          inst,
          keys: unrecognized,
          continue: true
        });
      }
    } else {
      payload.value = memo2 ? memo2.alloc(inst, payload, {}, ctx) : {};
      let unrecognized;
      for (const key of Reflect.ownKeys(input)) {
        if (key === "__proto__")
          continue;
        if (!Object.prototype.propertyIsEnumerable.call(input, key))
          continue;
        let keyResult = def.keyType._zod.run({ value: key, issues: [] }, ctx);
        if (keyResult instanceof Promise) {
          throw new Error("Async schemas not supported in object keys currently");
        }
        const checkNumericKey = typeof key === "string" && number.test(key) && keyResult.issues.length;
        if (checkNumericKey) {
          const retryResult = def.keyType._zod.run({ value: Number(key), issues: [] }, ctx);
          if (retryResult instanceof Promise) {
            throw new Error("Async schemas not supported in object keys currently");
          }
          if (retryResult.issues.length === 0) {
            keyResult = retryResult;
          }
        }
        if (keyResult.issues.length) {
          if (def.mode === "loose") {
            payload.value[key] = input[key];
          } else if (values) {
            unrecognized = unrecognized ?? [];
            unrecognized.push(key);
          } else {
            payload.issues.push({
              code: "invalid_key",
              origin: "record",
              issues: keyResult.issues.map((iss) => finalizeIssue(iss, ctx, config())),
              input: key,
              path: [key],
              inst
            });
          }
          continue;
        }
        const outKey = keyResult.value;
        if (outKey === "__proto__")
          continue;
        const result = def.valueType._zod.run({ value: input[key], issues: [] }, ctx);
        if (result instanceof Promise) {
          proms.push(result.then((result2) => {
            if (result2.issues.length) {
              payload.issues.push(...prefixIssues(key, result2.issues));
            }
            payload.value[outKey] = result2.value;
          }));
        } else {
          if (result.issues.length) {
            payload.issues.push(...prefixIssues(key, result.issues));
          }
          payload.value[outKey] = result.value;
        }
      }
      if (unrecognized && unrecognized.length > 0) {
        payload.issues.push({
          code: "unrecognized_keys",
          input,
          inst,
          keys: unrecognized,
          continue: true
        });
      }
    }
    if (proms.length) {
      return Promise.all(proms).then(() => payload);
    }
    return payload;
  };
});
var $ZodEnum = /* @__PURE__ */ $constructor("$ZodEnum", (inst, def) => {
  $ZodType.init(inst, def);
  const values = getEnumValues(def.entries);
  const valuesSet = new Set(values);
  inst._zod.values = valuesSet;
  defineLazyInternal(inst, "pattern", (zod) => {
    const patternValues = getEnumValues(zod.def.entries).filter((k) => propertyKeyTypes.has(typeof k));
    return new RegExp(patternValues.length ? `^(${patternValues.map((o) => escapeRegex(o.toString())).join("|")})$` : "^[^\\s\\S]$");
  });
  inst._zod.parse = (payload, _ctx) => {
    const input = payload.value;
    if (valuesSet.has(input)) {
      return payload;
    }
    payload.issues.push({
      code: "invalid_value",
      values,
      input,
      inst
    });
    return payload;
  };
});
var $ZodLiteral = /* @__PURE__ */ $constructor("$ZodLiteral", (inst, def) => {
  $ZodType.init(inst, def);
  const values = new Set(def.values);
  inst._zod.values = values;
  defineLazyInternal(inst, "pattern", (zod) => {
    const vals = zod.def.values;
    return new RegExp(vals.length ? `^(${vals.map((o) => typeof o === "string" ? escapeRegex(o) : o ? escapeRegex(o.toString()) : String(o)).join("|")})$` : "^[^\\s\\S]$");
  });
  inst._zod.parse = (payload, _ctx) => {
    const input = payload.value;
    if (values.has(input)) {
      return payload;
    }
    payload.issues.push({
      code: "invalid_value",
      values: def.values,
      input,
      inst
    });
    return payload;
  };
});
var $ZodTransform = /* @__PURE__ */ $constructor("$ZodTransform", (inst, def) => {
  $ZodType.init(inst, def);
  inst._zod.optin = "optional";
  globalConfig.memoizer?.guard(inst);
  inst._zod.parse = (payload, ctx) => {
    if (ctx.direction === "backward") {
      throw new $ZodEncodeError(inst.constructor.name);
    }
    const _out = def.transform(payload.value, payload);
    if (ctx.async) {
      const output = _out instanceof Promise ? _out : Promise.resolve(_out);
      return output.then((output2) => {
        payload.value = output2;
        return payload;
      });
    }
    if (_out instanceof Promise) {
      throw new $ZodAsyncError();
    }
    payload.value = _out;
    return payload;
  };
});
function handleOptionalResult(payload, result) {
  payload.value = result.issues.length ? void 0 : result.value;
  return payload;
}
var $ZodOptional = /* @__PURE__ */ $constructor("$ZodOptional", (inst, def) => {
  $ZodType.init(inst, def);
  defineLazyInternal(inst, "optin", (zod) => zod.def.innerType._zod.optin === "defaulted" ? "defaulted" : "optional");
  inst._zod.optout = "optional";
  defineLazyInternal(inst, "values", (zod) => {
    const values = zod.def.innerType._zod.values;
    return values ? /* @__PURE__ */ new Set([...values, void 0]) : void 0;
  });
  defineLazyInternal(inst, "pattern", (zod) => {
    const pattern = zod.def.innerType._zod.pattern;
    return pattern ? new RegExp(`^(${cleanRegex(pattern.source)})?$`) : void 0;
  });
  inst._zod.parse = (payload, ctx) => {
    if (payload.value === void 0) {
      if (def.innerType._zod.optin !== "defaulted")
        return payload;
      const result = def.innerType._zod.run({ value: payload.value, issues: [] }, ctx);
      if (result instanceof Promise)
        return result.then((result2) => handleOptionalResult(payload, result2));
      return handleOptionalResult(payload, result);
    }
    return def.innerType._zod.run(payload, ctx);
  };
});
var $ZodExactOptional = /* @__PURE__ */ $constructor("$ZodExactOptional", (inst, def) => {
  $ZodOptional.init(inst, def);
  defineLazyInternal(inst, "values", (zod) => zod.def.innerType._zod.values);
  defineLazyInternal(inst, "pattern", (zod) => zod.def.innerType._zod.pattern);
  inst._zod.parse = (payload, ctx) => {
    return def.innerType._zod.run(payload, ctx);
  };
});
var $ZodNullable = /* @__PURE__ */ $constructor("$ZodNullable", (inst, def) => {
  $ZodType.init(inst, def);
  defineLazyInternal(inst, "optin", (zod) => zod.def.innerType._zod.optin);
  defineLazyInternal(inst, "optout", (zod) => zod.def.innerType._zod.optout);
  defineLazyInternal(inst, "pattern", (zod) => {
    const pattern = zod.def.innerType._zod.pattern;
    return pattern ? new RegExp(`^(${cleanRegex(pattern.source)}|null)$`) : void 0;
  });
  defineLazyInternal(inst, "values", (zod) => {
    return zod.def.innerType._zod.values ? /* @__PURE__ */ new Set([...zod.def.innerType._zod.values, null]) : void 0;
  });
  inst._zod.parse = (payload, ctx) => {
    if (payload.value === null)
      return payload;
    return def.innerType._zod.run(payload, ctx);
  };
});
var $ZodDefault = /* @__PURE__ */ $constructor("$ZodDefault", (inst, def) => {
  $ZodType.init(inst, def);
  inst._zod.optin = "defaulted";
  defineLazyInternal(inst, "values", (zod) => zod.def.innerType._zod.values);
  inst._zod.parse = (payload, ctx) => {
    if (ctx.direction === "backward") {
      return def.innerType._zod.run(payload, ctx);
    }
    if (payload.value === void 0) {
      payload.value = def.defaultValue;
      return payload;
    }
    const result = def.innerType._zod.run(payload, ctx);
    if (result instanceof Promise) {
      return result.then((result2) => handleDefaultResult(result2, def));
    }
    return handleDefaultResult(result, def);
  };
});
function handleDefaultResult(payload, def) {
  if (payload.value === void 0) {
    payload.value = def.defaultValue;
  }
  return payload;
}
var $ZodPrefault = /* @__PURE__ */ $constructor("$ZodPrefault", (inst, def) => {
  $ZodType.init(inst, def);
  inst._zod.optin = "defaulted";
  defineLazyInternal(inst, "values", (zod) => zod.def.innerType._zod.values);
  inst._zod.parse = (payload, ctx) => {
    if (ctx.direction === "backward") {
      return def.innerType._zod.run(payload, ctx);
    }
    if (payload.value === void 0) {
      payload.value = def.defaultValue;
    }
    return def.innerType._zod.run(payload, ctx);
  };
});
var $ZodNonOptional = /* @__PURE__ */ $constructor("$ZodNonOptional", (inst, def) => {
  $ZodType.init(inst, def);
  defineLazyInternal(inst, "values", (zod) => {
    const v2 = zod.def.innerType._zod.values;
    return v2 ? new Set([...v2].filter((x) => x !== void 0)) : void 0;
  });
  inst._zod.parse = (payload, ctx) => {
    const result = def.innerType._zod.run(payload, ctx);
    if (result instanceof Promise) {
      return result.then((result2) => handleNonOptionalResult(result2, inst));
    }
    return handleNonOptionalResult(result, inst);
  };
});
function handleNonOptionalResult(payload, inst) {
  if (!payload.issues.length && payload.value === void 0) {
    payload.issues.push({
      code: "invalid_type",
      expected: "nonoptional",
      input: payload.value,
      inst
    });
  }
  return payload;
}
function handleCatchResult(payload, result, def, ctx) {
  if (!result.issues.length) {
    payload.value = result.value;
    if (result.memo)
      payload.memo = true;
    return payload;
  }
  payload.value = def.catchValue({
    ...result,
    value: payload.value,
    error: {
      issues: result.issues.map((iss) => finalizeIssue(iss, ctx, config()))
    },
    input: payload.value
  });
  return payload;
}
var $ZodCatch = /* @__PURE__ */ $constructor("$ZodCatch", (inst, def) => {
  $ZodType.init(inst, def);
  defineLazyInternal(inst, "optin", (zod) => zod.def.innerType._zod.optin === "defaulted" ? "defaulted" : "optional");
  defineLazyInternal(inst, "optout", (zod) => zod.def.innerType._zod.optout);
  defineLazyInternal(inst, "values", (zod) => zod.def.innerType._zod.values);
  inst._zod.parse = (payload, ctx) => {
    if (ctx.direction === "backward") {
      return def.innerType._zod.run(payload, ctx);
    }
    const result = def.innerType._zod.run({ value: payload.value, issues: [] }, ctx);
    if (result instanceof Promise) {
      return result.then((result2) => handleCatchResult(payload, result2, def, ctx));
    }
    return handleCatchResult(payload, result, def, ctx);
  };
});
var $ZodPipe = /* @__PURE__ */ $constructor("$ZodPipe", (inst, def) => {
  $ZodType.init(inst, def);
  defineLazyInternal(inst, "values", (zod) => zod.def.in._zod.values);
  defineLazyInternal(inst, "optin", (zod) => zod.def.in._zod.optin);
  defineLazyInternal(inst, "optout", (zod) => zod.def.out._zod.optout);
  defineLazyInternal(inst, "propValues", (zod) => zod.def.in._zod.propValues);
  inst._zod.parse = (payload, ctx) => {
    if (ctx.direction === "backward") {
      const right = def.out._zod.run(payload, ctx);
      if (right instanceof Promise) {
        return right.then((right2) => handlePipeResult(right2, def.in, ctx));
      }
      return handlePipeResult(right, def.in, ctx);
    }
    const left = def.in._zod.run(payload, ctx);
    if (left instanceof Promise) {
      return left.then((left2) => handlePipeResult(left2, def.out, ctx));
    }
    return handlePipeResult(left, def.out, ctx);
  };
});
function handlePipeResult(left, next, ctx) {
  if (left.issues.some((iss) => iss.code !== "unrecognized_keys")) {
    left.aborted = true;
    return left;
  }
  return next._zod.run({ value: left.value, issues: left.issues }, ctx);
}
var $ZodReadonly = /* @__PURE__ */ $constructor("$ZodReadonly", (inst, def) => {
  $ZodType.init(inst, def);
  defineLazyInternal(inst, "propValues", (zod) => zod.def.innerType._zod.propValues);
  defineLazyInternal(inst, "values", (zod) => zod.def.innerType._zod.values);
  defineLazyInternal(inst, "optin", (zod) => zod.def.innerType?._zod?.optin);
  defineLazyInternal(inst, "optout", (zod) => zod.def.innerType?._zod?.optout);
  inst._zod.parse = (payload, ctx) => {
    if (ctx.direction === "backward") {
      return def.innerType._zod.run(payload, ctx);
    }
    const result = def.innerType._zod.run(payload, ctx);
    if (result instanceof Promise) {
      return result.then(handleReadonlyResult);
    }
    return handleReadonlyResult(result);
  };
});
function handleReadonlyResult(payload) {
  if (!payload.memo)
    payload.value = Object.freeze(payload.value);
  return payload;
}
var $ZodCustom = /* @__PURE__ */ $constructor("$ZodCustom", (inst, def) => {
  $ZodCheck.init(inst, def);
  $ZodType.init(inst, def);
  inst._zod.parse = (payload, _) => {
    return payload;
  };
  inst._zod.check = (payload) => {
    const input = payload.value;
    const r = def.fn(input);
    if (r instanceof Promise) {
      return r.then((r2) => handleRefineResult(r2, payload, input, inst));
    }
    handleRefineResult(r, payload, input, inst);
    return;
  };
});
function handleRefineResult(result, payload, input, inst) {
  if (!result) {
    const _iss = {
      code: "custom",
      input,
      inst,
      // incorporates params.error into issue reporting
      path: [...inst._zod.def.path ?? []],
      // incorporates params.error into issue reporting
      continue: !inst._zod.def.abort
      // params: inst._zod.def.params,
    };
    if (inst._zod.def.params)
      _iss.params = inst._zod.def.params;
    payload.issues.push(issue(_iss));
  }
}

// node_modules/zod/v4/core/memoizer.js
var $ZodCyclicError = class extends Error {
  constructor() {
    super(`Cannot parse a reference cycle that closes through a transform`);
    this.name = "ZodCyclicError";
  }
};
var STATE = "~memo";
var NO_ISSUES = [];
function isRef(value) {
  return value !== null && typeof value === "object";
}
function cloneIssues(issues) {
  return issues.map((iss) => iss.path ? { ...iss, path: iss.path.slice() } : { ...iss });
}
var recursive = /* @__PURE__ */ new WeakMap();
var NONE = 0;
var ASSUMED = 1;
var PROVEN = 2;
function isRecursive(inst, stack, resolve) {
  const cached2 = recursive.get(inst);
  if (cached2 !== void 0)
    return cached2 ? PROVEN : NONE;
  if (stack.has(inst))
    return PROVEN;
  stack.add(inst);
  let result = NONE;
  const check3 = (child) => {
    if (result !== PROVEN && child?._zod) {
      const answer = isRecursive(child, stack, resolve);
      if (answer > result)
        result = answer;
    }
  };
  const shape = (sh, spread) => {
    let answer = NONE;
    for (const key of Reflect.ownKeys(sh)) {
      const desc = Object.getOwnPropertyDescriptor(sh, key);
      if (spread && !desc.enumerable)
        continue;
      const child = desc.get ? ASSUMED : desc.value?._zod ? isRecursive(desc.value, stack, resolve) : NONE;
      if (child > answer)
        answer = child;
    }
    return answer;
  };
  const merge3 = (answer) => {
    if (answer > result)
      result = answer;
  };
  const def = inst._zod.def;
  const kind = def.type;
  switch (kind) {
    case "object": {
      const raw = rawShape(def);
      merge3(raw ? shape(raw, true) : ASSUMED);
      check3(def.catchall);
      break;
    }
    case "array":
      check3(def.element);
      break;
    case "tuple":
      for (const el of def.items)
        check3(el);
      check3(def.rest);
      break;
    case "record":
    case "map":
      check3(def.keyType);
      check3(def.valueType);
      break;
    case "set":
      check3(def.valueType);
      break;
    case "union":
      for (const el of def.options)
        check3(el);
      break;
    case "intersection":
      check3(def.left);
      check3(def.right);
      break;
    case "optional":
    case "nullable":
    case "default":
    case "prefault":
    case "catch":
    case "readonly":
    case "nonoptional":
    case "promise":
    case "success":
      check3(def.innerType);
      break;
    case "pipe":
      check3(def.in);
      check3(def.out);
      break;
    case "function":
      check3(def.input);
      check3(def.output);
      break;
    // `$ZodLazy` caches its inner on the def, so a resolved edge is followed exactly
    case "lazy": {
      const inner = def._cachedInner ?? (resolve ? inst._zod.innerType : void 0);
      merge3(inner ? isRecursive(inner, stack, false) : ASSUMED);
      break;
    }
    // a leaf by choice: `parts` are regex fragments, not data positions
    case "template_literal":
    // leaves
    case "string":
    case "number":
    case "int":
    case "boolean":
    case "bigint":
    case "symbol":
    case "undefined":
    case "null":
    case "void":
    case "never":
    case "any":
    case "unknown":
    case "date":
    case "nan":
    case "enum":
    case "literal":
    case "file":
    case "transform":
    case "custom":
      break;
    default: {
      kind;
      for (const key in def) {
        const desc = Object.getOwnPropertyDescriptor(def, key);
        if (!desc || desc.get)
          continue;
        const value = desc.value;
        if (!value || typeof value !== "object")
          continue;
        if (value._zod)
          check3(value);
        else if (Array.isArray(value))
          for (const el of value)
            check3(el);
      }
    }
  }
  stack.delete(inst);
  return settle(inst, result);
}
function settle(inst, answer) {
  if (answer !== ASSUMED)
    recursive.set(inst, answer === PROVEN);
  return answer;
}
function bucketFor(state2, inst) {
  let bucket = state2.buckets.get(inst);
  if (!bucket) {
    bucket = /* @__PURE__ */ new WeakMap();
    state2.buckets.set(inst, bucket);
  }
  return bucket;
}
var handoff;
var open = [];
var memo = {
  alloc(_inst, payload, empty) {
    const bucket = handoff;
    if (!bucket)
      return empty;
    handoff = void 0;
    const entry = { value: empty, issues: null };
    bucket.set(payload.value, entry);
    open.push(entry);
    return empty;
  },
  guard(inst) {
    var _a3;
    (_a3 = inst._zod).deferred ?? (_a3.deferred = []);
    inst._zod.deferred.push(() => {
      const base = inst._zod.parse;
      const wrapped = (payload, ctx) => {
        if (ctx.direction !== "backward" && isBackEdge(ctx, payload.value))
          throw new $ZodCyclicError();
        return base(payload, ctx);
      };
      inst._zod.parse = wrapped;
      if (inst._zod.run === base)
        inst._zod.run = wrapped;
    });
  },
  attach(inst) {
    var _a3;
    let isRecursiveInst;
    let rechecked = false;
    let lastCtx;
    let lastBucket;
    (_a3 = inst._zod).deferred ?? (_a3.deferred = []);
    inst._zod.deferred.push(() => {
      const base = inst._zod.parse;
      const wrapped = (payload, ctx) => {
        if (isRecursiveInst === void 0) {
          const walked = isRecursive(inst, /* @__PURE__ */ new Set(), false);
          if (walked === NONE) {
            inst._zod.parse = base;
            if (inst._zod.run === wrapped)
              inst._zod.run = base;
            return base(payload, ctx);
          }
          if (walked === PROVEN || rechecked)
            isRecursiveInst = true;
          else
            rechecked = true;
        }
        const input = payload.value;
        if (!isRef(input))
          return base(payload, ctx);
        let state2 = ctx[STATE];
        if (!state2) {
          state2 = { buckets: /* @__PURE__ */ new WeakMap(), backEdges: void 0 };
          ctx[STATE] = state2;
        }
        let bucket;
        if (lastCtx === ctx) {
          bucket = lastBucket;
        } else {
          bucket = bucketFor(state2, inst);
          lastCtx = ctx;
          lastBucket = bucket;
        }
        const hit = bucket.get(input);
        if (hit) {
          payload.value = hit.value;
          if (hit.issues) {
            if (hit.issues.length)
              payload.issues.push(...cloneIssues(hit.issues));
          } else {
            payload.memo = true;
            state2.backEdges ?? (state2.backEdges = /* @__PURE__ */ new WeakSet());
            state2.backEdges.add(hit.value);
          }
          return payload;
        }
        handoff = bucket;
        const depth = open.length;
        const result = base(payload, ctx);
        handoff = void 0;
        const entry = open.length > depth ? open.pop() : void 0;
        if (result instanceof Promise) {
          return result.then((r) => {
            if (entry)
              entry.issues = r.issues.length ? cloneIssues(r.issues) : NO_ISSUES;
            return r;
          });
        }
        if (entry)
          entry.issues = result.issues.length ? cloneIssues(result.issues) : NO_ISSUES;
        return result;
      };
      inst._zod.parse = wrapped;
      if (inst._zod.run === base)
        inst._zod.run = wrapped;
    });
  }
};
function memoizer() {
  return memo;
}
function isBackEdge(ctx, value) {
  const backEdges = ctx[STATE]?.backEdges;
  return backEdges !== void 0 && isRef(value) && backEdges.has(value);
}

// node_modules/zod/v4/locales/en.js
var error = () => {
  const Sizable = {
    string: { unit: "characters", verb: "to have" },
    file: { unit: "bytes", verb: "to have" },
    array: { unit: "items", verb: "to have" },
    set: { unit: "items", verb: "to have" },
    map: { unit: "entries", verb: "to have" }
  };
  function getSizing(origin) {
    return Sizable[origin] ?? null;
  }
  const FormatDictionary = {
    regex: "input",
    email: "email address",
    url: "URL",
    emoji: "emoji",
    uuid: "UUID",
    uuidv4: "UUIDv4",
    uuidv6: "UUIDv6",
    nanoid: "nanoid",
    guid: "GUID",
    cuid: "cuid",
    cuid2: "cuid2",
    ulid: "ULID",
    xid: "XID",
    ksuid: "KSUID",
    datetime: "ISO datetime",
    date: "ISO date",
    time: "ISO time",
    duration: "ISO duration",
    ipv4: "IPv4 address",
    ipv6: "IPv6 address",
    mac: "MAC address",
    cidrv4: "IPv4 range",
    cidrv6: "IPv6 range",
    base64: "base64-encoded string",
    base64url: "base64url-encoded string",
    json_string: "JSON string",
    e164: "E.164 number",
    currency_code: "currency code",
    credit_card: "credit card number",
    iban: "IBAN",
    jwt: "JWT",
    template_literal: "input"
  };
  const TypeDictionary = {
    // Compatibility: "nan" -> "NaN" for display
    nan: "NaN"
    // All other type names omitted - they fall back to raw values via ?? operator
  };
  function getTypeName(type, input) {
    if (type === "number" && typeof input === "number" && !Number.isFinite(input)) {
      return String(input);
    }
    return TypeDictionary[type] ?? type;
  }
  return (issue2) => {
    switch (issue2.code) {
      case "invalid_type": {
        const expected = getTypeName(issue2.expected);
        const receivedType = parsedType(issue2.input);
        const received = getTypeName(receivedType, issue2.input);
        return `Invalid input: expected ${expected}, received ${received}`;
      }
      case "invalid_value":
        if (issue2.values.length === 1)
          return `Invalid input: expected ${stringifyPrimitive(issue2.values[0])}`;
        return `Invalid option: expected one of ${joinValues(issue2.values, "|")}`;
      case "too_big": {
        const adj = issue2.exact ? "exactly " : issue2.inclusive ? "<=" : "<";
        const sizing = getSizing(issue2.origin);
        if (sizing)
          return `Too big: expected ${issue2.origin ?? "value"} to have ${adj}${issue2.maximum.toString()} ${sizing.unit ?? "elements"}`;
        return `Too big: expected ${issue2.origin ?? "value"} to be ${adj}${issue2.maximum.toString()}`;
      }
      case "too_small": {
        const adj = issue2.exact ? "exactly " : issue2.inclusive ? ">=" : ">";
        const sizing = getSizing(issue2.origin);
        if (sizing) {
          return `Too small: expected ${issue2.origin} to have ${adj}${issue2.minimum.toString()} ${sizing.unit}`;
        }
        return `Too small: expected ${issue2.origin} to be ${adj}${issue2.minimum.toString()}`;
      }
      case "invalid_format": {
        const _issue = issue2;
        if (_issue.format === "starts_with") {
          return `Invalid string: must start with "${_issue.prefix}"`;
        }
        if (_issue.format === "ends_with")
          return `Invalid string: must end with "${_issue.suffix}"`;
        if (_issue.format === "includes")
          return `Invalid string: must include "${_issue.includes}"`;
        if (_issue.format === "regex")
          return `Invalid string: must match pattern ${_issue.pattern}`;
        return `Invalid ${FormatDictionary[_issue.format] ?? issue2.format}`;
      }
      case "not_multiple_of":
        return `Invalid number: must be a multiple of ${issue2.divisor}`;
      case "unrecognized_keys":
        return `Unrecognized key${issue2.keys.length > 1 ? "s" : ""}: ${joinValues(issue2.keys, ", ")}`;
      case "invalid_key":
        return `Invalid key in ${issue2.origin}`;
      case "invalid_union":
        if (issue2.options && Array.isArray(issue2.options) && issue2.options.length > 0) {
          const opts = issue2.options.map((o) => `'${o}'`).join(" | ");
          return `Invalid discriminator value. Expected ${opts}`;
        }
        if (issue2.inclusive === false) {
          return "Invalid input: more than one option matched";
        }
        return "Invalid input";
      case "invalid_element":
        return `Invalid value in ${issue2.origin}`;
      default:
        return `Invalid input`;
    }
  };
};
function en_default() {
  return {
    localeError: error()
  };
}

// node_modules/zod/v4/core/registries.js
var _a2;
var $ZodRegistry = class {
  constructor() {
    this._map = /* @__PURE__ */ new WeakMap();
    this._idmap = /* @__PURE__ */ new Map();
  }
  add(schema, ..._meta) {
    const meta2 = _meta[0];
    this._map.set(schema, meta2);
    if (meta2 && typeof meta2 === "object" && "id" in meta2) {
      this._idmap.set(meta2.id, schema);
    }
    return this;
  }
  clear() {
    this._map = /* @__PURE__ */ new WeakMap();
    this._idmap = /* @__PURE__ */ new Map();
    return this;
  }
  remove(schema) {
    const meta2 = this._map.get(schema);
    if (meta2 && typeof meta2 === "object" && "id" in meta2) {
      this._idmap.delete(meta2.id);
    }
    this._map.delete(schema);
    return this;
  }
  get(schema) {
    const p = schema._zod.parent;
    if (p) {
      const pm = { ...this.get(p) ?? {} };
      delete pm.id;
      const f = { ...pm, ...this._map.get(schema) };
      return Object.keys(f).length ? f : void 0;
    }
    return this._map.get(schema);
  }
  has(schema) {
    return this._map.has(schema);
  }
};
function registry() {
  return new $ZodRegistry();
}
(_a2 = globalThis).__zod_globalRegistry ?? (_a2.__zod_globalRegistry = registry());
var globalRegistry = globalThis.__zod_globalRegistry;

// node_modules/zod/v4/core/api.js
function snapshotChecks(def) {
  if (def.checks)
    def.checks = [...def.checks];
  return def;
}
// @__NO_SIDE_EFFECTS__
function _string(Class2, params) {
  return new Class2(snapshotChecks({ type: "string", ...normalizeParams(params) }));
}
// @__NO_SIDE_EFFECTS__
function _email(Class2, params) {
  return new Class2({
    type: "string",
    format: "email",
    check: "string_format",
    abort: false,
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _guid(Class2, params) {
  return new Class2({
    type: "string",
    format: "guid",
    check: "string_format",
    abort: false,
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _uuid(Class2, params) {
  return new Class2({
    type: "string",
    format: "uuid",
    check: "string_format",
    abort: false,
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _uuidv4(Class2, params) {
  return new Class2({
    type: "string",
    format: "uuid",
    check: "string_format",
    abort: false,
    version: "v4",
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _uuidv6(Class2, params) {
  return new Class2({
    type: "string",
    format: "uuid",
    check: "string_format",
    abort: false,
    version: "v6",
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _uuidv7(Class2, params) {
  return new Class2({
    type: "string",
    format: "uuid",
    check: "string_format",
    abort: false,
    version: "v7",
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _url(Class2, params) {
  return new Class2({
    type: "string",
    format: "url",
    check: "string_format",
    abort: false,
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _emoji2(Class2, params) {
  return new Class2({
    type: "string",
    format: "emoji",
    check: "string_format",
    abort: false,
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _nanoid(Class2, params) {
  return new Class2({
    type: "string",
    format: "nanoid",
    check: "string_format",
    abort: false,
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _cuid(Class2, params) {
  return new Class2({
    type: "string",
    format: "cuid",
    check: "string_format",
    abort: false,
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _cuid2(Class2, params) {
  return new Class2({
    type: "string",
    format: "cuid2",
    check: "string_format",
    abort: false,
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _ulid(Class2, params) {
  return new Class2({
    type: "string",
    format: "ulid",
    check: "string_format",
    abort: false,
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _xid(Class2, params) {
  return new Class2({
    type: "string",
    format: "xid",
    check: "string_format",
    abort: false,
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _ksuid(Class2, params) {
  return new Class2({
    type: "string",
    format: "ksuid",
    check: "string_format",
    abort: false,
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _ipv4(Class2, params) {
  return new Class2({
    type: "string",
    format: "ipv4",
    check: "string_format",
    abort: false,
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _ipv6(Class2, params) {
  return new Class2({
    type: "string",
    format: "ipv6",
    check: "string_format",
    abort: false,
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _cidrv4(Class2, params) {
  return new Class2({
    type: "string",
    format: "cidrv4",
    check: "string_format",
    abort: false,
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _cidrv6(Class2, params) {
  return new Class2({
    type: "string",
    format: "cidrv6",
    check: "string_format",
    abort: false,
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _base64(Class2, params) {
  return new Class2({
    type: "string",
    format: "base64",
    check: "string_format",
    abort: false,
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _base64url(Class2, params) {
  return new Class2({
    type: "string",
    format: "base64url",
    check: "string_format",
    abort: false,
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _e164(Class2, params) {
  return new Class2({
    type: "string",
    format: "e164",
    check: "string_format",
    abort: false,
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _jwt(Class2, params) {
  return new Class2({
    type: "string",
    format: "jwt",
    check: "string_format",
    abort: false,
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _isoDateTime(Class2, params) {
  return new Class2({
    type: "string",
    format: "datetime",
    check: "string_format",
    offset: false,
    local: false,
    precision: null,
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _isoDate(Class2, params) {
  return new Class2({
    type: "string",
    format: "date",
    check: "string_format",
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _isoTime(Class2, params) {
  return new Class2({
    type: "string",
    format: "time",
    check: "string_format",
    precision: null,
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _isoDuration(Class2, params) {
  return new Class2({
    type: "string",
    format: "duration",
    check: "string_format",
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _number(Class2, params) {
  return new Class2(snapshotChecks({ type: "number", checks: [], ...normalizeParams(params) }));
}
// @__NO_SIDE_EFFECTS__
function _int(Class2, params) {
  return new Class2({
    type: "number",
    check: "number_format",
    abort: false,
    format: "safeint",
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _boolean(Class2, params) {
  return new Class2({
    type: "boolean",
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _unknown(Class2) {
  return new Class2({
    type: "unknown"
  });
}
// @__NO_SIDE_EFFECTS__
function _never(Class2, params) {
  return new Class2({
    type: "never",
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _lt(value, params) {
  return new $ZodCheckLessThan({
    check: "less_than",
    ...normalizeParams(params),
    value,
    inclusive: false
  });
}
// @__NO_SIDE_EFFECTS__
function _lte(value, params) {
  return new $ZodCheckLessThan({
    check: "less_than",
    ...normalizeParams(params),
    value,
    inclusive: true
  });
}
// @__NO_SIDE_EFFECTS__
function _gt(value, params) {
  return new $ZodCheckGreaterThan({
    check: "greater_than",
    ...normalizeParams(params),
    value,
    inclusive: false
  });
}
// @__NO_SIDE_EFFECTS__
function _gte(value, params) {
  return new $ZodCheckGreaterThan({
    check: "greater_than",
    ...normalizeParams(params),
    value,
    inclusive: true
  });
}
// @__NO_SIDE_EFFECTS__
function _multipleOf(value, params) {
  return new $ZodCheckMultipleOf({
    check: "multiple_of",
    ...normalizeParams(params),
    value
  });
}
// @__NO_SIDE_EFFECTS__
function _maxLength(maximum, params) {
  const ch = new $ZodCheckMaxLength({
    check: "max_length",
    ...normalizeParams(params),
    maximum
  });
  return ch;
}
// @__NO_SIDE_EFFECTS__
function _minLength(minimum, params) {
  return new $ZodCheckMinLength({
    check: "min_length",
    ...normalizeParams(params),
    minimum
  });
}
// @__NO_SIDE_EFFECTS__
function _length(length, params) {
  return new $ZodCheckLengthEquals({
    check: "length_equals",
    ...normalizeParams(params),
    length
  });
}
// @__NO_SIDE_EFFECTS__
function _regex(pattern, params) {
  return new $ZodCheckRegex({
    check: "string_format",
    format: "regex",
    ...normalizeParams(params),
    pattern
  });
}
// @__NO_SIDE_EFFECTS__
function _lowercase(params) {
  return new $ZodCheckLowerCase({
    check: "string_format",
    format: "lowercase",
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _uppercase(params) {
  return new $ZodCheckUpperCase({
    check: "string_format",
    format: "uppercase",
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _includes(includes, params) {
  return new $ZodCheckIncludes({
    check: "string_format",
    format: "includes",
    ...normalizeParams(params),
    includes
  });
}
// @__NO_SIDE_EFFECTS__
function _startsWith(prefix, params) {
  return new $ZodCheckStartsWith({
    check: "string_format",
    format: "starts_with",
    ...normalizeParams(params),
    prefix
  });
}
// @__NO_SIDE_EFFECTS__
function _endsWith(suffix, params) {
  return new $ZodCheckEndsWith({
    check: "string_format",
    format: "ends_with",
    ...normalizeParams(params),
    suffix
  });
}
// @__NO_SIDE_EFFECTS__
function _overwrite(tx) {
  return new $ZodCheckOverwrite({
    check: "overwrite",
    tx
  });
}
// @__NO_SIDE_EFFECTS__
function _normalize(form) {
  return /* @__PURE__ */ _overwrite((input) => input.normalize(form));
}
// @__NO_SIDE_EFFECTS__
function _trim() {
  return /* @__PURE__ */ _overwrite((input) => input.trim());
}
// @__NO_SIDE_EFFECTS__
function _toLowerCase() {
  return /* @__PURE__ */ _overwrite((input) => input.toLowerCase());
}
// @__NO_SIDE_EFFECTS__
function _toUpperCase() {
  return /* @__PURE__ */ _overwrite((input) => input.toUpperCase());
}
// @__NO_SIDE_EFFECTS__
function _slugify() {
  return /* @__PURE__ */ _overwrite((input) => slugify(input));
}
// @__NO_SIDE_EFFECTS__
function _array(Class2, element, params) {
  return new Class2({
    type: "array",
    element,
    // get element() {
    //   return element;
    // },
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _custom(Class2, fn, _params) {
  const norm = normalizeParams(_params);
  norm.abort ?? (norm.abort = true);
  const schema = new Class2({
    type: "custom",
    check: "custom",
    fn,
    ...norm
  });
  return schema;
}
// @__NO_SIDE_EFFECTS__
function _refine(Class2, fn, _params) {
  const schema = new Class2({
    type: "custom",
    check: "custom",
    fn,
    ...normalizeParams(_params)
  });
  return schema;
}
// @__NO_SIDE_EFFECTS__
function _superRefine(fn, params) {
  const ch = /* @__PURE__ */ _check((payload) => {
    payload.addIssue = (issue2) => {
      if (typeof issue2 === "string") {
        payload.issues.push(issue(issue2, payload.value, ch._zod.def));
      } else {
        const _issue = issue2;
        if (_issue.fatal)
          _issue.continue = false;
        _issue.code ?? (_issue.code = "custom");
        if (!("input" in _issue))
          _issue.input = payload.value;
        _issue.inst ?? (_issue.inst = ch);
        _issue.continue ?? (_issue.continue = !ch._zod.def.abort);
        payload.issues.push(issue(_issue));
      }
    };
    return fn(payload.value, payload);
  }, params);
  return ch;
}
// @__NO_SIDE_EFFECTS__
function _check(fn, params) {
  const ch = new $ZodCheck({
    check: "custom",
    ...normalizeParams(params)
  });
  ch._zod.check = fn;
  return ch;
}

// node_modules/zod/v4/core/to-json-schema.js
function assignProps(target, ...sources) {
  for (const source2 of sources) {
    for (const key of Reflect.ownKeys(source2)) {
      if (Object.prototype.propertyIsEnumerable.call(source2, key)) {
        assignProp(target, key, source2[key]);
      }
    }
  }
  return target;
}
function initializeContext(params) {
  let target = params?.target ?? "draft-2020-12";
  if (target === "draft-4")
    target = "draft-04";
  if (target === "draft-7")
    target = "draft-07";
  return {
    processors: params.processors ?? {},
    metadataRegistry: params?.metadata ?? globalRegistry,
    target,
    unrepresentable: params?.unrepresentable ?? "throw",
    override: params?.override ?? (() => {
    }),
    io: params?.io ?? "output",
    counter: 0,
    seen: /* @__PURE__ */ new Map(),
    sharedDefsExtractedFor: void 0,
    sharedEmitDoneFor: void 0,
    cycles: params?.cycles ?? "ref",
    reused: params?.reused ?? "inline",
    intersections: [],
    deferred: [],
    external: params?.external ?? void 0
  };
}
function handleUnrepresentable(schema, ctx, json, params, message) {
  const result = typeof ctx.unrepresentable === "function" ? ctx.unrepresentable({ zodSchema: schema, path: params.path, message }) : ctx.unrepresentable;
  if (result === "any")
    return false;
  if (result === void 0 || result === "throw")
    throw new Error(message);
  Object.assign(json, result);
  return true;
}
function processSchema(schema, ctx, _params = { path: [], schemaPath: [] }) {
  var _a3;
  const def = schema._zod.def;
  const seen = ctx.seen.get(schema);
  if (seen) {
    seen.count++;
    const isCycle = _params.schemaPath.includes(schema);
    if (isCycle) {
      seen.cycle = _params.path;
    }
    return seen.schema;
  }
  const result = { schema: {}, count: 1, cycle: void 0, path: _params.path };
  ctx.seen.set(schema, result);
  ctx.sharedDefsExtractedFor = void 0;
  ctx.sharedEmitDoneFor = void 0;
  const overrideSchema = schema._zod.toJSONSchema?.();
  if (overrideSchema) {
    result.schema = overrideSchema;
  } else {
    const params = {
      ..._params,
      schemaPath: [..._params.schemaPath, schema],
      path: _params.path
    };
    if (schema._zod.processJSONSchema) {
      schema._zod.processJSONSchema(ctx, result.schema, params);
    } else {
      const _json = result.schema;
      const processor = ctx.processors[def.type];
      if (!processor) {
        throw new Error(`[toJSONSchema]: Non-representable type encountered: ${def.type}`);
      }
      processor(schema, ctx, _json, params);
    }
    const parent = schema._zod.parent;
    if (parent) {
      if (!result.ref)
        result.ref = parent;
      processSchema(parent, ctx, params);
      ctx.seen.get(parent).isParent = true;
    }
  }
  const meta2 = ctx.metadataRegistry.get(schema);
  if (meta2)
    assignProps(result.schema, meta2);
  if (ctx.io === "input" && isTransforming(schema)) {
    delete result.schema.examples;
    delete result.schema.default;
  }
  if (ctx.io === "input" && "_prefault" in result.schema)
    (_a3 = result.schema).default ?? (_a3.default = result.schema._prefault);
  delete result.schema._prefault;
  const _result = ctx.seen.get(schema);
  return _result.schema;
}
function encodeJSONPointerSegment(segment) {
  return segment.replace(/~/g, "~0").replace(/\//g, "~1");
}
function extractDefs(ctx, schema) {
  const root = ctx.seen.get(schema);
  if (!root)
    throw new Error("Unprocessed schema. This is a bug in Zod.");
  if (ctx.external && ctx.sharedDefsExtractedFor === ctx.external)
    return;
  const idToSchema = /* @__PURE__ */ new Map();
  for (const entry of ctx.seen.entries()) {
    const id = ctx.metadataRegistry.get(entry[0])?.id;
    if (id) {
      const existing = idToSchema.get(id);
      if (existing && existing !== entry[0]) {
        throw new Error(`Duplicate schema id "${id}" detected during JSON Schema conversion. Two different schemas cannot share the same id when converted together.`);
      }
      idToSchema.set(id, entry[0]);
    }
  }
  const makeURI = (entry) => {
    const defsSegment = ctx.target === "draft-2020-12" ? "$defs" : "definitions";
    if (ctx.external) {
      const externalId = ctx.external.registry.get(entry[0])?.id;
      const uriGenerator = ctx.external.uri ?? ((id2) => id2);
      if (externalId) {
        return { ref: uriGenerator(externalId) };
      }
      const id = entry[1].defId ?? entry[1].schema.id ?? `schema${ctx.counter++}`;
      entry[1].defId = id;
      return { defId: id, ref: `${uriGenerator("__shared")}#/${defsSegment}/${encodeJSONPointerSegment(id)}` };
    }
    const uriPrefix = `#`;
    const defUriPrefix = `${uriPrefix}/${defsSegment}/`;
    if (entry[1] === root && !entry[1].schema.id) {
      return { ref: uriPrefix };
    }
    const defId = entry[1].schema.id ?? `__schema${ctx.counter++}`;
    return { defId, ref: defUriPrefix + encodeJSONPointerSegment(defId) };
  };
  const extractToDef = (entry) => {
    if (entry[1].schema.$ref) {
      return;
    }
    const seen = entry[1];
    const { ref, defId } = makeURI(entry);
    seen.def = { ...seen.schema };
    if (defId)
      seen.defId = defId;
    const schema2 = seen.schema;
    for (const key in schema2) {
      delete schema2[key];
    }
    schema2.$ref = ref;
  };
  if (ctx.cycles === "throw") {
    for (const entry of ctx.seen.entries()) {
      const seen = entry[1];
      if (seen.cycle) {
        throw new Error(`Cycle detected: #/${seen.cycle?.join("/")}/<root>

Set the \`cycles\` parameter to \`"ref"\` to resolve cyclical schemas with defs.`);
      }
    }
  }
  for (const entry of ctx.seen.entries()) {
    const seen = entry[1];
    if (schema === entry[0]) {
      extractToDef(entry);
      continue;
    }
    if (ctx.external) {
      const ext = ctx.external.registry.get(entry[0])?.id;
      if (schema !== entry[0] && ext) {
        extractToDef(entry);
        continue;
      }
    }
    const id = ctx.metadataRegistry.get(entry[0])?.id;
    if (id) {
      extractToDef(entry);
      continue;
    }
    if (seen.cycle) {
      extractToDef(entry);
      continue;
    }
    if (seen.count > 1) {
      if (ctx.reused === "ref") {
        extractToDef(entry);
      }
    }
  }
  if (ctx.external)
    ctx.sharedDefsExtractedFor = ctx.external;
}
function compactTypeUnion(schema) {
  const options = schema.anyOf;
  if (!Array.isArray(options) || options.length === 0 || schema.type !== void 0)
    return;
  const types = [];
  for (const option of options) {
    if (!option || typeof option !== "object")
      return;
    compactTypeUnion(option);
    const keys = Object.keys(option);
    if (keys.length !== 1 || keys[0] !== "type")
      return;
    const type = option.type;
    for (const member of Array.isArray(type) ? type : [type]) {
      if (typeof member !== "string")
        return;
      if (!types.includes(member))
        types.push(member);
    }
  }
  delete schema.anyOf;
  schema.type = types.length === 1 ? types[0] : types;
}
var FOLDABLE_KEYS = /* @__PURE__ */ new Set(["type", "properties", "required", "additionalProperties"]);
var UNION_KEYS = ["oneOf", "anyOf"];
function undeclaredConstraint(member) {
  const extra = member.additionalProperties;
  if (extra === void 0 || extra === false || typeof extra !== "object" || extra === null)
    return null;
  return Object.keys(extra).length ? extra : null;
}
function foldObjects(members2) {
  const objects = [];
  for (const member of members2) {
    if (typeof member !== "object" || member.type !== "object")
      return null;
    for (const key in member) {
      if (!FOLDABLE_KEYS.has(key))
        return null;
    }
    objects.push(member);
  }
  const properties = {};
  const required2 = /* @__PURE__ */ new Set();
  for (const object3 of objects) {
    for (const key in object3.properties) {
      if (Object.prototype.hasOwnProperty.call(properties, key))
        continue;
      const parts = [];
      for (const other3 of objects) {
        const part = other3.properties?.[key] ?? undeclaredConstraint(other3);
        if (part === null || part === void 0)
          continue;
        if (!parts.some((seen) => JSON.stringify(seen) === JSON.stringify(part)))
          parts.push(part);
      }
      const merged = parts.length === 1 ? parts[0] : foldObjects(parts) ?? { allOf: parts };
      assignProp(properties, key, merged);
    }
    for (const key of object3.required ?? [])
      required2.add(key);
  }
  const folded = { type: "object", properties };
  if (required2.size)
    folded.required = [...required2];
  if (objects.every((object3) => object3.additionalProperties === false)) {
    folded.additionalProperties = false;
  } else {
    const constraints = [];
    for (const object3 of objects) {
      const constraint = undeclaredConstraint(object3);
      if (constraint && !constraints.some((seen) => JSON.stringify(seen) === JSON.stringify(constraint)))
        constraints.push(constraint);
    }
    if (constraints.length === 1)
      folded.additionalProperties = constraints[0];
    else if (constraints.length > 1)
      folded.additionalProperties = { allOf: constraints };
  }
  return folded;
}
function foldIntersection(json) {
  const allOf = json.allOf;
  if (!Array.isArray(allOf) || allOf.length < 2)
    return;
  for (const key of FOLDABLE_KEYS)
    if (key in json)
      return;
  const unions = allOf.filter((m) => UNION_KEYS.some((k) => Array.isArray(m[k])));
  let folded = null;
  if (!unions.length) {
    folded = foldObjects(allOf);
  } else {
    const union2 = unions[0];
    const keyword = UNION_KEYS.find((k) => Array.isArray(union2[k]));
    if (Object.keys(union2).length !== 1)
      return;
    const rest = allOf.filter((m) => m !== union2);
    const branches = union2[keyword].map((branch) => foldObjects([...rest, branch]));
    if (branches.some((b) => !b))
      return;
    folded = { [keyword]: branches };
  }
  if (!folded)
    return;
  delete json.allOf;
  assignProps(json, folded);
}
function finalize(ctx, schema) {
  const root = ctx.seen.get(schema);
  if (!root)
    throw new Error("Unprocessed schema. This is a bug in Zod.");
  const flattenRef = (zodSchema) => {
    const seen = ctx.seen.get(zodSchema);
    if (seen.ref === null)
      return;
    const schema2 = seen.def ?? seen.schema;
    const _cached = { ...schema2 };
    const ref = seen.ref;
    seen.ref = null;
    if (ref) {
      flattenRef(ref);
      const refSeen = ctx.seen.get(ref);
      const refSchema = refSeen.schema;
      if (refSchema.$ref && (ctx.target === "draft-07" || ctx.target === "draft-04" || ctx.target === "openapi-3.0")) {
        schema2.allOf = schema2.allOf ?? [];
        schema2.allOf.push(refSchema);
      } else {
        assignProps(schema2, refSchema);
      }
      assignProps(schema2, _cached);
      const isParentRef = zodSchema._zod.parent === ref;
      if (isParentRef) {
        for (const key in schema2) {
          if (key === "$ref" || key === "allOf")
            continue;
          if (!(key in _cached)) {
            delete schema2[key];
          }
        }
      }
      if (refSchema.$ref && refSeen.def) {
        for (const key in schema2) {
          if (key === "$ref" || key === "allOf")
            continue;
          if (key in refSeen.def && JSON.stringify(schema2[key]) === JSON.stringify(refSeen.def[key])) {
            delete schema2[key];
          }
        }
      }
    }
    const parent = zodSchema._zod.parent;
    if (parent && parent !== ref) {
      flattenRef(parent);
      const parentSeen = ctx.seen.get(parent);
      if (parentSeen?.schema.$ref) {
        schema2.$ref = parentSeen.schema.$ref;
        if (parentSeen.def) {
          for (const key in schema2) {
            if (key === "$ref" || key === "allOf")
              continue;
            if (key in parentSeen.def && JSON.stringify(schema2[key]) === JSON.stringify(parentSeen.def[key])) {
              delete schema2[key];
            }
          }
        }
      }
    }
    ctx.override({
      zodSchema,
      jsonSchema: schema2,
      path: seen.path ?? []
    });
  };
  if (!ctx.external || ctx.sharedEmitDoneFor !== ctx.external) {
    for (const entry of [...ctx.seen.entries()].reverse()) {
      flattenRef(entry[0]);
    }
    if (ctx.target !== "openapi-3.0") {
      for (const entry of ctx.seen.entries()) {
        compactTypeUnion(entry[1].def ?? entry[1].schema);
      }
    }
    for (const rewrite of ctx.deferred)
      rewrite();
    if (ctx.intersections.length) {
      const carriers = /* @__PURE__ */ new Map();
      for (const seen of ctx.seen.values()) {
        for (const json of [seen.schema, seen.def]) {
          const allOf = json?.allOf;
          if (!Array.isArray(allOf))
            continue;
          const existing = carriers.get(allOf);
          if (existing)
            existing.push(json);
          else
            carriers.set(allOf, [json]);
        }
      }
      for (const allOf of ctx.intersections) {
        for (const json of carriers.get(allOf) ?? [])
          foldIntersection(json);
      }
    }
  }
  const result = {};
  if (ctx.target === "draft-2020-12") {
    result.$schema = "https://json-schema.org/draft/2020-12/schema";
  } else if (ctx.target === "draft-07") {
    result.$schema = "http://json-schema.org/draft-07/schema#";
  } else if (ctx.target === "draft-04") {
    result.$schema = "http://json-schema.org/draft-04/schema#";
  } else if (ctx.target === "openapi-3.0") {
  } else {
  }
  if (ctx.external?.uri) {
    const id = ctx.external.registry.get(schema)?.id;
    if (!id)
      throw new Error("Schema is missing an `id` property");
    result.$id = ctx.external.uri(id);
  }
  assignProps(result, root.defId ? root.schema : root.def ?? root.schema);
  const rootMetaId = ctx.metadataRegistry.get(schema)?.id;
  if (rootMetaId !== void 0 && result.id === rootMetaId)
    delete result.id;
  const defs = ctx.external?.defs ?? {};
  if (!ctx.external || ctx.sharedEmitDoneFor !== ctx.external) {
    for (const entry of ctx.seen.entries()) {
      const seen = entry[1];
      if (seen.def && seen.defId) {
        if (seen.def.id === seen.defId)
          delete seen.def.id;
        assignProp(defs, seen.defId, seen.def);
      }
    }
  }
  if (ctx.external)
    ctx.sharedEmitDoneFor = ctx.external;
  if (ctx.external) {
  } else {
    if (Object.keys(defs).length > 0) {
      if (ctx.target === "draft-2020-12") {
        result.$defs = defs;
      } else {
        result.definitions = defs;
      }
    }
  }
  try {
    const finalized = JSON.parse(JSON.stringify(result));
    Object.defineProperty(finalized, "~standard", {
      value: {
        ...schema["~standard"],
        jsonSchema: {
          input: createStandardJSONSchemaMethod(schema, "input", ctx.processors),
          output: createStandardJSONSchemaMethod(schema, "output", ctx.processors)
        }
      },
      enumerable: false,
      writable: false
    });
    return finalized;
  } catch (_err) {
    throw new Error("Error converting schema to JSON.");
  }
}
function isTransforming(_schema, _ctx) {
  const ctx = _ctx ?? { seen: /* @__PURE__ */ new Set() };
  if (ctx.seen.has(_schema))
    return false;
  ctx.seen.add(_schema);
  const def = _schema._zod.def;
  if (def.type === "transform")
    return true;
  if (def.type === "array")
    return isTransforming(def.element, ctx);
  if (def.type === "set")
    return isTransforming(def.valueType, ctx);
  if (def.type === "lazy")
    return isTransforming(def.getter(), ctx);
  if (def.type === "promise" || def.type === "optional" || def.type === "nonoptional" || def.type === "nullable" || def.type === "readonly" || def.type === "default" || def.type === "prefault" || def.type === "catch") {
    return isTransforming(def.innerType, ctx);
  }
  if (def.type === "intersection") {
    return isTransforming(def.left, ctx) || isTransforming(def.right, ctx);
  }
  if (def.type === "record" || def.type === "map") {
    return isTransforming(def.keyType, ctx) || isTransforming(def.valueType, ctx);
  }
  if (def.type === "pipe") {
    if (_schema._zod.traits.has("$ZodCodec"))
      return true;
    return isTransforming(def.in, ctx) || isTransforming(def.out, ctx);
  }
  if (def.type === "object") {
    for (const key in def.shape) {
      if (isTransforming(def.shape[key], ctx))
        return true;
    }
    return false;
  }
  if (def.type === "union") {
    for (const option of def.options) {
      if (isTransforming(option, ctx))
        return true;
    }
    return false;
  }
  if (def.type === "tuple") {
    for (const item of def.items) {
      if (isTransforming(item, ctx))
        return true;
    }
    if (def.rest && isTransforming(def.rest, ctx))
      return true;
    return false;
  }
  return false;
}
var createToJSONSchemaMethod = (schema, processors = {}) => (params) => {
  const ctx = initializeContext({ ...params, processors });
  processSchema(schema, ctx);
  extractDefs(ctx, schema);
  return finalize(ctx, schema);
};
var createStandardJSONSchemaMethod = (schema, io, processors = {}) => (params) => {
  const { libraryOptions, target } = params ?? {};
  const ctx = initializeContext({ ...libraryOptions ?? {}, target, io, processors });
  processSchema(schema, ctx);
  extractDefs(ctx, schema);
  return finalize(ctx, schema);
};

// node_modules/zod/v4/core/json-schema-processors.js
var narrowMin = (agg, key, value) => {
  if (agg[key] === void 0 || value > agg[key])
    agg[key] = value;
};
var narrowMax = (agg, key, value) => {
  if (agg[key] === void 0 || value < agg[key])
    agg[key] = value;
};
var narrowBoth = (agg, value) => {
  narrowMin(agg, "minimum", value);
  narrowMax(agg, "maximum", value);
};
var addDivisor = (agg, value) => {
  agg.multipleOf ?? (agg.multipleOf = []);
  if (!agg.multipleOf.includes(value))
    agg.multipleOf.push(value);
};
var addPattern = (agg, pattern) => {
  agg.patterns ?? (agg.patterns = /* @__PURE__ */ new Set());
  agg.patterns.add(pattern);
};
var intersectMime = (agg, mime) => {
  agg.mime = agg.mime ? agg.mime.filter((m) => mime.includes(m)) : [...mime];
};
var setFormat = (agg, format) => {
  agg.format = format;
  if (format.includes("int"))
    agg.isInt = true;
};
var minContributor = (agg, def) => narrowMin(agg, "minimum", def.minimum);
var maxContributor = (agg, def) => narrowMax(agg, "maximum", def.maximum);
var formatContributor = (ranges) => (agg, def) => {
  setFormat(agg, def.format);
  const [minimum, maximum] = ranges[def.format];
  narrowMin(agg, "minimum", minimum);
  narrowMax(agg, "maximum", maximum);
};
var contributors = {
  greater_than: (agg, def) => narrowMin(agg, def.inclusive ? "minimum" : "exclusiveMinimum", def.value),
  less_than: (agg, def) => narrowMax(agg, def.inclusive ? "maximum" : "exclusiveMaximum", def.value),
  multiple_of: (agg, def) => addDivisor(agg, def.value),
  number_format: formatContributor(NUMBER_FORMAT_RANGES),
  bigint_format: formatContributor(BIGINT_FORMAT_RANGES),
  min_length: minContributor,
  max_length: maxContributor,
  length_equals: (agg, def) => narrowBoth(agg, def.length),
  min_size: minContributor,
  max_size: maxContributor,
  size_equals: (agg, def) => narrowBoth(agg, def.size),
  string_format: (agg, def) => {
    setFormat(agg, def.format);
    if (def.pattern)
      addPattern(agg, def.pattern);
    if (def.format === "base64" || def.format === "base64url")
      agg.contentEncoding = def.format;
    if (def.local || def.precision === -1)
      agg.laxFormat = true;
  },
  mime_type: (agg, def) => intersectMime(agg, def.mime)
};
function aggregateChecks(schema) {
  const agg = {};
  const def = schema._zod.def;
  const list = schema._zod.traits.has("$ZodCheck") ? [schema, ...def.checks ?? []] : def.checks ?? [];
  for (const ch of list)
    contributors[ch._zod.def.check]?.(agg, ch._zod.def);
  const bag = schema._zod.bag;
  if (bag.minimum !== void 0)
    narrowMin(agg, "minimum", bag.minimum);
  if (bag.exclusiveMinimum !== void 0)
    narrowMin(agg, "exclusiveMinimum", bag.exclusiveMinimum);
  if (bag.maximum !== void 0)
    narrowMax(agg, "maximum", bag.maximum);
  if (bag.exclusiveMaximum !== void 0)
    narrowMax(agg, "exclusiveMaximum", bag.exclusiveMaximum);
  if (bag.multipleOf !== void 0)
    addDivisor(agg, bag.multipleOf);
  if (bag.format !== void 0) {
    agg.format ?? (agg.format = bag.format);
    if (bag.format.includes("int"))
      agg.isInt = true;
  }
  if (bag.mime)
    intersectMime(agg, bag.mime);
  for (const pattern of bag.patterns ?? [])
    addPattern(agg, pattern);
  return agg;
}
var formatMap = {
  guid: "uuid",
  url: "uri",
  datetime: "date-time",
  json_string: "json-string",
  regex: ""
  // do not set
};
var exactPatterns = /* @__PURE__ */ new Map([
  [base64Charset, base64],
  [base64urlCharset, base64url]
]);
var exactPattern = (p) => exactPatterns.get(p) ?? p;
var stringProcessor = (schema, ctx, _json, _params) => {
  const json = _json;
  json.type = "string";
  const { minimum, maximum, format, patterns, contentEncoding, laxFormat } = aggregateChecks(schema);
  if (typeof minimum === "number")
    json.minLength = minimum;
  if (typeof maximum === "number")
    json.maxLength = maximum;
  if (format) {
    json.format = formatMap[format] ?? format;
    if (json.format === "")
      delete json.format;
    if (format === "time" || laxFormat) {
      delete json.format;
    }
  }
  if (contentEncoding)
    json.contentEncoding = contentEncoding;
  if (patterns && patterns.size > 0) {
    const patternList = [...patterns].map(exactPattern);
    if (patternList.length === 1)
      json.pattern = patternList[0].source;
    else if (patternList.length > 1) {
      json.allOf = [
        ...patternList.map((regex) => ({
          ...ctx.target === "draft-07" || ctx.target === "draft-04" || ctx.target === "openapi-3.0" ? { type: "string" } : {},
          pattern: regex.source
        }))
      ];
    }
  }
};
var numberProcessor = (schema, ctx, _json, params) => {
  const json = _json;
  const { minimum, maximum, multipleOf, exclusiveMaximum, exclusiveMinimum, isInt } = aggregateChecks(schema);
  json.type = isInt ? "integer" : "number";
  const exMin = typeof exclusiveMinimum === "number" && exclusiveMinimum >= (minimum ?? Number.NEGATIVE_INFINITY);
  const exMax = typeof exclusiveMaximum === "number" && exclusiveMaximum <= (maximum ?? Number.POSITIVE_INFINITY);
  const legacy = ctx.target === "draft-04" || ctx.target === "openapi-3.0";
  if (exMin) {
    if (legacy) {
      json.minimum = exclusiveMinimum;
      json.exclusiveMinimum = true;
    } else {
      json.exclusiveMinimum = exclusiveMinimum;
    }
  } else if (typeof minimum === "number") {
    json.minimum = minimum;
  }
  if (exMax) {
    if (legacy) {
      json.maximum = exclusiveMaximum;
      json.exclusiveMaximum = true;
    } else {
      json.exclusiveMaximum = exclusiveMaximum;
    }
  } else if (typeof maximum === "number") {
    json.maximum = maximum;
  }
  if (multipleOf) {
    const divisors = /* @__PURE__ */ new Set();
    for (const divisor of multipleOf) {
      if (Number.isFinite(divisor) && divisor !== 0)
        divisors.add(Math.abs(divisor));
      else
        handleUnrepresentable(schema, ctx, json, params, `A multipleOf divisor of ${divisor} cannot be represented in JSON Schema`);
    }
    const [first, ...rest] = divisors;
    if (first !== void 0)
      json.multipleOf = first;
    if (rest.length)
      json.allOf = [...json.allOf ?? [], ...rest.map((m) => ({ multipleOf: m }))];
  }
};
var booleanProcessor = (_schema, _ctx, json, _params) => {
  json.type = "boolean";
};
var neverProcessor = (_schema, _ctx, json, _params) => {
  json.not = {};
};
var unknownProcessor = (_schema, _ctx, _json, _params) => {
};
var enumProcessor = (schema, _ctx, json, _params) => {
  const def = schema._zod.def;
  const values = getEnumValues(def.entries);
  if (values.length === 0) {
    json.not = {};
    return;
  }
  if (values.every((v2) => typeof v2 === "number"))
    json.type = "number";
  if (values.every((v2) => typeof v2 === "string"))
    json.type = "string";
  json.enum = values;
};
var literalProcessor = (schema, ctx, json, params) => {
  const def = schema._zod.def;
  if (def.values.length === 0) {
    json.not = {};
    return;
  }
  const vals = [];
  for (const val of def.values) {
    if (val === void 0) {
      if (handleUnrepresentable(schema, ctx, json, params, "Literal `undefined` cannot be represented in JSON Schema"))
        return;
    } else if (typeof val === "bigint") {
      if (handleUnrepresentable(schema, ctx, json, params, "BigInt literals cannot be represented in JSON Schema"))
        return;
      vals.push(Number(val));
    } else {
      vals.push(val);
    }
  }
  if (vals.length === 0) {
  } else if (vals.length === 1) {
    const val = vals[0];
    json.type = val === null ? "null" : typeof val;
    if (ctx.target === "draft-04" || ctx.target === "openapi-3.0") {
      json.enum = [val];
    } else {
      json.const = val;
    }
  } else {
    if (vals.every((v2) => typeof v2 === "number"))
      json.type = "number";
    if (vals.every((v2) => typeof v2 === "string"))
      json.type = "string";
    if (vals.every((v2) => typeof v2 === "boolean"))
      json.type = "boolean";
    if (vals.every((v2) => v2 === null))
      json.type = "null";
    json.enum = vals;
  }
};
var customProcessor = (schema, ctx, json, params) => {
  handleUnrepresentable(schema, ctx, json, params, "Custom types cannot be represented in JSON Schema");
};
var transformProcessor = (schema, ctx, json, params) => {
  handleUnrepresentable(schema, ctx, json, params, "Transforms cannot be represented in JSON Schema");
};
var arrayProcessor = (schema, ctx, _json, params) => {
  const json = _json;
  const def = schema._zod.def;
  const { minimum, maximum } = aggregateChecks(schema);
  if (typeof minimum === "number")
    json.minItems = minimum;
  if (typeof maximum === "number")
    json.maxItems = maximum;
  json.type = "array";
  json.items = processSchema(def.element, ctx, {
    ...params,
    path: [...params.path, "items"]
  });
};
function inputOptin(schema) {
  const def = schema._zod.def;
  if (def.type === "pipe" && def.in._zod.traits.has("$ZodTransform")) {
    return inputOptin(def.out);
  }
  if (def.type === "catch") {
    return inputOptin(def.innerType);
  }
  return schema._zod.optin;
}
var objectProcessor = (schema, ctx, _json, params) => {
  const json = _json;
  const def = schema._zod.def;
  const shape = def.shape;
  const symbolKeys = Object.getOwnPropertySymbols(shape);
  if (symbolKeys.length && handleUnrepresentable(schema, ctx, json, params, "Symbol keys cannot be represented in JSON Schema")) {
    return;
  }
  json.type = "object";
  json.properties = {};
  for (const key in shape) {
    assignProp(json.properties, key, processSchema(shape[key], ctx, {
      ...params,
      path: [...params.path, "properties", key]
    }));
  }
  const requiredKeys = [];
  for (const key of Object.keys(shape)) {
    const field = def.shape[key];
    if (ctx.io === "input" ? inputOptin(field) === void 0 : field._zod.optout === void 0) {
      requiredKeys.push(key);
    }
  }
  if (requiredKeys.length > 0) {
    json.required = requiredKeys;
  }
  if (def.catchall?._zod.def.type === "never") {
    json.additionalProperties = false;
  } else if (!def.catchall) {
    if (ctx.io === "output")
      json.additionalProperties = false;
  } else if (def.catchall) {
    json.additionalProperties = processSchema(def.catchall, ctx, {
      ...params,
      path: [...params.path, "additionalProperties"]
    });
  }
};
var unionProcessor = (schema, ctx, json, params) => {
  const def = schema._zod.def;
  const isExclusive = def.inclusive === false;
  const options = def.options.map((x, i) => processSchema(x, ctx, {
    ...params,
    path: [...params.path, isExclusive ? "oneOf" : "anyOf", i]
  }));
  if (isExclusive) {
    json.oneOf = options;
  } else {
    json.anyOf = options;
  }
};
var intersectionProcessor = (schema, ctx, json, params) => {
  const def = schema._zod.def;
  const a = processSchema(def.left, ctx, {
    ...params,
    path: [...params.path, "allOf", 0]
  });
  const b = processSchema(def.right, ctx, {
    ...params,
    path: [...params.path, "allOf", 1]
  });
  const isSimpleIntersection = (val) => "allOf" in val && Object.keys(val).length === 1;
  const allOf = [
    ...isSimpleIntersection(a) ? a.allOf : [a],
    ...isSimpleIntersection(b) ? b.allOf : [b]
  ];
  json.allOf = allOf;
  ctx.intersections.push(allOf);
};
var tupleProcessor = (schema, ctx, _json, params) => {
  const json = _json;
  const def = schema._zod.def;
  json.type = "array";
  const prefixPath = ctx.target === "draft-2020-12" ? "prefixItems" : "items";
  const restPath = ctx.target === "draft-2020-12" ? "items" : ctx.target === "openapi-3.0" ? "items" : "additionalItems";
  const prefixItems = def.items.map((x, i) => processSchema(x, ctx, {
    ...params,
    path: [...params.path, prefixPath, i]
  }));
  const rest = def.rest ? processSchema(def.rest, ctx, {
    ...params,
    path: [...params.path, restPath, ...ctx.target === "openapi-3.0" ? [def.items.length] : []]
  }) : null;
  let minItems = def.items.length;
  while (minItems > 0) {
    const item = def.items[minItems - 1];
    const optional2 = ctx.io === "input" ? inputOptin(item) !== void 0 : item._zod.optout === "optional";
    if (!optional2)
      break;
    minItems--;
  }
  const maxItems = def.items.length;
  const isClosed = !def.rest;
  if (ctx.target === "draft-2020-12") {
    json.prefixItems = prefixItems;
    if (isClosed) {
      json.items = false;
    } else if (rest) {
      json.items = rest;
    }
    if (minItems > 0)
      json.minItems = minItems;
    if (isClosed)
      json.maxItems = maxItems;
  } else if (ctx.target === "openapi-3.0") {
    json.items = {
      anyOf: prefixItems
    };
    if (rest) {
      json.items.anyOf.push(rest);
    }
    if (minItems > 0)
      json.minItems = minItems;
    if (isClosed)
      json.maxItems = maxItems;
  } else {
    json.items = prefixItems;
    if (isClosed) {
      json.additionalItems = false;
    } else if (rest) {
      json.additionalItems = rest;
    }
    if (minItems > 0)
      json.minItems = minItems;
    if (isClosed)
      json.maxItems = maxItems;
  }
  const { minimum, maximum } = aggregateChecks(schema);
  if (typeof minimum === "number")
    json.minItems = minimum;
  if (typeof maximum === "number")
    json.maxItems = maximum;
};
function stringifyKeyNames(bySchema, json, visited) {
  if (json.$ref) {
    if (visited.has(json))
      return json;
    visited.add(json);
    const def = bySchema.get(json)?.def;
    if (!def)
      return json;
    const inlined = stringifyKeyNames(bySchema, def, visited);
    return inlined === def ? json : inlined;
  }
  for (const keyword of ["anyOf", "oneOf"]) {
    const branches = json[keyword];
    if (!Array.isArray(branches))
      continue;
    const mapped = branches.map((branch) => stringifyKeyNames(bySchema, branch, visited));
    if (mapped.some((branch, i) => branch !== branches[i]))
      json = { ...json, [keyword]: mapped };
  }
  const types = Array.isArray(json.type) ? json.type : [json.type];
  const numericType = !types.includes("string") && types.some((t) => t === "number" || t === "integer");
  const values = json.enum ?? (json.const !== void 0 ? [json.const] : void 0);
  if (!numericType && !values?.some((v2) => typeof v2 === "number"))
    return json;
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, format, id, ...rest } = json;
  if (rest.enum)
    rest.enum = rest.enum.map((v2) => typeof v2 === "number" ? String(v2) : v2);
  else if (typeof rest.const === "number")
    rest.const = String(rest.const);
  if (!numericType)
    return rest;
  rest.type = "string";
  if (!values)
    rest.pattern = (types.includes("number") ? number : integer).source;
  return rest;
}
var pendingRecords = /* @__PURE__ */ new WeakMap();
function rewriteKeyNames(ctx) {
  const bySchema = /* @__PURE__ */ new Map();
  for (const entry of ctx.seen.values()) {
    if (entry.def && !bySchema.has(entry.schema))
      bySchema.set(entry.schema, entry);
  }
  const rewrites = /* @__PURE__ */ new Map();
  for (const record3 of pendingRecords.get(ctx) ?? []) {
    const seen = ctx.seen.get(record3);
    const names2 = (seen?.def ?? seen?.schema)?.propertyNames;
    if (!names2 || names2 === true || rewrites.has(names2))
      continue;
    const rewritten = stringifyKeyNames(bySchema, names2, /* @__PURE__ */ new Set());
    if (rewritten !== names2)
      rewrites.set(names2, rewritten);
  }
  if (!rewrites.size)
    return;
  for (const entry of ctx.seen.values()) {
    for (const carrier of [entry.schema, entry.def]) {
      const rewritten = carrier && rewrites.get(carrier.propertyNames);
      if (rewritten)
        carrier.propertyNames = rewritten;
    }
  }
}
var recordProcessor = (schema, ctx, _json, params) => {
  const json = _json;
  const def = schema._zod.def;
  json.type = "object";
  const keyType = def.keyType;
  const patterns = aggregateChecks(keyType).patterns;
  if (def.mode === "loose" && patterns && patterns.size > 0) {
    const valueSchema = processSchema(def.valueType, ctx, {
      ...params,
      path: [...params.path, "patternProperties", "*"]
    });
    json.patternProperties = {};
    for (const pattern of patterns) {
      assignProp(json.patternProperties, exactPattern(pattern).source, valueSchema);
    }
  } else {
    if (ctx.target === "draft-07" || ctx.target === "draft-2020-12") {
      json.propertyNames = processSchema(def.keyType, ctx, {
        ...params,
        path: [...params.path, "propertyNames"]
      });
      let pending = pendingRecords.get(ctx);
      if (!pending) {
        pending = [];
        pendingRecords.set(ctx, pending);
        ctx.deferred.push(() => rewriteKeyNames(ctx));
      }
      pending.push(schema);
    }
    json.additionalProperties = processSchema(def.valueType, ctx, {
      ...params,
      path: [...params.path, "additionalProperties"]
    });
  }
  const keyValues = keyType._zod.values;
  const omittableOnInput = ctx.io === "input" && inputOptin(def.valueType) !== void 0;
  if (keyValues && !def.partial && !omittableOnInput) {
    const validKeyValues = [...keyValues].filter((v2) => typeof v2 === "string" || typeof v2 === "number");
    if (validKeyValues.length > 0) {
      json.required = validKeyValues.map(String);
    }
  }
};
var nullableProcessor = (schema, ctx, json, params) => {
  const def = schema._zod.def;
  const inner = processSchema(def.innerType, ctx, params);
  const seen = ctx.seen.get(schema);
  if (ctx.target === "openapi-3.0") {
    seen.ref = def.innerType;
    json.nullable = true;
  } else {
    json.anyOf = [inner, { type: "null" }];
  }
};
var nonoptionalProcessor = (schema, ctx, _json, params) => {
  const def = schema._zod.def;
  processSchema(def.innerType, ctx, params);
  const seen = ctx.seen.get(schema);
  seen.ref = def.innerType;
};
var UNREPRESENTABLE_DEFAULT = /* @__PURE__ */ Symbol();
function serializeDefaultValue(value, schema, ctx, json, params) {
  let unrepresentable = false;
  const serialized = JSON.stringify(value, (_, val) => {
    if (typeof val !== "bigint")
      return val;
    unrepresentable = true;
    return null;
  });
  if (!unrepresentable)
    return JSON.parse(serialized);
  handleUnrepresentable(schema, ctx, json, params, "BigInt defaults cannot be represented in JSON Schema");
  return UNREPRESENTABLE_DEFAULT;
}
var defaultProcessor = (schema, ctx, json, params) => {
  const def = schema._zod.def;
  processSchema(def.innerType, ctx, params);
  const seen = ctx.seen.get(schema);
  seen.ref = def.innerType;
  const value = serializeDefaultValue(def.defaultValue, schema, ctx, json, params);
  if (value !== UNREPRESENTABLE_DEFAULT)
    json.default = value;
};
var prefaultProcessor = (schema, ctx, json, params) => {
  const def = schema._zod.def;
  processSchema(def.innerType, ctx, params);
  const seen = ctx.seen.get(schema);
  seen.ref = def.innerType;
  if (ctx.io !== "input")
    return;
  const value = serializeDefaultValue(def.defaultValue, schema, ctx, json, params);
  if (value !== UNREPRESENTABLE_DEFAULT)
    json._prefault = value;
};
var catchProcessor = (schema, ctx, json, params) => {
  const def = schema._zod.def;
  processSchema(def.innerType, ctx, params);
  const seen = ctx.seen.get(schema);
  seen.ref = def.innerType;
  let catchValue;
  try {
    catchValue = def.catchValue(void 0);
  } catch {
    handleUnrepresentable(schema, ctx, json, params, "Dynamic catch values are not supported in JSON Schema");
    return;
  }
  json.default = catchValue;
};
var pipeProcessor = (schema, ctx, _json, params) => {
  const def = schema._zod.def;
  const inIsTransform = def.in._zod.traits.has("$ZodTransform");
  const innerType = ctx.io === "input" ? inIsTransform ? def.out : def.in : def.out;
  processSchema(innerType, ctx, params);
  const seen = ctx.seen.get(schema);
  seen.ref = innerType;
};
var readonlyProcessor = (schema, ctx, json, params) => {
  const def = schema._zod.def;
  processSchema(def.innerType, ctx, params);
  const seen = ctx.seen.get(schema);
  seen.ref = def.innerType;
  json.readOnly = true;
};
var optionalProcessor = (schema, ctx, _json, params) => {
  const def = schema._zod.def;
  processSchema(def.innerType, ctx, params);
  const seen = ctx.seen.get(schema);
  seen.ref = def.innerType;
};

// node_modules/zod/v4/classic/errors.js
var _installedErrorProtos = /* @__PURE__ */ new WeakSet([Object.prototype, Error.prototype]);
function _lazyMethod(proto, key, make) {
  Object.defineProperty(proto, key, {
    configurable: true,
    enumerable: false,
    get() {
      const value = make(this);
      Object.defineProperty(this, key, { value, configurable: true, writable: true });
      return value;
    },
    set(value) {
      Object.defineProperty(this, key, { value, configurable: true, writable: true });
    }
  });
}
var initializer2 = (inst, issues) => {
  $ZodError.init(inst, issues);
  inst.name = "ZodError";
  const proto = Object.getPrototypeOf(inst);
  if (_installedErrorProtos.has(proto))
    return;
  _installedErrorProtos.add(proto);
  _lazyMethod(proto, "format", (self) => (mapper) => formatError(self, mapper));
  _lazyMethod(proto, "flatten", (self) => (mapper) => flattenError(self, mapper));
  _lazyMethod(proto, "addIssue", (self) => (issue2) => {
    self.issues.push(issue2);
    self.message = JSON.stringify(self.issues, jsonStringifyReplacer, 2);
  });
  _lazyMethod(proto, "addIssues", (self) => (issues2) => {
    self.issues.push(...issues2);
    self.message = JSON.stringify(self.issues, jsonStringifyReplacer, 2);
  });
  Object.defineProperty(proto, "isEmpty", {
    configurable: true,
    enumerable: false,
    get() {
      return this.issues.length === 0;
    }
  });
};
var ZodRealError = /* @__PURE__ */ $constructor("ZodError", initializer2, void 0, {
  Parent: Error
});

// node_modules/zod/v4/classic/parse.js
var parse = /* @__PURE__ */ _parse(ZodRealError);
var parseAsync = /* @__PURE__ */ _parseAsync(ZodRealError);
var safeParse = /* @__PURE__ */ _safeParse(ZodRealError);
var safeParseAsync = /* @__PURE__ */ _safeParseAsync(ZodRealError);
var encode = /* @__PURE__ */ _encode(ZodRealError);
var decode = /* @__PURE__ */ _decode(ZodRealError);
var encodeAsync = /* @__PURE__ */ _encodeAsync(ZodRealError);
var decodeAsync = /* @__PURE__ */ _decodeAsync(ZodRealError);
var safeEncode = /* @__PURE__ */ _safeEncode(ZodRealError);
var safeDecode = /* @__PURE__ */ _safeDecode(ZodRealError);
var safeEncodeAsync = /* @__PURE__ */ _safeEncodeAsync(ZodRealError);
var safeDecodeAsync = /* @__PURE__ */ _safeDecodeAsync(ZodRealError);

// node_modules/zod/v4/classic/schemas.js
function _ensureDefaultLocale() {
  if (!globalConfig.localeError)
    config(en_default());
}
function _ensureDefaultMemoizer() {
  if (!globalConfig.memoizer)
    config({ memoizer: memoizer() });
}
var ZodType = /* @__PURE__ */ $constructor("ZodType", (inst, def) => {
  _ensureDefaultLocale();
  $ZodType.init(inst, def);
  inst.def = def;
  inst.type = def.type;
  return inst;
}, {
  check(...chks) {
    const def = this.def;
    return this.clone(util_exports.mergeDefs(def, {
      checks: [
        ...def.checks ?? [],
        ...chks.map((ch) => typeof ch === "function" ? { _zod: { check: ch, def: { check: "custom" }, onattach: [] } } : ch)
      ]
    }), { parent: true });
  },
  with(...chks) {
    return this.check(...chks);
  },
  clone(def, params) {
    return clone(this, def, params);
  },
  brand() {
    return this;
  },
  register(reg, meta2) {
    reg.add(this, meta2);
    return this;
  },
  refine(check3, params) {
    return this.check(refine(check3, params));
  },
  superRefine(refinement, params) {
    return this.check(superRefine(refinement, params));
  },
  overwrite(fn) {
    return this.check(_overwrite(fn));
  },
  optional() {
    return optional(this);
  },
  exactOptional() {
    return exactOptional(this);
  },
  nullable() {
    return nullable(this);
  },
  nullish() {
    return optional(nullable(this));
  },
  nonoptional(params) {
    return nonoptional(this, params);
  },
  array() {
    return array(this);
  },
  or(arg) {
    return union([this, arg]);
  },
  and(arg) {
    return intersection(this, arg);
  },
  transform(tx) {
    return pipe(this, transform(tx));
  },
  default(d) {
    return _default(this, d);
  },
  prefault(d) {
    return prefault(this, d);
  },
  catch(params) {
    return _catch(this, params);
  },
  pipe(target) {
    return pipe(this, target);
  },
  readonly() {
    return readonly(this);
  },
  describe(description) {
    const cl = this.clone();
    globalRegistry.add(cl, { description });
    return cl;
  },
  meta(...args) {
    if (args.length === 0)
      return globalRegistry.get(this);
    const cl = this.clone();
    globalRegistry.add(cl, args[0]);
    return cl;
  },
  isOptional() {
    return this.safeParse(void 0).success;
  },
  isNullable() {
    return this.safeParse(null).success;
  },
  apply(fn, ...args) {
    return args.length === 0 ? fn(this) : fn(this, ...args);
  },
  // Overrides core's `~standard` to add `jsonSchema`. Must stay a prototype entry: redefining it per instance demotes instances to dictionary mode.
  get "~standard"() {
    return util_exports.hide(this, "~standard", {
      ...standardProps(this),
      jsonSchema: {
        input: createStandardJSONSchemaMethod(this, "input"),
        output: createStandardJSONSchemaMethod(this, "output")
      }
    });
  },
  set "~standard"(value) {
    util_exports.own(this, "~standard", value);
  },
  parse: function _parse2(data, params) {
    return parse(this, data, params, { callee: _parse2 });
  },
  parseAsync: async function _parseAsync2(data, params) {
    return await parseAsync(this, data, params, { callee: _parseAsync2 });
  },
  safeParse(data, params) {
    return safeParse(this, data, params);
  },
  async safeParseAsync(data, params) {
    return safeParseAsync(this, data, params);
  },
  // `spa` is an alias: same function object as `safeParseAsync`, as before.
  get spa() {
    return this?.safeParseAsync;
  },
  set spa(value) {
    util_exports.own(this, "spa", value);
  },
  validate(data, params) {
    return validate(this, data, params);
  },
  validateAsync(data, params) {
    return validateAsync(this, data, params);
  },
  encode: function _encode2(data, params) {
    return encode(this, data, params, { callee: _encode2 });
  },
  decode: function _decode2(data, params) {
    return decode(this, data, params, { callee: _decode2 });
  },
  encodeAsync: async function _encodeAsync2(data, params) {
    return await encodeAsync(this, data, params, { callee: _encodeAsync2 });
  },
  decodeAsync: async function _decodeAsync2(data, params) {
    return await decodeAsync(this, data, params, { callee: _decodeAsync2 });
  },
  safeEncode(data, params) {
    return safeEncode(this, data, params);
  },
  safeDecode(data, params) {
    return safeDecode(this, data, params);
  },
  async safeEncodeAsync(data, params) {
    return safeEncodeAsync(this, data, params);
  },
  async safeDecodeAsync(data, params) {
    return safeDecodeAsync(this, data, params);
  },
  toJSONSchema(params) {
    return createToJSONSchemaMethod(this, {})(params);
  },
  // Reads through to the registry on every access, so it must not cache.
  get description() {
    return globalRegistry.get(this)?.description;
  },
  // No setter: `schema._def = x` throws, as it did when `_def` was a non-writable own property.
  get _def() {
    return this._zod.def;
  }
});
var _ZodString = /* @__PURE__ */ $constructor(
  "_ZodString",
  (inst, def) => {
    $ZodString.init(inst, def);
    ZodType.init(inst, def);
    inst._zod.processJSONSchema = (ctx, json, params) => stringProcessor(inst, ctx, json, params);
  },
  /* @__PURE__ */ util_exports.derived({
    format: (inst) => aggregateChecks(inst).format ?? null,
    minLength: (inst) => aggregateChecks(inst).minimum ?? null,
    maxLength: (inst) => aggregateChecks(inst).maximum ?? null
  }, {
    regex(...args) {
      return this.check(_regex(...args));
    },
    includes(...args) {
      return this.check(_includes(...args));
    },
    startsWith(...args) {
      return this.check(_startsWith(...args));
    },
    endsWith(...args) {
      return this.check(_endsWith(...args));
    },
    min(...args) {
      return this.check(_minLength(...args));
    },
    max(...args) {
      return this.check(_maxLength(...args));
    },
    length(...args) {
      return this.check(_length(...args));
    },
    nonempty(...args) {
      return this.check(_minLength(1, ...args));
    },
    lowercase(params) {
      return this.check(_lowercase(params));
    },
    uppercase(params) {
      return this.check(_uppercase(params));
    },
    trim() {
      return this.check(_trim());
    },
    normalize(...args) {
      return this.check(_normalize(...args));
    },
    toLowerCase() {
      return this.check(_toLowerCase());
    },
    toUpperCase() {
      return this.check(_toUpperCase());
    },
    slugify() {
      return this.check(_slugify());
    }
  })
);
var ZodString = /* @__PURE__ */ $constructor("ZodString", (inst, def) => {
  $ZodString.init(inst, def);
  _ZodString.init(inst, def);
}, {
  email(params) {
    return this.check(_email(ZodEmail, params));
  },
  url(params) {
    return this.check(_url(ZodURL, params));
  },
  jwt(params) {
    return this.check(_jwt(ZodJWT, params));
  },
  emoji(params) {
    return this.check(_emoji2(ZodEmoji, params));
  },
  guid(params) {
    return this.check(_guid(ZodGUID, params));
  },
  uuid(params) {
    return this.check(_uuid(ZodUUID, params));
  },
  uuidv4(params) {
    return this.check(_uuidv4(ZodUUID, params));
  },
  uuidv6(params) {
    return this.check(_uuidv6(ZodUUID, params));
  },
  uuidv7(params) {
    return this.check(_uuidv7(ZodUUID, params));
  },
  nanoid(params) {
    return this.check(_nanoid(ZodNanoID, params));
  },
  cuid(params) {
    return this.check(_cuid(ZodCUID, params));
  },
  cuid2(params) {
    return this.check(_cuid2(ZodCUID2, params));
  },
  ulid(params) {
    return this.check(_ulid(ZodULID, params));
  },
  base64(params) {
    return this.check(_base64(ZodBase64, params));
  },
  base64url(params) {
    return this.check(_base64url(ZodBase64URL, params));
  },
  xid(params) {
    return this.check(_xid(ZodXID, params));
  },
  ksuid(params) {
    return this.check(_ksuid(ZodKSUID, params));
  },
  ipv4(params) {
    return this.check(_ipv4(ZodIPv4, params));
  },
  ipv6(params) {
    return this.check(_ipv6(ZodIPv6, params));
  },
  cidrv4(params) {
    return this.check(_cidrv4(ZodCIDRv4, params));
  },
  cidrv6(params) {
    return this.check(_cidrv6(ZodCIDRv6, params));
  },
  e164(params) {
    return this.check(_e164(ZodE164, params));
  },
  datetime(params) {
    return this.check(_isoDateTime(ZodISODateTime, params));
  },
  date(params) {
    return this.check(_isoDate(ZodISODate, params));
  },
  time(params) {
    return this.check(_isoTime(ZodISOTime, params));
  },
  duration(params) {
    return this.check(_isoDuration(ZodISODuration, params));
  }
});
function string2(params) {
  return _string(ZodString, params);
}
var ZodStringFormat = /* @__PURE__ */ $constructor("ZodStringFormat", (inst, def) => {
  $ZodStringFormat.init(inst, def);
  _ZodString.init(inst, def);
});
var ZodISODateTime = /* @__PURE__ */ $constructor("ZodISODateTime", (inst, def) => {
  $ZodISODateTime.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodISODate = /* @__PURE__ */ $constructor("ZodISODate", (inst, def) => {
  $ZodISODate.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodISOTime = /* @__PURE__ */ $constructor("ZodISOTime", (inst, def) => {
  $ZodISOTime.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodISODuration = /* @__PURE__ */ $constructor("ZodISODuration", (inst, def) => {
  $ZodISODuration.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodEmail = /* @__PURE__ */ $constructor("ZodEmail", (inst, def) => {
  $ZodEmail.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodGUID = /* @__PURE__ */ $constructor("ZodGUID", (inst, def) => {
  $ZodGUID.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodUUID = /* @__PURE__ */ $constructor("ZodUUID", (inst, def) => {
  $ZodUUID.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodURL = /* @__PURE__ */ $constructor("ZodURL", (inst, def) => {
  $ZodURL.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodEmoji = /* @__PURE__ */ $constructor("ZodEmoji", (inst, def) => {
  $ZodEmoji.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodNanoID = /* @__PURE__ */ $constructor("ZodNanoID", (inst, def) => {
  $ZodNanoID.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodCUID = /* @__PURE__ */ $constructor("ZodCUID", (inst, def) => {
  $ZodCUID.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodCUID2 = /* @__PURE__ */ $constructor("ZodCUID2", (inst, def) => {
  $ZodCUID2.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodULID = /* @__PURE__ */ $constructor("ZodULID", (inst, def) => {
  $ZodULID.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodXID = /* @__PURE__ */ $constructor("ZodXID", (inst, def) => {
  $ZodXID.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodKSUID = /* @__PURE__ */ $constructor("ZodKSUID", (inst, def) => {
  $ZodKSUID.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodIPv4 = /* @__PURE__ */ $constructor("ZodIPv4", (inst, def) => {
  $ZodIPv4.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodIPv6 = /* @__PURE__ */ $constructor("ZodIPv6", (inst, def) => {
  $ZodIPv6.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodCIDRv4 = /* @__PURE__ */ $constructor("ZodCIDRv4", (inst, def) => {
  $ZodCIDRv4.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodCIDRv6 = /* @__PURE__ */ $constructor("ZodCIDRv6", (inst, def) => {
  $ZodCIDRv6.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodBase64 = /* @__PURE__ */ $constructor("ZodBase64", (inst, def) => {
  $ZodBase64.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodBase64URL = /* @__PURE__ */ $constructor("ZodBase64URL", (inst, def) => {
  $ZodBase64URL.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodE164 = /* @__PURE__ */ $constructor("ZodE164", (inst, def) => {
  $ZodE164.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodJWT = /* @__PURE__ */ $constructor("ZodJWT", (inst, def) => {
  $ZodJWT.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodNumber = /* @__PURE__ */ $constructor(
  "ZodNumber",
  (inst, def) => {
    $ZodNumber.init(inst, def);
    ZodType.init(inst, def);
    inst._zod.processJSONSchema = (ctx, json, params) => numberProcessor(inst, ctx, json, params);
    inst.isFinite = true;
  },
  /* @__PURE__ */ util_exports.derived({
    minValue: (inst) => {
      const { minimum, exclusiveMinimum } = aggregateChecks(inst);
      return Math.max(minimum ?? Number.NEGATIVE_INFINITY, exclusiveMinimum ?? Number.NEGATIVE_INFINITY);
    },
    maxValue: (inst) => {
      const { maximum, exclusiveMaximum } = aggregateChecks(inst);
      return Math.min(maximum ?? Number.POSITIVE_INFINITY, exclusiveMaximum ?? Number.POSITIVE_INFINITY);
    },
    isInt: (inst) => {
      const { isInt, multipleOf } = aggregateChecks(inst);
      return !!isInt || !!multipleOf?.some(Number.isSafeInteger);
    },
    format: (inst) => aggregateChecks(inst).format ?? null
  }, {
    gt(value, params) {
      return this.check(_gt(value, params));
    },
    gte(value, params) {
      return this.check(_gte(value, params));
    },
    min(value, params) {
      return this.check(_gte(value, params));
    },
    lt(value, params) {
      return this.check(_lt(value, params));
    },
    lte(value, params) {
      return this.check(_lte(value, params));
    },
    max(value, params) {
      return this.check(_lte(value, params));
    },
    int(params) {
      return this.check(int(params));
    },
    safe(params) {
      return this.check(int(params));
    },
    positive(params) {
      return this.check(_gt(0, params));
    },
    nonnegative(params) {
      return this.check(_gte(0, params));
    },
    negative(params) {
      return this.check(_lt(0, params));
    },
    nonpositive(params) {
      return this.check(_lte(0, params));
    },
    multipleOf(value, params) {
      return this.check(_multipleOf(value, params));
    },
    step(value, params) {
      return this.check(_multipleOf(value, params));
    },
    finite() {
      return this;
    }
  })
);
function number2(params) {
  return _number(ZodNumber, params);
}
var ZodNumberFormat = /* @__PURE__ */ $constructor("ZodNumberFormat", (inst, def) => {
  $ZodNumberFormat.init(inst, def);
  ZodNumber.init(inst, def);
});
function int(params) {
  return _int(ZodNumberFormat, params);
}
var ZodBoolean = /* @__PURE__ */ $constructor("ZodBoolean", (inst, def) => {
  $ZodBoolean.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json, params) => booleanProcessor(inst, ctx, json, params);
});
function boolean2(params) {
  return _boolean(ZodBoolean, params);
}
var ZodUnknown = /* @__PURE__ */ $constructor("ZodUnknown", (inst, def) => {
  $ZodUnknown.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json, params) => unknownProcessor(inst, ctx, json, params);
});
function unknown() {
  return _unknown(ZodUnknown);
}
var ZodNever = /* @__PURE__ */ $constructor("ZodNever", (inst, def) => {
  $ZodNever.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json, params) => neverProcessor(inst, ctx, json, params);
});
function never(params) {
  return _never(ZodNever, params);
}
var ZodArray = /* @__PURE__ */ $constructor("ZodArray", (inst, def) => {
  _ensureDefaultMemoizer();
  $ZodArray.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json, params) => arrayProcessor(inst, ctx, json, params);
  inst.element = def.element;
}, {
  min(n, params) {
    return this.check(_minLength(n, params));
  },
  nonempty(params) {
    return this.check(_minLength(1, params));
  },
  max(n, params) {
    return this.check(_maxLength(n, params));
  },
  length(n, params) {
    return this.check(_length(n, params));
  },
  unwrap() {
    return this.element;
  }
});
function array(element, params) {
  return _array(ZodArray, element, params);
}
var ZodObject = /* @__PURE__ */ $constructor("ZodObject", (inst, def) => {
  _ensureDefaultMemoizer();
  $ZodObjectJIT.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json, params) => objectProcessor(inst, ctx, json, params);
  util_exports.installLazyProp(inst, "shape", (self) => self._zod.def.shape, false);
}, {
  keyof() {
    return _enum(Object.keys(this._zod.def.shape));
  },
  catchall(catchall) {
    return this.clone(util_exports.mergeDefs(this._zod.def, { catchall }));
  },
  passthrough() {
    return this.clone(util_exports.mergeDefs(this._zod.def, { catchall: unknown() }));
  },
  loose() {
    return this.clone(util_exports.mergeDefs(this._zod.def, { catchall: unknown() }));
  },
  strict() {
    return this.clone(util_exports.mergeDefs(this._zod.def, { catchall: never() }));
  },
  strip() {
    return this.clone(util_exports.mergeDefs(this._zod.def, { catchall: void 0 }));
  },
  extend(incoming) {
    return util_exports.extend(this, incoming);
  },
  safeExtend(incoming) {
    return util_exports.safeExtend(this, incoming);
  },
  merge(other3) {
    return util_exports.merge(this, other3);
  },
  pick(mask) {
    return util_exports.pick(this, mask);
  },
  omit(mask) {
    return util_exports.omit(this, mask);
  },
  partial(...args) {
    return util_exports.partial(ZodOptional, this, args[0]);
  },
  exactPartial(...args) {
    return util_exports.partial(ZodExactOptional, this, args[0], "exactPartial");
  },
  required(...args) {
    return util_exports.required(ZodNonOptional, this, args[0]);
  }
});
function strictObject(shape, params) {
  return new ZodObject({
    type: "object",
    shape,
    catchall: never(),
    ...util_exports.normalizeParams(params)
  });
}
var ZodUnion = /* @__PURE__ */ $constructor("ZodUnion", (inst, def) => {
  $ZodUnion.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json, params) => unionProcessor(inst, ctx, json, params);
  inst.options = def.options;
});
function union(options, params) {
  return new ZodUnion({
    type: "union",
    options,
    ...util_exports.normalizeParams(params)
  });
}
var ZodIntersection = /* @__PURE__ */ $constructor("ZodIntersection", (inst, def) => {
  $ZodIntersection.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json, params) => intersectionProcessor(inst, ctx, json, params);
});
function intersection(left, right) {
  return new ZodIntersection({
    type: "intersection",
    left,
    right
  });
}
var ZodTuple = /* @__PURE__ */ $constructor("ZodTuple", (inst, def) => {
  _ensureDefaultMemoizer();
  $ZodTuple.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json, params) => tupleProcessor(inst, ctx, json, params);
}, {
  rest(rest) {
    return this.clone({
      ...this._zod.def,
      rest
    });
  },
  partial() {
    const def = this._zod.def;
    if (def.checks?.length)
      throw new Error(".partial() cannot be used on tuple schemas containing refinements");
    return this.clone({
      ...def,
      items: def.items.map((item) => new ZodOptional({ type: "optional", innerType: item }))
    });
  }
});
function tuple(items, _paramsOrRest, _params) {
  const hasRest = _paramsOrRest instanceof $ZodType;
  const params = hasRest ? _params : _paramsOrRest;
  const rest = hasRest ? _paramsOrRest : null;
  return new ZodTuple({
    type: "tuple",
    items,
    rest,
    ...util_exports.normalizeParams(params)
  });
}
var ZodRecord = /* @__PURE__ */ $constructor("ZodRecord", (inst, def) => {
  _ensureDefaultMemoizer();
  $ZodRecord.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json, params) => recordProcessor(inst, ctx, json, params);
  inst.keyType = def.keyType;
  inst.valueType = def.valueType;
});
function record(keyType, valueType, params) {
  if (!valueType || !valueType._zod) {
    return new ZodRecord({
      type: "record",
      keyType: string2(),
      valueType: keyType,
      ...util_exports.normalizeParams(valueType)
    });
  }
  return new ZodRecord({
    type: "record",
    keyType,
    valueType,
    ...util_exports.normalizeParams(params)
  });
}
var ZodEnum = /* @__PURE__ */ $constructor("ZodEnum", (inst, def) => {
  $ZodEnum.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json, params) => enumProcessor(inst, ctx, json, params);
  inst.enum = def.entries;
  inst.options = [...inst._zod.values];
  const keys = new Set(Object.keys(def.entries));
  inst.extract = (values, params) => {
    const newEntries = {};
    for (const value of values) {
      if (keys.has(value)) {
        newEntries[value] = def.entries[value];
      } else
        throw new Error(`Key ${value} not found in enum`);
    }
    return new ZodEnum({
      ...def,
      checks: [],
      ...util_exports.normalizeParams(params),
      entries: newEntries
    });
  };
  inst.exclude = (values, params) => {
    const newEntries = { ...def.entries };
    for (const value of values) {
      if (keys.has(value)) {
        delete newEntries[value];
      } else
        throw new Error(`Key ${value} not found in enum`);
    }
    return new ZodEnum({
      ...def,
      checks: [],
      ...util_exports.normalizeParams(params),
      entries: newEntries
    });
  };
});
function _enum(values, params) {
  const entries = Array.isArray(values) ? Object.fromEntries(values.map((v2) => [v2, v2])) : values;
  return new ZodEnum({
    type: "enum",
    entries,
    ...util_exports.normalizeParams(params)
  });
}
var ZodLiteral = /* @__PURE__ */ $constructor("ZodLiteral", (inst, def) => {
  $ZodLiteral.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json, params) => literalProcessor(inst, ctx, json, params);
  inst.values = new Set(def.values);
  Object.defineProperty(inst, "value", {
    get() {
      if (def.values.length > 1) {
        throw new Error("This schema contains multiple valid literal values. Use `.values` instead.");
      }
      return def.values[0];
    }
  });
});
function literal(value, params) {
  return new ZodLiteral({
    type: "literal",
    values: Array.isArray(value) ? value : [value],
    ...util_exports.normalizeParams(params)
  });
}
var ZodTransform = /* @__PURE__ */ $constructor("ZodTransform", (inst, def) => {
  _ensureDefaultMemoizer();
  $ZodTransform.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json, params) => transformProcessor(inst, ctx, json, params);
  inst._zod.parse = (payload, _ctx) => {
    if (_ctx.direction === "backward") {
      throw new $ZodEncodeError(inst.constructor.name);
    }
    payload.addIssue = (issue2) => {
      if (typeof issue2 === "string") {
        payload.issues.push(util_exports.issue(issue2, payload.value, def));
      } else {
        const _issue = issue2;
        if (_issue.fatal)
          _issue.continue = false;
        _issue.code ?? (_issue.code = "custom");
        if (!("input" in _issue))
          _issue.input = payload.value;
        _issue.inst ?? (_issue.inst = inst);
        payload.issues.push(util_exports.issue(_issue));
      }
    };
    const output = def.transform(payload.value, payload);
    if (output instanceof Promise) {
      return output.then((output2) => {
        payload.value = output2;
        return payload;
      });
    }
    payload.value = output;
    return payload;
  };
});
function transform(fn) {
  return new ZodTransform({
    type: "transform",
    transform: fn
  });
}
var ZodOptional = /* @__PURE__ */ $constructor("ZodOptional", (inst, def) => {
  $ZodOptional.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json, params) => optionalProcessor(inst, ctx, json, params);
  inst.unwrap = () => inst._zod.def.innerType;
});
function optional(innerType) {
  return new ZodOptional({
    type: "optional",
    innerType
  });
}
var ZodExactOptional = /* @__PURE__ */ $constructor("ZodExactOptional", (inst, def) => {
  $ZodExactOptional.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json, params) => optionalProcessor(inst, ctx, json, params);
  inst.unwrap = () => inst._zod.def.innerType;
});
function exactOptional(innerType) {
  return new ZodExactOptional({
    type: "optional",
    innerType
  });
}
var ZodNullable = /* @__PURE__ */ $constructor("ZodNullable", (inst, def) => {
  $ZodNullable.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json, params) => nullableProcessor(inst, ctx, json, params);
  inst.unwrap = () => inst._zod.def.innerType;
});
function nullable(innerType) {
  return new ZodNullable({
    type: "nullable",
    innerType
  });
}
var ZodDefault = /* @__PURE__ */ $constructor("ZodDefault", (inst, def) => {
  $ZodDefault.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json, params) => defaultProcessor(inst, ctx, json, params);
  inst.unwrap = () => inst._zod.def.innerType;
  inst.removeDefault = inst.unwrap;
});
function _default(innerType, defaultValue) {
  return new ZodDefault({
    type: "default",
    innerType,
    get defaultValue() {
      return typeof defaultValue === "function" ? defaultValue() : util_exports.shallowClone(defaultValue);
    }
  });
}
var ZodPrefault = /* @__PURE__ */ $constructor("ZodPrefault", (inst, def) => {
  $ZodPrefault.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json, params) => prefaultProcessor(inst, ctx, json, params);
  inst.unwrap = () => inst._zod.def.innerType;
});
function prefault(innerType, defaultValue) {
  return new ZodPrefault({
    type: "prefault",
    innerType,
    get defaultValue() {
      return typeof defaultValue === "function" ? defaultValue() : util_exports.shallowClone(defaultValue);
    }
  });
}
var ZodNonOptional = /* @__PURE__ */ $constructor("ZodNonOptional", (inst, def) => {
  $ZodNonOptional.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json, params) => nonoptionalProcessor(inst, ctx, json, params);
  inst.unwrap = () => inst._zod.def.innerType;
});
function nonoptional(innerType, params) {
  return new ZodNonOptional({
    type: "nonoptional",
    innerType,
    ...util_exports.normalizeParams(params)
  });
}
var ZodCatch = /* @__PURE__ */ $constructor("ZodCatch", (inst, def) => {
  $ZodCatch.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json, params) => catchProcessor(inst, ctx, json, params);
  inst.unwrap = () => inst._zod.def.innerType;
  inst.removeCatch = inst.unwrap;
});
function _catch(innerType, catchValue) {
  return new ZodCatch({
    type: "catch",
    innerType,
    catchValue: typeof catchValue === "function" ? catchValue : util_exports.constantCatch(catchValue)
  });
}
var ZodPipe = /* @__PURE__ */ $constructor("ZodPipe", (inst, def) => {
  $ZodPipe.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json, params) => pipeProcessor(inst, ctx, json, params);
  inst.in = def.in;
  inst.out = def.out;
});
function pipe(in_, out) {
  return new ZodPipe({
    type: "pipe",
    in: in_,
    out
    // ...util.normalizeParams(params),
  });
}
var ZodReadonly = /* @__PURE__ */ $constructor("ZodReadonly", (inst, def) => {
  $ZodReadonly.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json, params) => readonlyProcessor(inst, ctx, json, params);
  inst.unwrap = () => inst._zod.def.innerType;
});
function readonly(innerType) {
  return new ZodReadonly({
    type: "readonly",
    innerType
  });
}
var ZodCustom = /* @__PURE__ */ $constructor("ZodCustom", (inst, def) => {
  $ZodCustom.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json, params) => customProcessor(inst, ctx, json, params);
});
function custom(fn, _params) {
  return _custom(ZodCustom, fn ?? (() => true), _params);
}
function refine(fn, _params = {}) {
  return _refine(ZodCustom, fn, _params);
}
function superRefine(fn, params) {
  return _superRefine(fn, params);
}

// node_modules/zod/v4/classic/iso.js
var iso_exports = {};
__export(iso_exports, {
  ZodISODate: () => ZodISODate,
  ZodISODateTime: () => ZodISODateTime,
  ZodISODuration: () => ZodISODuration,
  ZodISOTime: () => ZodISOTime,
  date: () => date2,
  datetime: () => datetime2,
  duration: () => duration2,
  time: () => time2
});
function datetime2(params) {
  return _isoDateTime(ZodISODateTime, params);
}
function date2(params) {
  return _isoDate(ZodISODate, params);
}
function time2(params) {
  return _isoTime(ZodISOTime, params);
}
function duration2(params) {
  return _isoDuration(ZodISODuration, params);
}

// packages/model/fact-members.ts
var text = string2().min(1);
var shaSchema = string2().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, "a git object id of 40 or 64 lower-case hexadecimal digits");
var instant = iso_exports.datetime({ precision: 3 });
var identitySchema = strictObject({ id: text.optional(), login: text.optional(), mail: text.optional() });

// packages/model/subject.ts
var SUBJECT_TYPES = ["change", "commit", "ref", "ticket", "deployment", "incident", "config", "audit", "evidence"];
var SUBJECT_MAX_BYTES = 1024;
var PATTERN = new RegExp(`^(${SUBJECT_TYPES.join("|")}):[^\\s\\p{Cc}]+$`, "u");
var subjectSchema = custom(
  (value) => typeof value === "string" && PATTERN.test(value) && Buffer.byteLength(value) <= SUBJECT_MAX_BYTES,
  `a subject is ${SUBJECT_TYPES.join("|")}, a colon and an id without white space, at most ${SUBJECT_MAX_BYTES} bytes`
);
function subjectType(of) {
  return of.slice(0, of.indexOf(":"));
}
function subjectId(of) {
  return of.slice(of.indexOf(":") + 1);
}

// packages/model/fact-attested.ts
var attested = strictObject({
  /** `qa-sign-off`, `security-review`, `retrospective-review`, `authorisation`… */
  what: text,
  outcome: _enum(["passed", "failed"]),
  commit: shaSchema.optional(),
  change: subjectSchema.optional(),
  environment: text.optional(),
  /** The tool that speaks. */
  tool: text.optional(),
  /** The person who signed, as `system` names them. */
  by: identitySchema.extend({ system: text }).optional()
});
var ARTIFACT_PROOFS = ["provenance", "event", "object-metadata", "image-label", "version-tag"];
var artifact = strictObject({
  /** `sha256:…` of its content, where told. */
  digest: text.optional(),
  /** Where it lies: `s3://bucket/key?versionId=…`, an image's name. */
  location: text.optional(),
  repository: text.optional(),
  commit: shaSchema.optional(),
  by: _enum(ARTIFACT_PROOFS),
  /** Who built it, in the sender's words. */
  builder: text.optional(),
  /** Of provenance: whether somebody has checked its signature. We do not: whoever put it on the bus vouches for it. */
  signature: literal("unchecked").optional()
});

// packages/model/fact-deployment.ts
var DEPLOYMENT_STATES = ["Created", "Queued", "InProgress", "Baking", "Succeeded", "Failed", "Stopped", "Ready"];
var TARGET_STATES = ["Pending", "InProgress", "Succeeded", "Failed", "Skipped", "Ready", "Unknown"];
var deploymentState = strictObject({
  application: text,
  group: text,
  state: _enum(DEPLOYMENT_STATES),
  /** ECS: why it failed. CodeDeploy tells it to a look-up alone. */
  error: text.optional(),
  /** ECS: id of the deployment whose revision this one, a rollback, puts back. */
  restores: text.optional()
});
var targetState = strictObject({
  application: text,
  group: text,
  target: text,
  instanceGroup: text.optional(),
  state: _enum(TARGET_STATES)
});
var deploymentCreated = strictObject({
  application: text,
  group: text.optional(),
  principal: strictObject({ arn: text.optional(), type: text.optional(), id: text.optional(), name: text.optional() }),
  error: text.optional()
});
var revisionSchema = strictObject({
  type: text,
  repository: text.optional(),
  commit: shaSchema.optional(),
  /** Where it lies, when it is no commit: `s3://bucket/key?versionId=…`. */
  location: text.optional(),
  /** How the commit came to be known; absent when it is not. */
  by: _enum(["revision", "object-metadata"]).optional(),
  /** Why the commit is not known. */
  unresolved: text.optional()
});
var lifecycleEvent = strictObject({
  name: text,
  status: text,
  start: instant.optional(),
  end: instant.optional(),
  error: text.optional(),
  script: text.optional()
});
var deploymentLookup = strictObject({
  application: text,
  group: text,
  config: text.optional(),
  state: _enum(DEPLOYMENT_STATES),
  creator: text.optional(),
  revision: revisionSchema,
  previousRevision: revisionSchema.optional(),
  createdAt: instant.optional(),
  startedAt: instant.optional(),
  completedAt: instant.optional(),
  error: text.optional(),
  /** Of a rollback: the deployment that triggered it. */
  rollsBack: text.optional(),
  /** Of a failed deployment: the deployment that rolled it back. */
  rolledBackBy: text.optional(),
  /** Succeeded lifecycle events are left out of targets that succeeded (the archive holds them). */
  targets: array(
    strictObject({ id: text, type: text, status: text, updatedAt: instant.optional(), lifecycle: array(lifecycleEvent) })
  )
});

// packages/model/fact-github.ts
var refName = text;
var checklistSchema = strictObject({ section: text.optional(), checked: array(text), unchecked: array(text) });
var commitSchema = strictObject({
  sha: shaSchema,
  author: identitySchema,
  /** Present when it differs from the author. */
  committer: identitySchema.optional(),
  coAuthors: array(identitySchema).optional()
});
var pullRequest = strictObject({
  action: text,
  /** When the pull request was opened, by the sender's clock. */
  openedAt: instant.optional(),
  author: identitySchema,
  /** The sender's word on the author's relation to the repository: MEMBER, CONTRIBUTOR, NONE… */
  association: text.optional(),
  head: shaSchema,
  headRef: refName,
  /** Present when the head lies in another repository. */
  headRepository: text.optional(),
  base: shaSchema,
  baseRef: refName,
  state: _enum(["open", "closed", "merged"]),
  draft: boolean2().optional(),
  mergeSha: shaSchema.optional(),
  mergedAt: instant.optional(),
  mergedBy: identitySchema.optional(),
  /** Of `synchronize`: the head before. */
  before: shaSchema.optional(),
  labels: array(text).optional(),
  /** Of labeled, unlabeled, review_requested: what the action is about. */
  about: text.optional(),
  /** Subjects of the tickets that title, body and branch name. */
  tickets: array(subjectSchema).optional(),
  checklists: array(checklistSchema).optional()
});
var review = strictObject({
  action: text,
  id: text,
  reviewer: identitySchema,
  association: text.optional(),
  state: _enum(["approved", "changes_requested", "commented", "dismissed", "pending"]),
  /** The commit that was reviewed: what binds, never the time. */
  commit: shaSchema.optional()
});
var push = strictObject({
  before: shaSchema,
  after: shaSchema,
  forced: boolean2().optional(),
  created: boolean2().optional(),
  deleted: boolean2().optional(),
  /** The ref is the repository's default branch. */
  default: boolean2().optional(),
  /** Oldest first, as pushed. GitHub lists at most 2,048; `truncated` says that it says so. */
  commits: array(commitSchema),
  truncated: boolean2().optional()
});
var refChange = strictObject({ action: _enum(["created", "deleted"]), refType: text });
var check = strictObject({
  action: text,
  id: text,
  name: text,
  status: text,
  conclusion: text.optional(),
  /** Numbers of the pull requests that the sender ties the check to. */
  pullRequests: array(text).optional()
});
var status = strictObject({ id: text, context: text, state: text });
var workflowRun = strictObject({
  action: text,
  id: text,
  attempt: text.optional(),
  name: text.optional(),
  event: text.optional(),
  status: text,
  conclusion: text.optional()
});
var hostDeployment = strictObject({
  action: text,
  id: text,
  environment: text,
  commit: shaSchema,
  ref: refName.optional(),
  task: text.optional(),
  creator: identitySchema.optional()
});
var hostDeploymentStatus = strictObject({
  action: text,
  id: text,
  environment: text,
  commit: shaSchema,
  state: text,
  creator: identitySchema.optional()
});
var mergeGroup = strictObject({
  action: text,
  head: shaSchema,
  headRef: refName,
  base: shaSchema,
  baseRef: refName,
  reason: text.optional()
});
var branchProtection = strictObject({
  action: text,
  id: text,
  pattern: text,
  /** The settings as the sender gives them; what is absent was not told. */
  settings: record(text, union([string2(), boolean2(), number2(), array(string2())])),
  /** Of `edited`: settings' former values. */
  from: record(text, union([string2(), boolean2(), number2(), array(string2())])).optional()
});
var ruleset = strictObject({
  action: text,
  id: text,
  enforcement: text,
  target: text.optional(),
  include: array(text).optional(),
  exclude: array(text).optional(),
  rules: array(text).optional(),
  bypass: array(text).optional()
});
var pullRequestLookup = strictObject({ head: shaSchema, commits: array(commitSchema), truncated: boolean2().optional() });
var commitLookup = strictObject({ parents: array(shaSchema), author: identitySchema.optional() });
var filesLookup = strictObject({ head: shaSchema, paths: array(text), truncated: boolean2().optional() });
var ruleSuiteLookup = strictObject({ id: text, result: text, before: shaSchema.optional(), after: shaSchema });

// packages/model/fact-itsm.ts
var record2 = strictObject({
  action: text,
  /** `normal`, `standard`, `emergency`. */
  type: text.optional(),
  state: text.optional(),
  approval: text.optional(),
  requestedBy: identitySchema.optional(),
  /** Whoever approved last; `approvers` are all who did, where the sender tells more than one. */
  approvedBy: identitySchema.optional(),
  approvers: array(identitySchema).optional(),
  risk: text.optional(),
  backOutPlan: boolean2().optional(),
  testPlan: boolean2().optional(),
  /** A reason (justification) is given. */
  reason: boolean2().optional(),
  /** Of a standard change: the catalogue's item and its version. */
  catalogue: strictObject({ item: text, version: text.optional() }).optional(),
  incident: subjectSchema.optional(),
  /** The service, configuration item or provisioned product that it is about. */
  service: text.optional(),
  plannedStart: instant.optional(),
  plannedEnd: instant.optional(),
  openedAt: instant.optional(),
  closedAt: instant.optional(),
  /** How it went, as the record's owner closed it: `successful`, `unsuccessful`… */
  outcome: text.optional(),
  /** Why the request was refused: nothing came of it. */
  error: text.optional()
});
var incident = strictObject({
  action: text,
  status: text.optional(),
  /** By the sender's clock; of a later event of the same incident too. */
  openedAt: instant.optional(),
  resolvedAt: instant.optional(),
  severity: text.optional(),
  priority: text.optional(),
  urgency: text.optional(),
  service: text.optional(),
  /** Changes that it names. */
  changes: array(subjectSchema).optional()
});

// packages/model/fact-ledger.ts
var link = strictObject({ deployment: subjectSchema, version: int().positive() });
var sealed = strictObject({
  bundles: array(
    strictObject({
      change: subjectSchema,
      /** Hash of the head of the change's chain that the bundle covers. */
      head: text,
      key: text,
      versionId: text,
      sha256: text,
      bytes: int().positive()
    })
  )
});
var unresolved = strictObject({ asked: text, attempts: int().positive(), reason: text });
var other = strictObject({ repository: text.optional() });
var unparsed = strictObject({ field: text, rule: text, bytes: int().nonnegative() });
var hex64 = string2().regex(/^[0-9a-f]{64}$/);
var configuration = strictObject({
  status: _enum(["offered", "in-force", "refused"]),
  /** SHA-256 of the text. */
  version: hex64,
  /** What whoever offered it calls it. */
  label: text.optional(),
  faults: array(strictObject({ code: text, field: text, line: int().positive(), column: int().positive() })).max(100).optional()
});
var OUTCOMES = ["satisfied", "not-satisfied", "pending", "not-assessable", "not-applicable"];
var assessed = strictObject({
  asOf: instant,
  /** The version of the configuration that was used. */
  configuration: hex64,
  procedure: text,
  type: _enum(["normal", "standard", "emergency"]),
  /** SHA-256 of the assessment's canonical bytes. */
  digest: hex64,
  /** Of the whole under `change`, and of each audit test that is applicable. */
  outcomes: record(text, _enum(OUTCOMES)),
  /** A finding's id is `<change>#<test>/<code>`. */
  opened: array(strictObject({ test: text, code: text, because: text })),
  /** `<test>/<code>` of findings that are gone. */
  resolved: array(text)
});
var verified = strictObject({
  check: _enum(["normalisation", "chains", "log", "evidence"]),
  upTo: instant,
  looked: int().nonnegative(),
  /** The first faults; `faulty` counts all. */
  faults: array(strictObject({ subject: subjectSchema, seq: int().nonnegative().optional(), code: text })).max(100),
  faulty: int().nonnegative()
});
var reconciled = strictObject({
  /** Whose list: `codedeploy`, `github`. */
  system: text,
  /** What it lists: a ref's subject, or `<account>/<region>/<application>/<group>`. */
  scope: text,
  from: instant,
  to: instant,
  listed: int().nonnegative(),
  /** Listed there, not recorded here: subjects of deployments, or SHAs. */
  missing: array(text).max(200),
  /** Recorded here, not listed there. */
  unlisted: array(text).max(200)
});

// packages/model/fact-ticket.ts
var ticket = strictObject({
  action: text,
  type: text.optional(),
  status: text.optional(),
  /** The sender's grouping of statuses: new, indeterminate, done. */
  statusCategory: text.optional(),
  reporter: identitySchema.optional(),
  assignee: identitySchema.optional(),
  labels: array(text).optional(),
  resolution: text.optional(),
  /** Changes of the fields that the configuration names (and of status, type, resolution), values as the sender writes them. */
  changes: array(strictObject({ field: text, from: text.optional(), to: text.optional() })).optional(),
  /** Of a ticket whose type the settings call an incident. */
  incident: strictObject({ openedAt: instant.optional(), resolvedAt: instant.optional(), severity: text.optional() }).optional(),
  /** Custom fields that the configuration names: approval, risk, back-out plan given (never free text). */
  fields: record(text, string2()).optional()
});
var comment = strictObject({ action: text, id: text, author: identitySchema.optional() });

// packages/model/fact.ts
var kinds = {
  "pull-request": pullRequest,
  review,
  push,
  "ref-change": refChange,
  "check-run": check,
  "check-suite": check,
  status,
  "workflow-run": workflowRun,
  "host-deployment": hostDeployment,
  "host-deployment-status": hostDeploymentStatus,
  ticket,
  comment,
  record: record2,
  incident,
  attested,
  artifact,
  "merge-group": mergeGroup,
  "branch-protection": branchProtection,
  ruleset,
  ping: other,
  "deployment-state": deploymentState,
  "target-state": targetState,
  "deployment-created": deploymentCreated,
  "deployment-lookup": deploymentLookup,
  "pull-request-lookup": pullRequestLookup,
  "commit-lookup": commitLookup,
  "files-lookup": filesLookup,
  "rule-suite-lookup": ruleSuiteLookup,
  unresolved,
  linked: link,
  unlinked: link,
  sealed,
  configuration,
  assessed,
  verified,
  reconciled,
  other,
  unparsed
};
var FACT_KINDS = Object.keys(kinds);
var schemaOf = kinds;
var factSchema = strictObject({ kind: _enum(FACT_KINDS), facts: unknown() }).transform((fact, context) => {
  const parsed2 = schemaOf[fact.kind].safeParse(fact.facts);
  if (!parsed2.success) {
    for (const issue2 of parsed2.error.issues) context.addIssue({ code: "custom", message: issue2.message, path: ["facts", ...issue2.path] });
    return NEVER;
  }
  return { kind: fact.kind, facts: parsed2.data };
});

// packages/model/entry.ts
var ENTRY_MAX_BYTES = 32 * 1024;
var NO_PREVIOUS = "0".repeat(64);
var hex642 = string2().regex(/^[0-9a-f]{64}$/, "64 lower-case hexadecimal digits");
var instantSchema = iso_exports.datetime({ precision: 3 });
var actorSchema = strictObject({
  system: string2().min(1),
  id: string2().min(1).optional(),
  login: string2().min(1).optional()
});
var AUTHENTICATED_BY = ["hmac-sha256", "hmac-sha1", "shared-secret", "bus", "api", "ledger"];
var sourceSchema = strictObject({
  system: string2().min(1),
  /** The sender's own name of the event, action included: `pull_request.opened`. */
  event: string2().min(1),
  /** The sender's id of the event; of derived entries the id that makes them exactly once. */
  id: string2().min(1),
  auth: _enum(AUTHENTICATED_BY),
  /** The normaliser's version: the same raw payload normalised by the same version gives the same facts. */
  norm: int().positive(),
  /** The id under which the same body came before: an attacker can repeat signed bytes under a delivery id of their own. */
  replays: string2().min(1).optional()
});
var payloadSchema = strictObject({
  /** SHA-256 of the raw body. */
  sha256: hex642,
  /** Object key of the segment. */
  archive: string2().min(1),
  /** Bytes. */
  offset: int().nonnegative(),
  length: int().positive()
});
var entrySchema = strictObject({
  v: literal(1),
  subject: subjectSchema,
  seq: int().nonnegative(),
  prev: hex642,
  occurredAt: instantSchema,
  recordedAt: instantSchema,
  actor: actorSchema.optional(),
  source: sourceSchema,
  payload: payloadSchema.optional(),
  /** Of a fact too long for one entry: this entry's number (from 0) and how many there are. */
  part: strictObject({ index: int().nonnegative(), of: int().positive() }).optional(),
  kind: string2(),
  facts: unknown()
}).transform((entry, context) => {
  const fact = factSchema.safeParse({ kind: entry.kind, facts: entry.facts });
  if (!fact.success) {
    for (const issue2 of fact.error.issues) context.addIssue({ code: "custom", message: issue2.message, path: [...issue2.path] });
    return NEVER;
  }
  const { kind: _kind, facts: _facts, ...rest } = entry;
  return { ...rest, ...fact.data };
});
function openEntry(bytes2) {
  if (bytes2.length > ENTRY_MAX_BYTES)
    throw new ModelError("entry-too-large", `expected at most ${ENTRY_MAX_BYTES} bytes, got ${bytes2.length}`);
  const parsed2 = entrySchema.safeParse(parseCanonical(bytes2));
  if (!parsed2.success) {
    const [issue2] = parsed2.error.issues;
    throw new ModelError("not-an-entry", `expected an entry of version 1; ${issue2?.path.join(".") || "entry"}: ${issue2?.message}`);
  }
  return { entry: parsed2.data, bytes: bytes2, hash: leafHash(bytes2) };
}

// packages/log/hash.ts
var HASH_BYTES = 32;
var EMPTY_ROOT = Buffer.from(hash2("sha256", new Uint8Array()), "hex");
function sameHash(a, b) {
  return Buffer.compare(a, b) === 0;
}
function expectHash(bytes2, what) {
  if (bytes2.length !== HASH_BYTES) throw new LogError("not-a-hash", `${what}: expected ${HASH_BYTES} bytes, got ${bytes2.length}`);
}
var node2 = Buffer.alloc(1 + 2 * HASH_BYTES, 1);
function nodeHash(left, right) {
  expectHash(left, "left child");
  expectHash(right, "right child");
  node2.set(left, 1);
  node2.set(right, 1 + HASH_BYTES);
  return Buffer.from(hash2("sha256", node2), "hex");
}
function completeRoot(hashes) {
  const count3 = hashes.length / HASH_BYTES;
  if (count3 < 1 || !Number.isInteger(Math.log2(count3)))
    throw new LogError("not-a-hash", `expected 1, 2, 4, … hashes, got ${hashes.length} bytes`);
  const level2 = Buffer.from(hashes);
  for (let width = count3 / 2; width >= 1; width /= 2) {
    for (let at = 0; at < width; at++) {
      level2.copy(node2, 1, at * 2 * HASH_BYTES, (at + 1) * 2 * HASH_BYTES);
      level2.write(hash2("sha256", node2), at * HASH_BYTES, "hex");
    }
  }
  return Uint8Array.prototype.slice.call(level2, 0, HASH_BYTES);
}

// packages/log/spelling.ts
function expectCount(value, what) {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new LogError("out-of-range", `expected ${what} from 0 to ${Number.MAX_SAFE_INTEGER}, got ${value}`);
}
function parseDecimal(text3, what) {
  const value = Number(text3);
  if (!/^(?:0|[1-9][0-9]{0,15})$/.test(text3) || !Number.isSafeInteger(value))
    throw new LogError("not-canonical", `${what}: expected a decimal number without leading zeros, at most ${Number.MAX_SAFE_INTEGER}`);
  return value;
}
function parseBase64(text3, what) {
  const bytes2 = Buffer.from(text3, "base64");
  if (bytes2.toString("base64") !== text3) throw new LogError("not-canonical", `${what}: expected base64 in its one spelling`);
  return bytes2;
}
var decoder2 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
function parseUtf8(bytes2, what) {
  try {
    return decoder2.decode(bytes2);
  } catch {
    throw new LogError("not-canonical", `${what}: expected UTF-8`);
  }
}
function hasControls(text3) {
  return /[\u0000-\u0009\u000b-\u001f]/.test(text3);
}

// packages/log/verifier-key.ts
import { createPublicKey, hash as hash3, verify } from "node:crypto";
var ED25519 = 1;
var PUBLIC_KEY_BYTES = 32;
var SIGNATURE_BYTES = 64;
function isKeyName(name3) {
  return name3 !== "" && name3.isWellFormed() && !/[\p{White_Space}+]/u.test(name3) && !hasControls(name3);
}
function verifierKey(name3, publicKey) {
  if (!isKeyName(name3)) throw new LogError("not-canonical", "expected a key name without spaces and plus signs");
  if (publicKey.length !== PUBLIC_KEY_BYTES)
    throw new LogError("out-of-range", `expected an Ed25519 key of ${PUBLIC_KEY_BYTES} bytes, got ${publicKey.length}`);
  const id = hash3("sha256", Buffer.concat([Buffer.from(`${name3}
`), Uint8Array.of(ED25519), publicKey])).slice(0, 8);
  return { name: name3, id, publicKey };
}
function parseVerifierKey(text3) {
  const [, name3, id, encoded2] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text3) ?? [];
  if (name3 === void 0 || id === void 0 || encoded2 === void 0)
    throw new LogError("not-canonical", "expected a verifier key: name+id+key");
  const bytes2 = parseBase64(encoded2, "verifier key");
  if (bytes2[0] !== ED25519 || bytes2.length !== 1 + PUBLIC_KEY_BYTES)
    throw new LogError("not-canonical", "expected a verifier key of type 1: Ed25519");
  const key = verifierKey(name3, bytes2.subarray(1));
  if (key.id !== id) throw new LogError("not-canonical", `expected key id ${key.id} for this name and key, got ${id}`);
  return key;
}
function isSignedBy({ publicKey }, message, signature) {
  if (signature.length !== SIGNATURE_BYTES) return false;
  const jwk = { kty: "OKP", crv: "Ed25519", x: Buffer.from(publicKey).toString("base64url") };
  return verify(null, message, createPublicKey({ key: jwk, format: "jwk" }), signature);
}

// packages/log/note.ts
var NOTE_MAX_BYTES = 1e6;
var NOTE_MAX_SIGNATURES = 100;
var MARK = "— ";
var ID_BYTES = 4;
function parseNote(bytes2) {
  if (bytes2.length > NOTE_MAX_BYTES) throw new LogError("not-canonical", `expected a note of at most ${NOTE_MAX_BYTES} bytes`);
  const whole = parseUtf8(bytes2, "note");
  if (hasControls(whole)) throw new LogError("not-canonical", "expected a note without control characters");
  const end = whole.lastIndexOf("\n\n");
  const lines = whole.slice(end + 2).split("\n");
  if (end < 0 || lines.pop() !== "") throw new LogError("not-canonical", "expected a note: text, an empty line, signature lines");
  if (lines.length === 0 || lines.length > NOTE_MAX_SIGNATURES)
    throw new LogError("not-canonical", `expected 1 to ${NOTE_MAX_SIGNATURES} signatures, got ${lines.length}`);
  return { text: whole.slice(0, end + 1), signatures: lines.map(parseSignature) };
}
function parseSignature(line) {
  const [name3 = "", encoded2 = "", ...more] = line.startsWith(MARK) ? line.slice(MARK.length).split(" ") : [];
  if (!isKeyName(name3) || more.length > 0) throw new LogError("not-canonical", "expected a signature line: em dash, key name, base64");
  const bytes2 = parseBase64(encoded2, "signature line");
  if (bytes2.length <= ID_BYTES) throw new LogError("not-canonical", "expected a key id and a signature");
  return { name: name3, id: Buffer.from(bytes2.subarray(0, ID_BYTES)).toString("hex"), signature: bytes2.subarray(ID_BYTES) };
}
function openNote(bytes2, keys) {
  const known = /* @__PURE__ */ new Map();
  for (const key of keys) {
    const held = known.get(`${key.name}+${key.id}`);
    if (held !== void 0 && Buffer.compare(held.publicKey, key.publicKey) !== 0)
      throw new LogError("ambiguous-key", `two keys are known as ${key.name}+${key.id}`);
    known.set(`${key.name}+${key.id}`, key);
  }
  const { text: text3, signatures } = parseNote(bytes2);
  const message = Buffer.from(text3);
  const signedBy = /* @__PURE__ */ new Set();
  for (const { name: name3, id, signature } of signatures) {
    const key = known.get(`${name3}+${id}`);
    if (key === void 0) continue;
    if (!isSignedBy(key, message, signature)) throw new LogError("bad-signature", `the signature of ${name3}+${id} does not verify`);
    signedBy.add(key);
  }
  if (signedBy.size === 0) throw new LogError("not-signed", "no key that is known has signed this note");
  return { text: text3, signedBy: [...signedBy] };
}

// packages/log/checkpoint.ts
function parseCheckpoint(text3) {
  const [origin = "", decimal = "", encoded2 = "", ...extensions] = text3.split("\n");
  if (extensions.pop() !== "" || origin === "" || extensions.includes(""))
    throw new LogError("not-canonical", "expected a checkpoint: origin, size, root hash, each on a line that ends");
  const size = parseDecimal(decimal, "tree size");
  const root = parseBase64(encoded2, "root hash");
  if (root.length !== EMPTY_ROOT.length) throw new LogError("not-canonical", `expected a root hash of 32 bytes, got ${root.length}`);
  if (size === 0 && !sameHash(root, EMPTY_ROOT)) throw new LogError("not-canonical", "expected the empty root hash for a tree of size 0");
  return { origin, size, root, extensions };
}
function openCheckpoint(note, log) {
  const checkpoint = parseCheckpoint(openNote(note, log.keys).text);
  if (checkpoint.origin !== log.origin) throw new LogError("wrong-origin", `expected a checkpoint of ${log.origin}`);
  return checkpoint;
}

// packages/log/subtree.ts
function splitOf(count3) {
  let power = 1;
  while (power * 2 < count3) power *= 2;
  return power;
}
function completeSubtrees({ from, to }) {
  const found = [];
  for (let at = from; at < to; ) {
    let level2 = 0;
    let width = 1;
    for (; width * 2 <= to - at; width *= 2) level2++;
    found.push({ level: level2, index: at / width });
    at += width;
  }
  return found;
}
function foldSubtrees(hashes) {
  const last = hashes.at(-1);
  return last === void 0 ? EMPTY_ROOT : hashes.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last);
}

// packages/log/proof.ts
async function readRanges(reader, ranges) {
  const parts = ranges.map(completeSubtrees);
  const asked = parts.flat();
  const hashes = await reader.read(asked);
  if (hashes.length !== asked.length)
    throw new LogError("wrong-answer", `expected ${asked.length} hashes from the reader, got ${hashes.length}`);
  let at = 0;
  return parts.map((part) => {
    at += part.length;
    return foldSubtrees(hashes.slice(at - part.length, at));
  });
}
async function readRoot(reader, size) {
  expectCount(size, "a tree size");
  return (await readRanges(reader, [{ from: 0, to: size }]))[0];
}

// packages/log/tile.ts
var TILE_WIDTH = 256;
var MAX_LEVEL = 63;
function hashesAt(level2, size) {
  return Math.floor(size / TILE_WIDTH ** level2);
}
function tileWidth(level2, index, size) {
  return Math.min(TILE_WIDTH, Math.max(0, hashesAt(level2, size) - index * TILE_WIDTH));
}
function edgeTiles(size) {
  expectCount(size, "a tree size");
  const found = [];
  for (let level2 = 0; hashesAt(level2, size) > 0; level2++) {
    const width = hashesAt(level2, size) % TILE_WIDTH;
    const index = Math.floor(hashesAt(level2, size) / TILE_WIDTH);
    if (width > 0 && level2 === 0) found.push({ level: "entries", index, width });
    if (width > 0) found.push({ level: level2, index, width });
  }
  return found;
}
function tilePath({ level: level2, index, width }) {
  expectCount(index, "a tile index");
  if (level2 !== "entries" && !(Number.isInteger(level2) && level2 >= 0 && level2 <= MAX_LEVEL))
    throw new LogError("out-of-range", `expected a tile level from 0 to ${MAX_LEVEL}, got ${level2}`);
  if (!Number.isInteger(width) || width < 1 || width > TILE_WIDTH)
    throw new LogError("out-of-range", `expected a tile width from 1 to ${TILE_WIDTH}, got ${width}`);
  const groups = [String(index % 1e3).padStart(3, "0")];
  for (let rest = Math.floor(index / 1e3); rest > 0; rest = Math.floor(rest / 1e3))
    groups.unshift(`x${String(rest % 1e3).padStart(3, "0")}`);
  return `tile/${level2}/${groups.join("/")}${width < TILE_WIDTH ? `.p/${width}` : ""}`;
}
var PATH = /^tile\/(entries|[0-9]{1,2})\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([0-9]{1,3}))?$/;
function parseTilePath(path) {
  const [, level2, groups = "", width] = PATH.exec(path) ?? [];
  const index = Number(groups.replace(/[x/]/g, ""));
  const partial2 = { index, width: width === void 0 ? TILE_WIDTH : Number(width) };
  const tile = level2 === "entries" ? { level: level2, ...partial2 } : { level: Number(level2), ...partial2 };
  const fits = level2 !== void 0 && Number.isSafeInteger(index) && partial2.width >= 1 && partial2.width <= TILE_WIDTH;
  if (!fits || tile.level !== "entries" && tile.level > MAX_LEVEL || tilePath(tile) !== path)
    throw new LogError("not-canonical", "expected a path like tile/0/x001/067 or tile/entries/067.p/8");
  return tile;
}

// packages/log/entry-bundle.ts
var LENGTH_BYTES = 2;
function parseBundle(bytes2, width) {
  expectWidth(width);
  return parseEntries(bytes2, width);
}
function parseEntries(bytes2, count3) {
  const entries = [];
  let at = 0;
  while (entries.length < count3) {
    const high = bytes2[at];
    const low = bytes2[at + 1];
    if (high === void 0 || low === void 0)
      throw new LogError("not-canonical", `expected ${count3} entries; they end after ${entries.length}`);
    const start = at + LENGTH_BYTES;
    at = start + high * 256 + low;
    if (at > bytes2.length) throw new LogError("not-canonical", `entry ${entries.length} of ${count3} ends early`);
    entries.push(bytes2.subarray(start, at));
  }
  if (at !== bytes2.length) throw new LogError("not-canonical", `expected ${count3} entries; ${bytes2.length - at} bytes follow them`);
  return entries;
}
function expectWidth(width) {
  if (!Number.isInteger(width) || width < 1 || width > TILE_WIDTH)
    throw new LogError("out-of-range", `expected 1 to ${TILE_WIDTH} entries, got ${width}`);
}

// packages/log/tile-hashes.ts
var TILE_HEIGHT = 8;
var KEPT_FROM = 16;
var TileHashes = class {
  #size;
  #tiles;
  #roots = /* @__PURE__ */ new Map();
  /**
   * @param size of the tree, as a verified checkpoint states it: it decides which tiles are partial
   * @throws LogError `out-of-range`
   */
  constructor(size, tiles) {
    expectCount(size, "a tree size");
    this.#size = size;
    this.#tiles = tiles;
  }
  /**
   * Reads each tile that it needs once, all at the same time.
   * @throws LogError `out-of-range` for a subtree that does not lie within the tree; `wrong-tile` for a tile of another length
   */
  async read(subtrees2) {
    const places = subtrees2.map((subtree) => placeOf(subtree, this.#size));
    const wanted = new Map(places.map(({ tile }) => [tilePath(tile), tile]));
    const read = await Promise.all([...wanted].map(async ([path, tile]) => [path, await this.#readTile(tile)]));
    const bytes2 = new Map(read);
    return places.map(({ tile, from, count: count3 }) => this.#rootOf(tile, bytes2.get(tilePath(tile)), from, count3));
  }
  /** Of larger subtrees the hash is kept: proofs of neighbours share nearly all of theirs. At most 31 a tile. */
  #rootOf(tile, all2, from, count3) {
    if (count3 < KEPT_FROM) return completeRoot(all2.subarray(from * HASH_BYTES, (from + count3) * HASH_BYTES));
    const name3 = `${tile.level}/${tile.index}/${from}+${count3}`;
    const half = count3 / 2;
    const root = this.#roots.get(name3) ?? nodeHash(this.#rootOf(tile, all2, from, half), this.#rootOf(tile, all2, from + half, half));
    this.#roots.set(name3, root);
    return root;
  }
  async #readTile(tile) {
    const bytes2 = await this.#tiles.read(tile);
    if (bytes2.length !== tile.width * HASH_BYTES)
      throw new LogError("wrong-tile", `${tilePath(tile)}: expected ${tile.width * HASH_BYTES} bytes, got ${bytes2.length}`);
    return bytes2;
  }
};
function placeOf({ level: level2, index }, size) {
  expectCount(index, "a subtree index");
  expectCount(level2, "a subtree level");
  if ((index + 1) * 2 ** level2 > size)
    throw new LogError("out-of-range", `subtree ${index} of level ${level2} does not lie within a tree of ${size}`);
  const tileLevel = Math.floor(level2 / TILE_HEIGHT);
  const count3 = 2 ** (level2 % TILE_HEIGHT);
  const first = index * count3;
  const tileIndex = Math.floor(first / TILE_WIDTH);
  const tile = { level: tileLevel, index: tileIndex, width: tileWidth(tileLevel, tileIndex, size) };
  return { tile, from: first % TILE_WIDTH, count: count3 };
}

// packages/log/trust.ts
import { createPublicKey as createPublicKey2 } from "node:crypto";
var HOURS_SEALED_LATE = 168;
var FORMAT = 1;
var HOUR_MS = 36e5;
var HOUR_LINE = /^hour ([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2})$/;
var instant2 = iso_exports.datetime();
var window = { from: instant2, until: instant2.optional() };
var ends = ({ from, until }) => until === void 0 || Date.parse(from) < Date.parse(until);
var fileSchema = strictObject({
  format: literal(FORMAT),
  origin: string2().min(1),
  noteKeys: array(strictObject({ key: string2(), ...window }).refine(ends, "a key's window ends after it begins")).min(1),
  envelopeKeys: array(strictObject({ id: string2(), pem: string2(), ...window }).refine(ends, "a key's window ends after it begins"))
});
function parseTrust(bytes2) {
  const { origin, noteKeys, envelopeKeys } = parsedFile(bytes2);
  return {
    origin,
    noteKeys: noteKeys.map(({ key: text3, ...rest }) => {
      const key = parseVerifierKey(text3);
      if (key.name !== origin) throw new LogError("not-canonical", `trust file: expected a note key of ${origin}`);
      return { key, ...rest };
    }),
    envelopeKeys: envelopeKeys.map(({ id, pem, ...rest }) => {
      const read = readEnvelopeKey(pem);
      if (read.id !== id || read.pem !== pem)
        throw new LogError("not-canonical", `trust file: expected ${read.id} in its one spelling, got ${id}`);
      return { id, pem, ...rest };
    })
  };
}
function parsedFile(bytes2) {
  try {
    const parsed2 = fileSchema.safeParse(parseCanonical(bytes2));
    if (parsed2.success) return parsed2.data;
    const [issue2] = parsed2.error.issues;
    throw new LogError("not-canonical", `trust file: ${issue2?.path.join(".") || "all of it"}: ${issue2?.message}`);
  } catch (error2) {
    if (!(error2 instanceof ModelError)) throw error2;
    throw new LogError("not-canonical", `trust file: ${error2.message}`);
  }
}
function readEnvelopeKey(spki) {
  let key;
  try {
    key = typeof spki === "string" ? createPublicKey2(spki) : createPublicKey2({ key: Buffer.from(spki), format: "der", type: "spki" });
  } catch {
    throw new LogError("not-canonical", "expected a public key");
  }
  if (key.asymmetricKeyDetails?.namedCurve !== "prime256v1")
    throw new LogError("not-canonical", "expected a public key of the curve P-256");
  return { id: sha256Hex(key.export({ format: "der", type: "spki" })), pem: key.export({ format: "pem", type: "spki" }).toString() };
}
function holdsAt({ from, until }, at) {
  return Date.parse(from) <= Date.parse(at) && (until === void 0 || Date.parse(at) < Date.parse(until));
}
function logIdentity({ origin, noteKeys }) {
  return { origin, keys: noteKeys.map(({ key }) => key) };
}
function sealedHour({ extensions }) {
  const [line, ...more] = extensions;
  return more.length > 0 ? void 0 : HOUR_LINE.exec(line ?? "")?.[1];
}
function openTrusted(note, trust, now) {
  const { text: text3, signedBy } = openNote(note, logIdentity(trust).keys);
  const checkpoint = parseCheckpoint(text3);
  if (checkpoint.origin !== trust.origin) throw new LogError("wrong-origin", `expected a checkpoint of ${trust.origin}`);
  const hour = sealedHour(checkpoint);
  const vouches = hour === void 0 ? (key) => holdsAt(key, now) : (key) => meets(key, hour);
  if (!trust.noteKeys.some((trusted) => signedBy.some(({ id }) => id === trusted.key.id) && vouches(trusted)))
    throw new LogError("retired-key", `${signedBy.map(({ name: name3, id }) => `${name3}+${id}`).join(", ")} may not sign ${hour ?? `at ${now}`}`);
  return checkpoint;
}
function meets({ from, until }, hour) {
  const endMs = Date.parse(`${hour}:00:00Z`) + HOUR_MS;
  return Date.parse(from) <= endMs + HOURS_SEALED_LATE * HOUR_MS && (until === void 0 || endMs < Date.parse(until));
}
function envelopeKeyAt({ envelopeKeys }, id, at) {
  const known = envelopeKeys.filter((key2) => key2.id === id);
  if (known.length === 0) throw new LogError("not-signed", `the trust file knows no envelope key ${id}`);
  const key = known.find((one) => holdsAt(one, at));
  if (key === void 0) throw new LogError("retired-key", `the envelope key ${id} may not sign at ${at}`);
  return key;
}

// packages/log/inclusion.ts
function siblings(index, size) {
  const found = [];
  let from = 0;
  let to = size;
  while (to - from > 1) {
    const middle = from + splitOf(to - from);
    if (index < middle) {
      found.push({ from: middle, to });
      to = middle;
    } else {
      found.push({ from, to: middle });
      from = middle;
    }
  }
  return found.reverse();
}
function verifyInclusion({ index, size, leaf, root }, proof) {
  expectCount(size, "a tree size");
  expectCount(index, "a leaf index");
  expectHash(leaf, "leaf");
  if (index >= size) throw new LogError("not-included", `expected an index below the tree size ${size}, got ${index}`);
  const path = siblings(index, size);
  if (proof.length !== path.length)
    throw new LogError("not-included", `expected ${path.length} hashes for leaf ${index} of ${size}, got ${proof.length}`);
  let hash8 = leaf;
  for (const [at, { to }] of path.entries()) {
    const sibling = proof[at];
    hash8 = to <= index ? nodeHash(sibling, hash8) : nodeHash(hash8, sibling);
  }
  if (!sameHash(hash8, root)) throw new LogError("not-included", `the proof of leaf ${index} of ${size} leads to another root hash`);
}

// packages/log/proof-file.ts
var FIRST_LINE = "c2sp.org/tlog-proof@v1";
var EXTRA = "extra ";
var INDEX = "index ";
var MAX_BYTES = 2 * NOTE_MAX_BYTES;
function parseProofFile(bytes2) {
  if (bytes2.length > MAX_BYTES) throw new LogError("not-canonical", `expected a proof file of at most ${MAX_BYTES} bytes`);
  const end = Buffer.from(bytes2.buffer, bytes2.byteOffset, bytes2.byteLength).indexOf("\n\n");
  if (end < 0) throw new LogError("not-canonical", "expected a proof file: its lines, an empty line, a checkpoint");
  const [first, ...lines] = parseUtf8(bytes2.subarray(0, end), "proof file").split("\n");
  if (first !== FIRST_LINE) throw new LogError("not-canonical", `expected the first line ${FIRST_LINE}`);
  const extra = lines[0]?.startsWith(EXTRA) ? parseBase64(lines.shift()?.slice(EXTRA.length) ?? "", "extra") : void 0;
  if (extra?.length === 0) throw new LogError("not-canonical", "expected no line for extra data where there are none");
  const index = lines.shift();
  if (!index?.startsWith(INDEX)) throw new LogError("not-canonical", "expected a line with the index");
  const proof = lines.map((line) => parseBase64(line, "inclusion proof"));
  if (proof.some(({ length }) => length !== HASH_BYTES)) throw new LogError("not-canonical", "expected hashes of 32 bytes");
  const checkpoint = bytes2.subarray(end + 2);
  parseCheckpoint(parseNote(checkpoint).text);
  return { index: parseDecimal(index.slice(INDEX.length), "index"), proof, checkpoint, ...extra === void 0 ? {} : { extra } };
}

// packages/log/verified-tiles.ts
var TILES_KEPT = 2048;
var VerifiedTiles = class {
  #head;
  #files;
  #edge;
  /** The least recently used first. */
  #kept = /* @__PURE__ */ new Map();
  /**
   * @param head as a verified checkpoint states it
   * @throws LogError `out-of-range`, `not-a-hash`
   */
  constructor(head, files) {
    expectCount(head.size, "a tree size");
    expectHash(head.root, "root hash");
    this.#head = head;
    this.#files = files;
  }
  /**
   * The hashes of a tile, 32 bytes each.
   * @throws LogError `out-of-range` for a tile that the tree has not; `wrong-tile` for one that is not the tree's, by its path; or whatever the reader throws
   */
  async tile(level2, index) {
    const width = tileWidth(level2, index, this.#head.size);
    if (width === 0) throw new LogError("out-of-range", `a tree of ${this.#head.size} has no tile ${index} of level ${level2}`);
    const tile = { level: level2, index, width };
    if (width < TILE_WIDTH) return (await this.#readEdge()).get(tilePath(tile));
    const path = tilePath(tile);
    const reading = this.#kept.get(path) ?? this.#readFull(tile);
    this.#kept.delete(path);
    this.#kept.set(path, reading);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > TILES_KEPT && oldest !== void 0) this.#kept.delete(oldest);
    try {
      return await reading;
    } catch (error2) {
      this.#kept.delete(path);
      throw error2;
    }
  }
  /**
   * The entries of a bundle.
   * @throws LogError as `tile` does; `wrong-tile` for an entry that is not the tree's leaf, by its index, and for a broken bundle
   */
  async bundle(index) {
    const width = tileWidth(0, index, this.#head.size);
    const [leaves, bytes2] = await Promise.all([this.tile(0, index), this.#files.read({ level: "entries", index, width })]);
    const hex = Buffer.from(leaves.buffer, leaves.byteOffset, leaves.byteLength).toString("hex");
    const path = tilePath({ level: "entries", index, width });
    const entries = parsed(bytes2, width, path);
    const hashes = entries.map((entry, at) => {
      const hash8 = leafHash(entry);
      const start = at * 2 * HASH_BYTES;
      if (hex.startsWith(hash8, start)) return hash8;
      const expected = hex.slice(start, start + 2 * HASH_BYTES);
      throw new LogError("wrong-tile", `${path}: expected leaf ${index * TILE_WIDTH + at} to be ${expected}, got ${hash8}`);
    });
    return { index: index * TILE_WIDTH, entries, hashes };
  }
  async #readFull(tile) {
    const { level: level2, index } = tile;
    const [above, bytes2] = await Promise.all([this.tile(level2 + 1, Math.floor(index / TILE_WIDTH)), this.#read(tile)]);
    const at = index % TILE_WIDTH * HASH_BYTES;
    const expected = above.subarray(at, at + HASH_BYTES);
    const found = completeRoot(bytes2);
    if (!sameHash(found, expected))
      throw new LogError("wrong-tile", `${tilePath(tile)}: expected the root ${hexOf(expected)}, got ${hexOf(found)}`);
    return bytes2;
  }
  /** The partial tiles, all of which the root hash is made of: when they do not make it, no single one of them can be blamed. */
  async #readEdge() {
    this.#edge ??= this.#openEdge();
    try {
      return await this.#edge;
    } catch (error2) {
      this.#edge = void 0;
      throw error2;
    }
  }
  async #openEdge() {
    const tiles = edgeTiles(this.#head.size).filter((tile) => tile.level !== "entries");
    const read = await Promise.all(tiles.map((tile) => this.#read(tile)));
    const hashes = read.toReversed().flatMap(
      (bytes2) => completeSubtrees({ from: 0, to: bytes2.length / HASH_BYTES }).map(({ level: level2, index }) => {
        const width = 2 ** level2 * HASH_BYTES;
        return completeRoot(bytes2.subarray(index * width, (index + 1) * width));
      })
    );
    const root = foldSubtrees(hashes);
    const paths = tiles.map(tilePath);
    if (!sameHash(root, this.#head.root))
      throw new LogError("wrong-tile", `${paths.join(", ")}: expected the root hash ${hexOf(this.#head.root)}, got ${hexOf(root)}`);
    return new Map(paths.map((path, at) => [path, read[at]]));
  }
  async #read(tile) {
    const bytes2 = await this.#files.read(tile);
    if (bytes2.length !== tile.width * HASH_BYTES)
      throw new LogError("wrong-tile", `${tilePath(tile)}: expected ${tile.width * HASH_BYTES} bytes, got ${bytes2.length}`);
    return bytes2;
  }
};
function parsed(bytes2, width, path) {
  try {
    return parseBundle(bytes2, width);
  } catch (cause) {
    throw new LogError("wrong-tile", `${path}: ${cause.message}`, { cause });
  }
}
function hexOf(hash8) {
  return Buffer.from(hash8).toString("hex");
}

// packages/cli/fault.ts
var CliError = class extends Error {
  code;
  constructor(code2, message, options) {
    super(message, options);
    this.name = "CliError";
    this.code = code2;
  }
};

// packages/cli/files/bundle-files.ts
import { hash as hash4 } from "node:crypto";
import { lstatSync, readdirSync as readdirSync2 } from "node:fs";
import { basename, join as join2 } from "node:path";

// packages/evidence/fault.ts
var EvidenceError = class extends Error {
  code;
  constructor(code2, message) {
    super(message);
    this.name = "EvidenceError";
    this.code = code2;
  }
};

// packages/evidence/member.ts
import { crc32, deflateRawSync, inflateRawSync } from "node:zlib";
var HEADER = Uint8Array.of(31, 139, 8, 0, 0, 0, 0, 0, 0, 255);
var TRAILER_BYTES = 8;
var SMALLEST = HEADER.length + 2 + TRAILER_BYTES;
function readMember(bytes2, maxBytes) {
  if (bytes2.length < SMALLEST || HEADER.some((byte, at) => bytes2[at] !== byte))
    throw new EvidenceError("not-a-member", "expected a gzip member with the header of a segment; the range or the object is another one");
  const { content, consumed } = inflate(bytes2.subarray(HEADER.length), maxBytes);
  const length = HEADER.length + consumed + TRAILER_BYTES;
  if (bytes2.length < length) throw new EvidenceError("not-a-member", `expected ${length} bytes of gzip member, got ${bytes2.length}`);
  const trailer = new DataView(bytes2.buffer, bytes2.byteOffset + length - TRAILER_BYTES, TRAILER_BYTES);
  if (trailer.getUint32(0, true) !== crc32(content) || trailer.getUint32(4, true) !== content.length % 2 ** 32)
    throw new EvidenceError("not-a-member", "the gzip member's CRC-32 or size is not that of its content");
  return { content, length };
}
function inflate(data, maxBytes) {
  try {
    const told3 = inflateRawSync(data, { maxOutputLength: maxBytes, info: true });
    const { buffer, engine } = told3;
    return { content: buffer, consumed: engine.bytesWritten };
  } catch (error2) {
    if (error2.code === "ERR_BUFFER_TOO_LARGE")
      throw new EvidenceError("record-too-large", `expected at most ${maxBytes} bytes in a gzip member, got more`);
    throw new EvidenceError("not-a-member", `expected deflate data in a gzip member; ${error2.message}`);
  }
}

// packages/evidence/record.ts
import { createHash } from "node:crypto";
var BODY_MAX_BYTES = 16 * 1024 * 1024;
var HEAD_MAX_BYTES = 64 * 1024;
var RECORD_MAX_BYTES = HEAD_MAX_BYTES + BODY_MAX_BYTES + 4;
var END = Buffer.from("\r\n\r\n");
var SENDER = "Sender-Header-";
var TARGET = "change-ledger:delivery/";
var UNNAMED_TYPE = "application/octet-stream";
var MEDIA_TYPE = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+\/[!#$%&'*+.^_`|~0-9A-Za-z-]+(?:[ \t]*;[ -~]*)?$/;
function headOf(record3, sha256) {
  const type = record3.headers["content-type"];
  const target = `${TARGET}${encodeSegment(record3.system)}/${encodeSegment(record3.id)}`;
  const lines = [
    "WARC/1.1",
    "WARC-Type: resource",
    `WARC-Record-ID: <${recordIdOf(target)}>`,
    `WARC-Date: ${record3.receivedAt}`,
    `WARC-Target-URI: ${target}`,
    `WARC-Block-Digest: sha256:${sha256}`,
    `WARC-Payload-Digest: sha256:${sha256}`,
    `Content-Type: ${type !== void 0 && MEDIA_TYPE.test(type) ? type.trimEnd() : UNNAMED_TYPE}`,
    `Content-Length: ${record3.body.length}`
  ];
  const headers = Object.entries(record3.headers).map(
    ([name3, value]) => `${SENDER}${encode2(name3, NOT_A_TOKEN)}: ${encode2(value, NOT_A_VALUE)}`
  );
  return `${[...lines, ...headers.sort()].join("\r\n")}\r
\r
`;
}
function recordIdOf(name3) {
  const uuid2 = createHash("sha256").update(name3).digest().subarray(0, 16);
  uuid2[6] = (uuid2[6] ?? 0) & 15 | 128;
  uuid2[8] = (uuid2[8] ?? 0) & 63 | 128;
  return `urn:uuid:${uuid2.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-")}`;
}
var NOT_A_TOKEN = /[^!#$&'*+.^_`|~0-9A-Za-z-]/gu;
var NOT_A_VALUE = /[^ -~]|%|^ | $/gu;
function encode2(text3, unsafe) {
  return text3.toWellFormed().replace(unsafe, (char2) => [...Buffer.from(char2)].map((byte) => `%${byte.toString(16).padStart(2, "0").toUpperCase()}`).join(""));
}
function encodeSegment(text3) {
  return encodeURIComponent(text3.toWellFormed());
}
function parseRecord(bytes2) {
  const record3 = Buffer.from(bytes2.buffer, bytes2.byteOffset, bytes2.byteLength);
  const split = record3.indexOf(END);
  if (split < 0) throw new EvidenceError("not-a-record", "expected a WARC record: the end of its header is missing");
  const start = split + END.length;
  const fields = parseFields(record3.toString("latin1", 0, split));
  const read = deliveryOf(fields, record3.subarray(start, record3.length - END.length));
  const again = headOf(read, read.sha256);
  if (again !== record3.toString("latin1", 0, start)) {
    const told3 = fields.get("WARC-Block-Digest");
    if (told3 !== void 0 && /^sha256:[0-9a-f]{64}$/.test(told3) && told3 !== `sha256:${read.sha256}`)
      throw new EvidenceError("digest-differs", `the record names ${told3}, its block has sha256:${read.sha256}: it was altered`);
    throw new EvidenceError("not-a-record", "expected a resource record as this ledger writes it; the header is spelled differently");
  }
  if (record3.compare(END, 0, END.length, record3.length - END.length) !== 0)
    throw new EvidenceError("not-a-record", "expected two line breaks behind the record's block");
  return read;
}
function parseFields(head) {
  const fields = /* @__PURE__ */ new Map();
  for (const line of head.split("\r\n").slice(1)) {
    const colon = line.indexOf(": ");
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 2));
  }
  return fields;
}
function deliveryOf(fields, body) {
  const target = fields.get("WARC-Target-URI") ?? "";
  const [system, id, ...rest] = target.startsWith(TARGET) ? target.slice(TARGET.length).split("/") : [];
  if (system === void 0 || id === void 0 || rest.length > 0)
    throw new EvidenceError("not-a-record", `expected WARC-Target-URI: ${TARGET}<system>/<id>`);
  const receivedAt = fields.get("WARC-Date") ?? "";
  if (!instantSchema.safeParse(receivedAt).success)
    throw new EvidenceError("not-a-record", "expected WARC-Date as RFC 3339, UTC, with milliseconds");
  const headers = [...fields].filter(([name3]) => name3.startsWith(SENDER));
  return {
    system: decode2(system),
    id: decode2(id),
    receivedAt,
    headers: Object.fromEntries(headers.map(([name3, value]) => [decode2(name3.slice(SENDER.length)), decode2(value)])),
    body,
    recordId: recordIdOf(target),
    sha256: sha256Hex(body)
  };
}
function decode2(text3) {
  try {
    return decodeURIComponent(text3);
  } catch {
    throw new EvidenceError("not-a-record", "expected percent-encoded UTF-8 in a field of the record");
  }
}

// packages/evidence/end.ts
function endOfChange(own2, deployments) {
  const carriers = carriersOf(own2);
  const states = [...carriers].map((carrier) => deploymentEnd(carrier, deployments));
  if (states.includes("succeeded")) return "deployed";
  if (states.includes("rolled-back")) return "rolled-back";
  return isAbandoned(own2) ? "abandoned" : void 0;
}
function endOfDossier(change2, chains) {
  const told3 = (wanted) => chains.flatMap(({ subject, entries }) => wanted(subject) ? entries.map(({ entry }) => entry) : []);
  return endOfChange(
    told3((subject) => subject === change2),
    told3((subject) => subjectType(subject) === "deployment")
  );
}
function carriersOf(own2) {
  const newest = /* @__PURE__ */ new Map();
  for (const entry of own2) {
    if (entry.kind !== "linked" && entry.kind !== "unlinked") continue;
    const { deployment: deployment2, version: version2 } = entry.facts;
    const linked = entry.kind === "linked";
    const known = newest.get(deployment2);
    if (known === void 0 || version2 > known.version || version2 === known.version && !linked)
      newest.set(deployment2, { version: version2, linked });
  }
  return new Set([...newest].filter(([, { linked }]) => linked).map(([deployment2]) => deployment2));
}
function deploymentEnd(deployment2, entries) {
  let failed = false;
  let rolledBack = false;
  for (const entry of entries) {
    if (entry.kind !== "deployment-state" && entry.kind !== "deployment-lookup") continue;
    if (entry.subject === deployment2) {
      if (entry.facts.state === "Succeeded") return "succeeded";
      failed ||= entry.facts.state === "Failed" || entry.facts.state === "Stopped";
      rolledBack ||= entry.kind === "deployment-lookup" && entry.facts.rolledBackBy !== void 0;
    } else if (entry.kind === "deployment-lookup" && entry.facts.rollsBack !== void 0) {
      rolledBack ||= siblingOf(entry.subject, entry.facts.rollsBack) === deployment2;
    }
  }
  return failed && rolledBack ? "rolled-back" : void 0;
}
function siblingOf(deployment2, id) {
  return `deployment:${[...subjectId(deployment2).split("/").slice(0, -1), id].join("/")}`;
}
function isAbandoned(own2) {
  const events = own2.filter((entry) => entry.kind === "pull-request");
  const last = events.reduce((latest2, { occurredAt }) => occurredAt > latest2 ? occurredAt : latest2, "");
  if (events.length === 0 || events.some(({ facts }) => facts.state === "merged")) return false;
  return events.every(({ occurredAt, facts }) => occurredAt !== last || facts.state === "closed");
}

// packages/evidence/envelope.ts
import { createPublicKey as createPublicKey3, verify as verify2 } from "node:crypto";

// packages/evidence/statement.ts
var STATEMENT_TYPE = "https://in-toto.io/Statement/v1";
var PREDICATE_TYPE = "https://change-ledger.dev/evidence-bundle/v1";
var STATEMENT_SUBJECT = "tagmanifest-sha256.txt";
var OUTCOMES2 = ["deployed", "rolled-back", "abandoned", "not-ended"];
var hex643 = string2().regex(/^[0-9a-f]{64}$/);
var base64Hash = string2().regex(/^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/);
var word = string2().regex(/^[!-~]+$/);
var bundleRecordSchema = strictObject({ key: word, versionId: word, sha256: hex643 });
var statementSchema = strictObject({
  _type: literal(STATEMENT_TYPE),
  subject: tuple([strictObject({ name: literal(STATEMENT_SUBJECT), digest: strictObject({ sha256: hex643 }) })]),
  predicateType: literal(PREDICATE_TYPE),
  predicate: strictObject({
    change: subjectSchema,
    contentDigest: hex643,
    format: int().positive(),
    head: hex643,
    log: strictObject({ origin: string2().min(1), size: int().positive(), root: base64Hash }),
    outcome: _enum(OUTCOMES2),
    predecessor: bundleRecordSchema.optional(),
    sealedAt: instantSchema
  })
});
function parseStatement(bytes2) {
  const statement = parseExact(bytes2, statementSchema);
  if (statement === void 0)
    throw new EvidenceError("not-an-attestation", `expected an in-toto Statement v1 with a predicate of ${PREDICATE_TYPE}`);
  return statement;
}
function parseExact(bytes2, schema) {
  try {
    const parsed2 = schema.safeParse(JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes2)));
    return parsed2.success && Buffer.compare(canonicalBytes(parsed2.data), bytes2) === 0 ? parsed2.data : void 0;
  } catch {
    return void 0;
  }
}

// packages/evidence/envelope.ts
var MEDIA_TYPE2 = "application/vnd.dev.sigstore.bundle.v0.3+json";
var PAYLOAD_TYPE = "application/vnd.in-toto+json";
var base642 = string2().regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/);
var fileSchema2 = strictObject({
  mediaType: literal(MEDIA_TYPE2),
  verificationMaterial: strictObject({ publicKey: strictObject({ hint: string2().regex(/^[0-9a-f]{64}$/) }) }),
  dsseEnvelope: strictObject({
    payload: base642,
    payloadType: literal(PAYLOAD_TYPE),
    signatures: tuple([strictObject({ sig: base642 })])
  })
});
function preAuthEncoding(payload) {
  return Buffer.concat([Buffer.from(`DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.length} `), payload]);
}
function parseSignedStatement(bytes2) {
  const file = parseExact(bytes2, fileSchema2);
  if (file === void 0)
    throw new EvidenceError("not-an-attestation", `expected a sigstore bundle ${MEDIA_TYPE2} as this ledger writes it`);
  const { payload: encoded2, signatures } = file.dsseEnvelope;
  const [{ sig }] = signatures;
  const [payload, signature] = [Buffer.from(encoded2, "base64"), Buffer.from(sig, "base64")];
  if (payload.toString("base64") !== encoded2 || signature.toString("base64") !== sig)
    throw new EvidenceError("not-an-attestation", "expected base64 in its one spelling");
  return { payload, keyId: file.verificationMaterial.publicKey.hint, signed: preAuthEncoding(payload), signature };
}
function isStatementSignedBy({ signed: signed2, signature }, publicKeyPem) {
  const key = createPublicKey3(publicKeyPem);
  return key.asymmetricKeyDetails?.namedCurve === "prime256v1" && verify2("sha256", signed2, key, signature);
}

// packages/evidence/attestation.ts
var ATTESTATION_FILE = "attestation.sigstore.json";
function parseAttestation(bytes2) {
  const { payload, ...signed2 } = parseSignedStatement(bytes2);
  return { statement: parseStatement(payload), ...signed2 };
}
function isAttestedBy(attestation, publicKeyPem) {
  return isStatementSignedBy(attestation, publicKeyPem);
}

// packages/evidence/bag.ts
var DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
function infoOf(info) {
  for (const [label, value] of info)
    if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(label) || /[\p{Cc}\p{Surrogate}]/u.test(value) || value.trim() !== value || value === "")
      throw new EvidenceError("not-a-dossier", `expected one line of text for ${JSON.stringify(label)} in bag-info.txt`);
  return Buffer.from(info.map(([label, value]) => `${label}: ${value}
`).join(""));
}
function contentDigestOf(payloadManifest) {
  const lines = Buffer.from(payloadManifest).toString("utf8").split(/(?<=\n)/);
  return sha256Hex(lines.filter((line) => !line.startsWith(LOG, DIGEST_CHARS)).join(""));
}
var LOG = "data/log/";
var DIGEST_CHARS = 66;

// packages/evidence/dossier.ts
function payloadKey({ archive, offset }) {
  return `${archive}@${offset}`;
}
function payloadsOf(chains) {
  const found = /* @__PURE__ */ new Map();
  for (const { entries } of chains) {
    for (const { entry } of entries)
      if (entry.payload !== void 0)
        found.set(`${payloadKey(entry.payload)} ${entry.payload.length} ${entry.payload.sha256}`, entry.payload);
  }
  return [...found.values()].sort((a, b) => compare(a.archive, b.archive) || a.offset - b.offset);
}
function* chainFaults({
  subject,
  entries,
  excerpt: excerpt2
}) {
  let prev = NO_PREVIOUS;
  let last = -1;
  for (const { entry, bytes: bytes2, hash: hash8 } of entries) {
    if (entry === void 0) {
      prev = leafHash(bytes2);
      last += 1;
      continue;
    }
    const gap = excerpt2 && entry.seq > last + 1;
    const seq = gap ? entry.seq : last + 1;
    const expected = { subject, seq, prev: gap ? entry.prev : prev, hash: leafHash(bytes2) };
    const found = { subject: entry.subject, seq: entry.seq, prev: entry.prev, hash: hash8 };
    for (const field of ["subject", "seq", "prev", "hash"])
      if (found[field] !== expected[field]) yield { seq, field, expected: String(expected[field]), found: String(found[field]) };
    prev = expected.hash;
    last = entry.seq;
  }
}
function entriesToProve(chains) {
  return chains.flatMap(({ entries }) => entries.filter(({ entry }, at) => entries[at + 1]?.entry.seq !== entry.seq + 1));
}
function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

// packages/evidence/layout.ts
var BUNDLE_FORMAT = 2;
function bagInfo(change2, chains, predecessor) {
  return [
    ["Bag-Software-Agent", "change-ledger"],
    ["Bagging-Date", latest(chains).slice(0, 10)],
    ["External-Identifier", change2],
    [
      "External-Description",
      "The record of one change: hash-chained entries, the raw deliveries they were made from, proofs that the log holds them, and a summary"
    ],
    ["Change-Ledger-Bundle-Format", String(BUNDLE_FORMAT)],
    ["Change-Ledger-Head", headOf2(chains[0])],
    ...predecessor === void 0 ? [] : [["Change-Ledger-Predecessor", `${predecessor.key} ${predecessor.versionId} ${predecessor.sha256}`]]
  ];
}
function headOf2(chain) {
  return chain?.entries.at(-1)?.hash ?? NO_PREVIOUS;
}
function latest(chains) {
  return chains.flatMap(({ entries }) => entries.map(({ entry }) => entry.recordedAt)).reduce((a, b) => a > b ? a : b);
}

// packages/evidence/proofs.ts
var CHECKPOINT_FILE = "log/checkpoint";
function proofFile(hash8) {
  return `log/${hash8}.tlog-proof`;
}
function proveEntry(proof, hash8, note, { size, root }) {
  if (Buffer.compare(proof.checkpoint, note) !== 0 || proof.extra !== void 0)
    throw new LogError("not-included", "expected a proof of the bundle's own checkpoint, without extra data");
  verifyInclusion({ index: proof.index, size, root, leaf: Buffer.from(hash8, "hex") }, proof.proof);
}

// packages/evidence/html.ts
var Html = class {
  text;
  constructor(text3) {
    this.text = text3;
  }
};
function html(literals, ...values) {
  const parts = literals.map((literal2, index) => index === 0 ? literal2 : `${show(values[index - 1] ?? "")}${literal2}`);
  return new Html(parts.join(""));
}
function show(value) {
  if (value instanceof Html) return value.text;
  if (typeof value === "object") return value.map(({ text: text3 }) => text3).join("");
  return escapeText(String(value));
}
var ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
function escapeText(text3) {
  return showInvisible(text3.replace(/[&<>"']/g, (char2) => ENTITIES[char2] ?? ""));
}
function showInvisible(text3) {
  return text3.replace(
    /[\p{Cc}\p{Cf}\p{Surrogate}\p{Zl}\p{Zp}]/gu,
    (char2) => `[U+${(char2.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`
  );
}

// packages/evidence/story.ts
function tell(fact) {
  switch (fact.kind) {
    case "pull-request":
      return change(
        `Pull request ${fact.facts.action}: ${fact.facts.headRef} (${short(fact.facts.head)}) into ${fact.facts.baseRef}, ${fact.facts.state}`,
        fact.facts.mergeSha && `as ${short(fact.facts.mergeSha)}`,
        fact.facts.mergedBy && `by ${name(fact.facts.mergedBy)}`,
        fact.facts.about && `(${fact.facts.about})`
      );
    case "review":
      return {
        topic: "review",
        text: `${name(fact.facts.reviewer)}: ${fact.facts.state}${fact.facts.commit ? ` of ${short(fact.facts.commit)}` : ", of no commit on record"} (${fact.facts.action})`
      };
    case "push":
      return change(
        `${fact.facts.forced ? "Forced push" : "Push"} of ${count(fact.facts.commits, "commit")}`,
        fact.facts.truncated && "(the sender listed no more)",
        `from ${short(fact.facts.before)} to ${short(fact.facts.after)}`
      );
    case "ref-change":
      return change(`${fact.facts.refType} ${fact.facts.action}`);
    case "check-run":
    case "check-suite":
      return check2(`${fact.facts.name}: ${fact.facts.conclusion ?? fact.facts.status}`);
    case "status":
      return check2(`${fact.facts.context}: ${fact.facts.state}`);
    case "workflow-run":
      return check2(
        `${fact.facts.name ?? "Workflow"}: ${fact.facts.conclusion ?? fact.facts.status}`,
        fact.facts.attempt && `(attempt ${fact.facts.attempt})`
      );
    case "host-deployment":
      return deployment(`Deployment of ${short(fact.facts.commit)} to ${fact.facts.environment} ${fact.facts.action}`);
    case "host-deployment-status":
      return deployment(`Deployment of ${short(fact.facts.commit)} to ${fact.facts.environment}: ${fact.facts.state}`);
    case "ticket":
      return change(`Ticket ${fact.facts.action}${fact.facts.status ? `: ${fact.facts.status}` : ""}`);
    case "comment":
      return other2(`Comment ${fact.facts.action}`, fact.facts.author && `by ${name(fact.facts.author)}`);
    case "record":
      return change(`Change record ${fact.facts.action}${fact.facts.state ? `: ${fact.facts.state}` : ""}`);
    case "incident":
      return change(`Incident ${fact.facts.action}${fact.facts.status ? `: ${fact.facts.status}` : ""}`);
    case "attested":
      return check2(`Attested: ${fact.facts.what} ${fact.facts.outcome}`, fact.facts.commit && `of ${short(fact.facts.commit)}`);
    case "artifact":
      return check2(
        `Artefact ${fact.facts.digest ?? fact.facts.location ?? "not named"}`,
        `of ${fact.facts.commit ? short(fact.facts.commit) : "an unknown commit"} (${fact.facts.by})`
      );
    case "merge-group":
      return change(`Merge group ${fact.facts.action} at ${short(fact.facts.head)}`, fact.facts.reason && `(${fact.facts.reason})`);
    case "branch-protection":
      return other2(`Branch protection of ${fact.facts.pattern} ${fact.facts.action}`);
    case "ruleset":
      return other2(`Rule set ${fact.facts.id} ${fact.facts.action}: ${fact.facts.enforcement}`);
    case "ping":
      return other2("Ping");
    case "deployment-state":
      return deployment(`${fact.facts.application} / ${fact.facts.group}: ${fact.facts.state}`);
    case "target-state":
      return deployment(`${fact.facts.application} / ${fact.facts.group}, target ${fact.facts.target}: ${fact.facts.state}`);
    case "deployment-created":
      return deployment(
        `${fact.facts.application}: created by ${fact.facts.principal.arn ?? fact.facts.principal.name ?? fact.facts.principal.id ?? "a principal not named"}`
      );
    case "deployment-lookup":
      return deployment(
        `${fact.facts.application} / ${fact.facts.group}: ${fact.facts.state}, of ${revision(fact.facts.revision)}`,
        fact.facts.rollsBack && `rolling back ${fact.facts.rollsBack}`,
        fact.facts.rolledBackBy && `rolled back by ${fact.facts.rolledBackBy}`,
        fact.facts.error && `(${fact.facts.error})`
      );
    case "pull-request-lookup":
      return other2(`Looked up: ${count(fact.facts.commits, "commit")} up to ${short(fact.facts.head)}`);
    case "commit-lookup":
      return other2(`Looked up: parents ${fact.facts.parents.map(short).join(", ") || "none"}`);
    case "files-lookup":
      return other2(`Looked up: ${count(fact.facts.paths, "path")} changed at ${short(fact.facts.head)}`);
    case "rule-suite-lookup":
      return other2(`Looked up: the rules' judgement of the push to ${short(fact.facts.after)}: ${fact.facts.result}`);
    case "configuration":
      return other2(`Configuration ${fact.facts.status === "in-force" ? "in force" : "refused"}: ${short(fact.facts.version)}`);
    case "assessed":
      return other2(`Assessed: ${count(fact.facts.opened, "finding")} opened, ${fact.facts.resolved.length} resolved`);
    case "verified":
      return other2(`Verified ${fact.facts.check}: ${fact.facts.faulty} of ${fact.facts.looked} at fault`);
    case "reconciled":
      return other2(
        `Reconciled with ${fact.facts.system}: ${fact.facts.missing.length} missing, ${fact.facts.unlisted.length} not listed there`
      );
    case "unresolved":
      return other2(`Not resolved after ${fact.facts.attempts} attempts: ${fact.facts.asked} (${fact.facts.reason})`);
    case "linked":
      return deployment(`Carried by ${fact.facts.deployment}`);
    case "unlinked":
      return deployment(`No longer held to be carried by ${fact.facts.deployment}`);
    case "sealed":
      return other2(`Evidence sealed: ${count(fact.facts.bundles, "bundle")}`);
    case "other":
      return other2("An event that the ledger records without reading it");
    case "unparsed":
      return other2(`A delivery that could not be read: ${fact.facts.field} (${fact.facts.rule})`);
    default:
      return fact;
  }
}
function who(actor) {
  return actor === void 0 ? "" : `${actor.login ?? actor.id ?? "not named"} (${actor.system})`;
}
function inTimeOrder(entries) {
  return entries.toSorted((a, b) => a.occurredAt < b.occurredAt ? -1 : a.occurredAt > b.occurredAt ? 1 : 0);
}
var told = (topic) => (...parts) => ({ topic, text: parts.filter(Boolean).join(" ") });
var change = told("change");
var check2 = told("check");
var deployment = told("deployment");
var other2 = told("other");
function count(things, noun) {
  return `${things.length} ${noun}${things.length === 1 ? "" : "s"}`;
}
function short(sha) {
  return sha.slice(0, 12);
}
function name(identity) {
  return identity.login ?? identity.id ?? (identity.mail === void 0 ? "somebody not named" : `address ${identity.mail.slice(0, 12)}`);
}
function revision({ commit, location, unresolved: unresolved2 }) {
  return commit !== void 0 ? short(commit) : `${location ?? "an unknown revision"}${unresolved2 === void 0 ? "" : ` (commit unresolved: ${unresolved2})`}`;
}

// packages/evidence/summary.ts
var STYLE = `
body{font:16px/1.5 system-ui,sans-serif;color:#1a1a1a;background:#fff;margin:2rem auto;max-width:70rem;padding:0 1rem}
h1{font-size:1.5rem;overflow-wrap:anywhere}h2{font-size:1.15rem;margin-top:2rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid #bbb;overflow-wrap:anywhere}
th{border-bottom:2px solid #555}code,time{font:.85em/1.5 ui-monospace,monospace}dt{font-weight:600}dd{margin:0 0 .4rem}a{color:#0b4f9e}
@media print{body{margin:0;max-width:none;font-size:10pt}tr{break-inside:avoid}thead{display:table-header-group}a{color:inherit}}
`;
var ENDS = {
  deployed: "Deployed: a deployment that carried it succeeded",
  "rolled-back": "Failed and rolled back",
  abandoned: "Abandoned: closed without a merge"
};
function writeSummary(change2, chains) {
  const entries = inTimeOrder(chains.flatMap(({ entries: entries2 }) => entries2.map(({ entry }) => entry)));
  const rows = entries.map((entry) => ({ entry, told: tell(entry) }));
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Evidence: ${change2}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<main>
<h1>Evidence: ${change2}</h1>
${overview(change2, chains, entries)}
${section("Reviews", rows, "review")}
${section("Checks", rows, "check")}
${section("Deployments", rows, "deployment")}
${section("The whole story, in the order of the senders’ clocks", rows)}
${heads(chains)}
</main>
</body>
</html>
`;
  return Buffer.from(page.text);
}
function overview(change2, chains, entries) {
  const own2 = chains[0]?.entries.map(({ entry }) => entry) ?? [];
  const end = endOfDossier(change2, chains);
  return html`<dl>
<dt>Change</dt><dd><code>${change2}</code></dd>
${pullRequest2(own2)}
<dt>How it ended</dt><dd>${end === void 0 ? "Not ended on this record" : ENDS[end]}</dd>
<dt>First and last event</dt><dd>${time3(entries[0]?.occurredAt)} to ${time3(entries.at(-1)?.occurredAt)}</dd>
<dt>Entries</dt><dd>${entries.length} in ${count(chains, "chain")}; their exact bytes are in <a href="entries.jsonl">entries.jsonl</a></dd>
</dl>`;
}
function pullRequest2(own2) {
  const events = inTimeOrder(own2).filter((entry) => entry.kind === "pull-request");
  const facts = events.findLast((entry) => entry.facts.state === "merged")?.facts ?? events.at(-1)?.facts;
  if (facts === void 0) return html``;
  const merge3 = facts.mergeSha === void 0 ? html`` : html`<dt>Merged as</dt><dd><code>${facts.mergeSha}</code> by <bdi>${name(facts.mergedBy ?? {})}</bdi></dd>`;
  const tickets = facts.tickets === void 0 ? html`` : html`<dt>Tickets it names</dt><dd>${facts.tickets.map((ticket2) => html`<code>${ticket2}</code> `)}</dd>`;
  return html`<dt>Author</dt><dd><bdi>${name(facts.author)}</bdi></dd>
<dt>Branch</dt><dd><bdi>${facts.headRef}</bdi> into <bdi>${facts.baseRef}</bdi>, head <code>${facts.head}</code></dd>
${merge3}
${tickets}`;
}
function section(title, rows, topic) {
  const shown2 = topic === void 0 ? rows : rows.filter(({ told: told3 }) => told3.topic === topic);
  if (shown2.length === 0) return html`<h2>${title}</h2>\n<p>None on record.</p>`;
  return html`<h2>${title}</h2>
<table>
<thead><tr><th scope="col">When (UTC)</th><th scope="col">What</th><th scope="col">Who</th><th scope="col">Entry</th><th scope="col">Raw record</th></tr></thead>
<tbody>
${shown2.map(row)}</tbody>
</table>`;
}
function row({ entry, told: told3 }) {
  return html`<tr><td>${time3(entry.occurredAt)}</td><td><bdi>${told3.text}</bdi></td><td><bdi>${who(entry.actor)}</bdi></td><td><code>${entry.subject}</code> #${entry.seq}</td><td>${rawRecord(entry)}</td></tr>\n`;
}
function rawRecord({ payload, source: source2 }) {
  if (payload === void 0) return source2.auth === "ledger" ? html`derived by the ledger` : html`none`;
  return html`<a href="raw/${payload.sha256}.warc.gz"><code>${payload.sha256.slice(0, 12)}</code></a>`;
}
function heads(chains) {
  return html`<h2>Chains and their heads</h2>
<p>The hash of an entry is SHA-256 of a zero byte and the entry’s line in entries.jsonl (RFC 6962); each entry names the hash of the one before.</p>
<table>
<thead><tr><th scope="col">Chain</th><th scope="col">Entries</th><th scope="col">Hash of the head</th></tr></thead>
<tbody>
${chains.map(({ subject, entries, excerpt: excerpt2 }) => html`<tr><td><code>${subject}</code></td><td>${entries.length}${excerpt2 === true ? " (excerpt)" : ""}</td><td><code>${entries.at(-1)?.hash ?? ""}</code></td></tr>\n`)}</tbody>
</table>`;
}
function time3(instant4) {
  return instant4 === void 0 ? html`` : html`<time datetime="${instant4}">${instant4}</time>`;
}

// packages/evidence/zip.ts
var ZIP_MAX_FILES = 65534;
var VERSION = 20;
var UTF8 = 1 << 11;
var STORED = 0;
var TIME = 0;
var DATE = 1 << 5 | 1;
var LOCAL_BYTES = 30;
var CENTRAL_BYTES = 46;
var END_BYTES = 22;
var SEGMENT = /^(?!\.{1,2}$)[^\p{Cc}\p{Surrogate}\\/:*?"<>|]+$/u;
function localHeader(crc, size, name3) {
  const fields = [u16(VERSION), u16(UTF8), u16(STORED), u16(TIME), u16(DATE), u32(crc), u32(size), u32(size), u16(name3.length), u16(0)];
  return Buffer.concat([u32(67324752), ...fields, name3]);
}
function centralHeader(local, offset) {
  const [fields, name3] = [local.subarray(4, LOCAL_BYTES), local.subarray(LOCAL_BYTES)];
  return Buffer.concat([u32(33639248), u16(VERSION), fields, new Uint8Array(10), u32(offset), name3]);
}
function isSafePath(path) {
  return path.split("/").every((segment) => SEGMENT.test(segment));
}
function u16(value) {
  return Uint8Array.of(value & 255, value >>> 8);
}
function u32(value) {
  return Uint8Array.of(value & 255, value >>> 8 & 255, value >>> 16 & 255, value >>> 24);
}

// packages/evidence/check-chains.ts
var CHAINS_FILE = "data/chains.json";
var ENTRIES_FILE = "data/entries.jsonl";
var hex644 = string2().regex(/^[0-9a-f]{64}$/);
var chainsSchema = strictObject({
  format: int().positive(),
  change: subjectSchema,
  chains: array(strictObject({ subject: subjectSchema, length: int().positive(), head: hex644, excerpt: literal(true).optional() })).min(1)
});
function checkChains(files, report2) {
  const [told3, lines] = [files.get(CHAINS_FILE), files.get(ENTRIES_FILE)];
  for (const file of [CHAINS_FILE, ENTRIES_FILE])
    if (!files.has(file)) report2({ check: "file-missing", file, expected: "a file", found: "none" });
  if (told3 === void 0 || lines === void 0) return void 0;
  const read = parseExact(told3, chainsSchema);
  if (read === void 0 || read.format !== BUNDLE_FORMAT) {
    const field = read === void 0 ? {} : { field: "format" };
    report2({
      check: "bag-format",
      file: CHAINS_FILE,
      ...field,
      expected: `format ${BUNDLE_FORMAT}, canonical JSON`,
      found: read === void 0 ? "other text" : String(read.format)
    });
    return void 0;
  }
  checkOrder(read, report2);
  const all2 = splitLines(lines, report2);
  let at = 0;
  let whole = true;
  const chains = read.chains.map(({ subject, length, head, excerpt: excerpt2 = false }) => {
    const items = all2.slice(at, at + length).map((bytes2, index) => openLine(bytes2, { subject, line: at + index + 1 }, report2));
    at += items.length;
    for (const fault of chainFaults({ subject, entries: items, excerpt: excerpt2 })) reportChain(subject, fault, report2);
    const found = { length: items.length, head: items.at(-1)?.hash ?? "none" };
    for (const field of ["length", "head"]) {
      const [expected, is] = [String({ length, head }[field]), String(found[field])];
      if (expected !== is) report2({ check: "bundle-chains", subject, file: ENTRIES_FILE, field, expected, found: is });
    }
    const entries = items.filter((item) => item.entry !== void 0);
    whole &&= entries.length === length;
    return { subject, length, head, excerpt: excerpt2, entries };
  });
  if (at < all2.length)
    report2({ check: "bundle-chains", file: ENTRIES_FILE, field: "length", expected: `${at} entries`, found: `${all2.length} lines` });
  return { change: read.change, chains, whole: whole && at === all2.length };
}
function checkOrder({ change: change2, chains }, report2) {
  for (const [at, { subject }] of chains.entries()) {
    const before = at < 2 ? "" : chains[at - 1]?.subject ?? "";
    if (at === 0 ? subject !== change2 : subject <= before || subject === change2)
      report2({
        check: "bundle-chains",
        subject,
        file: CHAINS_FILE,
        field: "subject",
        expected: at === 0 ? change2 : `a subject after ${before || "the change's"}`,
        found: subject
      });
  }
}
function splitLines(bytes2, report2) {
  const lines = [];
  let from = 0;
  for (let end = bytes2.indexOf(10); end >= 0; end = bytes2.indexOf(10, from)) {
    lines.push(bytes2.subarray(from, end));
    from = end + 1;
  }
  if (from < bytes2.length) {
    report2({ check: "bundle-chains", file: ENTRIES_FILE, expected: "a line break at the end", found: `${bytes2.length - from} bytes more` });
    lines.push(bytes2.subarray(from));
  }
  return lines;
}
function openLine(bytes2, { subject, line }, report2) {
  try {
    return openEntry(bytes2);
  } catch (error2) {
    if (!(error2 instanceof ModelError)) throw error2;
    const check3 = error2.code === "not-canonical" || error2.code === "lone-surrogate" ? "canonical" : "entry";
    report2({ check: check3, subject, file: ENTRIES_FILE, field: `line ${line}`, expected: "an entry of version 1", found: error2.message });
    return { entry: void 0, bytes: bytes2, hash: leafHash(bytes2) };
  }
}
function reportChain(subject, fault, report2) {
  const { seq, field, expected, found } = fault;
  report2({ check: checkOf(fault), subject, seq, file: ENTRIES_FILE, field, expected, found });
}
function checkOf({ field, seq, found }) {
  switch (field) {
    case "subject":
      return "bundle-chains";
    case "seq":
      return Number(found) > seq ? "chain-gap" : "chain-doubled";
    case "prev":
      return "chain-prev";
    case "hash":
      return "entry";
    default:
      return field;
  }
}

// packages/evidence/check-manifests.ts
var PAYLOAD_MANIFEST = "manifest-sha256.txt";
var TAG_MANIFEST = "tagmanifest-sha256.txt";
var DECLARATION_FILE = "bagit.txt";
var TAG_FILES = ["README.md", "bag-info.txt", DECLARATION_FILE, PAYLOAD_MANIFEST];
function checkManifests(files, report2) {
  const declaration = files.get(DECLARATION_FILE);
  if (declaration !== void 0 && Buffer.from(declaration).toString("latin1") !== DECLARATION)
    report2({ check: "bag-format", file: DECLARATION_FILE, expected: JSON.stringify(DECLARATION), found: "other text" });
  const payload = [...files.keys()].filter((path) => path.startsWith("data/"));
  checkManifest(files, PAYLOAD_MANIFEST, payload, report2);
  checkManifest(files, TAG_MANIFEST, TAG_FILES, report2);
  const known = /* @__PURE__ */ new Set([...TAG_FILES, TAG_MANIFEST, ATTESTATION_FILE]);
  for (const path of files.keys())
    if (!path.startsWith("data/") && !known.has(path))
      report2({ check: "file-extra", file: path, expected: "no such file", found: "a file" });
  for (const path of known) if (!files.has(path)) report2({ check: "file-missing", file: path, expected: "a file", found: "none" });
}
function checkManifest(files, name3, named2, report2) {
  const manifest = files.get(name3);
  if (manifest === void 0) return;
  const lines = parseManifest(manifest);
  if (lines === void 0) {
    report2({
      check: "bag-format",
      file: name3,
      expected: "lines of a digest, two blanks and a path, in order of path",
      found: "other text"
    });
    return;
  }
  const expected = new Set(named2);
  for (const [path, digest] of lines) {
    const content = files.get(path);
    if (!expected.has(path) && content !== void 0)
      report2({ check: "bag-format", file: name3, field: path, expected: "no line for this file", found: digest });
    if (content === void 0) report2({ check: "file-missing", file: path, expected: digest, found: "no file" });
    else if (sha256Hex(content) !== digest)
      report2({ check: "file-differs", file: path, field: "sha256", expected: digest, found: sha256Hex(content) });
  }
  for (const path of named2)
    if (!lines.has(path) && files.has(path)) report2({ check: "file-extra", file: path, expected: `a line in ${name3}`, found: "none" });
}
function parseManifest(bytes2) {
  const lines = Buffer.from(bytes2).toString("utf8").split("\n");
  const paths = /* @__PURE__ */ new Map();
  if (lines.pop() !== "") return void 0;
  let before = "";
  for (const line of lines) {
    const [, digest, path] = /^([0-9a-f]{64}) {2}([^\r]+)$/.exec(line) ?? [];
    if (digest === void 0 || path === void 0 || path <= before) return void 0;
    paths.set(path, digest);
    before = path;
  }
  return paths;
}

// packages/evidence/check-records.ts
var RAW = "data/raw/";
function checkRecords(files, { chains, whole }, report2) {
  const byBody = /* @__PURE__ */ new Map();
  for (const reference of payloadsOf(chains)) byBody.set(reference.sha256, [...byBody.get(reference.sha256) ?? [], reference]);
  const first = /* @__PURE__ */ new Map();
  for (const { entries } of chains)
    for (const sealed2 of entries) {
      const body = sealed2.entry.payload?.sha256;
      if (body !== void 0 && !first.has(body)) first.set(body, sealed2);
    }
  for (const [body, references] of byBody) {
    const file = `${RAW}${body}.warc.gz`;
    const { subject, seq } = first.get(body)?.entry ?? {};
    const where = { file, ...subject === void 0 || seq === void 0 ? {} : { subject, seq } };
    const content = files.get(file);
    if (content === void 0)
      report2({ check: "payload-missing", ...where, expected: `the record of a body with SHA-256 ${body}`, found: "no file" });
    else checkFile(content, { body, references, where }, report2);
  }
  for (const path of whole ? files.keys() : [])
    if (path.startsWith(RAW) && !byBody.has(path.slice(RAW.length).replace(/\.warc\.gz$/, "")))
      report2({ check: "file-extra", file: path, expected: "a record that an entry names", found: "one that none does" });
}
function checkFile(content, { body, references, where }, report2) {
  const differs = (field, expected, found) => {
    report2({ check: "payload-differs", ...where, field, expected, found });
  };
  let at = 0;
  for (const { length } of references) {
    try {
      const member = readMember(content.subarray(at), RECORD_MAX_BYTES);
      if (member.length !== length) differs("length", `a gzip member of ${length} bytes`, `${member.length} bytes`);
      const { sha256 } = parseRecord(member.content);
      if (sha256 !== body) differs("sha256", body, sha256);
      at += member.length;
    } catch (error2) {
      if (!(error2 instanceof EvidenceError)) throw error2;
      differs("record", "a whole record as it was archived", error2.code);
      return;
    }
  }
  if (at !== content.length) differs("length", `${references.length} records of ${at} bytes`, `${content.length} bytes`);
}

// packages/evidence/bag-fault.ts
function reportUnlessSame(report2, where, expected, found) {
  if (expected !== found) report2({ ...where, expected, found });
}

// packages/evidence/check-sealing.ts
var INFO_FILE = "bag-info.txt";
var PREDECESSOR = "Change-Ledger-Predecessor";
var LOG2 = "data/log/";
function checkCheckpoint(files, report2) {
  const file = `data/${CHECKPOINT_FILE}`;
  const note = files.get(file);
  if (note === void 0) {
    report2({ check: "file-missing", file, expected: "a file", found: "none" });
    return void 0;
  }
  const checkpoint = orMessage(() => parseCheckpoint(parseNote(note).text));
  if (typeof checkpoint !== "string") return { ...checkpoint, note };
  report2({ check: "checkpoint", file, expected: "a signed checkpoint", found: checkpoint });
  return void 0;
}
function checkBagProofs(files, { chains, whole }, checkpoint, report2) {
  const held = /* @__PURE__ */ new Map();
  const known = /* @__PURE__ */ new Set([`data/${CHECKPOINT_FILE}`]);
  for (const { entry, hash: hash8 } of entriesToProve(chains)) {
    const file = `data/${proofFile(hash8)}`;
    known.add(file);
    const bytes2 = files.get(file);
    const proof = bytes2 === void 0 ? "no file" : orMessage(() => parseProofFile(bytes2));
    const wrong = typeof proof === "string" ? proof : checkpoint === void 0 ? "a proof, but no checkpoint" : orMessage(() => proveEntry(proof, hash8, checkpoint.note, checkpoint));
    const { subject, seq } = entry;
    if (typeof wrong === "string")
      report2({ check: "proof", subject, seq, file, expected: `a proof that the log holds ${hash8}`, found: wrong });
    else if (typeof proof !== "string") held.set(hash8, proof);
  }
  for (const path of whole ? files.keys() : [])
    if (path.startsWith(LOG2) && !known.has(path))
      report2({ check: "file-extra", file: path, expected: "proofs of the last entry of each chain", found: "another" });
  return held;
}
function checkInfo(files, { change: change2, chains, whole }, report2) {
  const bytes2 = files.get(INFO_FILE);
  if (bytes2 === void 0) return void 0;
  const lines = Buffer.from(bytes2).toString("utf8").split("\n");
  const found = new Map(lines.map((line) => [line.slice(0, line.indexOf(": ")), line.slice(line.indexOf(": ") + 2)]));
  const named2 = found.get(PREDECESSOR);
  const predecessor = named2 === void 0 ? void 0 : parsePredecessor(named2);
  if (named2 !== void 0 && predecessor === void 0)
    report2({ check: "bag-format", file: INFO_FILE, field: PREDECESSOR, expected: "key, version id and SHA-256 of a bundle", found: named2 });
  if (!whole) return predecessor;
  const payload = [...files].filter(([path]) => path.startsWith("data/"));
  const octets2 = payload.reduce((sum, [, content]) => sum + content.length, 0);
  const expected = [...bagInfo(change2, chains, predecessor), ["Payload-Oxum", `${octets2}.${payload.length}`]];
  let same = true;
  for (const [label, value] of expected) {
    const is = found.get(label) ?? "none";
    same &&= is === value;
    reportUnlessSame(report2, { check: "bag-format", file: INFO_FILE, field: label }, value, is);
  }
  if (same && Buffer.compare(infoOf(expected), bytes2) !== 0)
    report2({ check: "bag-format", file: INFO_FILE, expected: `${expected.length} lines in their order`, found: "other lines beside them" });
  return predecessor;
}
function parsePredecessor(text3) {
  const [key, versionId, sha256, ...more] = text3.split(" ");
  const parsed2 = bundleRecordSchema.safeParse({ key, versionId, sha256 });
  return more.length === 0 && parsed2.success ? parsed2.data : void 0;
}
function checkAttestation(files, bag, { checkpoint, predecessor }, report2) {
  const bytes2 = files.get(ATTESTATION_FILE);
  if (bytes2 === void 0) return void 0;
  const attestation = orMessage(() => parseAttestation(bytes2));
  if (typeof attestation === "string") {
    report2({ check: "attestation", file: ATTESTATION_FILE, expected: "a sigstore bundle with a statement", found: attestation });
    return void 0;
  }
  const { predicate, subject } = attestation.statement;
  const say = ({ key, versionId, sha256 }) => `${key} ${versionId} ${sha256}`;
  const manifest = files.get(PAYLOAD_MANIFEST) ?? new Uint8Array();
  const told3 = [
    ["subject", sha256Hex(files.get(TAG_MANIFEST) ?? new Uint8Array()), subject[0].digest.sha256],
    ["change", bag.change, predicate.change],
    ["contentDigest", contentDigestOf(manifest), predicate.contentDigest],
    ["format", BUNDLE_FORMAT, predicate.format],
    ["head", bag.chains[0]?.head, predicate.head],
    ["log.origin", checkpoint?.origin, predicate.log.origin],
    ["log.size", checkpoint?.size, predicate.log.size],
    ["log.root", checkpoint === void 0 ? void 0 : Buffer.from(checkpoint.root).toString("base64"), predicate.log.root],
    ["outcome", bag.whole ? endOfDossier(bag.change, bag.chains) ?? "not-ended" : void 0, predicate.outcome],
    [
      "predecessor",
      predecessor === void 0 ? "none" : say(predecessor),
      predicate.predecessor === void 0 ? "none" : say(predicate.predecessor)
    ]
  ];
  for (const [field, expected, found] of told3)
    if (expected !== void 0)
      reportUnlessSame(report2, { check: "attestation", file: ATTESTATION_FILE, field }, String(expected), String(found));
  return attestation;
}
function orMessage(run) {
  try {
    return run();
  } catch (error2) {
    if (error2 instanceof LogError || error2 instanceof EvidenceError) return error2.message;
    throw error2;
  }
}

// packages/evidence/open-bag.ts
var SUMMARY = "data/summary.html";
var KNOWN = /^data\/(?:entries\.jsonl|chains\.json|summary\.html|assessment\.json|raw\/[0-9a-f]{64}\.warc\.gz|log\/.+)$/;
function openBag(files) {
  const { report: report2, faults } = collector();
  const bag = checkContent(files, report2);
  for (const path of files.keys())
    if (path.startsWith("data/") && !KNOWN.test(path))
      report2({ check: "file-extra", file: path, expected: "no such file", found: "a file" });
  checkManifests(files, report2);
  return { bag, faults };
}
function checkContent(files, report2) {
  const told3 = checkChains(files, report2);
  const checkpoint = checkCheckpoint(files, report2);
  const manifest = files.get(PAYLOAD_MANIFEST);
  const read = {
    ...manifest === void 0 ? {} : { contentDigest: contentDigestOf(manifest) },
    ...checkpoint === void 0 ? {} : { checkpoint }
  };
  if (told3 === void 0) return { chains: [], proofs: /* @__PURE__ */ new Map(), ...read };
  const { change: change2, chains, whole } = told3;
  checkRecords(files, told3, report2);
  checkSummary(files, whole ? writeSummary(change2, chains) : void 0, report2);
  const proofs = checkBagProofs(files, told3, checkpoint, report2);
  const predecessor = checkInfo(files, told3, report2);
  const attestation = checkAttestation(files, told3, { checkpoint, predecessor }, report2);
  return {
    change: change2,
    chains,
    proofs,
    ...read,
    ...predecessor === void 0 ? {} : { predecessor },
    ...attestation === void 0 ? {} : { attestation }
  };
}
function collector() {
  const faults = [];
  const said = /* @__PURE__ */ new Set();
  const report2 = (fault) => {
    const once = fault.check === "file-extra" || fault.check === "file-missing" ? `${fault.check} ${fault.file}` : void 0;
    if (once !== void 0 && said.has(once)) return;
    if (once !== void 0) said.add(once);
    faults.push(fault);
  };
  return { report: report2, faults };
}
function checkSummary(files, expected, report2) {
  const found = files.get(SUMMARY);
  if (found === void 0) report2({ check: "file-missing", file: SUMMARY, expected: "a file", found: "none" });
  else if (expected !== void 0 && Buffer.compare(found, expected) !== 0)
    report2({ check: "file-differs", file: SUMMARY, expected: "the page that these entries give", found: "another page" });
}

// packages/evidence/read-zip.ts
import { crc32 as crc322 } from "node:zlib";
var END2 = 101010256;
var CENTRAL = 33639248;
function readZip(bytes2) {
  const { count: count3, start, size } = readEnd(bytes2);
  const view = new DataView(bytes2.buffer, bytes2.byteOffset, bytes2.byteLength);
  const files = /* @__PURE__ */ new Map();
  const folded = /* @__PURE__ */ new Set();
  let before = "";
  let local = 0;
  let at = start;
  for (let number3 = 0; number3 < count3; number3 += 1) {
    if (at + CENTRAL_BYTES > start + size || view.getUint32(at, true) !== CENTRAL)
      throw malformed(`file ${number3} of ${count3} in the directory at byte ${at}`);
    const [crc, length, nameBytes, offset] = [
      view.getUint32(at + 16, true),
      view.getUint32(at + 20, true),
      view.getUint16(at + 28, true),
      view.getUint32(at + 42, true)
    ];
    const path = readPath(bytes2.subarray(at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameBytes), nameBytes);
    if (folded.has(path.toLowerCase())) throw new EvidenceError("zip-doubled", `expected ${shown(path)} once, found it again`);
    if (path < before) throw malformed(`${shown(path)} in order of path`);
    if (offset !== local) throw new EvidenceError("zip-overlaps", `expected ${shown(path)} at byte ${local}, found it at ${offset}`);
    const content = offset + LOCAL_BYTES + nameBytes;
    if (content + length > start)
      throw new EvidenceError("zip-overlaps", `expected ${shown(path)} to end before the directory, found ${length} bytes`);
    const file = bytes2.subarray(content, content + length);
    const header = localHeader(crc, length, Buffer.from(path));
    const same = Buffer.compare(bytes2.subarray(offset, content), header) === 0;
    if (!same || Buffer.compare(bytes2.subarray(at, at + CENTRAL_BYTES + nameBytes), centralHeader(header, offset)) !== 0)
      throw malformed(`the headers of ${shown(path)}`);
    if (crc322(file) !== crc) throw new EvidenceError("zip-damaged", `${shown(path)}: expected CRC-32 ${crc}, found ${crc322(file)}`);
    files.set(path, file);
    folded.add(path.toLowerCase());
    before = path;
    local = content + length;
    at += CENTRAL_BYTES + nameBytes;
  }
  if (at !== start + size) throw malformed(`the directory to end at byte ${start + size}`);
  if (local !== start)
    throw new EvidenceError("zip-overlaps", `expected the directory behind the last file at byte ${local}, found it at ${start}`);
  return files;
}
function readEnd(bytes2) {
  const at = bytes2.length - END_BYTES;
  if (at < 0) throw malformed("a directory at the end");
  const view = new DataView(bytes2.buffer, bytes2.byteOffset + at, END_BYTES);
  const [count3, size, start] = [view.getUint16(10, true), view.getUint32(12, true), view.getUint32(16, true)];
  const rest = view.getUint32(4, true) === 0 && view.getUint16(8, true) === count3 && view.getUint16(20, true) === 0;
  if (view.getUint32(0, true) !== END2 || !rest) throw malformed("a directory at the end, without a comment and on one disk");
  if (count3 > ZIP_MAX_FILES) throw new EvidenceError("zip-too-large", `expected at most ${ZIP_MAX_FILES} files, found ${count3}`);
  if (start + size !== at || count3 * CENTRAL_BYTES > size) throw malformed(`a directory of ${count3} files at byte ${start}`);
  return { count: count3, start, size };
}
function readPath(name3, nameBytes) {
  const path = Buffer.from(name3).toString("utf8");
  if (name3.length !== nameBytes || Buffer.compare(Buffer.from(path), name3) !== 0) throw malformed("paths in UTF-8");
  if (!isSafePath(path)) throw new EvidenceError("not-a-path", `expected relative paths, found ${shown(path)}`);
  return path;
}
function malformed(expected) {
  return new EvidenceError("not-a-zip", `expected a zip file as this ledger writes it: ${expected}`);
}
function shown(path) {
  return JSON.stringify(path.slice(0, 200));
}

// packages/evidence/read-bundle.ts
function readBundle(bytes2) {
  const files = /* @__PURE__ */ new Map();
  let folder;
  for (const [path, content] of readZip(bytes2)) {
    const slash = path.indexOf("/");
    folder ??= path.slice(0, slash);
    if (slash < 0 || path.slice(0, slash) !== folder)
      throw new EvidenceError("not-a-bag", `expected one folder in the zip file, found ${JSON.stringify(path.slice(0, 200))}`);
    files.set(path.slice(slash + 1), content);
  }
  if (folder === void 0) throw new EvidenceError("not-a-bag", "expected a bag in the zip file, found nothing");
  return { folder, files };
}

// packages/cli/files/log-directory.ts
import { closeSync, constants, existsSync, fstatSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";
function readFileWithin(path, maxBytes, into) {
  let handle;
  try {
    handle = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error2) {
    const { code: code2 } = error2;
    if (code2 === "ENOENT" || code2 === "ENOTDIR") return void 0;
    throw new CliError("unreadable", `cannot read ${path}: ${code2}`, { cause: error2 });
  }
  try {
    if (into !== void 0) {
      const length2 = readSync(handle, into, 0, into.length, 0);
      if (length2 < Math.min(maxBytes, into.length)) return into.subarray(0, length2);
    }
    const stat = fstatSync(handle);
    if (!stat.isFile()) throw new CliError("unreadable", `expected a file at ${path}`);
    if (stat.size > maxBytes) throw new CliError("unreadable", `expected at most ${maxBytes} bytes in ${path}, it holds ${stat.size}`);
    const bytes2 = into !== void 0 && into.length >= stat.size ? into.subarray(0, stat.size) : new Uint8Array(stat.size);
    let length = 0;
    for (let got = 1; got > 0 && length < bytes2.length; length += got) got = readSync(handle, bytes2, length, bytes2.length - length, length);
    return bytes2.subarray(0, length);
  } finally {
    closeSync(handle);
  }
}
var HOUR_LEVELS = [/^\d{4}$/, /^\d{2}$/, /^\d{2}$/, /^\d{2}$/];
function directoryLog(folder) {
  if (!existsSync(folder)) throw new CliError("unreadable", `there is no folder ${folder}`);
  return {
    read: (path, maxBytes, into) => readFileWithin(`${folder}/${path}`, maxBytes, into),
    hours: () => hoursBelow(join(folder, "hours"), []),
    tiles: () => filesBelow(folder, "tile")
  };
}
function* hoursBelow(folder, parts) {
  const form = HOUR_LEVELS[parts.length];
  if (form === void 0) {
    const [year, month, day, hour] = parts;
    yield `${year}-${month}-${day}T${hour}`;
    return;
  }
  for (const name3 of names(join(folder, ...parts))) if (form.test(name3)) yield* hoursBelow(folder, [...parts, name3]);
}
function* filesBelow(folder, path) {
  for (const entry of entriesOf(join(folder, path))) {
    const below2 = `${path}/${entry.name}`;
    if (entry.isDirectory()) yield* filesBelow(folder, below2);
    else yield below2;
  }
}
function names(folder) {
  return entriesOf(folder).map(({ name: name3 }) => name3);
}
function entriesOf(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => a.name < b.name ? -1 : 1);
  } catch {
    return [];
  }
}

// packages/cli/files/bundle-files.ts
var BUNDLE_MAX_BYTES = 1 << 30;
var MAX_FILES = 65534;
function bundleAt(path) {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat?.isDirectory()) return { name: basename(path) || path, files: () => filesBelow2(path) };
  if (!stat?.isFile()) throw new CliError("unreadable", `expected a bundle, zipped or as a folder, at ${path}`);
  return zipAt(path, basename(path), void 0);
}
function bundlesBelow(folder) {
  return [...pathsBelow(folder, "")].map((key) => zipAt(join2(folder, key), key, key));
}
function zipAt(path, name3, key) {
  const read = () => {
    const bytes2 = readFileWithin(path, BUNDLE_MAX_BYTES);
    if (bytes2 === void 0) throw new CliError("unreadable", `there is no file ${path}`);
    return bytes2;
  };
  return { name: name3, zip: { sha256: hash4("sha256", read()), key }, files: () => readBundle(read()).files };
}
function filesBelow2(folder) {
  const files = /* @__PURE__ */ new Map();
  let bytes2 = 0;
  for (const path of pathsBelow(folder, "")) {
    const content = readFileWithin(join2(folder, path), BUNDLE_MAX_BYTES - bytes2);
    if (content === void 0 || files.size === MAX_FILES)
      throw new CliError("unreadable", `expected at most ${MAX_FILES} files in ${folder}`);
    bytes2 += content.length;
    files.set(path, content);
  }
  return files;
}
function* pathsBelow(folder, path) {
  const entries = readdirSync2(join2(folder, path), { withFileTypes: true }).sort((a, b) => a.name < b.name ? -1 : 1);
  for (const entry of entries) {
    const below2 = path === "" ? entry.name : `${path}/${entry.name}`;
    if (entry.isDirectory()) yield* pathsBelow(folder, below2);
    else yield below2;
  }
}

// packages/cli/files/ledger-file.ts
import { closeSync as closeSync2, openSync as openSync2, readSync as readSync2, statSync } from "node:fs";
import { basename as basename2 } from "node:path";
function ledgerFile(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isFile()) throw new CliError("unreadable", `there is no file ${path}`);
  return {
    name: basename2(path),
    bytes: stat.size,
    open() {
      const handle = openSync2(path, "r");
      return { read: (into) => readSync2(handle, into, 0, into.length, null), close: () => closeSync2(handle) };
    }
  };
}

// packages/cli/text.ts
var MAX_LENGTH = 300;
function printable(text3) {
  const plain = text3.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, (char2) => `\\u{${(char2.codePointAt(0) ?? 0).toString(16)}}`);
  return plain.length <= MAX_LENGTH ? plain : `${plain.slice(0, MAX_LENGTH)}…`;
}
function faultLine({ check: check3, subject, seq, leaf, file, field, expected, found }) {
  const places = [
    subject,
    seq === void 0 ? void 0 : `seq ${seq}`,
    leaf === void 0 ? void 0 : `leaf ${leaf}`,
    file,
    field
  ].filter((each) => each !== void 0);
  return `${check3}: ${places.map(printable).join(", ")}: expected ${printable(expected)}, found ${printable(found)}`;
}
function summaryLines({ trust, log, ledger, bundles }) {
  const lines = [];
  if (log !== void 0) {
    lines.push(`log ${printable(log.origin)}: ${log.size} entries, root hash ${log.root}`);
    if (log.hours !== void 0) lines.push(`hours: ${log.hours.count}, from ${log.hours.first} to ${log.hours.last}`);
  }
  if (ledger !== void 0)
    lines.push(`ledger: ${ledger.entries} entries in ${ledger.chains} chains${ledger.ordered ? "" : ", not to its end"}`);
  if (bundles > 0) lines.push(`evidence bundles: ${bundles}`);
  if (trust !== "given")
    lines.push(
      "keys: taken from the log itself. Whoever could alter the log could alter them: use a trust file that you had before (--trust)"
    );
  return lines;
}

// packages/cli/wasm/entry-scan.ts
import { randomBytes } from "node:crypto";

// packages/cli/wasm/phrases.ts
var get = (name3) => `(local.get ${name3})`;
var char = (text3) => text3.charCodeAt(0);
var byteAt = (at, offset = 0) => `(i32.load8_u offset=${offset} ${at})`;
var isByte = (text3, at, offset = 0) => `(i32.eq ${byteAt(at, offset)} (i32.const ${char(text3)}))`;
var refuseIf = (condition) => `(if ${condition} (then (return (i32.const 0))))`;
var refuseUnless = (condition) => refuseIf(`(i32.eqz ${condition})`);
var all = (conditions) => conditions.reduce((both, each) => `(i32.and ${both} ${each})`);
var any = (conditions) => conditions.reduce((either, each) => `(i32.or ${either} ${each})`);
var everyByte = (value) => `(i8x16.splat (i32.const ${typeof value === "string" ? char(value) : value}))`;
var between = (x, from, count3) => `(i8x16.lt_u (i8x16.sub ${x} ${everyByte(from)}) ${everyByte(count3)})`;
function isText(text3, offset = 0) {
  const bytes2 = Buffer.from(text3);
  const tests = [];
  for (let at = 0; at < bytes2.length; ) {
    const rest = bytes2.length - at;
    const place = `offset=${offset + at} ${get("$at")}`;
    if (rest >= 8) tests.push(`(i64.eq (i64.load ${place}) (i64.const ${bytes2.readBigInt64LE(at)}))`);
    else if (rest >= 4) tests.push(`(i32.eq (i32.load ${place}) (i32.const ${bytes2.readInt32LE(at)}))`);
    else if (rest >= 2) tests.push(`(i32.eq (i32.load16_u ${place}) (i32.const ${bytes2.readUInt16LE(at)}))`);
    else tests.push(`(i32.eq (i32.load8_u ${place}) (i32.const ${bytes2[at]}))`);
    at += rest >= 8 ? 8 : rest >= 4 ? 4 : rest >= 2 ? 2 : 1;
  }
  return all(tests);
}

// packages/cli/wasm/extend-chains.ts
var BEGUN = 16;
var FETCHED = 20;
var FOUND = { bytes: 80, seq: 20, key: 24, prev: 32 };
var SLOT = { bytes: 48, length: 8, mark: 12, head: 16 };
var ZERO = "(v128.const i8x16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0)";
var set = (name3, value) => `(local.set ${name3} ${value})`;
var load = (type, name3, offset) => `(${type}.load offset=${offset} ${get(name3)})`;
var prevDiffers = (other3) => `(v128.any_true (v128.or (v128.xor ${load("v128", "$found", FOUND.prev)} ${other3(0)}) (v128.xor ${load("v128", "$found", FOUND.prev + 16)} ${other3(16)})))`;
var stop = "(return (local.get $at))";
var slotOf = `(i32.add ${get("$table")} (i32.mul (i32.and ${load("i32", "$found", FOUND.key)} ${get("$mask")}) (i32.const ${SLOT.bytes})))`;
var CHAINS_FUNCTION = `
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

// packages/cli/wasm/assemble.ts
var TYPES = { i32: 127, i64: 126, v128: 123 };
var EMPTY_BLOCK = 64;
var END3 = 11;
var ELSE = 5;
var FUNCTION = 96;
var SIMD = 253;
var PLAIN = {
  ...{ return: 15, "i32.eqz": 69, "i32.eq": 70, "i32.ne": 71, "i32.lt_s": 72, "i32.lt_u": 73, "i32.gt_s": 74 },
  ...{ "i32.gt_u": 75, "i32.le_s": 76, "i32.le_u": 77, "i32.ge_s": 78, "i32.ge_u": 79, "i64.eq": 81, "i64.ne": 82 },
  ...{ "i32.ctz": 104, "i32.add": 106, "i32.sub": 107, "i32.mul": 108, "i32.and": 113, "i32.or": 114, "i32.xor": 115 },
  ...{ "i32.shl": 116, "i32.shr_u": 118, "i64.add": 124, "i64.and": 131, "i64.or": 132, "i64.xor": 133, "i64.shl": 134 },
  ...{ "i64.shr_u": 136, "i64.rotl": 137, "i64.extend_i32_u": 173 }
};
var VECTOR = {
  ...{ "i8x16.splat": 15, "i8x16.eq": 35, "i8x16.lt_u": 38, "v128.and": 78, "v128.or": 80, "v128.xor": 81, "v128.any_true": 83 },
  ...{ "i8x16.all_true": 99, "i8x16.bitmask": 100, "i8x16.narrow_i16x8_u": 102, "i8x16.add": 110, "i8x16.sub": 113, "i16x8.shl": 139 },
  ...{ "i16x8.shr_u": 141, "i8x16.shr_u": 109, "i32x4.splat": 17, "i32x4.shl": 171, "i32x4.shr_u": 173, "i32x4.add": 174 }
};
var MEMORY = {
  ...{ "i32.load": 40, "i64.load": 41, "i32.load8_u": 45, "i32.load16_u": 47, "i32.store": 54, "i64.store": 55 },
  ...{ "i32.store8": 58 }
};
var VECTOR_MEMORY = {
  ...{ "v128.load": 0, "v128.load32_splat": 9, "v128.store": 11, "v128.load32_lane": 86, "v128.store32_lane": 90 }
};
var VARIABLE = {
  "local.get": 32,
  "local.set": 33,
  "local.tee": 34,
  "global.get": 35,
  "global.set": 36
};
function assemble(text3) {
  const [module] = parse2(text3);
  const fields = listOf(module).slice(1).map(listOf);
  const of = (kind) => fields.filter(([head]) => head === kind);
  const functions = of("func");
  const globals = of("global");
  const named2 = (lists) => new Map(lists.map((each, at) => [String(each[1]), at]));
  const scope = { functions: named2(functions), globals: named2(globals) };
  const memory2 = of("memory").map((each) => [0, ...unsigned(Number(each[2]))]);
  const exports = [
    ...of("memory").map((each) => [...name2(exportOf(each) ?? ""), 2, 0]),
    ...functions.flatMap((each, at) => exportOf(each) === void 0 ? [] : [[...name2(exportOf(each) ?? ""), 0, ...unsigned(at)]])
  ];
  return Uint8Array.from([
    ...[0, 97, 115, 109, 1, 0, 0, 0],
    ...section2(
      1,
      functions.map((each) => [FUNCTION, ...vector(typesOf(each, "param")), ...vector(typesOf(each, "result"))])
    ),
    ...section2(
      3,
      functions.map((_, at) => unsigned(at))
    ),
    ...section2(5, memory2),
    ...section2(
      6,
      globals.map(([, , type, initial]) => [
        typeOf(listOf(type)[1]),
        1,
        ...instruction(initial, { ...scope, locals: /* @__PURE__ */ new Map(), labels: [] }),
        END3
      ])
    ),
    ...section2(7, exports),
    ...section2(
      10,
      functions.map((each) => code(each, scope))
    )
  ]);
}
function parse2(text3) {
  const stack = [[]];
  for (const [token] of text3.matchAll(/;;[^\n]*|[()]|"[^"]*"|[^\s()";]+/g)) {
    if (token === "(") stack.push([]);
    else if (token === ")") {
      const done = stack.pop() ?? [];
      stack.at(-1)?.push(done);
    } else if (!token.startsWith(";;")) stack.at(-1)?.push(token);
  }
  return stack[0] ?? [];
}
function listOf(expression) {
  if (expression === void 0 || typeof expression === "string") throw new Error(`expected a list, got ${expression}`);
  return expression;
}
function isA(head) {
  return (each) => typeof each !== "string" && each[0] === head;
}
function exportOf(field) {
  const found = field.find(isA("export"));
  return found === void 0 ? void 0 : String(listOf(found)[1]).slice(1, -1);
}
function typeOf(type) {
  return lookUp(TYPES, String(type), "type");
}
function typesOf(func, kind) {
  return func.filter(isA(kind)).map((each) => [typeOf(listOf(each).at(-1))]);
}
function code(func, scope) {
  const names2 = func.filter((each) => isA("param")(each) || isA("local")(each)).map((each) => String(listOf(each)[1]));
  const locals = new Map(names2.map((each, at) => [each, at]));
  const heads2 = ["export", "param", "result", "local"];
  const body = func.slice(2).filter((each) => typeof each !== "string" && !heads2.includes(String(each[0])));
  const bytes2 = [...vector(typesOf(func, "local").map((type) => [1, ...type])), ...sequence(body, { ...scope, locals, labels: [] }), END3];
  return [...unsigned(bytes2.length), ...bytes2];
}
function sequence(body, scope) {
  return body.flatMap((each) => instruction(each, scope));
}
function instruction(expression, scope) {
  const [head, ...rest] = listOf(expression);
  const op = String(head);
  if (op === "block" || op === "loop") {
    const label = String(rest[0]);
    return [op === "block" ? 2 : 3, EMPTY_BLOCK, ...sequence(rest.slice(1), { ...scope, labels: [...scope.labels, label] }), END3];
  }
  if (op === "if") {
    const inner = { ...scope, labels: [...scope.labels, ""] };
    const then = rest.find(isA("then"));
    const otherwise = rest.find(isA("else"));
    const result = rest.find(isA("result"));
    const condition = rest.filter((each) => each !== then && each !== otherwise && each !== result);
    const tail = otherwise === void 0 ? [] : [ELSE, ...sequence(listOf(otherwise).slice(1), inner)];
    const type = result === void 0 ? EMPTY_BLOCK : typeOf(listOf(result)[1]);
    return [...sequence(condition, scope), 4, type, ...sequence(listOf(then).slice(1), inner), ...tail, END3];
  }
  const immediates = rest.filter((each) => typeof each === "string");
  const operands = sequence(
    rest.filter((each) => typeof each !== "string"),
    scope
  );
  return [...operands, ...encoded(op, immediates, scope)];
}
function encoded(op, immediates, scope) {
  const [first = ""] = immediates;
  if (op === "i32.const") return [65, ...signed(BigInt.asIntN(32, BigInt(first)))];
  if (op === "i64.const") return [66, ...signed(BigInt.asIntN(64, BigInt(first)))];
  if (op === "v128.const") return [SIMD, 12, ...immediates.slice(1).map(Number)];
  if (op === "i8x16.shuffle") return [SIMD, 13, ...immediates.map(Number)];
  if (op === "call") return [16, ...unsigned(numberOf(scope.functions, first))];
  if (op === "br" || op === "br_if")
    return [op === "br" ? 12 : 13, ...unsigned(scope.labels.length - 1 - scope.labels.lastIndexOf(first))];
  if (op in VARIABLE)
    return [lookUp(VARIABLE, op, op), ...unsigned(numberOf(op.startsWith("local") ? scope.locals : scope.globals, first))];
  if (op in MEMORY || op in VECTOR_MEMORY) {
    const offset = immediates.find((each) => each.startsWith("offset="))?.slice(7) ?? "0";
    const lane = immediates.filter((each) => !each.startsWith("offset=")).map(Number);
    const code2 = op in MEMORY ? [lookUp(MEMORY, op, op)] : [SIMD, ...unsigned(lookUp(VECTOR_MEMORY, op, op))];
    return [...code2, 0, ...unsigned(Number(offset)), ...lane];
  }
  return op in VECTOR ? [SIMD, ...unsigned(lookUp(VECTOR, op, op))] : [lookUp(PLAIN, op, "instruction")];
}
function numberOf(names2, name3) {
  const found = names2.get(name3);
  if (found === void 0) throw new Error(`no such name: ${name3}`);
  return found;
}
function lookUp(table, key, what) {
  const found = table[key];
  if (found === void 0) throw new Error(`no such ${what}: ${key}`);
  return found;
}
function section2(id, items) {
  const bytes2 = vector(items);
  return [id, ...unsigned(bytes2.length), ...bytes2];
}
function vector(items) {
  return [...unsigned(items.length), ...items.flat()];
}
function name2(text3) {
  return [...unsigned(text3.length), ...Buffer.from(text3)];
}
function unsigned(value) {
  return value < 128 ? [value] : [value % 128 | 128, ...unsigned(Math.floor(value / 128))];
}
function signed(value) {
  const byte = Number(value & 0x7fn);
  const rest = value >> 7n;
  return rest === 0n && byte < 64 || rest === -1n && byte >= 64 ? [byte] : [byte | 128, ...signed(rest)];
}

// packages/cli/wasm/instance.ts
function compile2(source2) {
  const { Module, Instance } = globalThis.WebAssembly;
  const module = new Module(assemble(source2));
  return () => new Instance(module).exports;
}

// packages/cli/wasm/scan-json.ts
var STRINGS = `
  (global $escaped (mut i32) (i32.const 0))
  (global $high (mut i32) (i32.const 0))
  (func $string (param $at i32) (result i32) (local $bytes v128) (local $special i32) (local $next i32)
    ${refuseUnless(isByte('"', get("$at")))}
    (local.set $at (i32.add ${get("$at")} (i32.const 1)))
    (loop $sixteen
      (local.set $special (i8x16.bitmask (v128.or
        (v128.or (i8x16.eq (local.tee $bytes (v128.load ${get("$at")})) ${everyByte('"')}) (i8x16.eq ${get("$bytes")} ${everyByte("\\")}))
        (i8x16.lt_u ${get("$bytes")} ${everyByte(32)}))))
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
var NUMBERS = `
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
var VALUES = `
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
var JSON_FUNCTIONS = `${STRINGS} ${NUMBERS} ${VALUES}`;

// packages/cli/wasm/scan-members.ts
function object(name3, members2) {
  const code2 = members2.map(([key, form, optional2]) => {
    const literal2 = `"${key}":`;
    const found = `(i32.and (i32.eq ${byteAt(get("$at"))} ${get("$before")}) ${isText(literal2, 1)})`;
    return `
    (if ${found}
      (then
        (local.set $at (call ${form} (i32.add ${get("$at")} (i32.const ${literal2.length + 1}))))
        ${refuseUnless(get("$at"))}
        (local.set $before (i32.const ${char(",")})))
      (else ${optional2 === void 0 ? "(return (i32.const 0))" : ""}))`;
  });
  return `
  (func ${name3} (param $at i32) (result i32) (local $before i32)
    (local.set $before (i32.const ${char("{")})) ${code2.join("")}
    ${refuseUnless(isByte("}", get("$at")))}
    (i32.add ${get("$at")} (i32.const 1)))`;
}
var OBJECTS = [
  object("$actor", [
    ["id", "$text", "optional"],
    ["login", "$text", "optional"],
    ["system", "$text"]
  ]),
  object("$part", [
    ["index", "$count"],
    ["of", "$positive"]
  ]),
  object("$payload", [
    ["archive", "$text"],
    ["length", "$positive"],
    ["offset", "$count"],
    ["sha256", "$hash"]
  ]),
  object("$source", [
    ["auth", "$auth"],
    ["event", "$text"],
    ["id", "$text"],
    ["norm", "$positive"],
    ["replays", "$text", "optional"],
    ["system", "$text"]
  ]),
  object("$entry", [
    ...[
      ["actor", "$actor", "optional"],
      ["facts", "$facts"],
      ["kind", "$text"],
      ["occurredAt", "$instant"]
    ],
    ...[
      ["part", "$part", "optional"],
      ["payload", "$payload", "optional"],
      ["prev", "$previous"],
      ["recordedAt", "$instant"]
    ],
    ...[
      ["seq", "$seq"],
      ["source", "$source"],
      ["subject", "$subject"],
      ["v", "$version"]
    ]
  ])
];
function instantPart(from) {
  const part = '"0000-00-00T00:00:00.000Z"'.slice(from, from + 16);
  const digits = [...part].reduce((bits, each, at) => bits | (each === "0" ? 1 << at : 0), 0);
  const bytes2 = `(local.tee $bytes (v128.load offset=${from} ${get("$at")}))`;
  const others = [...part].map((each) => each === "0" ? 255 : char(each)).join(" ");
  return all([
    `(i32.eq (i8x16.bitmask ${between(bytes2, "0", 10)}) (i32.const ${digits}))`,
    `(i32.eq (i8x16.bitmask (i8x16.eq ${get("$bytes")} (v128.const i8x16 ${others}))) (i32.const ${65535 & ~digits}))`
  ]);
}
var twoDigits = (offset) => `(i32.sub (i32.add (i32.mul ${byteAt(get("$at"), offset)} (i32.const 10)) ${byteAt(get("$at"), offset + 1)}) (i32.const 528))`;
var HOUR = `(i32.store offset=64 (global.get $out) ${[1, 3, 6, 9, 12].map(twoDigits).reduce((number3, two) => `(i32.add (i32.mul ${number3} (i32.const 100)) ${two})`)})
    (i32.store offset=68 (global.get $out) ${twoDigits(15)})`;
var below = (x, limit) => `(i32.lt_u ${x} (i32.const ${limit}))`;
var MONTHS_OF_31 = [1, 3, 5, 7, 8, 10, 12].reduce((bits, month) => bits | 1 << month, 0);
var isHex = `(i8x16.all_true (v128.or ${between(get("$bytes"), "0", 10)} (local.tee $letters ${between(get("$bytes"), "a", 6)})))`;
var nibbles = `(local.tee $bytes (i8x16.add (v128.and ${get("$bytes")} ${everyByte(15)}) (v128.and ${get("$letters")} ${everyByte(9)})))`;
var octets = `(v128.and (v128.or (i16x8.shl ${nibbles} (i32.const 4)) (i16x8.shr_u ${get("$bytes")} (i32.const 8))) (v128.const i8x16 ${"255 0 ".repeat(8)}))`;
var FORMS = `
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
    ${[0, 1].map(
  (n) => `
    (local.set $bytes (v128.load offset=${1 + 32 * n} ${get("$at")})) ${refuseUnless(isHex)}
    (local.set $half ${octets})
    (local.set $bytes (v128.load offset=${17 + 32 * n} ${get("$at")})) ${refuseUnless(isHex)}
    (v128.store offset=${32 + 16 * n} (global.get $out) (i8x16.narrow_i16x8_u ${get("$half")} ${octets}))`
).join("\n")}
    (i32.add ${get("$at")} (i32.const 66)))
  (func $seq (param $at i32) (result i32)
    (local.set $at (call $count ${get("$at")}))
    (i32.store offset=20 (global.get $out) (global.get $value))
    ${get("$at")})
  (func $auth (param $at i32) (result i32)
    ${["hmac-sha256", "hmac-sha1", "shared-secret", "bus", "api", "ledger"].map((way) => `(if ${isText(`"${way}"`)} (then (return (i32.add ${get("$at")} (i32.const ${way.length + 2})))))`).join("\n")}
    (i32.const 0))
  (func $version (param $at i32) (result i32)
    ${refuseUnless(isByte("1", get("$at")))}
    (i32.add ${get("$at")} (i32.const 1)))
  (func $subject (param $at i32) (result i32) (local $end i32) (local $id i32) (local $bytes v128) (local $bad i32)
    ${["change", "commit", "ref", "ticket", "deployment", "incident", "config", "audit", "evidence"].map((type) => `(if ${isText(`"${type}:`)} (then (local.set $id (i32.add ${get("$at")} (i32.const ${type.length + 2})))))`).join("\n")}
    (local.set $end (call $plain ${get("$at")}))
    ${refuseUnless(`(i32.and (i32.ne ${get("$id")} (i32.const 0)) (i32.gt_u ${get("$end")} (i32.add ${get("$id")} (i32.const 1))))`)}
    (local.set $at (i32.add ${get("$at")} (i32.const 1)))
    (i32.store offset=12 (global.get $out) ${get("$at")})
    (i32.store offset=16 (global.get $out) (i32.sub (i32.sub ${get("$end")} (i32.const 1)) ${get("$at")}))
    ${refuseIf(`(i32.gt_u (i32.load offset=16 (global.get $out)) (i32.const 1024))`)}
    (i64.store offset=24 (global.get $out) (call $key ${get("$at")} (i32.sub ${get("$end")} (i32.const 1))))
    (loop $sixteen
      (local.set $bad (i8x16.bitmask (v128.or
        (i8x16.eq (local.tee $bytes (v128.load ${get("$at")})) ${everyByte(32)}) (i8x16.eq ${get("$bytes")} ${everyByte(127)}))))
      (if (i32.lt_u (i32.sub ${get("$end")} ${get("$at")}) (i32.const 16)) (then
        (local.set $bad (i32.and ${get("$bad")}
          (i32.sub (i32.shl (i32.const 1) (i32.sub ${get("$end")} ${get("$at")})) (i32.const 1))))))
      ${refuseIf(get("$bad"))}
      (br_if $sixteen (i32.lt_u (local.tee $at (i32.add ${get("$at")} (i32.const 16))) ${get("$end")})))
    ${get("$end")})`;
var ENTRY_FUNCTIONS = `${FORMS} ${OBJECTS.join("")}`;

// packages/cli/wasm/subject-key.ts
var v = ["$v0", "$v1", "$v2", "$v3"];
var set2 = (name3, x) => `(local.set ${name3} ${x})`;
var mixed = (a, b, turn2) => set2(a, `(i64.add ${get(a)} ${get(b)})`) + set2(b, `(i64.xor (i64.rotl ${get(b)} (i64.const ${turn2})) ${get(a)})`);
var turned = (name3) => set2(name3, `(i64.rotl ${get(name3)} (i64.const 32))`);
var SIP_ROUND = [
  mixed(v[0], v[1], 13),
  turned(v[0]),
  mixed(v[2], v[3], 16),
  mixed(v[0], v[3], 21),
  mixed(v[2], v[1], 17),
  turned(v[2])
].join("");
var sipWord = (word2) => `${set2("$m", word2)} ${set2(v[3], `(i64.xor ${get(v[3])} ${get("$m")})`)} ${SIP_ROUND} ${set2(v[0], `(i64.xor ${get(v[0])} ${get("$m")})`)}`;
var sipStart = (at, words) => set2(v[at], `(i64.xor (i64.load offset=${8 * (at % 2)} (i32.const 0)) (i64.const ${words}))`);
var KEY_FUNCTION = `
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
    ${set2(v[2], `(i64.xor ${get(v[2])} (i64.const 255))`)} ${SIP_ROUND} ${SIP_ROUND} ${SIP_ROUND}
    (i64.xor (i64.xor ${get(v[0])} ${get(v[1])}) (i64.xor ${get(v[2])} ${get(v[3])})))`;

// packages/cli/wasm/entry-scan.ts
var PAGE_BYTES = 65536;
var FOUND2 = 1024;
var HASHES = 32768;
var INPUT = 65536;
var INPUT_BYTES = 256 * (2 + 65535);
var TABLE = INPUT + 257 * PAGE_BYTES;
var UNSURE = 24;
var MAX_ENTRIES = 256;
var SLACK = 64;
var SCRATCH = 24576;
var ENTRY_MAX_BYTES2 = 32 * 1024;
var SUBJECT_MAX_BYTES2 = 1024;
var FOUND_WORDS = 20;
var FOUND_BYTES = 4 * FOUND_WORDS;
var START = 0;
var LIMIT = 1;
var SURE = 2;
var SUBJECT = 3;
var SUBJECT_BYTES = 4;
var SEQ = 5;
var KEY = 6;
var PREV = 8;
var HOUR2 = 16;
var MINUTE = 17;
var FRAMES = `
  (func $take (param $at i32) (param $end i32) (param $behind i32)
    (i32.store (global.get $out) ${get("$at")})
    (i32.store offset=4 (global.get $out) ${get("$end")})
    (i32.store offset=8 (global.get $out)
      (i32.mul
        (i32.and (i32.eq ${get("$end")} ${get("$behind")}) (i32.le_u (i32.sub ${get("$end")} ${get("$at")}) (i32.const ${ENTRY_MAX_BYTES2})))
        (i32.add (i32.const 1) (i32.ne (global.get $high) (i32.const 0)))))
    (if (i32.ne (i32.load offset=8 (global.get $out)) (i32.const 1)) (then
      (i32.store offset=${UNSURE} (i32.const 0) (i32.add (i32.load offset=${UNSURE} (i32.const 0)) (i32.const 1)))))
    (global.set $out (i32.add (global.get $out) (i32.const ${FOUND_BYTES}))))
  ;; Entries behind their lengths, as in a bundle tile; the byte before each becomes 0, with which its hash begins.
  (func $bundle (export "bundle") (param $at i32) (param $end i32) (param $most i32) (result i32) (local $count i32) (local $behind i32)
    (global.set $out (i32.const ${FOUND2}))
    (i32.store offset=${UNSURE} (i32.const 0) (i32.const 0))
    (block $short (loop $more
      (br_if $short (i32.ge_u ${get("$count")} ${get("$most")}))
      (br_if $short (i32.gt_u (i32.add ${get("$at")} (i32.const 2)) ${get("$end")}))
      (local.set $behind (i32.add (i32.add ${get("$at")} (i32.const 2))
        (i32.or (i32.shl ${byteAt(get("$at"))} (i32.const 8)) ${byteAt(get("$at"), 1)})))
      (br_if $short (i32.gt_u ${get("$behind")} ${get("$end")}))
      (local.set $at (i32.add ${get("$at")} (i32.const 2)))
      (global.set $high (i32.const 0))
      (call $take ${get("$at")} ${get("$behind")} (call $entry ${get("$at")}))
      (i32.store8 (i32.sub ${get("$at")} (i32.const 1)) (i32.const 0))
      (local.set $at ${get("$behind")})
      (local.set $count (i32.add ${get("$count")} (i32.const 1)))
      (br $more)))
    ${get("$count")})
  (func $note (export "note") (param $at i32) (param $end i32) (param $found i32)
    (i64.store offset=24 ${get("$found")} (call $key ${get("$at")} ${get("$end")})))
  ;; Entries that each end in a line feed; a line that does not end before \`$end\` is left.
  (func $lines (export "lines") (param $at i32) (param $end i32) (param $most i32) (result i32) (local $count i32) (local $behind i32) (local $feed i32)
    (global.set $out (i32.const ${FOUND2}))
    (i32.store offset=${UNSURE} (i32.const 0) (i32.const 0))
    (block $short (loop $more
      (br_if $short (i32.ge_u ${get("$count")} ${get("$most")}))
      (br_if $short (i32.ge_u ${get("$at")} ${get("$end")}))
      (global.set $high (i32.const 0))
      (local.set $behind (call $entry ${get("$at")}))
      (local.set $feed ${get("$behind")})
      (if (i32.eqz ${get("$behind")}) (then (local.set $feed ${get("$at")})))
      (block $found (loop $next
        (br_if $short (i32.ge_u ${get("$feed")} ${get("$end")}))
        (br_if $found ${isByte("\n", get("$feed"))})
        (local.set $feed (i32.add ${get("$feed")} (i32.const 1)))
        (br $next)))
      (call $take ${get("$at")} ${get("$feed")} ${get("$behind")})
      (i32.store8 (i32.sub ${get("$at")} (i32.const 1)) (i32.const 0))
      (local.set $at (i32.add ${get("$feed")} (i32.const 1)))
      (local.set $count (i32.add ${get("$count")} (i32.const 1)))
      (br $more)))
    ${get("$count")})`;
var source = `(module (memory (export "memory") 1) ${JSON_FUNCTIONS} ${ENTRY_FUNCTIONS} ${KEY_FUNCTION} ${CHAINS_FUNCTION} ${FRAMES})`;
var instantiate = compile2(source);
var NOTHING = { subject: "", seq: 0, prev: "0".repeat(64), hour: 0, minute: 0 };
var EntryScanner = class {
  #exports;
  #noted = /* @__PURE__ */ new Map();
  bytes;
  words;
  /** Of the table of chains: as `ChainTable` lays it out. */
  table;
  /**
   * @param tableWords how many words the table of chains has
   * @param secret 16 bytes: scanners with the same one give subjects the same keys
   */
  constructor(tableWords2 = 0, secret = randomBytes(16)) {
    this.#exports = instantiate();
    const { memory: memory2 } = this.#exports;
    memory2.grow(Math.ceil((TABLE + 4 * tableWords2) / PAGE_BYTES) - memory2.buffer.byteLength / PAGE_BYTES);
    this.bytes = new Uint8Array(memory2.buffer);
    this.words = new Int32Array(memory2.buffer);
    this.table = new Int32Array(memory2.buffer, TABLE, tableWords2);
    this.bytes.set(secret.subarray(0, 16));
  }
  /** The place from which on `length` bytes may be written: a byte stands before it, and zeros will behind. */
  room(length) {
    if (length > INPUT_BYTES) throw new RangeError(`expected at most ${INPUT_BYTES} bytes to scan, got ${length}`);
    this.end(length);
    return INPUT;
  }
  /** Says that only `length` bytes were written. */
  end(length) {
    this.bytes.fill(0, INPUT + length, INPUT + length + SLACK);
  }
  /**
   * Finds the entries of a bundle tile, each behind its length as two bytes. (It may lie in `bytes` already, at the place that `room` gave.)
   * @returns how many there are, at most `width`: fewer when the bundle ends early
   */
  scanBundle(bundle, width) {
    const at = this.room(bundle.length);
    if (bundle.buffer !== this.bytes.buffer || bundle.byteOffset !== at) this.bytes.set(bundle, at);
    return this.#exports.bundle(at, at + bundle.length, Math.min(width, MAX_ENTRIES));
  }
  /**
   * Finds entries that end in a line feed, in the `length` bytes that lie at `room(length)` already, from `at` on.
   * @returns how many whole lines were found, at most 256
   */
  scanLines(at, length) {
    return this.#exports.lines(at, INPUT + length, MAX_ENTRIES);
  }
  /** How many of those found are not entries for certain. */
  get unsure() {
    return this.words[UNSURE / 4];
  }
  /** Where of the `n`th entry that was found its words begin. */
  found(n) {
    return (FOUND2 + n * FOUND_BYTES) / 4;
  }
  /**
   * Goes on with the chains of the entries found, from the `from`th on, as long as each continues its own or begins one.
   * @param hashes of all that were found, 32 bytes each
   * @param mask one less than the table's slots
   * @param room how many chains may be begun
   * @returns the first that does not, or `count`; how many chains were begun
   */
  extendChains(from, count3, hashes, mask, room) {
    if (from === 0) {
      this.bytes.set(hashes, HASHES);
      this.#exports.fetch(FOUND2, count3, TABLE, mask);
    }
    const at = this.#exports.chains(FOUND2 + from * FOUND_BYTES, count3 - from, TABLE, mask, HASHES + 32 * from, room);
    return { at: from + at, begun: this.words[BEGUN / 4] };
  }
  /** The bytes of an entry behind the 0 with which its leaf hash begins: a view. */
  prefixed(found) {
    const start = this.words[found + START];
    return new Uint8Array(this.bytes.buffer, start - 1, this.words[found + LIMIT] - start + 1);
  }
  /** The subject of an entry that is one. */
  subject(found) {
    const noted = this.words[found + SURE] === 1 ? void 0 : this.#noted.get(found);
    if (noted !== void 0) return noted;
    const at = this.words[found + SUBJECT];
    return Buffer.from(this.bytes.buffer, at, this.words[found + SUBJECT_BYTES]).toString("utf8");
  }
  /** The key of a subject, as two words. */
  keyOf(subject) {
    const found = this.found(MAX_ENTRIES - 1);
    this.#exports.note(SCRATCH, SCRATCH + Buffer.from(subject).copy(this.bytes, SCRATCH, 0, SUBJECT_MAX_BYTES2), 4 * found);
    return [this.words[found + KEY], this.words[found + KEY + 1]];
  }
  /** Notes of an entry what the definition found, where the scanner was not sure; undefined: nothing can be told of it. `subject` holds at most 1,024 bytes. */
  note(found, noted) {
    const { subject, seq, prev, hour, minute } = noted ?? NOTHING;
    const spelled = Buffer.from(subject);
    this.bytes.set(spelled, SCRATCH);
    this.#exports.note(SCRATCH, SCRATCH + spelled.length, 4 * found);
    this.words[found + SEQ] = seq;
    this.words[found + HOUR2] = hour;
    this.words[found + MINUTE] = minute;
    this.bytes.set(Buffer.from(prev, "hex"), 4 * (found + PREV));
    this.#noted.set(found, subject);
  }
};

// packages/cli/files/scratch.ts
import { closeSync as closeSync3, mkdtempSync, openSync as openSync3, readSync as readSync3, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join as join3 } from "node:path";
var BUFFER_RECORDS = 512;
var Scratch = class {
  #recordBytes;
  #files = [];
  #folder;
  constructor(recordBytes) {
    this.#recordBytes = recordBytes;
  }
  /** An empty file to be written, then read. */
  file() {
    this.#folder ??= mkdtempSync(join3(tmpdir(), "change-ledger-verify-"));
    const file = new RecordFile(join3(this.#folder, String(this.#files.length)), this.#recordBytes);
    this.#files.push(file);
    return file;
  }
  close() {
    for (const file of this.#files) file.close();
    if (this.#folder !== void 0) rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = void 0;
  }
};
var RecordFile = class {
  #recordBytes;
  #buffer;
  #path;
  #handle;
  #filled = 0;
  constructor(path, recordBytes) {
    this.#path = path;
    this.#recordBytes = recordBytes;
    this.#buffer = new Uint8Array(BUFFER_RECORDS * recordBytes);
    this.#handle = openSync3(path, "wx+", 384);
  }
  append(record3) {
    this.#buffer.set(record3, this.#filled);
    this.#filled += this.#recordBytes;
    if (this.#filled === this.#buffer.length) this.#flush();
  }
  #flush() {
    if (this.#handle !== void 0 && this.#filled > 0) writeSync(this.#handle, this.#buffer, 0, this.#filled);
    this.#filled = 0;
  }
  /** The records in the order in which they came, each good until the next. */
  *read() {
    this.#flush();
    const handle = this.#handle;
    if (handle === void 0) return;
    const buffer = new Uint8Array(this.#buffer.length);
    for (let position = 0; ; ) {
      const length = readSync3(handle, buffer, 0, buffer.length, position);
      if (length === 0) return;
      position += length;
      for (let at = 0; at < length; at += this.#recordBytes) yield buffer.subarray(at, at + this.#recordBytes);
    }
  }
  close() {
    if (this.#handle !== void 0) closeSync3(this.#handle);
    this.#handle = void 0;
    rmSync(this.#path, { force: true });
  }
};

// packages/cli/verify/chain-table.ts
var HASH_WORDS = 8;
var WORDS = 12;
var LENGTH = 2;
var MARK2 = 3;
var HEAD = 4;
var LOAD = 0.75;
var BROKEN = 1;
var SEEN = 2;
function tableWords(slots) {
  return WORDS * slots;
}
var ChainTable = class {
  #words;
  #mask;
  #room;
  #taken = 0;
  /** @param words `tableWords` of a power of two of slots, all 0; three quarters of them can hold a chain */
  constructor(words) {
    const slots = words.length / WORDS;
    if (slots < 1 || !Number.isInteger(Math.log2(slots))) throw new RangeError(`expected a power of two of slots, got ${slots}`);
    this.#words = words;
    this.#mask = slots - 1;
    this.#room = Math.floor(LOAD * slots);
  }
  /**
   * Adds the entries that a scanner has found, whose table this is, from the `from`th on, as long as each continues its chain or begins one.
   * @param hashes of all of them, 32 bytes each
   * @returns the first that does not, for `extend`, or `count`
   */
  extendFound(scanner, from, count3, hashes) {
    const { at, begun } = scanner.extendChains(from, count3, hashes, this.#mask, this.#room - this.#taken);
    this.#taken += begun;
    return at;
  }
  /** Adds entry `seq` of the chain with that key; `prev` and `hash` are eight words each, at their places. "full" leaves the table as it is. */
  extend(low, high, seq, prev, prevAt, hash8, hashAt) {
    const at = this.#find(low, high);
    const words = this.#words;
    if (words[at + LENGTH] === 0) {
      if (this.#taken >= this.#room) return "full";
      this.#taken++;
      words.fill(0, at, at + WORDS);
      words[at] = low;
      words[at + 1] = high;
      words[at + LENGTH] = 1;
    }
    const length = words[at + LENGTH] - 1;
    let same = seq === length;
    for (let i = 0; same && i < HASH_WORDS; i++) same = prev[prevAt + i] === words[at + HEAD + i];
    if (same) {
      this.#put(at, seq, hash8, hashAt);
      return "next";
    }
    words[at + MARK2] = words[at + MARK2] | BROKEN;
    return seq < length ? "doubled" : seq > length ? "gap" : "prev";
  }
  /** After "gap" or "prev": goes on behind that entry as if it had followed. */
  resume(low, high, seq, hash8, hashAt) {
    this.#put(this.#find(low, high), seq, hash8, hashAt);
  }
  #put(at, seq, hash8, hashAt) {
    const words = this.#words;
    words[at + LENGTH] = seq + 2;
    for (let i = 0; i < HASH_WORDS; i++) words[at + HEAD + i] = hash8[hashAt + i];
  }
  /** Length and head of a chain; undefined for one that is not in the table. */
  head(low, high) {
    const at = this.#find(low, high);
    const words = this.#words.subarray(at, at + WORDS);
    const length = words[LENGTH];
    if (length === 0) return void 0;
    return {
      length: length - 1,
      hash: Buffer.from(words.buffer, words.byteOffset + 4 * HEAD, 4 * HASH_WORDS).toString("hex"),
      broken: (words[MARK2] & BROKEN) !== 0
    };
  }
  /** Notes that a chain was seen elsewhere, too. */
  see(low, high) {
    const at = this.#find(low, high) + MARK2;
    this.#words[at] = this.#words[at] | SEEN;
  }
  /** Keys of the chains that were not. */
  *unseen() {
    const words = this.#words;
    for (let at = 0; at < words.length; at += WORDS)
      if (words[at + LENGTH] !== 0 && (words[at + MARK2] & SEEN) === 0) yield [words[at], words[at + 1]];
  }
  clear() {
    this.#words.fill(0);
    this.#taken = 0;
  }
  /** Where the chain's slot begins, or the free one where it would go. */
  #find(low, high) {
    const words = this.#words;
    let at = WORDS * (low & this.#mask);
    while (words[at + LENGTH] !== 0 && (words[at] !== low || words[at + 1] !== high)) {
      at += WORDS;
      if (at === words.length) at = 0;
    }
    return at;
  }
};

// packages/cli/verify/chain-states.ts
var MAX_SLOTS = 1 << 20;
var MIN_SLOTS = 1 << 12;
function slotsFor(entries) {
  return Math.min(MAX_SLOTS, Math.max(MIN_SLOTS, 2 ** Math.ceil(Math.log2(entries / 2 + 1))));
}
var PART_BITS = 4;
var WORDS2 = 22;
var ENTRY = 1;
var HEAD2 = 2;
var BROKEN_HEAD = 3;
var PREV2 = 6;
var HASH = 14;
var ChainStates = class {
  #table;
  #scratch = new Scratch(4 * WORDS2);
  #record = new Int32Array(WORDS2);
  #parts = [];
  #depth = 0;
  #spilled = 0;
  /** @param words of the table, as `ChainTable` takes them: those of a scanner, for `found` to be of use */
  constructor(words) {
    this.#table = new ChainTable(words);
  }
  /** Entries that went to temporary files. */
  get spilled() {
    return this.#spilled;
  }
  /** As `ChainTable.extendFound`: what is left is for `entry`. */
  found(scanner, from, count3, hashes) {
    return this.#table.extendFound(scanner, from, count3, hashes);
  }
  /** Adds an entry of the log; what is wrong with it is answered now or by `rest`. */
  entry(low, high, seq, prev, prevAt, hash8, hashAt, leaf) {
    const step = this.#table.extend(low, high, seq, prev, prevAt, hash8, hashAt);
    if (step === "next") return void 0;
    if (step === "full") {
      this.#fill(ENTRY, low, high, seq, leaf);
      for (let i = 0; i < 8; i++) {
        this.#record[PREV2 + i] = prev[prevAt + i];
        this.#record[HASH + i] = hash8[hashAt + i];
      }
      this.#spill();
      return void 0;
    }
    const before = this.#table.head(low, high);
    if (step !== "doubled") this.#table.resume(low, high, seq, hash8, hashAt);
    return { what: "break", step, leaf, seq: before?.length ?? 0, prev: before?.hash ?? "" };
  }
  /** Compares the head of a chain of the ledger, which comes after all entries of the log; a difference is answered now or by `rest`. */
  head(low, high, length, hash8, broken) {
    const known = this.#table.head(low, high);
    if (known !== void 0) {
      this.#table.see(low, high);
      const same = known.length === length && known.hash === hash8 && !known.broken && !broken;
      return same ? void 0 : { what: "differs", low, high };
    }
    if (this.#parts.length === 0) return { what: "extra", low, high };
    this.#fill(broken ? BROKEN_HEAD : HEAD2, low, high, length, 0);
    const words = Buffer.from(this.#record.buffer);
    words.write(hash8, 4 * HASH, "hex");
    this.#spill();
    return void 0;
  }
  #fill(kind, low, high, seq, leaf) {
    this.#record.set([kind, low, high, seq, leaf | 0, Math.floor(leaf / 2 ** 32)]);
  }
  #spill() {
    if (this.#parts.length === 0) this.#parts = Array.from({ length: 1 << PART_BITS }, () => this.#scratch.file());
    const high = this.#record[2];
    const part = high >>> 32 - PART_BITS * (this.#depth + 1) & (1 << PART_BITS) - 1;
    this.#parts[part]?.append(new Uint8Array(this.#record.buffer));
    this.#spilled++;
  }
  /** What the temporary files still show; `compared`: also the chains of the log that were not among the heads of the ledger. */
  *rest(compared) {
    if (compared) for (const [low, high] of this.#table.unseen()) yield { what: "missing", low, high };
    const parts = this.#parts;
    this.#parts = [];
    this.#depth++;
    for (const part of parts) {
      this.#table.clear();
      for (const bytes2 of part.read()) {
        const words = new Int32Array(bytes2.buffer, bytes2.byteOffset, WORDS2);
        const [kind = 0, low = 0, high = 0, seq = 0, leafLow = 0, leafHigh = 0] = words;
        const found = kind === ENTRY ? this.entry(low, high, seq, words, PREV2, words, HASH, leafHigh * 2 ** 32 + (leafLow >>> 0)) : this.head(low, high, seq, Buffer.from(words.buffer, words.byteOffset + 4 * HASH, 32).toString("hex"), kind === BROKEN_HEAD);
        if (found !== void 0) yield found;
      }
      part.close();
      yield* this.rest(compared);
    }
    this.#depth--;
  }
  close() {
    this.#scratch.close();
  }
};

// packages/cli/verify/key-map.ts
var KeyMap = class {
  #values = /* @__PURE__ */ new Map();
  get(low, high) {
    return this.#values.get(low)?.get(high);
  }
  set(low, high, value) {
    const row2 = this.#values.get(low) ?? /* @__PURE__ */ new Map();
    this.#values.set(low, row2.set(high, value));
  }
  *values() {
    for (const row2 of this.#values.values()) yield* row2.values();
  }
};

// packages/cli/verify/certain.ts
import { isUtf8 } from "node:buffer";

// packages/cli/verify/entry-form.ts
var ENTRY_MAX_BYTES3 = 32 * 1024;
var SUBJECT2 = /^(?:change|commit|ref|ticket|deployment|incident|config|audit|evidence):[^\s\p{Cc}]+$/u;
var SUBJECT_MAX_BYTES3 = 1024;
var AUTH = ["hmac-sha256", "hmac-sha1", "shared-secret", "bus", "api", "ledger"];
var INSTANT = /^(\d{4})-(\d\d)-(\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;
var SEQ_MAX = 2 ** 31 - 2;
var says = (expected, test) => (value) => test(value) ? void 0 : expected;
var text2 = says("a text that is not empty", (value) => typeof value === "string" && value !== "");
var count2 = says("a whole number from 0", (value) => Number.isSafeInteger(value) && value >= 0);
var positive = says("a whole number from 1", (value) => Number.isSafeInteger(value) && value > 0);
var hash5 = says("64 lower-case hexadecimal digits", (value) => typeof value === "string" && /^[0-9a-f]{64}$/.test(value));
var instant3 = says("an instant in UTC with milliseconds", isInstant);
var object2 = says("an object", (value) => isObject2(value));
var MEMBERS = {
  actor: { id: { test: text2, optional: true }, login: { test: text2, optional: true }, system: { test: text2 } },
  part: { index: { test: count2 }, of: { test: positive } },
  payload: { archive: { test: text2 }, length: { test: positive }, offset: { test: count2 }, sha256: { test: hash5 } },
  source: {
    auth: { test: says(`one of ${AUTH.join(", ")}`, (value) => AUTH.includes(value)) },
    event: { test: text2 },
    id: { test: text2 },
    norm: { test: positive },
    replays: { test: text2, optional: true },
    system: { test: text2 }
  }
};
var ENTRY2 = {
  actor: { test: object2, optional: true },
  facts: { test: object2 },
  kind: { test: text2 },
  occurredAt: { test: instant3 },
  part: { test: object2, optional: true },
  payload: { test: object2, optional: true },
  prev: { test: hash5 },
  recordedAt: { test: instant3 },
  seq: { test: count2 },
  source: { test: object2 },
  subject: { test: says("a subject: type, colon, id without white space", isSubject) },
  v: { test: says("1", (value) => value === 1) }
};
function entryForm(bytes2) {
  if (bytes2.length > ENTRY_MAX_BYTES3)
    return { fault: { check: "entry", field: "length", expected: `at most ${ENTRY_MAX_BYTES3} bytes`, found: `${bytes2.length} bytes` } };
  let value;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes2));
  } catch {
    return { fault: { check: "canonical", field: "bytes", expected: "JSON in UTF-8", found: excerpt(bytes2, 0) } };
  }
  const noted = notedOf(value);
  const fault = spelling(value, bytes2) ?? wrongMember(value, ENTRY2, "");
  return { ...fault === void 0 ? {} : { fault }, ...noted === void 0 ? {} : { noted } };
}
function spelling(value, bytes2) {
  let again;
  try {
    again = canonicalBytes(value);
  } catch (error2) {
    return { check: "canonical", field: "bytes", expected: "a value that RFC 8785 can write", found: error2.message };
  }
  const same = again.length === bytes2.length && Buffer.compare(again, bytes2) === 0;
  if (same) return void 0;
  const at = again.findIndex((byte, index) => byte !== bytes2[index]);
  const from = at < 0 ? again.length : at;
  return { check: "canonical", field: `byte ${from}`, expected: excerpt(again, from), found: excerpt(bytes2, from) };
}
function excerpt(bytes2, at) {
  return at >= bytes2.length ? "the end" : Buffer.from(bytes2.subarray(at, at + 40)).toString("utf8");
}
function isObject2(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
function isInstant(value) {
  const [, year, month, day] = (typeof value === "string" ? INSTANT.exec(value) : null) ?? [];
  if (year === void 0 || month === void 0 || day === void 0) return false;
  const lengths = [31, leaps(Number(year)) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return Number(day) >= 1 && Number(day) <= (lengths[Number(month) - 1] ?? 0);
}
function leaps(year) {
  return year % 4 === 0 && year % 100 !== 0 || year % 400 === 0;
}
function isSubject(value) {
  return typeof value === "string" && SUBJECT2.test(value) && Buffer.byteLength(value) <= SUBJECT_MAX_BYTES3;
}
function wrongMember(value, members2, of) {
  if (!isObject2(value)) return { check: "entry", field: "bytes", expected: "an object", found: told2(value) };
  for (const [name3, { test, optional: optional2 }] of Object.entries(members2)) {
    const has = Object.hasOwn(value, name3);
    if (!has && optional2) continue;
    const expected = test(value[name3]);
    const field = of + name3;
    if (!has || expected !== void 0)
      return { check: "entry", field, expected: expected ?? "a value", found: has ? told2(value[name3]) : "no such member" };
    const inner = of === "" ? MEMBERS[name3] : void 0;
    const fault = inner === void 0 ? void 0 : wrongMember(value[name3], inner, `${name3}.`);
    if (fault !== void 0) return fault;
  }
  const extra = Object.keys(value).find((name3) => !Object.hasOwn(members2, name3));
  return extra === void 0 ? void 0 : { check: "entry", field: of + extra, expected: "no such member", found: told2(value[extra]) };
}
function told2(value) {
  return (JSON.stringify(value) ?? "nothing").slice(0, 80);
}
function notedOf(value) {
  if (!isObject2(value)) return void 0;
  const { subject, seq, prev, recordedAt } = value;
  if (!isSubject(subject) || count2(seq) !== void 0 || hash5(prev) !== void 0) return void 0;
  const digits = isInstant(recordedAt) ? recordedAt.replace(/\D/g, "") : "9999999999";
  return {
    subject,
    seq: Math.min(seq, SEQ_MAX),
    prev,
    hour: Math.min(Number(digits.slice(0, 10)), 2 ** 31 - 1),
    minute: Number(digits.slice(10, 12))
  };
}

// packages/cli/verify/certain.ts
var NONE2 = [];
function certain(scanner, count3) {
  if (scanner.unsure === 0) return NONE2;
  const unfit = [];
  for (let at = 0; at < count3; at++) {
    const found = scanner.found(at);
    const sure = scanner.words[found + SURE];
    if (sure === 1) continue;
    const bytes2 = scanner.bytes.subarray(scanner.words[found + START], scanner.words[found + LIMIT]);
    if (sure === 2 && isUtf8(bytes2)) {
      scanner.words[found + SURE] = 1;
      continue;
    }
    const { fault, noted } = entryForm(bytes2);
    scanner.note(found, noted);
    if (fault !== void 0) unfit.push({ at, fault, noted: noted !== void 0 });
  }
  return unfit;
}

// packages/cli/verify/read-tile.ts
var BUNDLE_MAX_BYTES2 = TILE_WIDTH * (2 + 65535);
async function readTile(log, tile, into) {
  const path = tilePath(tile);
  const got = log.read(path, BUNDLE_MAX_BYTES2, into);
  const bytes2 = got instanceof Promise ? await got : got;
  if (bytes2 !== void 0) return { path, bytes: bytes2 };
  if (tile.width === TILE_WIDTH) return void 0;
  const fullPath = tilePath({ ...tile, width: TILE_WIDTH });
  const full = await log.read(fullPath, BUNDLE_MAX_BYTES2);
  if (full === void 0) return void 0;
  return { path: fullPath, bytes: tile.level === "entries" ? firstEntries(full, tile.width) : full.subarray(0, tile.width * HASH_BYTES) };
}
function firstEntries(bundle, count3) {
  let at = 0;
  for (let n = 0; n < count3 && at + 2 <= bundle.length; n++) at += 2 + bundle[at] * 256 + bundle[at + 1];
  return bundle.subarray(0, at);
}

// packages/cli/verify/walk-ledger.ts
import { hash as hash6 } from "node:crypto";
var CHUNK_BYTES = 1 << 20;
var HASH_BYTES2 = 32;
var MAX_ASTRAY = 100;
async function* readLines(ledger, scanner, progress) {
  const source2 = ledger.open();
  try {
    let held = 0;
    let line = 1;
    let done = 0;
    for (; ; ) {
      const start = scanner.room(held + CHUNK_BYTES);
      const got = source2.read(scanner.bytes.subarray(start + held, start + held + CHUNK_BYTES));
      const bytes2 = got instanceof Promise ? await got : got;
      if (bytes2 === 0) return held === 0 ? void 0 : `line ${line} does not end in a line feed`;
      scanner.end(held + bytes2);
      const end = start + held + bytes2;
      let at = start;
      for (; ; ) {
        const count3 = scanner.scanLines(at, held + bytes2);
        if (count3 === 0) break;
        at = scanner.words[scanner.found(count3 - 1) + LIMIT] + 1;
        yield { count: count3, line };
        line += count3;
      }
      held = end - at;
      if (held >= CHUNK_BYTES) return `line ${line} is longer than any entry`;
      scanner.bytes.copyWithin(start, at, end);
      done += bytes2;
      progress("ledger", done, ledger.bytes ?? done);
    }
  } finally {
    source2.close();
  }
}
async function* walkLedger(walk) {
  const { ledger, scanner, states, progress, differs } = walk;
  const head = Buffer.alloc(HASH_BYTES2);
  const headWords = new Int32Array(head.buffer, head.byteOffset, HASH_BYTES2 / 4);
  let chain;
  let entries = 0;
  let chains = 0;
  let astray = 0;
  const close = () => {
    if (chain === void 0) return;
    chains++;
    const difference = states?.head(chain.low, chain.high, chain.length, head.toString("hex"), chain.broken);
    if (difference !== void 0) differs(difference, chain.subject);
  };
  const batches = readLines(ledger, scanner, progress);
  for (; ; ) {
    const batch = await batches.next();
    if (batch.done) {
      close();
      if (batch.value !== void 0) yield { check: "ledger-order", file: ledger.name, expected: "one entry a line", found: batch.value };
      return { entries, chains, ordered: batch.value === void 0 };
    }
    const { count: count3, line } = batch.value;
    const unfit = certain(scanner, count3);
    const unknown2 = new Set(unfit.filter(({ noted }) => !noted).map(({ at }) => at));
    for (const { at, fault } of unfit) {
      const found = scanner.found(at);
      const of = unknown2.has(at) ? { subject: chain?.subject } : { subject: scanner.subject(found), seq: scanner.words[found + SEQ] };
      yield { ...fault, ...of, file: `${ledger.name}:${line + at}` };
    }
    const { words } = scanner;
    for (let at = 0; at < count3; at++) {
      const found = scanner.found(at);
      entries++;
      if (unknown2.has(at)) {
        if (chain !== void 0) {
          head.write(hash6("sha256", scanner.prefixed(found)), "hex");
          chain.length++;
          chain.broken = true;
        }
        continue;
      }
      const [low, high, seq] = [words[found + KEY], words[found + KEY + 1], words[found + SEQ]];
      const file = `${ledger.name}:${line + at}`;
      if (chain === void 0 || chain.low !== low || chain.high !== high) {
        close();
        const subject2 = scanner.subject(found);
        const strays = chain !== void 0 && chain.subject >= subject2;
        if (strays) {
          yield { check: "ledger-order", subject: subject2, seq, file, expected: `a subject after ${chain?.subject}`, found: subject2 };
          if (++astray > MAX_ASTRAY) return { entries, chains, ordered: false };
        }
        chain = { subject: subject2, low, high, length: strays ? seq : 0, broken: strays };
        headWords.fill(0);
        if (strays) headWords.set(words.subarray(found + PREV, found + PREV + headWords.length));
      }
      const { subject } = chain;
      if (seq !== chain.length) {
        const check3 = seq > chain.length ? "chain-gap" : "chain-doubled";
        yield { check: check3, subject, seq, file, field: "seq", expected: String(chain.length), found: String(seq) };
        chain.broken = true;
      } else {
        let same = true;
        for (let i = 0; i < headWords.length; i++) same &&= words[found + PREV + i] === headWords[i];
        if (!same) {
          const prev = Buffer.from(scanner.bytes.subarray(4 * (found + PREV), 4 * (found + PREV) + HASH_BYTES2)).toString("hex");
          yield { check: "chain-prev", subject, seq, file, field: "prev", expected: head.toString("hex"), found: prev };
          chain.broken = true;
        }
      }
      chain.length = Math.max(chain.length, seq + 1);
      head.write(hash6("sha256", scanner.prefixed(found)), "hex");
    }
  }
}

// packages/cli/verify/read-entries.ts
function bytesOf(scanner, { found }) {
  return scanner.prefixed(found).subarray(1);
}
async function* logEntries(log, size, scanner, progress) {
  for (let index = 0; index * TILE_WIDTH < size; index++) {
    const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
    const room = scanner.room(BUNDLE_MAX_BYTES2);
    const bundle = await readTile(log, { level: "entries", index, width }, scanner.bytes.subarray(room, room + BUNDLE_MAX_BYTES2));
    if (bundle === void 0) continue;
    const count3 = scanner.scanBundle(bundle.bytes, width);
    yield passed(scanner, count3).map((each, at) => ({ ...each, leaf: index * TILE_WIDTH + at }));
    if (index % 16 === 0) progress("compared", index * TILE_WIDTH, size);
  }
}
async function* ledgerEntries(ledger, scanner, progress) {
  for await (const { count: count3, line } of readLines(ledger, scanner, progress))
    yield passed(scanner, count3).map((each, at) => ({ ...each, line: line + at }));
}
function passed(scanner, count3) {
  certain(scanner, count3);
  return Array.from({ length: count3 }, (_, at) => {
    const found = scanner.found(at);
    const [low, high, seq] = [KEY, KEY + 1, SEQ].map((word2) => scanner.words[found + word2]);
    return { found, low, high, seq };
  });
}

// packages/cli/verify/check-claims.ts
var GATHERING_MS = 6e4;
var EVIDENCE = "evidence:";
async function* checkClaims({ claims, complete, scanner, entries }) {
  const watched = new KeyMap();
  for (const claim2 of claims)
    for (const chain of claim2.chains) {
      const [low, high] = scanner.keyOf(chain.subject);
      watched.set(low, high, [...watched.get(low, high) ?? [], { claim: claim2, chain, seen: /* @__PURE__ */ new Set() }]);
    }
  const records = /* @__PURE__ */ new Map();
  for await (const batch of entries)
    for (const entry of batch) {
      const subject = scanner.subject(entry.found);
      if (subject.startsWith(EVIDENCE)) for (const record3 of recordsIn(scanner, entry, subject)) yield* takeRecord(records, record3);
      for (const each of watched.get(entry.low, entry.high) ?? []) yield* checkEntry(scanner, each, entry);
    }
  for (const { claim: claim2, chain, seen } of [...watched.values()].flat())
    for (const [seq, hash8] of chain.hashes)
      if (!seen.has(seq))
        yield { check: "ledger-extra", subject: chain.subject, seq, file: claim2.bundle, expected: "an entry of the log", found: hash8 };
  for (const claim2 of claims) {
    yield* checkRecord(claim2, records);
    yield* checkPredecessor(claim2, records);
  }
  if (!complete) return;
  const held = new Set(claims.map(({ zip }) => zip?.key));
  for (const [key, record3] of records)
    if (!held.has(key)) yield { check: "sealed-missing", ...record3.of, file: key, expected: record3.sha256, found: "no such file" };
}
function* checkEntry(scanner, { claim: claim2, chain, seen }, entry) {
  const { seq, leaf } = entry;
  const claimed = chain.hashes.get(seq);
  const { subject } = chain;
  if (claimed !== void 0) {
    seen.add(seq);
    const hash8 = leafHash(bytesOf(scanner, entry));
    if (hash8 !== claimed)
      yield { check: "ledger-differs", subject, seq, leaf, file: claim2.bundle, field: "hash", expected: hash8, found: claimed };
    return;
  }
  if (chain.length === void 0 || seq < chain.length || leaf === void 0 || claim2.sealedAt === void 0) return;
  if (claim2.checkpoint === void 0 || leaf >= claim2.checkpoint.size) return;
  const { recordedAt } = JSON.parse(Buffer.from(bytesOf(scanner, entry)).toString("utf8"));
  if (Date.parse(recordedAt) > Date.parse(claim2.sealedAt) - GATHERING_MS) return;
  const expected = `the entry of leaf ${leaf}, below the bundle's checkpoint of ${claim2.checkpoint.size}`;
  yield { check: "dossier-lacks", subject, seq, leaf, file: claim2.bundle, expected, found: `a chain of ${chain.length}` };
}
function recordsIn(scanner, entry, subject) {
  try {
    const { kind, facts } = JSON.parse(Buffer.from(bytesOf(scanner, entry)).toString("utf8"));
    if (kind !== "sealed" || !Array.isArray(facts.bundles)) return [];
    return facts.bundles.flatMap(
      ({ key, versionId, sha256 }) => typeof key === "string" && typeof versionId === "string" && typeof sha256 === "string" ? [{ key, versionId, sha256, of: { subject, seq: entry.seq, leaf: entry.leaf } }] : []
    );
  } catch {
    return [];
  }
}
function* takeRecord(records, record3) {
  const first = records.get(record3.key);
  if (first === void 0) records.set(record3.key, record3);
  else if (first.versionId !== record3.versionId || first.sha256 !== record3.sha256)
    yield { check: "sealed-differs", ...record3.of, file: record3.key, expected: versionOf(first), found: versionOf(record3) };
}
function versionOf({ versionId, sha256 }) {
  return `version ${versionId} of SHA-256 ${sha256}`;
}
function* checkRecord({ zip, bundle }, records) {
  if (zip === void 0) return;
  const record3 = zip.key === void 0 ? [...records.values()].find(({ key, sha256 }) => key.endsWith(`/${bundle}`) || sha256 === zip.sha256) : records.get(zip.key);
  if (record3?.sha256 === zip.sha256) return;
  const expected = record3?.sha256 ?? "a bundle on record";
  yield { check: "sealed-differs", ...record3?.of, file: zip.key ?? bundle, expected, found: zip.sha256 };
}
function* checkPredecessor({ predecessor, bundle }, records) {
  if (predecessor === void 0) return;
  const record3 = records.get(predecessor.key);
  if (record3?.versionId === predecessor.versionId && record3.sha256 === predecessor.sha256) return;
  const expected = record3 === void 0 ? "a bundle on record" : `${record3.key}, ${versionOf(record3)}`;
  yield { check: "predecessor", ...record3?.of, file: bundle, expected, found: `${predecessor.key}, ${versionOf(predecessor)}` };
}

// packages/cli/verify/first-difference.ts
function firstDifference(expected, found) {
  try {
    return differenceOf(JSON.parse(Buffer.from(expected).toString("utf8")), JSON.parse(Buffer.from(found).toString("utf8")), "");
  } catch {
    return void 0;
  }
}
function differenceOf(expected, found, field) {
  if (isMembers(expected) && isMembers(found)) {
    for (const name3 of [.../* @__PURE__ */ new Set([...Object.keys(expected), ...Object.keys(found)])].sort()) {
      const difference = differenceOf(expected[name3], found[name3], field === "" ? name3 : `${field}.${name3}`);
      if (difference !== void 0) return difference;
    }
    return void 0;
  }
  const [told3, other3] = [written(expected), written(found)];
  return told3 === other3 ? void 0 : { field, expected: told3.slice(0, 200), found: other3.slice(0, 200) };
}
function written(value) {
  return value === void 0 ? "nothing" : JSON.stringify(value);
}
function isMembers(value) {
  return typeof value === "object" && value !== null;
}

// packages/cli/verify/compare-chains.ts
var MAX_HELD = 3e5;
async function* compareChains(comparison, suspects) {
  const { log, size, ledger, scanner, progress } = comparison;
  const chains = new KeyMap();
  for (const { low, high } of suspects) chains.set(low, high, { subject: "", entries: /* @__PURE__ */ new Map(), matched: /* @__PURE__ */ new Set(), cut: false });
  let held = 0;
  for await (const batch of logEntries(log, size, scanner, progress))
    for (const entry of batch) {
      const chain = chains.get(entry.low, entry.high);
      if (chain === void 0) continue;
      chain.subject ||= scanner.subject(entry.found);
      if (++held > MAX_HELD) chain.cut = true;
      else if (!chain.entries.has(entry.seq))
        chain.entries.set(entry.seq, { leaf: entry.leaf ?? 0, hash: leafHash(bytesOf(scanner, entry)) });
    }
  for await (const batch of ledgerEntries(ledger, scanner, progress))
    for (const entry of batch) {
      const chain = chains.get(entry.low, entry.high);
      if (chain !== void 0) yield* compareEntry(comparison, chain, entry);
    }
  for (const { subject, entries, matched } of chains.values())
    for (const [seq, { leaf, hash: hash8 }] of entries)
      if (!matched.has(seq)) yield { check: "ledger-missing", subject, seq, leaf, expected: hash8, found: "none" };
}
async function* compareEntry({ log, size, ledger, scanner }, chain, entry) {
  const bytes2 = Uint8Array.from(bytesOf(scanner, entry));
  const of = { subject: scanner.subject(entry.found), seq: entry.seq, file: `${ledger.name}:${entry.line}` };
  const found = leafHash(bytes2);
  const held = chain.entries.get(entry.seq);
  if (held === void 0) {
    if (!chain.cut) yield { check: "ledger-extra", ...of, expected: "an entry of the log", found };
    return;
  }
  if (chain.matched.has(entry.seq)) {
    yield { check: "chain-doubled", ...of, field: "seq", expected: `${entry.seq} once`, found: `${entry.seq} again` };
    return;
  }
  chain.matched.add(entry.seq);
  if (held.hash === found) return;
  const kept = await entryAt(log, held.leaf, size);
  const difference = kept === void 0 ? void 0 : firstDifference(kept, bytes2);
  yield { check: "ledger-differs", ...of, leaf: held.leaf, ...difference ?? { field: "hash", expected: held.hash, found } };
}
async function entryAt(log, leaf, size) {
  const index = Math.floor(leaf / TILE_WIDTH);
  const width = tileWidth(0, index, size);
  const bundle = await readTile(log, { level: "entries", index, width });
  try {
    return bundle === void 0 ? void 0 : parseBundle(bundle.bytes, width)[leaf % TILE_WIDTH];
  } catch {
    return void 0;
  }
}

// packages/cli/verify/open-log.ts
var NOTE_MAX_BYTES2 = 1e6;
var HOUR_MS2 = 36e5;
function checkOf2(error2) {
  switch (error2.code) {
    case "bad-signature":
      return "signature";
    case "not-signed":
    case "retired-key":
    case "wrong-origin":
      return error2.code;
    default:
      return "checkpoint";
  }
}
function* openOrTell(open2, note, file) {
  let stated;
  try {
    stated = parseCheckpoint(parseNote(note).text);
    return open2();
  } catch (error2) {
    if (!(error2 instanceof LogError)) throw error2;
    yield { check: checkOf2(error2), file, expected: "a checkpoint that the log's key signed", found: error2.message };
    return stated;
  }
}
async function* openLog(log, trust, held, now) {
  const note = await log.read("checkpoint", NOTE_MAX_BYTES2);
  if (note === void 0) {
    yield { check: "checkpoint", file: "checkpoint", expected: "a checkpoint", found: "no such file" };
    return void 0;
  }
  const head = yield* openOrTell(() => openTrusted(note, trust, now), note, "checkpoint");
  if (head === void 0) return void 0;
  const marks = [];
  const sealed2 = [];
  let before;
  let first;
  for await (const hour of log.hours()) {
    const opened = yield* openHour(log, trust, hour, now);
    if (opened === void 0) continue;
    const file = hourPath(hour);
    if (before !== void 0 && nextHour(before.hour) !== hour)
      yield { check: "hour-missing", file, expected: `the hour after ${before.hour}`, found: hour };
    if (before !== void 0 && opened.size < before.size)
      yield { check: "hour-differs", file, field: "size", expected: `at least ${before.size}`, found: String(opened.size) };
    yield* markOf(opened, file, head, marks);
    sealed2.push({ hour: Number(hour.replace(/\D/g, "")), size: opened.size });
    before = { hour, size: opened.size };
    first ??= hour;
  }
  for (const { name: name3, note: old } of held) {
    const opened = yield* openOrTell(() => openCheckpoint(old, logIdentity(trust)), old, name3);
    if (opened === void 0) continue;
    yield* markOf(opened, name3, head, marks);
    const hour = sealedHour(opened);
    if (hour !== void 0) yield* checkHeldHour(log, hour, opened);
  }
  return {
    head,
    marks,
    sealed: sealed2,
    ...before === void 0 || first === void 0 ? {} : { hours: { first, last: before.hour, count: sealed2.length } }
  };
}
async function* openHour(log, trust, hour, now) {
  const file = hourPath(hour);
  const note = await log.read(file, NOTE_MAX_BYTES2);
  if (note === void 0) {
    yield { check: "hour-missing", file, expected: "a checkpoint", found: "no such file" };
    return void 0;
  }
  const opened = yield* openOrTell(() => openTrusted(note, trust, now), note, file);
  const says2 = opened === void 0 ? void 0 : sealedHour(opened) ?? "no hour";
  if (opened === void 0 || says2 === hour) return opened;
  yield { check: "hour-differs", file, field: "hour", expected: hour, found: says2 ?? "" };
  return void 0;
}
async function* checkHeldHour(log, hour, held) {
  const file = hourPath(hour);
  const note = await log.read(file, NOTE_MAX_BYTES2);
  if (note === void 0) {
    yield { check: "hour-missing", file, expected: rootText(held.root), found: "no such file" };
    return;
  }
  try {
    const { root } = parseCheckpoint(parseNote(note).text);
    if (rootText(root) !== rootText(held.root))
      yield { check: "hour-differs", file, field: "root", expected: rootText(held.root), found: rootText(root) };
  } catch {
  }
}
function* markOf({ size, root }, file, head, marks) {
  if (size > head.size) yield { check: "truncated", file, expected: `at least ${size} leaves`, found: String(head.size) };
  else
    marks.push({
      size,
      root,
      differs: (found) => ({ check: "fork", file, field: "root", expected: rootText(root), found: `${rootText(found)} at size ${size}` })
    });
}
function rootText(root) {
  return Buffer.from(root).toString("base64");
}
function hourPath(hour) {
  return `hours/${hour.replace(/[-T]/g, "/")}`;
}
function nextHour(hour) {
  return new Date(Date.parse(`${hour}:00:00Z`) + HOUR_MS2).toISOString().slice(0, 13);
}

// packages/cli/verify/open-bundles.ts
async function* openBundle(bundle, trust, prefix) {
  let files;
  try {
    files = await bundle.files();
  } catch (error2) {
    if (!(error2 instanceof EvidenceError)) throw error2;
    yield { check: "bag-format", file: bundle.name, expected: "an evidence bundle", found: error2.message };
    return void 0;
  }
  const { bag, faults } = openBag(files);
  for (const fault of faults) yield { ...fault, file: fault.file === void 0 ? bundle.name : prefix + fault.file };
  const { attestation, checkpoint } = bag;
  if (attestation !== void 0) {
    const file = `${prefix}attestation.sigstore.json`;
    const { sealedAt: sealedAt2 } = attestation.statement.predicate;
    try {
      const { pem } = envelopeKeyAt(trust, attestation.keyId, sealedAt2);
      if (!isAttestedBy(attestation, pem))
        yield {
          check: "attestation",
          file,
          field: "signature",
          expected: `a signature of key ${attestation.keyId}`,
          found: "one that does not verify"
        };
    } catch (error2) {
      if (!(error2 instanceof LogError)) throw error2;
      yield { check: checkOf2(error2), file, field: "key", expected: `a key that may sign at ${sealedAt2}`, found: error2.message };
    }
    if (checkpoint !== void 0)
      yield* openOrTell(() => openTrusted(checkpoint.note, trust, sealedAt2), checkpoint.note, `${prefix}data/log/checkpoint`);
  }
  const chains = bag.chains.map(({ subject, length, excerpt: excerpt2, entries }) => ({
    subject,
    length: excerpt2 ? void 0 : length,
    hashes: new Map(entries.map(({ entry, hash: hash8 }) => [entry.seq, hash8]))
  }));
  const sealedAt = attestation?.statement.predicate.sealedAt;
  return { bundle: bundle.name, zip: bundle.zip, checkpoint: statedCheckpoint(bag), predecessor: bag.predecessor, sealedAt, chains };
}
function statedCheckpoint({ checkpoint }) {
  if (checkpoint === void 0) return void 0;
  const { origin, size, root, extensions } = checkpoint;
  return { origin, size, root, extensions };
}

// packages/cli/verify/spare-tiles.ts
async function* checkSpareTiles(log, size) {
  for await (const path of log.tiles?.() ?? []) {
    const tile = tileOf(path);
    if (tile === void 0) {
      yield { check: "file-extra", file: path, expected: "a path of a tile", found: "a file" };
      continue;
    }
    const level2 = tile.level === "entries" ? 0 : tile.level;
    const width = tileWidth(level2, tile.index, size);
    if (width === 0 || width === tile.width) continue;
    yield* compare2(log, tile, { ...tile, width });
  }
}
function tileOf(path) {
  try {
    return parseTilePath(path);
  } catch {
    return void 0;
  }
}
async function* compare2(log, spare, needed) {
  const file = tilePath(spare);
  const width = Math.min(spare.width, needed.width);
  const [found, held] = [await log.read(file, BUNDLE_MAX_BYTES2), await log.read(tilePath(needed), BUNDLE_MAX_BYTES2)];
  if (found === void 0 || held === void 0) return;
  if (spare.width < TILE_WIDTH && sizeOf(spare, found, spare.width) !== found.length)
    yield { check: "tile", file, field: "length", expected: `${spare.width} of them`, found: `${found.length} bytes` };
  const [ours, theirs] = [held, found].map((bytes2) => bytes2.subarray(0, sizeOf(spare, bytes2, width)));
  if (Buffer.compare(ours, theirs) !== 0)
    yield { check: "tile", file, field: `first ${width}`, expected: `those of ${tilePath(needed)}`, found: "others" };
}
function sizeOf({ level: level2 }, bytes2, width) {
  return level2 === "entries" ? firstEntries(bytes2, width).length : width * HASH_BYTES;
}

// packages/cli/verify/walk-log.ts
import { hash as hash7 } from "node:crypto";

// packages/cli/wasm/node-hash.ts
var WORDS3 = 256;
var STATE2 = 1280;
var HASHES2 = 2048;
var HASH_BYTES3 = 32;
var MAX_HASHES = 256;
var lanes = [0, 1, 2, 3];
var state = ["a", "b", "c", "d", "e", "f", "g", "h"].map((name3) => `$${name3}`);
var SWAP = "3 2 1 0 7 6 5 4 11 10 9 8 15 14 13 12";
var get2 = (name3) => `(local.get ${name3})`;
var add = (first, ...rest) => rest.reduce((sum, each) => `(i32x4.add ${sum} ${each})`, first);
var xor = (first, ...rest) => rest.reduce((sum, each) => `(v128.xor ${sum} ${each})`, first);
var shift = (x, by) => `(i32x4.shr_u ${x} (i32.const ${by}))`;
var turn = (x, by) => `(v128.or ${shift(x, by)} (i32x4.shl ${x} (i32.const ${32 - by})))`;
var splat = (word2) => `(i32x4.splat (i32.const ${word2}))`;
var swapped = (x) => `(i8x16.shuffle ${SWAP} (local.tee $x ${x}) (local.get $x))`;
var store = (at, x) => `(v128.store offset=${at} (i32.const 0) ${x})`;
var load2 = (at) => `(v128.load offset=${at} (i32.const 0))`;
function round(n) {
  const [a, b, c, d, e, f, g, h] = state.map((_, at) => get2(state[(at + 8 - n) % 8]));
  const choice = xor(g, `(v128.and ${e} ${xor(f, g)})`);
  const majority = `(v128.or (v128.and ${a} ${b}) (v128.and ${c} (v128.or ${a} ${b})))`;
  const constant = `(v128.load32_splat offset=${4 * n} ${get2("$k")})`;
  const word2 = `(v128.load offset=${WORDS3 + 16 * n} ${get2("$w")})`;
  return `
    (local.set $t ${add(h, xor(turn(e, 6), turn(e, 11), turn(e, 25)), choice, constant, word2)})
    (local.set ${d.slice(11, -1)} ${add(d, get2("$t"))})
    (local.set ${h.slice(11, -1)} ${add(get2("$t"), xor(turn(a, 2), turn(a, 13), turn(a, 22)), majority)})`;
}
var COMPRESS = `
  (func $compress (local $w i32) (local $k i32) (local $t v128) (local $u v128) ${state.map((each) => `(local ${each} v128)`).join(" ")}
    (loop $schedule
      (local.set $t (v128.load offset=${WORDS3 + 16} ${get2("$w")}))
      (local.set $u (v128.load offset=${WORDS3 + 16 * 14} ${get2("$w")}))
      (v128.store offset=${WORDS3 + 16 * 16} ${get2("$w")}
        ${add(
  `(v128.load offset=${WORDS3} ${get2("$w")})`,
  xor(turn(get2("$t"), 7), turn(get2("$t"), 18), shift(get2("$t"), 3)),
  `(v128.load offset=${WORDS3 + 16 * 9} ${get2("$w")})`,
  xor(turn(get2("$u"), 17), turn(get2("$u"), 19), shift(get2("$u"), 10))
)})
      (br_if $schedule (i32.lt_u (local.tee $w (i32.add ${get2("$w")} (i32.const 16))) (i32.const ${48 * 16}))))
    ${state.map((each, at) => `(local.set ${each} ${load2(STATE2 + 16 * at)})`).join("\n")}
    (local.set $w (i32.const 0))
    (loop $rounds ${[0, 1, 2, 3, 4, 5, 6, 7].map(round).join("")}
      (local.set $k (i32.add ${get2("$k")} (i32.const 32)))
      (br_if $rounds (i32.lt_u (local.tee $w (i32.add ${get2("$w")} (i32.const 128))) (i32.const 1024))))
    ${state.map((each, at) => store(STATE2 + 16 * at, add(get2(each), load2(STATE2 + 16 * at)))).join("\n")})`;
var gather = (at) => lanes.reduce((x, lane) => `(v128.load32_lane offset=${HASHES2 + 64 * lane + at} ${lane} ${get2("$in")} ${x})`, splat(0));
var FIRST_BLOCK = Array.from({ length: 16 }, (_, at) => {
  const word2 = swapped(gather(4 * at - 1));
  return store(WORDS3 + 16 * at, at === 0 ? `(v128.or (v128.and ${word2} ${splat(16777215)}) ${splat(16777216)})` : word2);
});
var SECOND_BLOCK = Array.from({ length: 16 }, (_, at) => {
  if (at === 0) return store(WORDS3, `(v128.or (v128.and ${gather(60)} ${splat(4278190080)}) ${splat(8388608)})`);
  return store(WORDS3 + 16 * at, splat(at === 15 ? 520 : 0));
});
var PRIMES = Array.from({ length: 312 }, (_, at) => at).filter(
  (n) => n > 1 && !Array.from({ length: n }, (_, at) => at).some((d) => d > 1 && n % d === 0)
);
var fraction = (x) => Math.floor(x % 1 * 2 ** 32);
var LEVEL = `
  (func $level (export "level") (param $pairs i32) (local $in i32) (local $out i32) (local $end i32) (local $x v128)
    (local.set $end (i32.mul ${get2("$pairs")} (i32.const 64)))
    (loop $four
      ${state.map((_, at) => store(STATE2 + 16 * at, splat(fraction(Math.sqrt(PRIMES[at]))))).join("\n")}
      ${FIRST_BLOCK.join("\n")}
      (call $compress)
      ${SECOND_BLOCK.join("\n")}
      (call $compress)
      ${state.flatMap((_, at) => [
  `(local.set $x ${swapped(load2(STATE2 + 16 * at))})`,
  ...lanes.map((lane) => `(v128.store32_lane offset=${HASHES2 + 32 * lane + 4 * at} ${lane} ${get2("$out")} ${get2("$x")})`)
]).join("\n")}
      (local.set $out (i32.add ${get2("$out")} (i32.const 128)))
      (br_if $four (i32.lt_u (local.tee $in (i32.add ${get2("$in")} (i32.const 256))) ${get2("$end")}))))`;
var { memory, level } = compile2(`(module (memory (export "memory") 1) ${COMPRESS} ${LEVEL})`)();
var bytes = new Uint8Array(memory.buffer);
new Uint32Array(memory.buffer, 0, 64).set(PRIMES.map((prime) => fraction(Math.cbrt(prime))));
function tileRoot(hashes) {
  const count3 = hashes.length / HASH_BYTES3;
  if (count3 > MAX_HASHES || count3 < 1 || !Number.isInteger(Math.log2(count3)))
    throw new RangeError(`expected 1, 2, 4, … 256 hashes, got ${hashes.length} bytes`);
  bytes.set(hashes, HASHES2);
  for (let pairs = count3 / 2; pairs >= 1; pairs /= 2) level(pairs);
  return bytes.slice(HASHES2, HASHES2 + HASH_BYTES3);
}

// packages/cli/verify/tree-levels.ts
var TreeLevels = class {
  /** From level 1 on. */
  #levels = [];
  /** Adds the root of the next full tile of level 0. @returns the tiles of higher levels that it fills */
  add(root) {
    const filled = [];
    let hash8 = root;
    for (let at = 0; ; at++) {
      const level2 = this.#levels[at] ?? { index: 0, count: 0, hashes: new Uint8Array(TILE_WIDTH * HASH_BYTES) };
      this.#levels[at] = level2;
      level2.hashes.set(hash8, level2.count * HASH_BYTES);
      if (++level2.count < TILE_WIDTH) return filled;
      filled.push({ level: at + 1, index: level2.index, hashes: level2.hashes.slice() });
      hash8 = tileRoot(level2.hashes);
      level2.index++;
      level2.count = 0;
    }
  }
  /** The partial tiles above level 0. */
  edge() {
    return this.#levels.flatMap(
      ({ index, count: count3, hashes }, at) => count3 === 0 ? [] : [{ level: at + 1, index, hashes: hashes.slice(0, count3 * HASH_BYTES) }]
    );
  }
  /** The root hash when `leaves` (fewer than 257 hashes) follow the full tiles that were added. */
  rootWith(leaves) {
    const parts = this.#levels.map(({ count: count3, hashes }) => subtrees(hashes, count3)).reverse();
    return foldSubtrees([...parts.flat(), ...subtrees(leaves, leaves.length / HASH_BYTES)]);
  }
};
function subtrees(hashes, count3) {
  return completeSubtrees({ from: 0, to: count3 }).map(({ level: level2, index }) => {
    const width = 2 ** level2 * HASH_BYTES;
    return tileRoot(hashes.subarray(index * width, (index + 1) * width));
  });
}

// packages/cli/verify/upper-tiles.ts
var UpperTiles = class {
  #log;
  #head;
  /** The tile of each level that was asked for last. */
  #tiles = [];
  #edge;
  constructor(log, head) {
    this.#log = log;
    this.#head = head;
  }
  /** Whether the partial tiles on the right edge, those of level 0 and all above, make the root hash. */
  edgeIsProved() {
    this.#edge ??= this.#checkEdge();
    return this.#edge;
  }
  /** What stands at level `level` (from 1 on) for the full tile `index` of the level below; undefined where nothing does. */
  async hashOf(level2, index) {
    const at = Math.floor(index / TILE_WIDTH);
    const known = this.#tiles[level2];
    const tile = known?.index === at ? known : await this.#read(level2, at);
    if (tile === void 0) return void 0;
    this.#tiles[level2] = tile;
    const from = index % TILE_WIDTH * HASH_BYTES;
    return { hash: tile.bytes.subarray(from, from + HASH_BYTES), proved: tile.proved };
  }
  async #read(level2, index) {
    const width = tileWidth(level2, index, this.#head.size);
    const tile = width === 0 ? void 0 : await readTile(this.#log, { level: level2, index, width });
    if (tile?.bytes.length !== width * HASH_BYTES) return void 0;
    if (width < TILE_WIDTH) return { index, bytes: tile.bytes, proved: await this.edgeIsProved() };
    const above = await this.hashOf(level2 + 1, index);
    return { index, bytes: tile.bytes, proved: above?.proved === true && sameHash(tileRoot(tile.bytes), above.hash) };
  }
  async #checkEdge() {
    const parts = [];
    const { size, root } = this.#head;
    for (let level2 = 0, rest = size; rest > 0; level2++, rest = Math.floor(rest / TILE_WIDTH)) {
      const width = rest % TILE_WIDTH;
      if (width === 0) continue;
      const tile = await readTile(this.#log, { level: level2, index: Math.floor(rest / TILE_WIDTH), width });
      if (tile?.bytes.length !== width * HASH_BYTES) return false;
      parts.unshift(
        completeSubtrees({ from: 0, to: width }).map((each) => {
          const bytes2 = 2 ** each.level * HASH_BYTES;
          return tileRoot(tile.bytes.subarray(each.index * bytes2, (each.index + 1) * bytes2));
        })
      );
    }
    return sameHash(foldSubtrees(parts.flat()), root);
  }
};

// packages/cli/verify/weigh-tile.ts
async function* weighTile({ index, width, entries, tile, differing }, above) {
  const full = width === TILE_WIDTH;
  const first = index * TILE_WIDTH;
  const stated = tile?.hashes;
  const over = full ? await above.upper.hashOf(1, index) : void 0;
  const isRight = (hashes) => full ? over !== void 0 && sameHash(tileRoot(hashes), over.hash) : sameHash(above.levels.rootWith(hashes), above.head.root);
  let leaves = stated ?? entries?.leaves ?? new Uint8Array(width * HASH_BYTES);
  if (entries !== void 0 && stated !== void 0 && differing.length > 0) {
    const byEntries = entries.count === width && isRight(entries.leaves);
    if (byEntries) leaves = entries.leaves;
    for (const at of differing) {
      const has = at < entries.count;
      const [entry, inTile] = [has ? hexAt(entries.leaves, at) : "no entry", hexAt(stated, at)];
      const place = { ...has ? entries.nameOf(at) : {}, leaf: first + at };
      if (byEntries) yield { check: "tile", ...place, file: tile?.path, field: `hash ${at}`, expected: entry, found: inTile };
      else yield { check: "bundle-entry", ...place, file: entries.path, field: "hash", expected: inTile, found: entry };
    }
  }
  if (!full) return { leaves, root: EMPTY_ROOT };
  const root = tileRoot(leaves);
  if (over === void 0 || sameHash(root, over.hash) || !over.proved) return { leaves, root };
  const of = stated === void 0 ? entries?.path : tile?.path;
  if (of !== void 0) yield { check: "tile", leaf: first, file: of, field: "root", expected: hexAt(over.hash, 0), found: hexAt(root, 0) };
  return { leaves, root: over.hash };
}
function hexAt(hashes, at) {
  return Buffer.from(hashes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES)).toString("hex");
}

// packages/cli/verify/walk-log.ts
var LAST_MINUTE = 59;
async function* walkLog(walk) {
  const { head, progress } = walk;
  const levels = new TreeLevels();
  const upper = new UpperTiles(walk.log, head);
  const room = new Uint8Array(TILE_WIDTH * HASH_BYTES + 1);
  const marks = walk.marks.filter(({ size }) => size <= head.size).sort((a, b) => a.size - b.size);
  let mark = 0;
  let root = EMPTY_ROOT;
  for (; marks[mark]?.size === 0; mark++)
    if (!sameHash(EMPTY_ROOT, marks[mark].root)) yield marks[mark].differs(EMPTY_ROOT);
  for (let index = 0; index * TILE_WIDTH < head.size; index++) {
    const first = index * TILE_WIDTH;
    const width = Math.min(TILE_WIDTH, head.size - first);
    const { leaves, root: tileRoot2 } = yield* walkTile(walk, { levels, upper, head, room }, index, width);
    for (; (marks[mark]?.size ?? Infinity) <= first + width; mark++) {
      const { size, root: stated, differs } = marks[mark];
      const found = levels.rootWith(leaves.subarray(0, (size - first) * HASH_BYTES));
      if (!sameHash(found, stated)) yield differs(found);
    }
    if (first + width === head.size) root = levels.rootWith(leaves);
    if (width === TILE_WIDTH) for (const tile of levels.add(tileRoot2)) yield* checkTile(walk, tile);
    if (index % 16 === 0) progress("log", first, head.size);
  }
  for (const tile of levels.edge()) yield* checkTile(walk, tile);
  progress("log", head.size, head.size);
  return { root };
}
async function* walkTile(walk, above, index, width) {
  const { log, scanner } = walk;
  const first = index * TILE_WIDTH;
  const room = scanner.room(BUNDLE_MAX_BYTES2);
  const bundle = await readTile(log, { level: "entries", index, width }, scanner.bytes.subarray(room, room + BUNDLE_MAX_BYTES2));
  const tile = await readTile(log, { level: 0, index, width }, above.room);
  for (const [level2, got] of [
    ["entries", bundle],
    [0, tile]
  ])
    if (got === void 0)
      yield { check: "tile-missing", leaf: first, file: tilePath({ level: level2, index, width }), expected: "a file", found: "none" };
  const stated = tile?.bytes.length === width * HASH_BYTES ? tile.bytes : void 0;
  if (tile !== void 0 && stated === void 0)
    yield {
      check: "tile",
      leaf: first,
      file: tile.path,
      field: "length",
      expected: `${width * HASH_BYTES} bytes`,
      found: `${tile.bytes.length} bytes`
    };
  const count3 = bundle === void 0 ? 0 : scanner.scanBundle(bundle.bytes, width);
  const unfit = certain(scanner, count3);
  const hashed = leafHashes(scanner, count3, width, stated);
  if (bundle !== void 0) {
    const wrong = framing(scanner, bundle, count3, width);
    if (wrong !== void 0) yield { ...wrong, leaf: first + count3 };
    for (const { at, fault } of unfit) yield { ...fault, ...named(scanner, at), leaf: first + at, file: bundle.path };
  }
  const entries = bundle === void 0 ? void 0 : { path: bundle.path, leaves: hashed.leaves, count: count3, nameOf: (at) => named(scanner, at) };
  const walked = yield* weighTile(
    { index, width, entries, tile: tile === void 0 ? void 0 : { path: tile.path, hashes: stated }, differing: hashed.differing },
    above
  );
  const unknown2 = new Set(unfit.filter(({ noted }) => !noted).map(({ at }) => at));
  const hashes = new Uint8Array(walked.leaves);
  yield* chainFaults2(walk, { first, count: count3, file: bundle?.path ?? "", hashes, unknown: unknown2 });
  return walked;
}
function framing(scanner, bundle, count3, width) {
  const end = count3 === 0 ? 0 : scanner.words[scanner.found(count3 - 1) + LIMIT] - INPUT;
  if (count3 === width && end === bundle.bytes.length) return void 0;
  const found = `${count3} entries and ${bundle.bytes.length - end} bytes more`;
  return { check: "tile", file: bundle.path, field: "length", expected: `${width} entries`, found };
}
function leafHashes(scanner, count3, width, stated) {
  let text3 = "";
  for (let at = 0; at < count3; at++) text3 += hash7("sha256", scanner.prefixed(scanner.found(at)));
  const tile = stated === void 0 ? "" : Buffer.from(stated.buffer, stated.byteOffset, stated.length).toString("hex");
  if (stated !== void 0 && text3 === tile) return { leaves: stated, differing: [] };
  const leaves = Buffer.alloc(width * HASH_BYTES);
  leaves.write(text3, "hex");
  const places = Array.from({ length: width }, (_, at) => at);
  return { leaves, differing: stated === void 0 ? [] : places.filter((at) => at >= count3 || hexAt(leaves, at) !== hexAt(stated, at)) };
}
function named(scanner, at) {
  const found = scanner.found(at);
  const subject = scanner.subject(found);
  return subject === "" ? {} : { subject, seq: scanner.words[found + SEQ] };
}
function chainFaults2({ scanner, states, sealed: sealed2 }, { first, count: count3, file, hashes, unknown: unknown2 }) {
  const faults = [];
  const { words } = scanner;
  const hashWords = new Int32Array(hashes.buffer);
  let hour = sealed2.findLastIndex(({ size }) => size <= first);
  let known = 0;
  for (let at = 0; at < count3; at++) {
    const found = scanner.found(at);
    const leaf = first + at;
    if (unknown2.size === 0 && at >= known) known = states.found(scanner, at, count3, hashes);
    if (unknown2.has(at)) continue;
    if (at >= known) {
      const broken = states.entry(
        words[found + KEY],
        words[found + KEY + 1],
        words[found + SEQ],
        words,
        found + PREV,
        hashWords,
        8 * at,
        leaf
      );
      if (broken !== void 0) faults.push(breakFault(broken, { ...named(scanner, at), leaf, file }, prevOf(scanner, found)));
      known = at + 1;
    }
    if (sealed2.length === 0) continue;
    while (hour + 1 < sealed2.length && sealed2[hour + 1].size <= leaf) hour++;
    const until = hour < 0 ? void 0 : sealed2[hour];
    if (until !== void 0 && isLate(until, words, found)) faults.push(lateFault(scanner, at, until, { leaf, file }));
  }
  return faults;
}
function isLate({ hour }, words, found) {
  const recorded = words[found + HOUR2];
  return recorded < hour || recorded === hour && words[found + MINUTE] < LAST_MINUTE;
}
function lateFault(scanner, at, { size }, of) {
  const text3 = Buffer.from(scanner.prefixed(scanner.found(at))).toString("utf8");
  const recordedAt = /"recordedAt":"([^"]*)"/.exec(text3)?.[1] ?? "";
  return { check: "late", ...named(scanner, at), ...of, field: "recordedAt", expected: `below leaf ${size}`, found: recordedAt };
}
function prevOf(scanner, found) {
  const at = 4 * (found + PREV);
  return Buffer.from(scanner.bytes.subarray(at, at + HASH_BYTES)).toString("hex");
}
function breakFault({ step, seq, prev }, of, foundPrev) {
  if (step === "prev") return { check: "chain-prev", ...of, field: "prev", expected: prev, found: foundPrev };
  return { check: step === "gap" ? "chain-gap" : "chain-doubled", ...of, field: "seq", expected: String(seq), found: String(of.seq) };
}
async function describeBreak({ log, head, scanner }, broken) {
  const index = Math.floor(broken.leaf / TILE_WIDTH);
  const width = tileWidth(0, index, head.size);
  const bundle = await readTile(log, { level: "entries", index, width });
  const at = broken.leaf % TILE_WIDTH;
  if (bundle === void 0 || scanner.scanBundle(bundle.bytes, width) <= at) throw new Error("a bundle changed while it was verified");
  certain(scanner, at + 1);
  return breakFault(broken, { ...named(scanner, at), leaf: broken.leaf, file: bundle.path }, prevOf(scanner, scanner.found(at)));
}
async function* checkTile({ log }, { level: level2, index, hashes }) {
  const width = hashes.length / HASH_BYTES;
  const tile = await readTile(log, { level: level2, index, width });
  if (tile === void 0) {
    yield { check: "tile-missing", file: tilePath({ level: level2, index, width }), expected: "a file", found: "none" };
    return;
  }
  if (tile.bytes.length !== hashes.length)
    yield { check: "tile", file: tile.path, field: "length", expected: `${hashes.length} bytes`, found: `${tile.bytes.length} bytes` };
  for (let at = 0; at < width; at++)
    if (hexAt(hashes, at) !== hexAt(tile.bytes, at))
      yield { check: "tile", file: tile.path, field: `hash ${at}`, expected: hexAt(hashes, at), found: hexAt(tile.bytes, at) };
}

// packages/cli/verify/verify.ts
var TRUST_MAX_BYTES = 1e6;
var MAX_SUSPECTS = 1e4;
async function* verify3(inputs) {
  const { log, ledger, progress = () => {
  } } = inputs;
  const trust = await trustOf(inputs);
  const claims = yield* openBundles(inputs, trust);
  const opened = log === void 0 ? void 0 : yield* openLog(log, trust, inputs.checkpoints ?? [], inputs.now);
  const scanner = new EntryScanner(tableWords(inputs.tableSlots ?? slotsFor(opened?.head.size ?? 0)));
  const states = new ChainStates(scanner.table);
  try {
    if (log !== void 0 && opened !== void 0) {
      const { head, sealed: sealed2 } = opened;
      const marks = [...opened.marks];
      for (const { bundle, checkpoint } of claims)
        if (checkpoint !== void 0) yield* markOf(checkpoint, `${bundle}/data/log/checkpoint`, head, marks);
      const { root } = yield* walkLog({ log, head, marks, sealed: sealed2, scanner, states, progress });
      if (!sameHash(root, head.root))
        yield { check: "root", file: "checkpoint", field: "root", expected: rootText(head.root), found: rootText(root) };
      yield* checkSpareTiles(log, head.size);
    }
    const parts = { log: opened === void 0 ? void 0 : log, head: opened?.head ?? NO_LOG, scanner, states, progress };
    const summary = yield* checkLedger(parts, ledger);
    if (claims.length > 0 && (parts.log !== void 0 || ledger !== void 0)) {
      const entries = parts.log !== void 0 ? logEntries(parts.log, parts.head.size, scanner, progress) : ledgerEntries(ledger, scanner, progress);
      yield* checkClaims({ claims, complete: inputs.allBundles === true, scanner, entries });
    }
    return {
      trust: inputs.trust === void 0 ? "of the log itself" : "given",
      ...opened === void 0 ? {} : { log: { origin: trust.origin, size: opened.head.size, root: rootText(opened.head.root), hours: opened.hours } },
      ...summary === void 0 ? {} : { ledger: summary },
      bundles: inputs.bundles?.length ?? 0
    };
  } finally {
    states.close();
  }
}
async function trustOf({ trust, log }) {
  const bytes2 = trust ?? await log?.read("trust.json", TRUST_MAX_BYTES);
  if (bytes2 === void 0) throw new LogError("not-signed", "expected a trust file: without one no signature says anything");
  return parseTrust(bytes2);
}
async function* openBundles({ bundles = [], progress = () => {
} }, trust) {
  const claims = [];
  for (const [at, bundle] of bundles.entries()) {
    progress("bundles", at, bundles.length);
    const claim2 = yield* openBundle(bundle, trust, bundles.length === 1 ? "" : `${bundle.name}/`);
    if (claim2 !== void 0) claims.push(claim2);
  }
  return claims;
}
var NO_LOG = { size: 0, root: EMPTY_ROOT };
async function* checkLedger(parts, ledger) {
  const { log, head, scanner, states, progress } = parts;
  const suspects = [];
  const suspect = ({ low, high }) => {
    if (suspects.length < MAX_SUSPECTS) suspects.push({ low, high });
  };
  const compared = log === void 0 ? void 0 : states;
  const summary = ledger === void 0 ? void 0 : yield* walkLedger({ ledger, scanner, states: compared, progress, differs: suspect });
  if (log === void 0) return summary;
  for (const each of states.rest(summary?.ordered === true))
    if (each.what === "break") yield await describeBreak({ log, head, scanner }, each);
    else suspect(each);
  if (ledger !== void 0 && summary?.ordered === true && suspects.length > 0)
    yield* compareChains({ log, size: head.size, ledger, scanner, progress }, suspects);
  return summary;
}

// packages/cli/files/http.ts
import { setTimeout as wait } from "node:timers/promises";
var TRIES = 6;
var TIMEOUT_MS = 6e4;
var FIRST_PAUSE_MS = 250;
var MAX_PAUSE_MS = 3e4;
var MAX_REDIRECTS = 3;
var HttpReader = class {
  #base;
  #token;
  /**
   * @param url under which the files lie; an address without a path means `path` there
   * @param token sent to that origin alone
   */
  constructor(url, path, token) {
    const base = new URL(url);
    if (base.pathname === "/") base.pathname = path;
    if (!base.pathname.endsWith("/")) base.pathname += "/";
    this.#base = base;
    this.#token = token;
  }
  /**
   * @param path below the base, with a query or without
   * @returns undefined for 404
   * @throws CliError `unreadable` for what is refused or longer than `maxBytes`, `gave-up` after some tries
   */
  async get(path, maxBytes) {
    const url = new URL(path.startsWith("?") ? this.#base.href.replace(/\/$/, "") + path : path, this.#base);
    for (let tried = 1; ; tried++) {
      const answer = await this.#try(url, maxBytes);
      if (typeof answer !== "object") return void 0;
      if ("bytes" in answer) return answer;
      if (tried === TRIES) throw new CliError("gave-up", `${url.href}: ${answer.reason}, ${TRIES} times`);
      await wait(Math.min(MAX_PAUSE_MS, answer.pauseMs ?? FIRST_PAUSE_MS * 2 ** tried));
    }
  }
  async #try(url, maxBytes) {
    let response;
    try {
      response = await this.#follow(url);
      if (response.status === 200) return { bytes: await bodyOf(response, url, maxBytes), headers: response.headers };
    } catch (error2) {
      if (error2 instanceof CliError) throw error2;
      return { reason: error2 instanceof Error ? String(error2.cause ?? error2.message) : "no answer" };
    }
    await response.body?.cancel();
    if (response.status === 404) return "none";
    const after = Number(response.headers.get("retry-after") ?? Number.NaN) * 1e3;
    if (response.status === 429 || response.status >= 500)
      return { reason: `answered ${response.status}`, ...Number.isFinite(after) ? { pauseMs: after } : {} };
    throw new CliError(
      "unreadable",
      `${url.href} answered ${response.status}${response.status === 401 || response.status === 403 ? ": does --token-file hold a token for it?" : ""}`
    );
  }
  /** Follows redirects by itself: the token goes to no other origin. */
  async #follow(first) {
    let url = first;
    for (let hops = 0; ; hops++) {
      const authorized = this.#token !== void 0 && url.origin === this.#base.origin;
      const response = await fetch(url, {
        redirect: "manual",
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...authorized ? { headers: { authorization: `Bearer ${this.#token}` } } : {}
      });
      const location = response.status >= 300 && response.status < 400 ? response.headers.get("location") : null;
      if (location === null) return response;
      await response.body?.cancel();
      url = new URL(location, url);
      if (hops === MAX_REDIRECTS || !/^https?:$/.test(url.protocol)) throw new CliError("unreadable", `${first.href} leads too far`);
    }
  }
};
async function bodyOf(response, url, maxBytes) {
  const parts = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    const bytes2 = part;
    length += bytes2.length;
    if (length > maxBytes) throw new CliError("unreadable", `${url.href}: expected at most ${maxBytes} bytes`);
    parts.push(bytes2);
  }
  return Buffer.concat(parts, length);
}

// packages/cli/commands/sorted-export.ts
import { closeSync as closeSync4, mkdtempSync as mkdtempSync2, openSync as openSync4, readSync as readSync4, renameSync, rmSync as rmSync2, writeFileSync, writeSync as writeSync2 } from "node:fs";
import { dirname, join as join4 } from "node:path";
var PART_BYTES = 48 * 1024 * 1024;
var READ_BYTES = 256 * 1024;
var LINE_FEED = Uint8Array.of(10);
async function writeSorted(path, entries, partBytes = PART_BYTES) {
  const folder = mkdtempSync2(join4(dirname(path), ".export-"));
  try {
    const parts = [];
    let held = [];
    let bytes2 = 0;
    const flush = () => {
      const part = join4(folder, String(parts.length));
      writeFileSync(part, Buffer.concat(held.sort(order).flatMap((entry) => [entry.bytes, LINE_FEED])));
      parts.push(part);
      held = [];
      bytes2 = 0;
    };
    for await (const entry of entries) {
      held.push(entry);
      bytes2 += entry.bytes.length;
      if (bytes2 >= partBytes) flush();
    }
    flush();
    const whole = join4(folder, "whole");
    const count3 = merge2(parts, whole);
    renameSync(whole, path);
    return count3;
  } finally {
    rmSync2(folder, { recursive: true, force: true });
  }
}
function order(a, b) {
  return a.subject < b.subject ? -1 : a.subject > b.subject ? 1 : a.seq - b.seq;
}
function merge2(parts, path) {
  const readers = parts.map((part) => new PartReader(part)).filter(({ next }) => next !== void 0);
  const handle = openSync4(path, "wx");
  let last;
  let count3 = 0;
  try {
    while (readers.length > 0) {
      const least = readers.reduce((a, b) => order(a.next, b.next) <= 0 ? a : b);
      const entry = least.next;
      if (last !== void 0 && order(last, entry) === 0)
        throw new CliError("unreadable", `${entry.subject} seq ${entry.seq} came twice: the export changed while it was read`);
      writeSync2(handle, entry.bytes);
      writeSync2(handle, LINE_FEED);
      last = entry;
      count3++;
      least.advance();
      if (least.next === void 0) readers.splice(readers.indexOf(least), 1);
    }
  } finally {
    closeSync4(handle);
    for (const reader of readers) reader.close();
  }
  return count3;
}
function placeOf2(bytes2) {
  try {
    const { subject, seq } = JSON.parse(Buffer.from(bytes2).toString("utf8"));
    if (typeof subject === "string" && typeof seq === "number") return { subject, seq, bytes: bytes2 };
  } catch {
  }
  throw new CliError("unreadable", "expected entries, one a line");
}
var PartReader = class {
  #handle;
  #held = Buffer.alloc(0);
  #ended = false;
  next;
  constructor(path) {
    this.#handle = openSync4(path, "r");
    this.advance();
  }
  advance() {
    for (; ; ) {
      const feed = this.#held.indexOf(10);
      if (feed >= 0) {
        this.next = placeOf2(this.#held.subarray(0, feed));
        this.#held = this.#held.subarray(feed + 1);
        return;
      }
      if (this.#ended) {
        this.next = void 0;
        this.close();
        return;
      }
      const more = Buffer.alloc(READ_BYTES);
      const length = readSync4(this.#handle, more, 0, more.length, null);
      this.#ended = length === 0;
      this.#held = Buffer.concat([this.#held, more.subarray(0, length)]);
    }
  }
  close() {
    if (this.#closed) return;
    this.#closed = true;
    closeSync4(this.#handle);
  }
  #closed = false;
};

// packages/cli/commands/export-api.ts
var PAGE = 1e3;
var PAGE_MAX_BYTES = 64 * 1024 * 1024;
async function exportFromApi({ url, path, token, progress }) {
  return await writeSorted(path, pages(new HttpReader(url, "/v1/ledger/entries", token), progress));
}
async function* pages(server, progress) {
  let cursor;
  let count3 = 0;
  do {
    const page = await server.get(`?limit=${PAGE}${cursor === void 0 ? "" : `&cursor=${encodeURIComponent(cursor)}`}`, PAGE_MAX_BYTES);
    if (page === void 0) throw new CliError("unreadable", "the server has no ledger to export");
    for (let at = 0; at < page.bytes.length; ) {
      const feed = page.bytes.indexOf(10, at);
      if (feed < 0) throw new CliError("unreadable", "expected each entry to end in a line feed");
      yield placeOf2(page.bytes.subarray(at, feed));
      count3++;
      at = feed + 1;
    }
    progress(`export: ${count3} entries`, 0, 1);
    cursor = page.headers.get("x-next-cursor") ?? void 0;
  } while (cursor !== void 0);
}

// packages/cli/commands/fetch-bundles.ts
import { createReadStream, mkdirSync, writeFileSync as writeFileSync2 } from "node:fs";
import { dirname as dirname2, join as join5 } from "node:path";
import { createInterface } from "node:readline";
var BUNDLE_MAX_BYTES3 = 1 << 30;
var AT_ONCE = 6;
var KEY2 = /^(?:(?!\.{1,2}\/)[\w%.-]{1,255}\/){1,64}(?!\.{1,2}$)[\w%.-]{1,255}$/;
var SEALED = '"kind":"sealed"';
async function fetchBundles({ url, token, ledger, folder, progress }) {
  const keys = [...await keysIn(ledger)];
  const server = new HttpReader(url, "/v1/bundles", token);
  mkdirSync(folder, { recursive: true });
  let next = 0;
  let done = 0;
  const work = async () => {
    for (let key = keys[next++]; key !== void 0; key = keys[next++]) {
      const answer = await server.get(key.split("/").map(encodeURIComponent).join("/"), BUNDLE_MAX_BYTES3);
      if (answer !== void 0) {
        const path = join5(folder, key);
        mkdirSync(dirname2(path), { recursive: true });
        writeFileSync2(path, answer.bytes);
      }
      progress("bundles", ++done, keys.length);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return done;
}
async function keysIn(ledger) {
  const keys = /* @__PURE__ */ new Set();
  for await (const line of createInterface({ input: createReadStream(ledger), crlfDelay: Number.POSITIVE_INFINITY })) {
    if (!line.includes(SEALED)) continue;
    for (const key of keysOf(line)) {
      if (!KEY2.test(key)) throw new CliError("unreadable", "a sealed record names a key that is no path of a bundle");
      keys.add(key);
    }
  }
  return keys;
}
function keysOf(line) {
  let entry;
  try {
    entry = JSON.parse(line);
  } catch {
    return [];
  }
  const bundles = entry?.kind === "sealed" ? entry.facts?.bundles : void 0;
  if (!Array.isArray(bundles)) return [];
  return bundles.flatMap((bundle) => typeof bundle?.key === "string" ? [bundle.key] : []);
}

// packages/cli/commands/mirror.ts
import { existsSync as existsSync2, mkdirSync as mkdirSync2, renameSync as renameSync2, writeFileSync as writeFileSync3 } from "node:fs";
import { dirname as dirname3, join as join6 } from "node:path";
var SMALL_BYTES = 1e6;
var AT_ONCE2 = 8;
var HOURS_A_PAGE = 1e3;
var HOUR3 = /^\d{4}-\d{2}-\d{2}T\d{2}$/;
async function mirror(options) {
  const { folder, now, trusted } = options;
  const server = new HttpReader(options.url, "/v1/log", options.token);
  const copy = new Copy(server, folder);
  const trustBytes = await copy.fetched("trust.json", SMALL_BYTES);
  const note = await copy.fetched("checkpoint", SMALL_BYTES);
  const head = openTrusted(note, parseTrust(trusted ?? trustBytes), now);
  const before = heldCheckpoint(folder);
  if (before !== void 0 && before.size > head.size)
    throw new LogError(
      "not-consistent",
      `truncated: the folder holds a checkpoint of ${before.size} entries, the server says ${head.size}`
    );
  const tiles = new VerifiedTiles(head, copy);
  const bundles = Math.ceil(head.size / TILE_WIDTH);
  let next = 0;
  let done = 0;
  const work = async () => {
    for (let index = next++; index < bundles; index = next++) {
      if (!copy.holds(index, head.size)) {
        await tiles.bundle(index);
        copy.keep(index, head.size);
      }
      options.progress("mirror", ++done, bundles);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE2 }, work));
  if (before !== void 0 && before.size > 0) await expectConsistent(copy, before, head);
  await mirrorHours(server, copy);
  copy.put("trust.json", trustBytes);
  copy.put("checkpoint", note);
  return { origin: head.origin, size: head.size, fetched: copy.written };
}
function heldCheckpoint(folder) {
  const note = readFileWithin(join6(folder, "checkpoint"), SMALL_BYTES);
  return note === void 0 ? void 0 : parseCheckpoint(parseNote(note).text);
}
async function expectConsistent(copy, before, head) {
  const root = before.size === 0 ? EMPTY_ROOT : await readRoot(new TileHashes(head.size, copy), before.size);
  if (!sameHash(root, before.root))
    throw new LogError(
      "not-consistent",
      `fork: the folder holds a checkpoint of ${before.size} entries with another root hash than the server's log has there`
    );
}
async function mirrorHours(server, copy) {
  let after;
  do {
    const page = await server.get(`hours?limit=${HOURS_A_PAGE}${after === void 0 ? "" : `&after=${after}`}`, SMALL_BYTES);
    if (page === void 0) return;
    const { items, next } = hoursPage(page.bytes);
    for (const hour of items) {
      const path = hourPath(hour);
      if (!copy.has(path)) copy.put(path, await copy.fetched(path, SMALL_BYTES));
    }
    if (next !== void 0 && next === after) return;
    after = next;
  } while (after !== void 0);
}
function hoursPage(bytes2) {
  const page = JSON.parse(Buffer.from(bytes2).toString("utf8"));
  const isHour = (value) => typeof value === "string" && HOUR3.test(value);
  if (!Array.isArray(page.items) || !page.items.every(isHour))
    throw new CliError("unreadable", "expected a list of sealed hours from the server");
  return { items: page.items, next: isHour(page.next) ? page.next : void 0 };
}
var Copy = class {
  #server;
  #folder;
  /** Fetched, and not verified yet. */
  #waiting = /* @__PURE__ */ new Map();
  written = 0;
  constructor(server, folder) {
    this.#server = server;
    this.#folder = folder;
  }
  has(path) {
    return existsSync2(join6(this.#folder, path));
  }
  async fetched(path, maxBytes) {
    const answer = await this.#server.get(path, maxBytes);
    if (answer === void 0) throw new CliError("unreadable", `the server has no ${path}`);
    return answer.bytes;
  }
  put(path, bytes2) {
    const whole = join6(this.#folder, path);
    mkdirSync2(dirname3(whole), { recursive: true });
    writeFileSync3(`${whole}.part`, bytes2);
    renameSync2(`${whole}.part`, whole);
    this.written++;
  }
  /** A tile, from the folder or the server; for `VerifiedTiles`, which believes neither. */
  async read(tile) {
    const path = tilePath(tile);
    const held = this.#waiting.get(path) ?? readFileWithin(join6(this.#folder, path), BUNDLE_MAX_BYTES2);
    if (held !== void 0) return held;
    const bytes2 = await this.fetched(path, BUNDLE_MAX_BYTES2);
    this.#waiting.set(path, bytes2);
    return bytes2;
  }
  /** Whether a bundle and its tile are here, which they only are when they were verified. */
  holds(index, size) {
    const width = tileWidth(0, index, size);
    return ["entries", 0].every((level2) => this.has(tilePath({ level: level2, index, width })));
  }
  /** Writes a bundle that was verified, and the tiles above it, which were verified before it. */
  keep(index, size) {
    this.#keep({ level: "entries", index, width: tileWidth(0, index, size) });
    for (let level2 = 0, at = index; tileWidth(level2, at, size) > 0; level2++, at = Math.floor(at / TILE_WIDTH))
      this.#keep({ level: level2, index: at, width: tileWidth(level2, at, size) });
    if (index === 0 || tileWidth(0, index, size) < TILE_WIDTH) this.#keepEdge(size);
  }
  /** The right edge is verified as a whole, with the first tile that is. */
  #keepEdge(size) {
    for (let level2 = 0, rest = size; rest > 0; level2++, rest = Math.floor(rest / TILE_WIDTH)) {
      const width = rest % TILE_WIDTH;
      if (width > 0) this.#keep({ level: level2, index: Math.floor(rest / TILE_WIDTH), width });
    }
  }
  #keep(tile) {
    const path = tilePath(tile);
    const bytes2 = this.#waiting.get(path);
    if (bytes2 === void 0) return;
    this.put(path, bytes2);
    this.#waiting.delete(path);
  }
};

// packages/cli/commands/progress-bar.ts
var WIDTH = 28;
var REDRAW_MS = 100;
var ProgressBar = class {
  #out;
  #drawnMs = 0;
  #what = "";
  constructor(out) {
    this.#out = out;
  }
  show = (what, done, of) => {
    if (!this.#out.isTTY) return;
    const nowMs = Date.now();
    if (what === this.#what && nowMs - this.#drawnMs < REDRAW_MS) return;
    this.#drawnMs = nowMs;
    this.#what = what;
    const share = of === 0 ? 1 : Math.min(1, done / of);
    const filled = Math.round(share * WIDTH);
    this.#out.write(`\r\x1B[2K${what} [${"#".repeat(filled)}${".".repeat(WIDTH - filled)}] ${Math.floor(share * 100)} %`);
  };
  clear() {
    if (this.#out.isTTY && this.#what !== "") this.#out.write("\r\x1B[2K");
    this.#what = "";
  }
};

// packages/cli/commands/verify.ts
var VERIFY_USAGE = `verify --url URL [--token-file FILE] [--trust FILE] [--checkpoint FILE]…   (log, ledger and bundles of an API)
  verify [BUNDLE…] [--log DIR|URL] [--ledger FILE|DIR|URL] [--bundles DIR] [--trust FILE]
       [--checkpoint FILE]… [--token-file FILE] [--now INSTANT] [--json]`;
var MAX_LISTED = 200;
var LEDGER_FILE = "ledger.jsonl";
var SMALL_FILE_BYTES = 1e6;
async function verifyCommand(args, terminal) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      url: { type: "string" },
      log: { type: "string" },
      ledger: { type: "string" },
      bundles: { type: "string" },
      trust: { type: "string" },
      checkpoint: { type: "string", multiple: true },
      "token-file": { type: "string" },
      now: { type: "string" },
      json: { type: "boolean", default: false }
    }
  });
  const { url, log = url, ledger = url } = values;
  if (positionals.length === 0 && log === void 0 && ledger === void 0 && values.bundles === void 0)
    throw new CliError("usage", `nothing to verify
usage: ${VERIFY_USAGE}`);
  const now = values.now ?? terminal.now();
  if (Number.isNaN(Date.parse(now))) throw new CliError("usage", `expected an instant like 2026-11-21T22:14:45Z for --now, got ${now}`);
  const bar = new ProgressBar(terminal.err);
  const scratch = new ScratchFolder();
  try {
    const tokenFile = values["token-file"];
    const token = tokenFile === void 0 ? void 0 : readFileSync(tokenFile, "utf8").trim();
    const logAt = log === void 0 ? void 0 : await logFolder(log, token, scratch, bar, now);
    const ledgerAt = ledger === void 0 ? void 0 : await ledgerPath(ledger, token, scratch, bar);
    const bundlesAt = values.bundles ?? (url === void 0 || ledgerAt === void 0 ? void 0 : join7(scratch.path, "bundles"));
    if (values.bundles === void 0 && url !== void 0 && ledgerAt !== void 0 && bundlesAt !== void 0)
      await fetchBundles({ url, token, ledger: ledgerAt, folder: bundlesAt, progress: bar.show });
    const inputs = {
      log: logAt === void 0 ? void 0 : directoryLog(logAt),
      ledger: ledgerAt === void 0 ? void 0 : ledgerFile(ledgerAt),
      bundles: [...positionals.map(bundleAt), ...bundlesAt === void 0 ? [] : bundlesBelow(bundlesAt)],
      allBundles: bundlesAt !== void 0,
      trust: values.trust === void 0 ? void 0 : small(values.trust),
      checkpoints: (values.checkpoint ?? []).map((path) => ({ name: basename3(path), note: small(path) })),
      now,
      progress: bar.show
    };
    return await report(inputs, values.json, terminal, bar);
  } finally {
    bar.clear();
    scratch.remove();
  }
}
async function report(inputs, json, { out }, bar) {
  const faults = [];
  let count3 = 0;
  const verifying = verify3(inputs);
  let summary;
  while (summary === void 0) {
    const next = await verifying.next();
    if (next.done) summary = next.value;
    else {
      count3++;
      if (faults.length < MAX_LISTED) faults.push(next.value);
      if (json || count3 > MAX_LISTED) continue;
      bar.clear();
      out(`${count3 === 1 ? "The first thing wrong:\n" : ""}${faultLine(next.value)}
`);
      if (count3 === 1) out("\n");
    }
  }
  bar.clear();
  if (json) out(`${JSON.stringify({ sound: count3 === 0, count: count3, faults, summary })}
`);
  else {
    const verdict = count3 === 0 ? "Sound." : `NOT SOUND: ${count3} ${count3 === 1 ? "thing is" : "things are"} wrong${count3 > MAX_LISTED ? `, of which ${MAX_LISTED} are listed` : ""}.`;
    out([...count3 === 0 ? [] : [""], verdict, ...summaryLines(summary).map((line) => `  ${line}`), ""].join("\n"));
  }
  return count3 === 0 ? 0 : 1;
}
var ScratchFolder = class {
  #path;
  get path() {
    this.#path ??= mkdtempSync3(join7(tmpdir2(), "change-ledger-verify-"));
    return this.#path;
  }
  remove() {
    if (this.#path !== void 0) rmSync3(this.#path, { recursive: true, force: true });
  }
};
var isUrl = (text3) => /^https?:\/\//.test(text3);
async function logFolder(log, token, scratch, bar, now) {
  if (!isUrl(log)) return log;
  const folder = join7(scratch.path, "log");
  await mirror({ url: log, folder, token, progress: bar.show, trusted: void 0, now });
  return folder;
}
async function ledgerPath(ledger, token, scratch, bar) {
  if (!isUrl(ledger)) return statSync2(ledger, { throwIfNoEntry: false })?.isDirectory() === true ? join7(ledger, LEDGER_FILE) : ledger;
  const path = join7(scratch.path, LEDGER_FILE);
  await exportFromApi({ url: ledger, path, token, progress: bar.show });
  return path;
}
function small(path) {
  const bytes2 = readFileWithin(path, SMALL_FILE_BYTES);
  if (bytes2 === void 0) throw new CliError("unreadable", `there is no file ${path}`);
  return bytes2;
}
function toldError(error2) {
  if (error2 instanceof CliError || error2 instanceof LogError) return error2.message.split("\n").map(printable).join("\n");
  const code2 = error2.code;
  return error2 instanceof Error && typeof code2 === "string" && /^(?:ERR_PARSE_ARGS|E[A-Z]+$)/.test(code2) ? printable(error2.message) : void 0;
}

// packages/cli/commands/main.ts
async function runMain(usage, command) {
  const args = process.argv.slice(2);
  if (args.includes("--help") || args.includes("-h")) {
    process.stdout.write(`${usage}
`);
    return 0;
  }
  process.stdout.on("error", (error2) => process.exit(error2.code === "EPIPE" ? process.exitCode : 2));
  try {
    return await command(args, { out: (text3) => process.stdout.write(text3), err: process.stderr, now: () => (/* @__PURE__ */ new Date()).toISOString() });
  } catch (error2) {
    const told3 = toldError(error2);
    if (told3 === void 0) throw error2;
    process.stderr.write(`${told3}
`);
    return 2;
  }
}

// packages/cli/bin/verify.ts
process.exitCode = await runMain(
  `usage: node verify.mjs ${VERIFY_USAGE.slice("verify ".length)}`,
  (args, terminal) => verifyCommand(args, terminal)
);

/*
canonicalize:

                                 Apache License
                           Version 2.0, January 2004
                        http://www.apache.org/licenses/

   TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION

   1. Definitions.

      "License" shall mean the terms and conditions for use, reproduction,
      and distribution as defined by Sections 1 through 9 of this document.

      "Licensor" shall mean the copyright owner or entity authorized by
      the copyright owner that is granting the License.

      "Legal Entity" shall mean the union of the acting entity and all
      other entities that control, are controlled by, or are under common
      control with that entity. For the purposes of this definition,
      "control" means (i) the power, direct or indirect, to cause the
      direction or management of such entity, whether by contract or
      otherwise, or (ii) ownership of fifty percent (50%) or more of the
      outstanding shares, or (iii) beneficial ownership of such entity.

      "You" (or "Your") shall mean an individual or Legal Entity
      exercising permissions granted by this License.

      "Source" form shall mean the preferred form for making modifications,
      including but not limited to software source code, documentation
      source, and configuration files.

      "Object" form shall mean any form resulting from mechanical
      transformation or translation of a Source form, including but
      not limited to compiled object code, generated documentation,
      and conversions to other media types.

      "Work" shall mean the work of authorship, whether in Source or
      Object form, made available under the License, as indicated by a
      copyright notice that is included in or attached to the work
      (an example is provided in the Appendix below).

      "Derivative Works" shall mean any work, whether in Source or Object
      form, that is based on (or derived from) the Work and for which the
      editorial revisions, annotations, elaborations, or other modifications
      represent, as a whole, an original work of authorship. For the purposes
      of this License, Derivative Works shall not include works that remain
      separable from, or merely link (or bind by name) to the interfaces of,
      the Work and Derivative Works thereof.

      "Contribution" shall mean any work of authorship, including
      the original version of the Work and any modifications or additions
      to that Work or Derivative Works thereof, that is intentionally
      submitted to Licensor for inclusion in the Work by the copyright owner
      or by an individual or Legal Entity authorized to submit on behalf of
      the copyright owner. For the purposes of this definition, "submitted"
      means any form of electronic, verbal, or written communication sent
      to the Licensor or its representatives, including but not limited to
      communication on electronic mailing lists, source code control systems,
      and issue tracking systems that are managed by, or on behalf of, the
      Licensor for the purpose of discussing and improving the Work, but
      excluding communication that is conspicuously marked or otherwise
      designated in writing by the copyright owner as "Not a Contribution."

      "Contributor" shall mean Licensor and any individual or Legal Entity
      on behalf of whom a Contribution has been received by Licensor and
      subsequently incorporated within the Work.

   2. Grant of Copyright License. Subject to the terms and conditions of
      this License, each Contributor hereby grants to You a perpetual,
      worldwide, non-exclusive, no-charge, royalty-free, irrevocable
      copyright license to reproduce, prepare Derivative Works of,
      publicly display, publicly perform, sublicense, and distribute the
      Work and such Derivative Works in Source or Object form.

   3. Grant of Patent License. Subject to the terms and conditions of
      this License, each Contributor hereby grants to You a perpetual,
      worldwide, non-exclusive, no-charge, royalty-free, irrevocable
      (except as stated in this section) patent license to make, have made,
      use, offer to sell, sell, import, and otherwise transfer the Work,
      where such license applies only to those patent claims licensable
      by such Contributor that are necessarily infringed by their
      Contribution(s) alone or by combination of their Contribution(s)
      with the Work to which such Contribution(s) was submitted. If You
      institute patent litigation against any entity (including a
      cross-claim or counterclaim in a lawsuit) alleging that the Work
      or a Contribution incorporated within the Work constitutes direct
      or contributory patent infringement, then any patent licenses
      granted to You under this License for that Work shall terminate
      as of the date such litigation is filed.

   4. Redistribution. You may reproduce and distribute copies of the
      Work or Derivative Works thereof in any medium, with or without
      modifications, and in Source or Object form, provided that You
      meet the following conditions:

      (a) You must give any other recipients of the Work or
          Derivative Works a copy of this License; and

      (b) You must cause any modified files to carry prominent notices
          stating that You changed the files; and

      (c) You must retain, in the Source form of any Derivative Works
          that You distribute, all copyright, patent, trademark, and
          attribution notices from the Source form of the Work,
          excluding those notices that do not pertain to any part of
          the Derivative Works; and

      (d) If the Work includes a "NOTICE" text file as part of its
          distribution, then any Derivative Works that You distribute must
          include a readable copy of the attribution notices contained
          within such NOTICE file, excluding those notices that do not
          pertain to any part of the Derivative Works, in at least one
          of the following places: within a NOTICE text file distributed
          as part of the Derivative Works; within the Source form or
          documentation, if provided along with the Derivative Works; or,
          within a display generated by the Derivative Works, if and
          wherever such third-party notices normally appear. The contents
          of the NOTICE file are for informational purposes only and
          do not modify the License. You may add Your own attribution
          notices within Derivative Works that You distribute, alongside
          or as an addendum to the NOTICE text from the Work, provided
          that such additional attribution notices cannot be construed
          as modifying the License.

      You may add Your own copyright statement to Your modifications and
      may provide additional or different license terms and conditions
      for use, reproduction, or distribution of Your modifications, or
      for any such Derivative Works as a whole, provided Your use,
      reproduction, and distribution of the Work otherwise complies with
      the conditions stated in this License.

   5. Submission of Contributions. Unless You explicitly state otherwise,
      any Contribution intentionally submitted for inclusion in the Work
      by You to the Licensor shall be under the terms and conditions of
      this License, without any additional terms or conditions.
      Notwithstanding the above, nothing herein shall supersede or modify
      the terms of any separate license agreement you may have executed
      with Licensor regarding such Contributions.

   6. Trademarks. This License does not grant permission to use the trade
      names, trademarks, service marks, or product names of the Licensor,
      except as required for reasonable and customary use in describing the
      origin of the Work and reproducing the content of the NOTICE file.

   7. Disclaimer of Warranty. Unless required by applicable law or
      agreed to in writing, Licensor provides the Work (and each
      Contributor provides its Contributions) on an "AS IS" BASIS,
      WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or
      implied, including, without limitation, any warranties or conditions
      of TITLE, NON-INFRINGEMENT, MERCHANTABILITY, or FITNESS FOR A
      PARTICULAR PURPOSE. You are solely responsible for determining the
      appropriateness of using or redistributing the Work and assume any
      risks associated with Your exercise of permissions under this License.

   8. Limitation of Liability. In no event and under no legal theory,
      whether in tort (including negligence), contract, or otherwise,
      unless required by applicable law (such as deliberate and grossly
      negligent acts) or agreed to in writing, shall any Contributor be
      liable to You for damages, including any direct, indirect, special,
      incidental, or consequential damages of any character arising as a
      result of this License or out of the use or inability to use the
      Work (including but not limited to damages for loss of goodwill,
      work stoppage, computer failure or malfunction, or any and all
      other commercial damages or losses), even if such Contributor
      has been advised of the possibility of such damages.

   9. Accepting Warranty or Additional Liability. While redistributing
      the Work or Derivative Works thereof, You may choose to offer,
      and charge a fee for, acceptance of support, warranty, indemnity,
      or other liability obligations and/or rights consistent with this
      License. However, in accepting such obligations, You may act only
      on Your own behalf and on Your sole responsibility, not on behalf
      of any other Contributor, and only if You agree to indemnify,
      defend, and hold each Contributor harmless for any liability
      incurred by, or claims asserted against, such Contributor by reason
      of your accepting any such warranty or additional liability.

   END OF TERMS AND CONDITIONS

   APPENDIX: How to apply the Apache License to your work.

      To apply the Apache License to your work, attach the following
      boilerplate notice, with the fields enclosed by brackets "[]"
      replaced with your own identifying information. (Don't include
      the brackets!)  The text should be enclosed in the appropriate
      comment syntax for the file format. We also recommend that a
      file or class name and description of purpose be included on the
      same "printed page" as the copyright notice for easier
      identification within third-party archives.

   Copyright [yyyy] [name of copyright owner]

   Licensed under the Apache License, Version 2.0 (the "License");
   you may not use this file except in compliance with the License.
   You may obtain a copy of the License at

       http://www.apache.org/licenses/LICENSE-2.0

   Unless required by applicable law or agreed to in writing, software
   distributed under the License is distributed on an "AS IS" BASIS,
   WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
   See the License for the specific language governing permissions and
   limitations under the License.

*/

/*
yaml:

Copyright Eemeli Aro <eemeli@gmail.com>

Permission to use, copy, modify, and/or distribute this software for any purpose
with or without fee is hereby granted, provided that the above copyright notice
and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH
REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF MERCHANTABILITY AND
FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT,
INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS
OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER
TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF
THIS SOFTWARE.

*/

/*
zod:

MIT License

Copyright (c) 2025 Colin McDonnell

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.

*/
