import { catalogue } from "~/i18n/catalogue";
import type { State } from "~/organiser/live/heat";
import type { Forms } from "~/organiser/translated";

interface Messages {
  title: string;
  numbers: string;
  stale: (seconds: string) => string;
  fresh: string;
  waiting: string;
  present: (count: string) => string;
  inside: string;
  insideOf: (inside: string, limit: string) => string;
  roomFor: (limit: string) => string;
  perMinute: string;
  admitted: (count: string) => string;
  soldSeats: string;
  soldOf: (total: string) => string;
  revenue: string;
  reservations: (count: string) => string;
  conversion: string;
  conversionHint: string;
  forecast: string;
  forecasts: Record<
    "nothing_to_sell" | "sold_out" | "not_on_sale" | "too_early" | "no_sales" | "far",
    { value: string; hint: string }
  >;
  soldOutIn: (span: string) => string;
  soldOutAt: (at: string) => string;
  minutes: (count: string) => string;
  hours: (count: string) => string;
  underAMinute: string;
  notYet: string;
  admission: string;
  limit: string;
  limitHint: string;
  rate: string;
  rateHint: string;
  less: (what: string) => string;
  more: (what: string) => string;
  apply: string;
  wrongLimit: string;
  wrongRate: string;
  underWay: string;
  inForce: (seconds: string) => string;
  raised: string;
  seats: string;
  performance: string;
  mapLabel: string;
  map: { nearer: string; farther: string; whole: string };
  states: Record<State, string>;
  share: (percent: string) => string;
  bySection: string;
  section: string;
  charts: string;
  chartInside: string;
  chartLimit: string;
  chartWaiting: string;
  chartPresent: string;
  chartSpeed: string;
  chartSold: string;
  chartLater: string;
  chartTold: (title: string, now: string, least: string, most: string) => string;
  asTable: string;
  time: string;
  files: string;
  sales: string;
  ledger: string;
  filesHint: string;
  audit: string;
  auditHint: string;
  auditRun: string;
  auditOk: (count: string, at: string) => string;
  auditBroken: (count: string, at: string) => string;
  checks: Record<string, string>;
  /** What a check says it has found, where the reader's language is not the service's. */
  findings: Forms;
  ok: string;
  broken: string;
}

export const text = catalogue<Messages>({
  en: {
    title: "Live sale",
    numbers: "The sale now",
    stale: (seconds) => `These numbers are ${seconds} s old: the service does not answer. The page goes on asking.`,
    fresh: "Live, renewed every second",
    waiting: "Waiting",
    present: (count) => `${count} of them present`,
    inside: "Inside",
    insideOf: (inside, limit) => `${inside} inside, room for ${limit}`,
    roomFor: (limit) => `room for ${limit}`,
    perMinute: "Admissions per minute",
    admitted: (count) => `${count} let in so far`,
    soldSeats: "Seats sold",
    soldOf: (total) => `of ${total}`,
    revenue: "Revenue",
    reservations: (count) => `${count} reservations`,
    conversion: "Conversion",
    conversionHint: "reservations for each fan let in",
    forecast: "Sold out in",
    forecasts: {
      nothing_to_sell: { value: "–", hint: "no performance yet" },
      sold_out: { value: "Sold out", hint: "every seat is sold" },
      not_on_sale: { value: "–", hint: "the sale is not open" },
      too_early: { value: "…", hint: "needs 20 s of sale to tell" },
      no_sales: { value: "–", hint: "nothing sold in the last minutes" },
      far: { value: "> 1 day", hint: "at the pace of the last minutes" },
    },
    soldOutIn: (span) => `about ${span}`,
    soldOutAt: (at) => `at ${at}, at the pace of the last 5 minutes`,
    minutes: (count) => `${count} min`,
    hours: (count) => `${count} h`,
    underAMinute: "1 min or less",
    notYet: "…",
    admission: "Admission",
    limit: "Fans inside at most",
    limitHint: "A lower limit throws nobody out: nobody follows until enough have left.",
    rate: "Fans let in per second at most",
    rateHint: "0: as fast as places come free",
    less: (what) => `Less: ${what}`,
    more: (what) => `More: ${what}`,
    apply: "Apply",
    wrongLimit: "Please give a whole number from 1 to 1,000,000.",
    wrongRate: "Please give 0, or a number from 0.001 to 100,000.",
    underWay: "Being applied …",
    inForce: (seconds) => `In force, seen after ${seconds} s`,
    raised: "In force",
    seats: "Seats",
    performance: "Performance",
    mapLabel: "Map of the seats by state. The table below has the same in numbers.",
    map: { nearer: "Nearer", farther: "Farther", whole: "Whole plan" },
    states: { free: "Free", held: "Held", paying: "Paying", sold: "Sold" },
    share: (percent) => `${percent} taken`,
    bySection: "Seats by section, as a table",
    section: "Section",
    charts: "Over time, since this page was opened",
    chartInside: "Inside",
    chartLimit: "Limit",
    chartWaiting: "Waiting",
    chartPresent: "Present",
    chartSpeed: "Admissions per minute",
    chartSold: "Seats sold",
    chartLater: "The line begins in a few seconds.",
    chartTold: (title, now, least, most) => `${title}: ${now} now, lowest ${least}, highest ${most}. A table follows.`,
    asTable: "As a table",
    time: "Time",
    files: "Files",
    sales: "Sales (CSV)",
    ledger: "Ledger (CSV)",
    filesHint: "Every ticket and every entry of the ledger until now, for a spreadsheet.",
    audit: "Audit",
    auditHint:
      "Reads the whole sale back from both stores and proves what was promised. A running sale may be audited.",
    auditRun: "Audit now",
    auditOk: (count, at) => `All ${count} checks hold (${at}).`,
    auditBroken: (count, at) => `${count} checks do not hold (${at}). Pause the sale and see the details.`,
    checks: {
      ledger_sums_to_zero: "The ledger sums to zero",
      wallets_explained_by_ledger: "Every wallet is explained by the ledger",
      no_negative_wallet: "No wallet is below zero",
      no_seat_sold_twice: "No seat is sold twice",
      reservations_paid_and_whole: "Every reservation is paid and whole",
      cancellations_refunded: "Every cancellation is refunded",
      fan_limit_kept: "Nobody has more seats than allowed",
      owners_agree: "Tickets and payments belong to the same fan",
      revenue_explained: "Revenue is what the reservations sum to",
      seat_store_agrees: "Seat store and database agree",
      seat_states_sum: "Seat states sum to the capacity",
      limit_and_order_kept: "Limit and order of admission were kept",
    },
    findings: [],
    ok: "holds",
    broken: "does not hold",
  },
  ko: {
    title: "실시간 판매 현황",
    numbers: "현재 판매 현황",
    stale: (seconds) => `${seconds}초 전의 수치입니다. 서비스가 응답하지 않아 계속 다시 묻고 있습니다.`,
    fresh: "실시간, 1초마다 갱신",
    waiting: "대기 인원",
    present: (count) => `이 중 ${count}명 접속 중`,
    inside: "입장 인원",
    insideOf: (inside, limit) => `정원 ${limit}명 중 ${inside}명 입장`,
    roomFor: (limit) => `정원 ${limit}명`,
    perMinute: "분당 입장",
    admitted: (count) => `지금까지 ${count}명 입장`,
    soldSeats: "판매 좌석",
    soldOf: (total) => `전체 ${total}석`,
    revenue: "매출",
    reservations: (count) => `예매 ${count}건`,
    conversion: "전환율",
    conversionHint: "입장한 관객 1명당 예매",
    forecast: "매진 예상",
    forecasts: {
      nothing_to_sell: { value: "–", hint: "등록된 회차가 없습니다" },
      sold_out: { value: "매진", hint: "모든 좌석이 판매되었습니다" },
      not_on_sale: { value: "–", hint: "판매 중이 아닙니다" },
      too_early: { value: "…", hint: "20초 이상 지켜본 뒤 알려 드립니다" },
      no_sales: { value: "–", hint: "최근 몇 분간 판매가 없습니다" },
      far: { value: "하루 이상", hint: "최근 몇 분의 속도 기준" },
    },
    soldOutIn: (span) => `약 ${span} 뒤`,
    soldOutAt: (at) => `${at}, 최근 5분의 속도 기준`,
    minutes: (count) => `${count}분`,
    hours: (count) => `${count}시간`,
    underAMinute: "1분 이내",
    notYet: "…",
    admission: "입장 조절",
    limit: "동시 입장 정원(명)",
    limitHint: "정원을 줄여도 입장한 관객은 나가지 않으며, 충분히 빠질 때까지 새로 들어오지 않습니다.",
    rate: "초당 최대 입장(명)",
    rateHint: "0이면 자리가 나는 대로 입장합니다",
    less: (what) => `줄이기: ${what}`,
    more: (what) => `늘리기: ${what}`,
    apply: "적용",
    wrongLimit: "1부터 1,000,000까지의 정수를 입력해 주세요.",
    wrongRate: "0 또는 0.001부터 100,000까지의 수를 입력해 주세요.",
    underWay: "적용하는 중 …",
    inForce: (seconds) => `적용됨, ${seconds}초 만에 확인`,
    raised: "적용됨",
    seats: "좌석",
    performance: "회차",
    mapLabel: "상태별 좌석 지도입니다. 같은 내용이 아래 표에 숫자로 있습니다.",
    map: { nearer: "확대", farther: "축소", whole: "전체 보기" },
    states: { free: "빈 좌석", held: "선점", paying: "결제 중", sold: "판매됨" },
    share: (percent) => `${percent} 선점·판매`,
    bySection: "구역별 좌석 현황을 표로 보기",
    section: "구역",
    charts: "이 페이지를 연 뒤의 변화",
    chartInside: "입장 인원",
    chartLimit: "정원",
    chartWaiting: "대기 인원",
    chartPresent: "접속 중",
    chartSpeed: "분당 입장",
    chartSold: "판매 좌석",
    chartLater: "몇 초 뒤부터 그래프가 나타납니다.",
    chartTold: (title, now, least, most) => `${title}: 현재 ${now}, 최저 ${least}, 최고 ${most}. 아래에 표가 있습니다.`,
    asTable: "표로 보기",
    time: "시각",
    files: "파일 내려받기",
    sales: "판매 내역(CSV)",
    ledger: "원장(CSV)",
    filesHint: "지금까지의 모든 티켓과 원장 기록을 스프레드시트용 파일로 내려받습니다.",
    audit: "감사",
    auditHint: "두 저장소에서 판매 전체를 다시 읽어 약속한 바를 검증합니다. 판매 중에도 할 수 있습니다.",
    auditRun: "지금 감사하기",
    auditOk: (count, at) => `${count}개 항목이 모두 맞습니다(${at}).`,
    auditBroken: (count, at) => `${count}개 항목이 맞지 않습니다(${at}). 판매를 일시 중지하고 내용을 확인해 주세요.`,
    checks: {
      ledger_sums_to_zero: "원장의 합계가 0입니다",
      wallets_explained_by_ledger: "모든 지갑이 원장과 일치합니다",
      no_negative_wallet: "잔액이 0보다 작은 지갑이 없습니다",
      no_seat_sold_twice: "두 번 판매된 좌석이 없습니다",
      reservations_paid_and_whole: "모든 예매가 온전히 결제되었습니다",
      cancellations_refunded: "모든 취소가 환불되었습니다",
      fan_limit_kept: "1인당 매수 제한이 지켜졌습니다",
      owners_agree: "티켓과 결제의 주인이 같습니다",
      revenue_explained: "매출이 예매 합계와 같습니다",
      seat_store_agrees: "좌석 저장소와 데이터베이스가 일치합니다",
      seat_states_sum: "좌석 상태의 합이 전체 좌석과 같습니다",
      limit_and_order_kept: "입장 정원과 순서가 지켜졌습니다",
    },
    findings: [
      [/^(\d+) transfers out of balance; all entries sum to (-?\d+)$/, "맞지 않는 거래 $1건, 전체 기록의 합 $2"],
      [/^(\d+) wallets differ from the sum of their entries$/, "기록의 합과 다른 지갑 $1개"],
      [/^(\d+) wallets below zero$/, "잔액이 마이너스인 지갑 $1개"],
      [/^(\d+) seats with two tickets$/, "티켓이 두 장인 좌석 $1석"],
      [/^(\d+) confirmed reservations whose .+$/, "티켓이나 결제가 맞지 않는 확정 예매 $1건"],
      [/^(\d+) cancelled reservations with .+$/, "유효한 티켓이 남았거나 환불이 틀린 취소 예매 $1건"],
      [/^(\d+) fans with more seats than allowed$/, "제한보다 많은 좌석을 가진 관객 $1명"],
      [/^(\d+) tickets or payments that belong .+$/, "예매와 주인이 다른 티켓이나 결제 $1건"],
      [/^takings differ from confirmed reservations by (-?\d+)$/, "확정 예매 합계와의 차이 $1"],
      [
        /^(\d+) sold; (\d+) missing and (\d+) surplus in the seat store, (\d+) sold but offered$/,
        "판매 $1석. 좌석 저장소에 없는 좌석 $2석, 더 있는 좌석 $3석, 판매되었는데 다시 나온 좌석 $4석",
      ],
      [
        /^(\d+) free, (\d+) held, (\d+) paying, (\d+) sold of (\d+)$/,
        "빈 좌석 $1, 선점 $2, 결제 중 $3, 판매 $4, 전체 $5석",
      ],
      [/^(\d+) admissions, at most (\d+) inside$/, "입장 $1명, 동시 입장 최대 $2명"],
      [
        /^(\d+) admissions, at most (\d+) inside; the beginning .+$/,
        "입장 $1명, 동시 입장 최대 $2명. 기록의 앞부분은 더 이상 남아 있지 않습니다",
      ],
      [/^the log tells of (\d+) admissions, but there were (\d+)$/, "기록에는 입장이 $1명이지만 실제로는 $2명입니다"],
    ],
    ok: "맞음",
    broken: "맞지 않음",
  },
});
