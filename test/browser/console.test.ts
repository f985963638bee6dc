import { afterAll, describe, expect, it } from "vitest";
import { keyboard } from "./keyboard.ts";
import { live } from "./live.ts";
import { type Opened, open } from "./opened.ts";
import { pages } from "./pages.ts";
import { papers } from "./papers.ts";
import { questions } from "./questions.ts";
import { readers } from "./readers.ts";
import { speed } from "./speed.ts";
import { states } from "./states.ts";

const opened = await open();

// One stack and one browser for all of it: each takes a while to start.
describe.skipIf(typeof opened === "string")(`the console${typeof opened === "string" ? ` (${opened})` : ""}`, () => {
  const given = opened as Opened;
  afterAll(() => given.close());
  describe("pages", () => pages(given));
  describe("states", () => states(given));
  describe("readers", () => readers(given));
  describe("by the keyboard alone", () => keyboard(given));
  describe("the working papers", () => papers(given));
  describe("three questions", () => questions(given));
  describe("speed", () => speed(given));
  describe("while events arrive", () => live(given));
  it("complained of nothing in all of this", () => {
    expect(given.complaints).toEqual([]);
  });
});
