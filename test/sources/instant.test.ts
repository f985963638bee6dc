import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { instantOf } from "../../packages/sources/instant.ts";

describe("instantOf", () => {
  it.each([
    ["2026-03-01T10:00:00Z", "2026-03-01T10:00:00.000Z"],
    ["2021-08-19T12:16:32.000-04:00", "2021-08-19T16:16:32.000Z"],
    ["2019-08-14T11:02:33.678+0800", "2019-08-14T03:02:33.678Z"],
    ["2019-05-15T15:20:55+00:00", "2019-05-15T15:20:55.000Z"],
    ["2026-03-01T10:00:00.123456789Z", "2026-03-01T10:00:00.123Z"],
    ["2024-02-29T23:59:60Z", "2024-03-01T00:00:00.000Z"],
    ["2026-01-01T00:30:00+01:00", "2025-12-31T23:30:00.000Z"],
  ])("%s is %s", (written, instant) => expect(instantOf(written, "at")).toBe(instant));

  it("reads epochs in the unit that the sender uses", () => {
    expect(instantOf(1557933657, "at")).toBe("2019-05-15T15:20:57.000Z");
    expect(instantOf(1566935004475, "at", "milliseconds")).toBe("2019-08-27T19:43:24.475Z");
  });

  it.each([
    "2026-02-29T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-00-01T00:00:00Z",
    "2026-01-01T24:00:00Z",
    "2026-01-01T00:60:00Z",
    "2026-01-01T00:00:00",
    "2026-01-01",
    "Tue Jul 30 22:06:22 UTC 2019",
    "2026-01-01T00:00:00+99:00",
    "",
    "+275760-09-13T00:00:00Z",
  ])("refuses %j", (written) => expect(() => instantOf(written, "at")).toThrow(/at: expected a date and time/));

  it.each(["1969-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-01:00", -1, 1e18, Number.NaN, Number.POSITIVE_INFINITY])(
    "refuses %s, which is out of range",
    (value) => expect(() => instantOf(value, "at")).toThrow(/expected a date/),
  );

  it("reads back what Date writes", () => {
    const range = { min: new Date(0), max: new Date(Date.UTC(9999, 11, 31)), noInvalidDate: true };
    fc.assert(
      fc.property(fc.date(range), (date) => {
        expect(instantOf(date.toISOString(), "at")).toBe(date.toISOString());
      }),
    );
  });
});
