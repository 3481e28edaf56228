import { catalogue } from "~/i18n/catalogue";
import { number } from "~/i18n/format";

interface Messages {
  checkout: string;
  heldFor: string;
  announced: Record<"minute" | "half" | "over", string>;
  yourSeats: string;
  seat: (section: string, row: string, label: string) => string;
  seats: (count: number) => string;
  total: string;
  balance: string;
  afterwards: string;
  missing: string;
  pay: (amount: string) => string;
  paying: string;
  paid: string;
  lost: string;
  busy: string;
  topUpFirst: (amount: string) => string;
  giveBack: string;
  giveBackTitle: string;
  giveBackText: string;
  giveBackYes: string;
  keepSeats: string;
  over: Record<
    "hold_expired" | "seat_taken" | "already_paid" | "limit_exceeded" | "gone",
    { title: string; text: string }
  >;
  chooseAgain: string;
  toReservation: string;
  toReservations: string;
  toConcerts: string;
}

export const text = catalogue<Messages>({
  en: {
    checkout: "Payment",
    heldFor: "These seats are yours for",
    announced: {
      minute: "One minute is left to pay.",
      half: "Thirty seconds are left to pay.",
      over: "The time to pay is over.",
    },
    yourSeats: "Your seats",
    seat: (section, row, label) => `${section}, row ${row}, seat ${label}`,
    seats: (count) => (count === 1 ? "1 seat" : `${number(count)} seats`),
    total: "Total",
    balance: "In your wallet",
    afterwards: "Left after paying",
    missing: "Still missing",
    pay: (amount) => `Pay ${amount}`,
    paying: "Paying …",
    paid: "Paid. Your tickets are coming …",
    lost: "There is no connection, so we do not know yet whether your payment went through. We keep asking. You are never charged twice.",
    busy: "A great many people are paying right now. Your payment is tried again by itself; you are never charged twice.",
    topUpFirst: (amount) => `Your wallet lacks ${amount}. Top it up here, then pay while the seats are yours.`,
    giveBack: "Give the seats back",
    giveBackTitle: "Give these seats back?",
    giveBackText: "Others can take them at once. You can then choose other seats while your time inside lasts.",
    giveBackYes: "Give them back",
    keepSeats: "Keep my seats",
    over: {
      hold_expired: {
        title: "The time for these seats is over",
        text: "They went back on sale, and nothing was charged. You can choose seats again; yours may still be free.",
      },
      seat_taken: {
        title: "Somebody else has bought these seats",
        text: "Nothing was charged. We are sorry: please choose other seats.",
      },
      already_paid: {
        title: "These seats are paid already",
        text: "They are yours, and you were charged once. Your tickets are in your reservations.",
      },
      limit_exceeded: {
        title: "That is more seats than one person may have",
        text: "Tickets that you bought before count as well. Nothing was charged. Please choose fewer seats.",
      },
      gone: {
        title: "These seats are not held for you any more",
        text: "If you have paid, your tickets are in your reservations. Otherwise nothing was charged, and you can choose seats again.",
      },
    },
    chooseAgain: "Choose seats again",
    toReservation: "See my tickets",
    toReservations: "My reservations",
    toConcerts: "Go to the concerts",
  },
  ko: {
    checkout: "결제",
    heldFor: "좌석 확보 남은 시간",
    announced: {
      minute: "결제 시간이 1분 남았습니다.",
      half: "결제 시간이 30초 남았습니다.",
      over: "결제 시간이 끝났습니다.",
    },
    yourSeats: "선택한 좌석",
    seat: (section, row, label) => `${section} ${row}열 ${label}번`,
    seats: (count) => `${number(count)}석`,
    total: "결제 금액",
    balance: "지갑 잔액",
    afterwards: "결제 후 잔액",
    missing: "부족한 금액",
    pay: (amount) => `${amount} 결제하기`,
    paying: "결제하는 중 …",
    paid: "결제되었습니다. 티켓을 불러오는 중 …",
    lost: "연결이 끊겨 결제가 처리되었는지 아직 알 수 없습니다. 계속 확인하고 있습니다. 두 번 결제되지 않습니다.",
    busy: "지금 결제하는 분이 매우 많습니다. 자동으로 다시 시도하며, 두 번 결제되지 않습니다.",
    topUpFirst: (amount) => `잔액이 ${amount} 부족합니다. 남은 시간 안에 여기서 충전한 뒤 결제해 주세요.`,
    giveBack: "좌석 포기하기",
    giveBackTitle: "좌석을 포기하시겠어요?",
    giveBackText:
      "포기한 좌석은 바로 다른 분이 선택할 수 있습니다. 입장 시간이 남아 있으면 다른 좌석을 고를 수 있습니다.",
    giveBackYes: "포기하기",
    keepSeats: "좌석 유지하기",
    over: {
      hold_expired: {
        title: "좌석 확보 시간이 끝났습니다",
        text: "좌석은 다시 판매되며, 결제된 금액은 없습니다. 좌석을 다시 선택해 주세요. 같은 좌석이 아직 남아 있을 수 있습니다.",
      },
      seat_taken: {
        title: "다른 분이 먼저 구매한 좌석입니다",
        text: "결제된 금액은 없습니다. 죄송합니다. 다른 좌석을 선택해 주세요.",
      },
      already_paid: {
        title: "이미 결제한 좌석입니다",
        text: "좌석은 고객님의 것이며 한 번만 결제되었습니다. 예매 내역에서 티켓을 확인해 주세요.",
      },
      limit_exceeded: {
        title: "1인당 구매할 수 있는 좌석 수를 넘었습니다",
        text: "이전에 구매한 티켓도 포함됩니다. 결제된 금액은 없습니다. 좌석 수를 줄여 다시 선택해 주세요.",
      },
      gone: {
        title: "좌석이 더 이상 확보되어 있지 않습니다",
        text: "결제를 마치셨다면 예매 내역에서 티켓을 확인해 주세요. 그렇지 않다면 결제된 금액은 없으며, 좌석을 다시 선택할 수 있습니다.",
      },
    },
    chooseAgain: "좌석 다시 선택하기",
    toReservation: "내 티켓 보기",
    toReservations: "예매 내역",
    toConcerts: "공연 목록으로",
  },
});
