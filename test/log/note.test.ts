import {
  formatNote,
  formatVerifierKey,
  isSignedBy,
  NOTE_MAX_SIGNATURES,
  openNote,
  parseNote,
  parseVerifierKey,
  type Signer,
  signNote,
  verifierKey,
} from "@change-ledger/log";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { codeOf, codeOfPromise } from "./refusal.ts";
import { trialSigner } from "./signer.ts";

const NAME = "ledger.example/acme";
const old = trialSigner(NAME, 1);
const next = trialSigner(NAME, 2);
const witness = trialSigner("witness.example", 3);
const TEXT = "Ognuno sta solo\n\ned è subito sera.\n";
const text = (note: Uint8Array): string => Buffer.from(note).toString();
const edited = (note: Uint8Array, edit: (whole: string) => string): Uint8Array => Buffer.from(edit(text(note)));

describe("verifier keys", () => {
  it("have ids bound to name and key", () => {
    expect(old.key.id).toBe("ef1a1e39");
    expect(new Set([old, next, witness].map(({ key }) => key.id)).size).toBe(3);
    expect(verifierKey("ledger.example/other", old.key.publicKey).id).not.toBe(old.key.id);
  });
  it("read as they are written, with no other spelling", () => {
    const told = formatVerifierKey(old.key);
    expect(told).toBe("ledger.example/acme+ef1a1e39+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c");
    expect(parseVerifierKey(told)).toEqual({ ...old.key, publicKey: Buffer.from(old.key.publicKey) });
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.uint8Array({ minLength: 32, maxLength: 32 }), (name, publicKey) => {
        fc.pre(codeOf(() => verifierKey(name, publicKey)) === "passed");
        const key = verifierKey(name, publicKey);
        expect(parseVerifierKey(formatVerifierKey(key))).toEqual({ ...key, publicKey: Buffer.from(publicKey) });
      }),
    );
  });
  it.each([
    ["another name", (told: string) => told.replace("acme", "acne")],
    ["another id", (told: string) => told.replace("ef1a1e39", "ef1a1e38")],
    ["an id in upper case", (told: string) => told.replace("ef1a1e39", "EF1A1E39")],
    ["another key", (told: string) => told.replace("AYqI", "AYqJ")],
    ["another type", (told: string) => told.replace("+AYqI", "+BIqI")],
    ["a key cut short", (told: string) => told.slice(0, -4)],
    ["no key", (told: string) => told.slice(0, told.lastIndexOf("+"))],
    ["no name", (told: string) => told.slice(told.indexOf("+"))],
    ["stray bits", (told: string) => told.replace(/9c$/, "9d=")],
    ["a line break", (told: string) => `${told}\n`],
    ["a space in the name", (told: string) => told.replace("acme", "ac me")],
    ["nothing", () => ""],
  ])("refuse %s", (_what, edit) => {
    expect(codeOf(() => parseVerifierKey(edit(formatVerifierKey(old.key))))).toBe("not-canonical");
  });
  it("are not made of names that no note can carry, nor of other keys", () => {
    for (const name of ["", "a b", "a+b", "a\nb", "a\u00a0b", "a\u2028b", "a\u0085b", "a\u0000b", "\ud800"])
      expect(codeOf(() => verifierKey(name, old.key.publicKey))).toBe("not-canonical");
    for (const length of [0, 31, 33]) expect(codeOf(() => verifierKey(NAME, Buffer.alloc(length)))).toBe("out-of-range");
  });
  it("verify what RFC 8032 signs (section 7.1, test 2), and nothing else", () => {
    const key = verifierKey(NAME, Buffer.from("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "hex"));
    const signature = Buffer.from(
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
      "hex",
    );
    expect(isSignedBy(key, Uint8Array.of(0x72), signature)).toBe(true);
    expect(isSignedBy(key, Uint8Array.of(0x73), signature)).toBe(false);
    expect(isSignedBy(key, Uint8Array.of(0x72), signature.subarray(0, 63))).toBe(false);
    expect(isSignedBy(old.key, Uint8Array.of(0x72), signature)).toBe(false);
    expect(isSignedBy(verifierKey(NAME, Buffer.alloc(32, 0xff)), Uint8Array.of(0x72), signature)).toBe(false);
  });
});

describe("a signed note", () => {
  it("opens for whoever knows a key that signed it", async () => {
    const note = await signNote(TEXT, [old]);
    expect(openNote(note, [old.key])).toEqual({ text: TEXT, signedBy: [old.key] });
    expect(openNote(note, [witness.key, old.key, next.key]).signedBy).toEqual([old.key]);
  });
  it("opens for those of the old and of the new key while both sign", async () => {
    const note = await signNote(TEXT, [old, next]);
    expect(openNote(note, [old.key]).signedBy).toEqual([old.key]);
    expect(openNote(note, [next.key]).signedBy).toEqual([next.key]);
    expect(openNote(note, [next.key, old.key]).signedBy).toEqual([old.key, next.key]);
  });
  it("opens not where no key is known, nor for the same key under another name, nor another under the same name", async () => {
    const note = await signNote(TEXT, [old]);
    const renamed = verifierKey("ledger.example/other", old.key.publicKey);
    for (const keys of [[], [next.key], [witness.key], [renamed]]) expect(codeOf(() => openNote(note, keys))).toBe("not-signed");
  });
  it("ignores signatures of the unknown, also under a known name or a known id, of any form", async () => {
    const note = await signNote(TEXT, [old]);
    const line = (name: string, id: string, length: number) =>
      `— ${name} ${Buffer.concat([Buffer.from(id, "hex"), Buffer.alloc(length)]).toString("base64")}\n`;
    for (const more of [
      line(NAME, "00000000", 64),
      line("witness.example", old.key.id, 64),
      line("witness.example", "01020304", 1),
      line("pq.example", "01020304", 4_900),
    ]) {
      expect(
        openNote(
          edited(note, (whole) => whole + more),
          [old.key],
        ).text,
      ).toBe(TEXT);
      expect(
        openNote(
          edited(note, (whole) => whole.replace("— ", `${more}— `)),
          [old.key],
        ).signedBy,
      ).toEqual([old.key]);
    }
  });
  it("is refused for a known key's signature that is not its, whoever else signed", async () => {
    const good = await signNote(TEXT, [old, next]);
    const { signatures } = parseNote(good);
    const [first, second] = signatures;
    if (first === undefined || second === undefined) throw new Error("expected two signatures");
    const wrong = { ...second, signature: first.signature };
    for (const some of [
      [first, wrong],
      [wrong, first],
      [first, second, wrong],
      [{ ...first, signature: first.signature.slice(1) }, second],
    ])
      expect(codeOf(() => openNote(formatNote({ text: TEXT, signatures: some }), [old.key, next.key]))).toBe("bad-signature");
    expect(openNote(formatNote({ text: TEXT, signatures: [first, wrong] }), [old.key]).signedBy).toEqual([old.key]);
    expect(
      codeOf(() =>
        openNote(
          edited(good, (whole) => whole.replace("sera", "seta")),
          [old.key],
        ),
      ),
    ).toBe("bad-signature");
  });
  it("counts a key once however often it signed", async () => {
    const note = await signNote(TEXT, [old, old]);
    expect(openNote(note, [old.key, { ...old.key }]).signedBy).toHaveLength(1);
  });
  it("is not opened with two keys under one name and id", async () => {
    const note = await signNote(TEXT, [old]);
    expect(codeOf(() => openNote(note, [old.key, { ...next.key, id: old.key.id }]))).toBe("ambiguous-key");
  });
  it("takes 16 signatures and more, up to a limit", async () => {
    const many = (count: number) => Array.from({ length: count }, (_, at) => trialSigner(`w${at}.example`, at + 1));
    expect(openNote(await signNote(TEXT, many(16)), [trialSigner("w15.example", 16).key]).text).toBe(TEXT);
    const [signature] = parseNote(await signNote(TEXT, [old])).signatures;
    if (signature === undefined) throw new Error("expected a signature");
    const with_ = (count: number) => codeOf(() => formatNote({ text: TEXT, signatures: Array.from({ length: count }, () => signature) }));
    expect([with_(NOTE_MAX_SIGNATURES), with_(NOTE_MAX_SIGNATURES + 1)]).toEqual(["passed", "not-canonical"]);
    expect(await codeOfPromise(signNote(`${"x".repeat(1_000_000)}\n`, [old]))).toBe("not-canonical");
  });
  it("is not handed out with a signature that does not verify", async () => {
    const broken: Signer = { key: old.key, sign: async () => Buffer.alloc(64) };
    expect(await codeOfPromise(signNote(TEXT, [broken]))).toBe("wrong-answer");
    expect(await codeOfPromise(signNote(TEXT, [old, { ...next, key: { ...next.key, publicKey: old.key.publicKey } }]))).toBe(
      "wrong-answer",
    );
  });
  it("is not made of texts that no note can carry", async () => {
    for (const bad of ["", "no line break", "a\n\nb", "tab\t\n", "\r\n", "\u0000\n", "\ud800\n"])
      expect(await codeOfPromise(signNote(bad, [old]))).toBe("not-canonical");
    expect(await codeOfPromise(signNote(TEXT, []))).toBe("not-canonical");
    for (const fine of ["\n", "a\n", "a\n\n", "\n\n", "— looks like x\n\n— a b\n", "\ufeffBOM\n", "del\u007f\n"])
      expect(openNote(await signNote(fine, [old]), [old.key]).text).toBe(fine);
  });
});

describe("the form of a note", () => {
  const line = "— a AAAAAAA=\n";
  it.each([
    ["nothing", ""],
    ["no signature", "text\n\n"],
    ["no empty line", `text\n${line}`],
    ["no text", line],
    ["no line break at the end", `text\n\n${line.trimEnd()}`],
    ["more at the end", `text\n\n${line}x`],
    ["an empty line at the end", `text\n\n${line}\n`],
    ["a hyphen", "text\n\n- a AAAAAAA=\n"],
    ["no name", "text\n\n—  AAAAAAA=\n"],
    ["a plus sign in the name", "text\n\n— a+b AAAAAAA=\n"],
    ["a space that is Unicode's in the name", "text\n\n— a\u00a0b AAAAAAA=\n"],
    ["two spaces", "text\n\n— a  AAAAAAA=\n"],
    ["a space at the end", "text\n\n— a AAAAAAA= \n"],
    ["no signature behind the id", "text\n\n— a AAAAAA==\n"],
    ["no base64", "text\n\n— a !!!!!!!!\n"],
    ["no padding", "text\n\n— a AAAAAAA\n"],
    ["stray bits", "text\n\n— a AAAAAAB=\n"],
    ["base64 of URLs", "text\n\n— a AAAAAA__\n"],
    ["a carriage return", "text\r\n\n— a AAAAAAA=\n"],
    ["a NUL", "te\u0000xt\n\n— a AAAAAAA=\n"],
  ])("is not %s", (_what, whole) => {
    expect(codeOf(() => parseNote(Buffer.from(`text\n\n${line}`)))).toBe("passed");
    expect(codeOf(() => parseNote(Buffer.from(whole)))).toBe("not-canonical");
  });
  it("is UTF-8", () => {
    expect(codeOf(() => parseNote(Buffer.concat([Buffer.from([0xff]), Buffer.from(`text\n\n${line}`)])))).toBe("not-canonical");
    expect(codeOf(() => parseNote(Buffer.from(`\xc0\xaf\n\n${line}`, "latin1")))).toBe("not-canonical");
  });
  it("has one spelling: what is read is written the same, whatever was done to it", async () => {
    const good = Buffer.from(await signNote(TEXT, [old, next]));
    fc.assert(
      fc.property(fc.nat({ max: good.length }), fc.nat({ max: 2 }), fc.uint8Array({ maxLength: 3 }), (at, gone, put) => {
        const other = Buffer.concat([good.subarray(0, at), put, good.subarray(at + gone)]);
        const code = codeOf(() => parseNote(other));
        if (code === "passed") expect(Buffer.from(formatNote(parseNote(other)))).toEqual(other);
        else expect(code).toBe("not-canonical");
        if (codeOf(() => openNote(other, [old.key])) === "passed") expect(openNote(other, [old.key]).text).toBe(TEXT);
      }),
      { numRuns: 500 },
    );
  });
});
