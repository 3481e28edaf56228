import { beforeEach, describe, expect, it } from "vitest";
import { Lost, Refusal } from "~/api/failures";
import { messages } from "~/api/messages";
import { sentence } from "~/api/sentences";
import { chooseLanguage } from "~/i18n/language";
import reference from "../../../docs/api.md?raw";

/** Every code that docs/api.md tells of: those of its table, and those of the sentence about the edge. */
const errors = reference.slice(reference.indexOf("\n## Errors"), reference.indexOf("\n## Accounts"));
const CODES = [...errors.matchAll(/(?:^\| \d{3} \| |\b(?:405|500) )`(\w+)`/gm)].map((found) => found[1] ?? "");

beforeEach(() => chooseLanguage("en"));

it("finds the codes in the reference", () => {
  expect(CODES).toEqual(
    expect.arrayContaining(["malformed_json", "unavailable", "method_not_allowed", "internal_error"]),
  );
});

describe.each(["en", "ko"] as const)("in %s", (language) => {
  it.each(CODES)("%s has a sentence", (code) => {
    chooseLanguage(language);

    expect(messages().refusals[code]).toMatch(/[.]$/);
  });

  it("has sentences for no other codes, and none twice", () => {
    chooseLanguage(language);
    const { refusals } = messages();

    expect(Object.keys(refusals).filter((code) => !CODES.includes(code))).toEqual([]);
    expect(new Set(Object.values(refusals)).size).toBe(Object.keys(refusals).length);
  });
});

it("says when to try again where the service does", () => {
  expect(sentence(new Refusal(503, "unavailable", 3, {}))).toBe(
    "This does not work for a moment. Nothing is lost. Please try again in 3 s.",
  );
});

it("has a sentence for a lost connection, and for what nobody foresaw", () => {
  expect(sentence(new Lost())).toContain("no connection");
  expect([sentence(new Refusal(418, "teapot", null, {})), sentence(new TypeError("x"))]).toEqual([
    messages().unknown,
    messages().unknown,
  ]);
});
