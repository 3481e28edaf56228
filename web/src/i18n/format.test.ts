import { beforeEach, describe, expect, it } from "vitest";
import { clockface, money, number, zone } from "~/i18n/format";
import { chooseLanguage, preferred } from "~/i18n/language";

beforeEach(() => chooseLanguage("en"));

describe("money", () => {
  it("has no minor unit in won and two digits in dollars", () => {
    expect([money(165_000, "KRW"), money(165_050, "USD")]).toEqual(["₩165,000", "US$1,650.50"]);
  });

  it("follows the language", () => {
    chooseLanguage("ko");
    expect([money(165_000, "KRW"), number(12_345)]).toEqual(["₩165,000", "12,345"]);
  });
});

it("writes a countdown", () => {
  expect([clockface(75), clockface(3_675), clockface(0.2), clockface(-3)]).toEqual(["1:15", "1:01:15", "0:01", "0:00"]);
});

it("takes the first language of the browser that we speak", () => {
  expect([preferred(["fr-FR", "ko", "en"]), preferred(["de"]), preferred(["en-US", "ko-KR"])]).toEqual([
    "ko",
    "en",
    "en",
  ]);
});

it("names a time zone, the same all year", () => {
  const english = ["Asia/Seoul", "America/New_York"].map((name) => zone(name));
  chooseLanguage("ko");

  expect([...english, zone("Asia/Seoul")]).toEqual(["Korean Standard Time", "Eastern Time", "한국 표준시"]);
});
