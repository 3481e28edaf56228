import { expect, it } from "vitest";
import { mistakes } from "~/accounts/limits";

const GOOD = { name: "김민지", email: "fan@example.com", password: "12345678" };

it("lets through what the service takes", () => {
  expect(mistakes(GOOD)).toEqual({});
  expect(mistakes({ ...GOOD, password: "😀".repeat(128) })).toEqual({});
});

it("names what the service would refuse", () => {
  expect(mistakes({ name: " ", email: "fan@example", password: "1234567" })).toEqual({
    name: "nameMissing",
    email: "email",
    password: "passwordShort",
  });
  expect(mistakes({ name: "x".repeat(101), email: "팬@example.com", password: "x".repeat(129) })).toEqual({
    name: "nameLong",
    email: "email",
    password: "passwordLong",
  });
});
