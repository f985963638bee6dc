import { type Source, webhookSource } from "@change-ledger/sources";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytes, sign } from "./fixtures/deliveries.ts";

const webhook = (name: string): NonNullable<Source["webhook"]> => {
  const found = webhookSource(name)?.webhook;
  if (found === undefined) throw new Error(`${name} takes no webhooks`);
  return found;
};
const body = bytes('{"action":"opened"}');

describe("github.authenticate", () => {
  const github = webhook("github");
  const check = (signature: string | undefined, secrets: string[], of = body) =>
    github.authenticate(signature === undefined ? {} : { "x-hub-signature-256": signature }, of, secrets);

  it("knows GitHub's published example", () => {
    const signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    expect(check(signature, ["It's a Secret to Everybody"], bytes("Hello, World!"))).toBe("hmac-sha256");
  });
  it("takes either of two live secrets", () => {
    expect(check(sign(body, "new"), ["new", "old"])).toBe("hmac-sha256");
    expect(check(sign(body, "old"), ["new", "old"])).toBe("hmac-sha256");
    expect(check(sign(body, "older"), ["new", "old"])).toBeUndefined();
  });
  it("refuses what is missing, malformed or signed with nothing", () => {
    const right = sign(body, "new");
    for (const wrong of [
      undefined,
      "",
      "sha256=",
      right.slice(0, -1),
      `${right}0`,
      right.replace("sha256", "sha1"),
      right.slice(7),
      ` ${right}`,
    ])
      expect(check(wrong, ["new"]), wrong).toBeUndefined();
    expect(check(right, [])).toBeUndefined();
    expect(check(sign(body, ""), [""])).toBeUndefined();
  });
  it("never takes SHA-1, alone or beside a wrong SHA-256", () => {
    const sha1 = "sha1=7d38cdd689735b008b3c702edd92eea23791c5f6";
    expect(github.authenticate({ "x-hub-signature": sha1 }, body, ["new"])).toBeUndefined();
    expect(github.keepHeaders).not.toContain("x-hub-signature");
  });
  it("refuses every body that differs in one byte, and every signature that differs in one digit", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.nat(), fc.integer({ min: 1, max: 255 }), (raw, at, flip) => {
        const signature = sign(raw, "new");
        expect(check(signature, ["other", "new"], raw)).toBe("hmac-sha256");
        const changed = raw.map((byte, nth) => (nth === at % raw.length ? byte ^ flip : byte));
        expect(check(signature, ["other", "new"], changed)).toBeUndefined();
        const digit = 7 + (at % 64);
        const other = signature[digit] === "0" ? "1" : "0";
        expect(check(signature.slice(0, digit) + other + signature.slice(digit + 1), ["other", "new"], raw)).toBeUndefined();
      }),
    );
  });
});

describe("jira.authenticate", () => {
  const jira = webhook("jira");
  it("takes a signature, and a shared secret where there is none", () => {
    expect(jira.authenticate({ "x-hub-signature": sign(body, "s") }, body, ["t", "s"])).toBe("hmac-sha256");
    expect(jira.authenticate({ "x-change-ledger-secret": "s" }, body, ["t", "s"])).toBe("shared-secret");
  });
  it("lets no shared secret stand in for a wrong signature", () => {
    const headers = { "x-hub-signature": sign(body, "wrong"), "x-change-ledger-secret": "s" };
    expect(jira.authenticate(headers, body, ["s"])).toBeUndefined();
  });
  it("refuses near misses and nothing", () => {
    for (const sent of ["", "S", "s ", "ss"])
      expect(jira.authenticate({ "x-change-ledger-secret": sent }, body, ["s", ""])).toBeUndefined();
    expect(jira.authenticate({}, body, ["s"])).toBeUndefined();
    expect(jira.authenticate({ "x-change-ledger-secret": "s" }, body, [])).toBeUndefined();
  });
});

describe("jira.conceal", () => {
  const jira = webhook("jira");
  const printable = fc.string({ minLength: 8, maxLength: 40, unit: fc.constantFrom(..."abcdefghijklmnopqrstuvwxyzABCDEF!$%&0123") });
  it("leaves a proof in place of the secret, that says the same and no more", () => {
    fc.assert(
      fc.property(printable, fc.uint8Array({ maxLength: 200 }), fc.boolean(), (secret, raw, rotated) => {
        const sent = { "content-type": "application/json", "x-change-ledger-secret": secret };
        const kept = jira.conceal?.(sent, raw) ?? {};
        expect(JSON.stringify(kept)).not.toContain(JSON.stringify(secret).slice(1, -1));
        expect(kept).toEqual({ "content-type": "application/json", "x-change-ledger-signature": sign(raw, secret) });
        const live = rotated ? ["another", secret] : [secret, "another"];
        expect(jira.authenticate(kept, raw, live)).toBe("shared-secret");
        expect(jira.authenticate(kept, raw, ["another"])).toBeUndefined();
        expect(jira.authenticate(kept, Uint8Array.of(...raw, 0), live)).toBeUndefined();
      }),
    );
  });
  it("drops a secret that stands beside a signature, right or wrong", () => {
    const headers = { "x-hub-signature": sign(body, "s"), "x-change-ledger-secret": "s" };
    const kept = jira.conceal?.(headers, body) ?? {};
    expect(kept).toEqual({ "x-hub-signature": sign(body, "s") });
    expect(jira.authenticate(kept, body, ["s"])).toBe("hmac-sha256");
  });
  it("takes its own proof from nobody at the door", () => {
    expect(jira.keepHeaders).not.toContain("x-change-ledger-signature");
  });
});

describe("webhookSource", () => {
  it("knows senders that POST, and no others", () => {
    expect(webhookSource("github")?.system).toBe("github");
    for (const name of ["codedeploy", "codedeploy-lookup", "github-lookup", "nobody", "__proto__", "constructor", ""])
      expect(webhookSource(name), name).toBeUndefined();
  });
});
