import { expect, it } from "vitest";
import { isoOf, minorOf, seatsPerFanOf } from "~/organiser/concerts/entered";

it("reads amounts in the currency's own digits", () => {
  expect(["165,000", "0", " 99000 "].map((text) => minorOf(text, "KRW"))).toEqual([165_000, 0, 99_000]);
  expect(["1,650.50", "3", "0.5"].map((text) => minorOf(text, "USD"))).toEqual([165_050, 300, 50]);
});

it("takes no amount that the currency cannot have", () => {
  expect(["", "-1", "1.5", "1e3", "abc"].map((text) => minorOf(text, "KRW"))).toEqual(Array(5).fill(null));
  expect(minorOf("1.505", "USD")).toBeNull();
});

it("reads a moment of the reader's time zone", () => {
  const read = isoOf("2027-01-15T19:30");

  expect(read && new Date(read).getHours()).toBe(19);
  expect([isoOf(""), isoOf("soon")]).toEqual([null, null]);
});

it("takes 1 to 100 seats for a fan", () => {
  expect(["1", "100", "0", "101", "2.5", ""].map(seatsPerFanOf)).toEqual([1, 100, null, null, null, null]);
});
