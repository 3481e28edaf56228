import { catalogue } from "~/i18n/catalogue";
import type { Forms } from "~/organiser/translated";

export const text = catalogue({
  en: {
    audit: "Audit",
    auditHint:
      "Reads the whole sale back from both stores and proves what was promised. A running sale may be audited.",
    auditRun: "Audit now",
    auditOk: (count: string, at: string) => `All ${count} checks hold (${at}).`,
    auditBroken: (count: string, at: string) =>
      `${count} checks do not hold (${at}). Pause the sale and see the details.`,
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
    } as Record<string, string>,
    /** What a check says it has found, where the reader's language is not the service's. */
    findings: [] as Forms,
    ok: "holds",
    broken: "does not hold",
  },
  ko: {
    audit: "감사",
    auditHint: "두 저장소에서 판매 전체를 다시 읽어 약속한 바를 검증합니다. 판매 중에도 할 수 있습니다.",
    auditRun: "지금 감사하기",
    auditOk: (count: string, at: string) => `${count}개 항목이 모두 맞습니다(${at}).`,
    auditBroken: (count: string, at: string) =>
      `${count}개 항목이 맞지 않습니다(${at}). 판매를 일시 중지하고 내용을 확인해 주세요.`,
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
