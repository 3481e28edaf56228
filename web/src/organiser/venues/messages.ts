import { catalogue } from "~/i18n/catalogue";
import { number } from "~/i18n/format";

interface Messages {
  venues: string;
  noVenue: string;
  newVenue: string;
  name: string;
  add: string;
  required: string;
  since: (at: string) => string;
  plans: string;
  noPlan: string;
  seats: (count: string) => string;
  tiers: (names: string) => string;
  show: string;
  upload: string;
  uploadHint: string;
  file: string;
  wrongFile: string;
  tooLarge: string;
  planName: string;
  planNameHint: string;
  sending: (percent: string) => string;
  reading: string;
  stop: string;
  good: (seats: string, sections: string) => string;
  store: string;
  stored: (name: string) => string;
  problems: (count: number) => string;
  problemsHint: string;
  andMore: (count: string) => string;
  mapLabel: string;
  map: { nearer: string; farther: string; whole: string };
  line: (no: string) => string;
  column: (name: string) => string;
  zone: (no: string) => string;
  category: (no: string) => string;
  row: (no: string) => string;
  seat: (no: string) => string;
  area: (no: string) => string;
  byte: (no: string) => string;
  whole: string;
  /** Sentences of the service about plans, first match wins; the others are shown as they come. */
  reasons: readonly (readonly [RegExp, string])[];
}

export const text = catalogue<Messages>({
  en: {
    venues: "Venues and plans",
    noVenue: "There is no venue yet. Add the first one.",
    newVenue: "Add a venue",
    name: "Name",
    add: "Add",
    required: "Please fill this in.",
    since: (at) => `since ${at}`,
    plans: "Seating plans",
    noPlan: "There is no seating plan yet. Upload one below.",
    seats: (count) => `${count} seats`,
    tiers: (names) => `Tiers: ${names}`,
    show: "Show the map",
    upload: "Upload a plan",
    uploadHint:
      "A plan as pretix's editor saves it (JSON), or a table (CSV) whose first line is section,row,label,tier,x,y. At most 32 MiB and 100,000 seats. You see the map before anything is stored.",
    file: "File",
    wrongFile: "Please choose a file whose name ends with .json or .csv.",
    tooLarge: "This file has more than 32 MiB.",
    planName: "Name of the plan",
    planNameHint: "May be left out where the file gives one.",
    sending: (percent) => `Sending: ${percent}`,
    reading: "The plan is being read …",
    stop: "Stop",
    good: (seats, sections) => `The plan is fine: ${seats} seats in ${sections} sections. Have a look, then store it.`,
    store: "Store the plan",
    stored: (name) => `“${name}” is stored. Performances can use it now.`,
    problems: (count) =>
      count === 1 ? "One thing is wrong with this file" : `${number(count)} things are wrong with this file`,
    problemsHint: "Nothing was stored. Mend the file and choose it again.",
    andMore: (count) => `and at ${count} more places`,
    mapLabel: "Map of the seating plan",
    map: { nearer: "Nearer", farther: "Farther", whole: "Whole plan" },
    line: (no) => `line ${no}`,
    column: (name) => `column ${name}`,
    zone: (no) => `zone ${no}`,
    category: (no) => `category ${no}`,
    row: (no) => `row ${no}`,
    seat: (no) => `seat ${no}`,
    area: (no) => `area ${no}`,
    byte: (no) => `byte ${no}`,
    whole: "the whole file",
    reasons: [],
  },
  ko: {
    venues: "공연장과 좌석 배치도",
    noVenue: "아직 공연장이 없습니다. 첫 공연장을 추가해 주세요.",
    newVenue: "공연장 추가",
    name: "이름",
    add: "추가",
    required: "입력해 주세요.",
    since: (at) => `${at} 등록`,
    plans: "좌석 배치도",
    noPlan: "아직 좌석 배치도가 없습니다. 아래에서 올려 주세요.",
    seats: (count) => `${count}석`,
    tiers: (names) => `등급: ${names}`,
    show: "지도 보기",
    upload: "좌석 배치도 올리기",
    uploadHint:
      "pretix 편집기에서 저장한 JSON 파일이나, 첫 줄이 section,row,label,tier,x,y인 CSV 표를 올려 주세요. 최대 32MiB, 100,000석입니다. 저장하기 전에 지도로 먼저 확인하실 수 있습니다.",
    file: "파일",
    wrongFile: "이름이 .json 또는 .csv로 끝나는 파일을 선택해 주세요.",
    tooLarge: "파일이 32MiB보다 큽니다.",
    planName: "배치도 이름",
    planNameHint: "파일에 이름이 있으면 비워 두셔도 됩니다.",
    sending: (percent) => `보내는 중: ${percent}`,
    reading: "배치도를 읽는 중입니다 …",
    stop: "중지",
    good: (seats, sections) => `문제가 없습니다. ${sections}개 구역, ${seats}석입니다. 지도를 확인하고 저장해 주세요.`,
    store: "배치도 저장",
    stored: (name) => `“${name}” 배치도를 저장했습니다. 이제 회차에 쓸 수 있습니다.`,
    problems: (count) => `파일에 고칠 곳이 ${number(count)}가지 있습니다`,
    problemsHint: "저장된 것은 없습니다. 파일을 고친 뒤 다시 선택해 주세요.",
    andMore: (count) => `외 ${count}곳`,
    mapLabel: "좌석 배치도",
    map: { nearer: "확대", farther: "축소", whole: "전체 보기" },
    line: (no) => `${no}번째 줄`,
    column: (name) => `${name} 열`,
    zone: (no) => `구역(zone) ${no}`,
    category: (no) => `등급(category) ${no}`,
    row: (no) => `열(row) ${no}`,
    seat: (no) => `좌석 ${no}`,
    area: (no) => `영역(area) ${no}`,
    byte: (no) => `${no}번째 바이트`,
    whole: "파일 전체",
    reasons: [
      [/^there is no category named (.+)\.$/, "$1 등급이 없습니다."],
      [/^there are two categories named (.+)\.$/, "$1 등급이 두 번 나옵니다."],
      [/^there are two seats named section (.+), row (.+), seat (.+)\.$/, "$1 구역 $2열 $3번 좌석이 두 번 나옵니다."],
      [/^(.+) is not a number from -(\S+) to (\S+)\.$/, "$1: -$2부터 $3까지의 숫자가 아닙니다."],
      [/^there must be (\d+) fields, not (\d+)\.$/, "항목이 $1개여야 하는데 $2개입니다."],
      [/^the first line must be (.+)\.$/, "첫 줄은 $1이어야 합니다."],
      [/^the text needs 1 to (\d+) characters\.$/, "1자부터 $1자까지 써 주세요."],
      [/^the text may not contain control characters\.$/, "제어 문자는 쓸 수 없습니다."],
      [/^the colour (.+) is not one like (.+)\.$/, "$1: $2 같은 색상이 아닙니다."],
      [/^a plan may have at most (\d+) seats\.$/, "좌석은 최대 $1석입니다."],
      [/^a plan may have at most (\d+) tiers\.$/, "등급은 최대 $1개입니다."],
      [/^the plan has no seats\.$/, "좌석이 하나도 없습니다."],
      [/^the file is not valid JSON\.$/, "올바른 JSON 파일이 아닙니다."],
      [
        /^the file is not UTF-8 text\.$/,
        "UTF-8 텍스트 파일이 아닙니다. 엑셀에서는 ‘CSV UTF-8’ 형식으로 저장해 주세요.",
      ],
      [/^this is not CSV: .+$/, "올바른 CSV가 아닙니다."],
      [/^this field is missing\.$/, "이 항목이 없습니다."],
      [/^this field is not one that can be honoured\.$/, "지원하지 않는 항목입니다."],
    ],
  },
});
