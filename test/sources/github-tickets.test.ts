import { settingsSchema } from "@change-ledger/sources";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_TICKETS, ticketsOf } from "../../packages/sources/github/tickets.ts";
import { githubFact, ofKind, SETTINGS } from "./fixtures/deliveries.ts";
import { pullRequest } from "./fixtures/github.ts";

const own = (...numbers: number[]) => numbers.map((number) => `ticket:github/acme/cargo/issues/${number}`);
const inBody = (body: string, settings = SETTINGS) => ticketsOf("acme/cargo", { title: "", body, branch: "topic" }, settings);
const withProjects = (projects: "any" | string[]) => settingsSchema.parse({ jira: { projects } });

describe("tickets by GitHub's closing keywords", () => {
  it.each(["close", "closes", "closed", "fix", "fixes", "fixed", "resolve", "resolves", "resolved", "FIXES", "Closes"])("%s", (keyword) => {
    expect(inBody(`${keyword} #12`)).toEqual(own(12));
    expect(inBody(`${keyword}: #12.`)).toEqual(own(12));
    expect(ticketsOf("acme/cargo", { title: `${keyword} #12`, body: "", branch: "" }, SETTINGS)).toEqual(own(12));
  });
  it("names issues of other repositories, and several", () => {
    expect(inBody("Closes acme/other#3, fixes #1 and resolves #2")).toEqual([...own(1, 2), "ticket:github/acme/other/issues/3"]);
  });
  it("takes an issue's URL in the own repository only", () => {
    expect(inBody("fixes https://github.com/Acme/cargo/issues/12")).toEqual(own(12));
    expect(inBody("fixes https://ghes.example:8443/acme/cargo/issues/12")).toEqual(own(12));
    expect(inBody("fixes https://github.com/rust-lang/rust/issues/46372")).toEqual([]);
  });
  it.each([
    "#12",
    "see #12",
    "fixing #12",
    "prefix #12",
    "bugfix-fix #12",
    "fixes 12",
    "fixes- #12",
    "fixes #12a",
    "fixes #",
    "fixes acme/x/y#1",
    "fixed\n\n\n#",
  ])("finds none in %j", (body) => expect(inBody(body)).toEqual([]));
  it("looks neither into comments nor into code", () => {
    expect(
      inBody("<!-- e.g. fixes #1 -->\nfixes #2 `fixes #3`\n```\nfixes #4\n```\n~~~~ts\nfixes #5\n~~~\n~~~~\nfixes #6\n<!-- fixes #7"),
    ).toEqual(own(2, 6));
  });
  it("each once, in one order", () => {
    expect(inBody("fixes #2, fixes #1, closes #2")).toEqual(own(1, 2));
  });
  it("stops at a number that an entry can hold", () => {
    const many = Array.from({ length: 1000 }, (_, n) => `fixes #${n + 1}`).join("\n");
    expect(inBody(many)).toHaveLength(MAX_TICKETS);
  });
});

describe("tickets by Jira keys", () => {
  const texts = { title: "PAY-12 pay", body: "and OPS-3, UTF-8, SHA-256", branch: "feature/PAY-13-pay" };
  it("are found of configured projects, in title, body and branch", () => {
    expect(ticketsOf("acme/cargo", texts, withProjects(["PAY"]))).toEqual(["ticket:jira/PAY-12", "ticket:jira/PAY-13"]);
    expect(ticketsOf("acme/cargo", texts, withProjects([]))).toEqual([]);
  });
  it("are whatever looks like one, when the settings say any", () => {
    expect(ticketsOf("acme/cargo", texts, withProjects("any"))).toContain("ticket:jira/OPS-3");
  });
  it.each(["XPAY-12", "PAY-0", "PAY-", "pay-12", "PAY-12x", "A-PAY-12"])("%s is none", (text) => {
    expect(inBody(text, withProjects(["PAY"]))).toEqual([]);
  });
  it("become facts of the pull request", () => {
    const body = pullRequest("opened", { title: "PAY-12: hello", body: "Fixes #4" });
    const { facts } = ofKind("pull-request", githubFact("pull_request", body, withProjects(["PAY"])));
    expect(facts.tickets).toEqual(["ticket:github/Acme/Cargo/issues/4", "ticket:jira/PAY-12"]);
  });
});

describe("ticketsOf", () => {
  it("never throws, and tells only numbers and names out of the text", () => {
    const word = fc.constantFrom(
      "fixes",
      "closes:",
      "#1",
      "#12",
      "acme/x#3",
      "`",
      "```",
      "<!--",
      "-->",
      "\n",
      " ",
      "PAY-1",
      "https://github.com/acme/cargo/issues/9",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.string()), { maxLength: 40 }), (words) => {
        for (const ticket of inBody(words.join(" "), withProjects(["PAY"])))
          expect(ticket).toMatch(/^ticket:(github\/[\w.-]+\/[\w.-]+\/issues\/\d+|jira\/PAY-\d+)$/);
      }),
    );
  });
  it.each([" ", "fix ", "fixes a", "a/", "`", "<!--", "#", "A", "-", "[", "fixes https://"])("reads a megabyte of %j", (piece) => {
    const body = piece.repeat(Math.ceil(1_000_000 / piece.length));
    expect(inBody(body, withProjects("any")).length).toBeLessThanOrEqual(MAX_TICKETS);
  });
});
