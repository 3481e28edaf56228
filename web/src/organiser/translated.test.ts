import { afterEach, expect, it } from "vitest";
import { chooseLanguage } from "~/i18n/language";
import { text } from "~/organiser/live/audit-messages";
import { translated } from "~/organiser/translated";

afterEach(() => chooseLanguage("en"));

const FINDINGS = [
  "0 transfers out of balance; all entries sum to -5",
  "0 wallets differ from the sum of their entries",
  "0 wallets below zero",
  "0 seats with two tickets",
  "1 confirmed reservations whose tickets or payment do not add up",
  "0 cancelled reservations with an active ticket or a wrong refund",
  "0 fans with more seats than allowed",
  "0 tickets or payments that belong to another fan than their reservation",
  "takings differ from confirmed reservations by -165000",
  "3 sold; 0 missing and 0 surplus in the seat store, 0 sold but offered",
  "147 free, 0 held, 0 paying, 3 sold of 150",
  "2 admissions, at most 1 inside",
  "2 admissions, at most 1 inside; the beginning of the log is no longer kept",
  "the log tells of 1 admissions, but there were 2",
];

it.each(FINDINGS)("says in Korean what an audit found: %s", (finding) => {
  chooseLanguage("ko");
  const said = translated(finding, text().findings);

  expect(said).not.toMatch(/[A-Za-z$]/);
  expect(said.replaceAll(",", "").match(/\d+/g)?.sort()).toEqual(finding.match(/\d+/g)?.sort());
});

it("leaves what it does not know as it is", () => {
  chooseLanguage("ko");

  expect(translated("fan 7 went in before fan 5", text().findings)).toBe("fan 7 went in before fan 5");
});

it.each([
  [
    "147000 free, 0 held, 0 paying, 3000 sold of 150000",
    "빈 좌석 147,000, 선점 0, 결제 중 0, 판매 3,000, 전체 150,000석",
  ],
  ["takings differ from confirmed reservations by -165000", "확정 예매 합계와의 차이 -165,000"],
  ["row '10000' has 10000 seats #10000, up to -1000000.5.", "row '10000' has 10,000 seats #10000, up to -1,000,000.5."],
])("writes numbers as people read them, and names as they are: %s", (sentence, korean) => {
  expect(translated(sentence, [])).toMatch(/\d,000/);
  chooseLanguage("ko");

  expect(translated(sentence, text().findings)).toBe(korean);
});
