import { catalogue } from "~/i18n/catalogue";
import { number } from "~/i18n/format";

interface Messages {
  reservations: string;
  none: string;
  toConcerts: string;
  tickets: string;
  count: (tickets: number) => string;
  thanks: string;
  thanksText: string;
  section: string;
  row: string;
  seat: string;
  qr: (section: string, row: string, label: string) => string;
  door: string;
  kept: string;
  copyOffline: (when: string) => string;
  copyUnanswered: (when: string) => string;
  lapsed: (when: string) => string;
  signInAgain: string;
  print: string;
  statuses: Record<string, string>;
  reservedAt: (when: string) => string;
  cancel: string;
  cancelTitle: string;
  cancelText: (tickets: number, amount: string) => string;
  cancelYes: string;
  keep: string;
  cancelling: string;
  lost: string;
  busy: string;
  cancelled: (amount: string, balance: string) => string;
  cancelledAt: (when: string) => string;
  alreadyCancelled: string;
  begun: string;
  missing: string;
  missingText: string;
}

export const text = catalogue<Messages>({
  en: {
    reservations: "My reservations",
    none: "You have no reservations yet.",
    toConcerts: "Go to the concerts",
    tickets: "Your tickets",
    count: (tickets) => (tickets === 1 ? "1 ticket" : `${number(tickets)} tickets`),
    thanks: "The seats are yours",
    thanksText: "Your tickets are below, and from now on under “My reservations”. Enjoy the concert!",
    section: "Section",
    row: "Row",
    seat: "Seat",
    qr: (section, row, label) => `QR code of the ticket for ${section}, row ${row}, seat ${label}`,
    door: "Show the code of each ticket at the door, on this screen or printed.",
    kept: "They are kept on this device, so this page opens without a connection as well.",
    copyOffline: (when) =>
      `There is no connection. You see the tickets that this device keeps, as of ${when}. Their codes can be shown at the door.`,
    copyUnanswered: (when) =>
      `The service does not answer as it should. You see the tickets that this device keeps, as of ${when}. Their codes can be shown at the door.`,
    lapsed: (when) =>
      `The connection broke off while your sign-in was being renewed, so please sign in again. Until then you see the tickets that this device keeps, as of ${when}. Their codes can be shown at the door.`,
    signInAgain: "Sign in again",
    print: "Print",
    statuses: { confirmed: "Confirmed", cancelled: "Cancelled" },
    reservedAt: (when) => `Reserved on ${when}`,
    cancel: "Cancel this reservation",
    cancelTitle: "Cancel this reservation?",
    cancelText: (tickets, amount) =>
      `${tickets === 1 ? "The ticket is" : `All ${number(tickets)} tickets are`} given back, and ${amount} comes back to your wallet. This cannot be undone: the seats go on sale again at once.`,
    cancelYes: "Cancel it",
    keep: "Keep my tickets",
    cancelling: "Cancelling …",
    lost: "There is no connection, so we do not know yet whether the cancellation went through. We keep asking; your money comes back exactly once.",
    busy: "A great many people are here right now. Your cancellation is tried again by itself.",
    cancelled: (amount, balance) => `Cancelled. ${amount} is back in your wallet; your balance is now ${balance}.`,
    cancelledAt: (when) => `Cancelled on ${when}. These tickets are not valid any more.`,
    alreadyCancelled: "This reservation was cancelled before. The money is in your wallet already.",
    begun: "The performance has begun, so this reservation can no longer be cancelled.",
    missing: "There is no such reservation",
    missingText: "It may belong to another account. Please check which one you are signed in with.",
  },
  ko: {
    reservations: "예매 내역",
    none: "아직 예매한 공연이 없습니다.",
    toConcerts: "공연 목록으로",
    tickets: "내 티켓",
    count: (tickets) => `티켓 ${number(tickets)}장`,
    thanks: "예매가 완료되었습니다",
    thanksText: "티켓은 아래에서, 이후에는 ‘예매 내역’에서 확인할 수 있습니다. 즐거운 관람 되세요!",
    section: "구역",
    row: "열",
    seat: "좌석",
    qr: (section, row, label) => `${section} ${row}열 ${label}번 티켓의 QR 코드`,
    door: "입장할 때 티켓마다 QR 코드를 보여 주세요. 화면이나 인쇄본 모두 가능합니다.",
    kept: "티켓은 이 기기에 저장되어 있어, 인터넷 연결이 없어도 이 페이지에서 볼 수 있습니다.",
    copyOffline: (when) =>
      `연결되지 않아 이 기기에 저장된 티켓(${when} 기준)을 보여 드립니다. QR 코드는 입장할 때 그대로 보여 주시면 됩니다.`,
    copyUnanswered: (when) =>
      `서비스가 정상적으로 응답하지 않아 이 기기에 저장된 티켓(${when} 기준)을 보여 드립니다. QR 코드는 입장할 때 그대로 보여 주시면 됩니다.`,
    lapsed: (when) =>
      `로그인을 연장하는 중에 연결이 끊겼습니다. 다시 로그인해 주세요. 그때까지는 이 기기에 저장된 티켓(${when} 기준)을 보여 드립니다. QR 코드는 입장할 때 그대로 보여 주시면 됩니다.`,
    signInAgain: "다시 로그인",
    print: "인쇄하기",
    statuses: { confirmed: "예매 완료", cancelled: "취소됨" },
    reservedAt: (when) => `${when} 예매`,
    cancel: "예매 취소하기",
    cancelTitle: "예매를 취소하시겠어요?",
    cancelText: (tickets, amount) =>
      `티켓 ${number(tickets)}장이 모두 취소되고 ${amount}이 지갑으로 환불됩니다. 좌석은 바로 다시 판매되므로 되돌릴 수 없습니다.`,
    cancelYes: "예매 취소",
    keep: "티켓 유지하기",
    cancelling: "취소하는 중 …",
    lost: "연결이 끊겨 취소가 처리되었는지 아직 알 수 없습니다. 계속 확인하고 있으며, 환불은 정확히 한 번 이루어집니다.",
    busy: "지금 접속자가 매우 많습니다. 취소를 자동으로 다시 시도합니다.",
    cancelled: (amount, balance) => `예매를 취소했습니다. ${amount}이 지갑으로 환불되어 현재 잔액은 ${balance}입니다.`,
    cancelledAt: (when) => `${when}에 취소되었습니다. 이 티켓은 더 이상 사용할 수 없습니다.`,
    alreadyCancelled: "이미 취소된 예매입니다. 환불 금액은 지갑에 들어와 있습니다.",
    begun: "공연이 시작되어 더 이상 취소할 수 없습니다.",
    missing: "예매를 찾을 수 없습니다",
    missingText: "다른 계정의 예매일 수 있습니다. 로그인한 계정을 확인해 주세요.",
  },
});
