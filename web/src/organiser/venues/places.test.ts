import { beforeEach, describe, expect, it } from "vitest";
import { chooseLanguage } from "~/i18n/language";
import { excerpt, formatOf, place, problemsOf, reason } from "~/organiser/venues/places";

const DOCUMENT = {
  zones: [{ rows: [] }, { name: "Floor", rows: [{ row_number: "A", seats: [{ seat_number: "12", category: "Z" }] }] }],
};
const TABLE = "section,row,label,tier,x,y\r\nF,A,1,VIP,0,0\nF,A,2,VIP,x,0\n";

beforeEach(() => chooseLanguage("en"));

it("knows a file by its name", () => {
  expect(["Hall.JSON", "hall.csv", "hall.xlsx", "json"].map(formatOf)).toEqual(["json", "csv", null, null]);
});

describe("a place", () => {
  it("of a table is its line and column", () => {
    expect([place("line 1234, tier", null), place("line 7", null)]).toEqual(["line 1,234, column tier", "line 7"]);
  });

  it("of a document is said with the names that the file gives", () => {
    expect(place("zones[1].rows[0].seats[0].category", DOCUMENT)).toBe(
      "zone 2 (Floor), row 1 (A), seat 1 (12), category",
    );
    expect(place("zones[0].rows[5]", DOCUMENT)).toBe("zone 1, row 6");
    expect([place("byte 9", null), place("plan", null), place("categories", null)]).toEqual([
      "byte 9",
      "the whole file",
      "categories",
    ]);
  });

  it("is said in Korean too", () => {
    chooseLanguage("ko");

    expect(place("line 7, tier", null)).toBe("7번째 줄, tier 열");
  });
});

it("shows what is written there", () => {
  expect(excerpt("line 3, x", TABLE, null)).toBe("F,A,2,VIP,x,0");
  expect(excerpt("zones[1].rows[0].seats[0].category", "", DOCUMENT)).toBe('"Z"');
  expect([excerpt("line 99", TABLE, null), excerpt("zones[7].name", "", DOCUMENT), excerpt("plan", "", null)]).toEqual([
    null,
    null,
    null,
  ]);
});

it("says reasons in Korean where it can", () => {
  chooseLanguage("ko");

  expect(reason("there is no category named 'Z'.")).toBe("'Z' 등급이 없습니다.");
  expect(reason("a plan may have at most 100000 seats.")).toBe("좌석은 최대 100,000석입니다.");
  expect(reason("'2000' is not a number from -1000000 to 1000000.")).toBe(
    "'2000': -1,000,000부터 1,000,000까지의 숫자가 아닙니다.",
  );
  expect(reason("something new.")).toBe("Something new.");
});

it("lists problems by line", () => {
  const problem = (path: string) => ({ path, detail: "", count: 1 });

  expect(problemsOf({ problems: ["line 10, x", "line 9", "line 2"].map(problem) })).toEqual(
    ["line 2", "line 9", "line 10, x"].map(problem),
  );
  expect(problemsOf({ problems: ["zones[1]", "zones[0]"].map(problem) })).toEqual(
    ["zones[1]", "zones[0]"].map(problem),
  );
});
