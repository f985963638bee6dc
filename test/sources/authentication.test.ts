import { webhookSource } from "@change-ledger/sources";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytes, RECEIVED_AT, sign } from "./fixtures/deliveries.ts";
import { SIGNED_SECONDS, servicenowHeaders } from "./fixtures/servicenow.ts";

const webhook = (name: string) => {
  const found = webhookSource(name)?.webhook;
  if (found === undefined) throw new Error(`${name} takes no webhooks`);
  const authenticate = (headers: Readonly<Record<string, string>>, raw: Uint8Array, secrets: readonly string[], at = RECEIVED_AT) =>
    found.authenticate(headers, raw, secrets, at);
  return { ...found, authenticate };
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

describe("servicenow.authenticate", () => {
  const servicenow = webhook("servicenow");
  const signed = (options: Parameters<typeof servicenowHeaders>[2] = {}, secret = "new") => servicenowHeaders(body, secret, options);

  it("takes base64, as ServiceNow writes it, and hexadecimal, under either of two live secrets", () => {
    for (const encoding of ["base64", "hex"] as const)
      for (const secret of ["new", "old"])
        expect(servicenow.authenticate(signed({ encoding }, secret), body, ["new", "old"])).toBe("hmac-sha256");
    expect(servicenow.authenticate(signed({}, "older"), body, ["new", "old"])).toBeUndefined();
    expect(servicenow.authenticate(signed(), body, [])).toBeUndefined();
    expect(servicenow.authenticate(signed({}, ""), body, [""])).toBeUndefined();
  });
  it("knows the example of its documentation", () => {
    // Computed with: printf '%s' '1795299285.0b4c1f0c0a0a0b3d00b1c2d3e4f50617.{}' | openssl dgst -sha256 -hmac example -binary | base64
    const headers = {
      "x-servicenow-timestamp": "1795299285",
      "x-servicenow-nonce": "0b4c1f0c0a0a0b3d00b1c2d3e4f50617",
      "x-servicenow-signature": "v1=QYjeaBtTE38DpYDod4dwXnJ+y648KSaiqquJSWcTAiA=",
    };
    expect(servicenow.authenticate(headers, bytes("{}"), ["example"])).toBe("hmac-sha256");
  });
  it("holds the time that was signed to the time of arrival: five minutes either way", () => {
    for (const apart of [-300, -1, 0, 299, 300])
      expect(servicenow.authenticate(signed({ seconds: SIGNED_SECONDS + apart }), body, ["new"]), `${apart}`).toBe("hmac-sha256");
    for (const apart of [-86_400, -301, 301, 86_400])
      expect(servicenow.authenticate(signed({ seconds: SIGNED_SECONDS + apart }), body, ["new"]), `${apart}`).toBeUndefined();
    expect(servicenow.authenticate(signed(), body, ["new"], "2026-11-21T22:14:45.999Z")).toBe("hmac-sha256");
    expect(servicenow.authenticate(signed(), body, ["new"], "2026-11-21T22:19:45.001Z")).toBeUndefined();
    expect(servicenow.authenticate(signed(), body, ["new"], "not a time")).toBeUndefined();
  });
  it("refuses each part changed by itself, moved into another, or left out", () => {
    const right = signed();
    const changed = (own: Record<string, string>) => servicenow.authenticate({ ...right, ...own }, body, ["new"]);
    expect(changed({})).toBe("hmac-sha256");
    expect(changed({ "x-servicenow-timestamp": String(SIGNED_SECONDS + 1) })).toBeUndefined();
    expect(changed({ "x-servicenow-nonce": "another-nonce-0123456789" })).toBeUndefined();
    expect(servicenow.authenticate(right, bytes('{"action":"closed"}'), ["new"])).toBeUndefined();
    for (const wrong of [
      "",
      "v1=",
      "v2=".concat(right["x-servicenow-signature"]?.slice(3) ?? ""),
      right["x-servicenow-signature"]?.slice(3) ?? "",
    ])
      expect(changed({ "x-servicenow-signature": wrong }), wrong).toBeUndefined();
    for (const name of Object.keys(right).filter((one) => one !== "content-type")) {
      const { [name]: _, ...rest } = right;
      expect(servicenow.authenticate(rest, body, ["new"]), name).toBeUndefined();
    }
  });
  it("takes no nonce and no time that could run into each other or into the body, however they are signed", () => {
    for (const nonce of ["short", "", "a".repeat(129), "1234567890123456.78", "1234567890123456 8", "é".repeat(16)])
      expect(servicenow.authenticate(signed({ nonce }), body, ["new"]), nonce).toBeUndefined();
    for (const seconds of [Number.NaN, -SIGNED_SECONDS, 1e21, 0.5])
      expect(servicenow.authenticate(signed({ seconds }), body, ["new"]), `${seconds}`).toBeUndefined();
  });
});

describe("pagerduty.authenticate", () => {
  const pagerduty = webhook("pagerduty");
  const mac = (secret: string, of = body) => `v1=${sign(of, secret).slice("sha256=".length)}`;
  const check = (signature: string | undefined, secrets = ["new"], of = body) =>
    pagerduty.authenticate(signature === undefined ? {} : { "x-pagerduty-signature": signature }, of, secrets);

  it("takes one signature, or a list of which one fits: PagerDuty signs with both secrets while one is rotated", () => {
    expect(check(mac("new"))).toBe("hmac-sha256");
    expect(check(`${mac("new")},${mac("old")}`, ["old"])).toBe("hmac-sha256");
    expect(check(`${mac("new")}, ${mac("old")}`, ["new", "another"])).toBe("hmac-sha256");
    expect(check(`v2=whatever,${mac("new")}`)).toBe("hmac-sha256");
    expect(check(`${mac("x")},${mac("y")}`, ["new", "old"])).toBeUndefined();
  });
  it("refuses what is missing, malformed, of another version or body, or signed with nothing", () => {
    for (const wrong of [
      undefined,
      "",
      ",",
      "v1=",
      mac("new").slice(3),
      mac("new").slice(0, -1),
      `${mac("new")}0`,
      mac("new").replace("v1", "v0"),
    ])
      expect(check(wrong), wrong).toBeUndefined();
    expect(check(mac("new"), [])).toBeUndefined();
    expect(check(mac(""), [""])).toBeUndefined();
    expect(check(mac("new"), ["new"], bytes("{}"))).toBeUndefined();
  });
});

describe("webhookSource", () => {
  it("knows senders that POST, and no others", () => {
    expect(webhookSource("github")?.system).toBe("github");
    for (const name of [
      "codedeploy",
      "codedeploy-lookup",
      "github-lookup",
      "service-catalog",
      "attested",
      "artifact",
      "configuration",
      "nobody",
      "__proto__",
      "constructor",
      "",
    ])
      expect(webhookSource(name), name).toBeUndefined();
  });
});
