import type { Actor } from "@change-ledger/model";
import { describe, expect, it } from "vitest";
import { attestationsOf, refusedWords } from "../../packages/procedure/dossier/attestations.ts";
import { Case } from "../../packages/procedure/dossier/case.ts";
import { configured } from "../scenarios/configured.ts";
import { CHANGE } from "./judged.ts";
import { minute, recorded } from "./recorded.ts";

const attesters = [{ account: "111111111111", what: ["qa-sign-off"] }, { account: "222222222222" }];
const word = (at: number, account: string | undefined, what = "qa-sign-off") => {
  const actor: Actor | undefined = account === undefined ? undefined : { system: "aws", id: account };
  return recorded(CHANGE, "attested", { what, outcome: "passed" }, { at, id: `${at}`, ...(actor && { actor }) });
};
const of = (configuration: object, ...words: readonly ReturnType<typeof word>[]) =>
  attestationsOf(new Case({ change: CHANGE, entries: words }, configured({ ...configuration }), minute(99)), "qa-sign-off");

describe("what others attest", () => {
  it("counts of that meaning, by whoever may where the configuration says who", () => {
    const [first, second, other, nobody] = [
      word(1, "111111111111"),
      word(2, "222222222222"),
      word(3, "222222222222", "authorisation"),
      word(4, undefined),
    ];
    expect(of({}, first, second, other, nobody)).toEqual({ counted: [first, second, nobody], refused: [] });
    expect(of({ attesters }, first, second, other, nobody)).toEqual({ counted: [first, second], refused: [nobody] });
    expect(of({})).toEqual({ counted: [], refused: [] });
  });
  it("is named where it does not count, by the account that said it", () => {
    const words = (account: string | undefined) => refusedWords(of({ attesters }, word(1, account), word(2, "333333333333")).refused);
    const refused = (who: string) =>
      ` The attested qa-sign-off of ${minute(1)} does not count: the configuration does not let ${who} attest it.`;
    expect(words("444444444444")).toBe(refused("the account 444444444444"));
    expect(words(undefined)).toBe(refused("an account that is not named"));
    expect(refusedWords([])).toBe("");
  });
});
