import { catalogue } from "~/i18n/catalogue";
import { number } from "~/i18n/format";
import type { Range } from "~/queue/outlook";

const UNITS = { minute: ["minute", "minutes"], hour: ["hour", "hours"] } as const;
const UNITS_KO = { minute: "분", hour: "시간" } as const;

function range({ from, to, unit }: Range): string {
  const [one, many] = UNITS[unit];
  if (to === 1 && from === 0) return unit === "minute" ? "less than a minute" : "up to an hour";
  const units = to === 1 ? one : many;
  if (from === 0) return `up to ${number(to)} ${units}`;
  return from === to ? `about ${number(to)} ${units}` : `${number(from)} to ${number(to)} ${units}`;
}

function rangeKo({ from, to, unit }: Range): string {
  const units = UNITS_KO[unit];
  if (to === 1 && from === 0) return `1${units} 이내`;
  if (from === 0) return `최대 ${number(to)}${units}`;
  return from === to ? `약 ${number(to)}${units}` : `${number(from)}~${number(to)}${units}`;
}

export const text = catalogue({
  en: {
    timeInside: "Time to choose",
    lastMinute: "One minute left to choose your seats.",
    timeOver: "Your time to choose is over. Join the queue again to go on; seats that you hold can still be paid for.",
    toQueue: "To the queue",
    titles: {
      joining: "Joining the queue",
      scheduled: "The sale has not opened yet",
      closed: "The sale is closed",
      waiting: "You are in the queue",
      next: "You are among the next",
      paused: "The queue is paused",
      stalled: "The sale is closed",
      inside: "It is your turn",
      over: "Your time inside is over",
      left: "You are no longer in the queue",
      stopped: "This did not work",
    },
    says: {
      joining: "One moment: you are getting your number.",
      scheduled:
        "Stay on this page: it gets you a number as soon as the sale opens. There is nothing to press and no need to reload.",
      closed: "Nobody can join at the moment. If the organiser opens the sale again, this page gets you a number.",
      waiting: "People go in by number. This page tells you when it is your turn.",
      next: "Please stay here with this page open: you may be let in at any moment.",
      paused: "The organiser has paused the sale for now. Nobody is let in, and nobody loses a place.",
      stalled: "Nobody is let in any more. Your place is kept in case the organiser opens the sale again.",
      inside: "Choose a date, then your seats.",
      over: "The seats are for the next in line now. Seats that you hold or have paid for stay yours. You can join again with a new number.",
      left: "You gave your place up, or your purchase is complete. You can join again with a new number.",
      stopped: "",
    },
    number: "Your number",
    ahead: "Ahead of you",
    wait: "Likely wait",
    range,
    unsure: "We can’t tell yet",
    progress: "Your way to the front",
    kept: "You can close this page; your place is kept. Come back before your number is called.",
    keptCalled: "If you close this page now, you keep your number and go in when you are back.",
    trouble: {
      lost: "There is no connection at the moment.",
      busy: "The service is very busy at the moment.",
    },
    placeKept: "Your place is kept, and this page goes on by itself.",
    byItself: "This page tries again by itself.",
    soldOut: "All seats are taken at the moment. Seats come back when somebody does not pay or cancels.",
    sound: "Play a sound when it is my turn",
    leave: "Leave the queue",
    leaveAsk: (number: string) => `Give up number ${number}? You cannot get it back.`,
    leaveYes: "Yes, give it up",
    leaveNo: "Stay in the queue",
    again: "Join again",
    toConcert: "Back to the concert",
    toReservations: "My reservations",
    toSeats: "Choose seats",
    titleAhead: (ahead: string) => `${ahead} ahead`,
    titleTurn: "★ It is your turn!",
  },
  ko: {
    timeInside: "좌석 선택 남은 시간",
    lastMinute: "좌석을 선택할 시간이 1분 남았습니다.",
    timeOver:
      "좌석 선택 시간이 끝났습니다. 계속하시려면 다시 대기해 주세요. 이미 선점한 좌석은 그대로 결제하실 수 있습니다.",
    toQueue: "대기열로 가기",
    titles: {
      joining: "대기 순번을 받는 중입니다",
      scheduled: "아직 예매가 시작되지 않았습니다",
      closed: "예매가 마감되었습니다",
      waiting: "순서를 기다리고 있습니다",
      next: "곧 입장하실 수 있습니다",
      paused: "대기가 잠시 멈췄습니다",
      stalled: "예매가 마감되었습니다",
      inside: "입장하실 차례입니다",
      over: "입장 시간이 끝났습니다",
      left: "대기열에서 나왔습니다",
      stopped: "처리하지 못했습니다",
    },
    says: {
      joining: "잠시만 기다려 주세요. 대기 순번을 받고 있습니다.",
      scheduled: "이 페이지를 열어 두시면 예매가 시작되는 즉시 순번을 받아 드립니다. 새로 고치지 않으셔도 됩니다.",
      closed: "지금은 대기할 수 없습니다. 예매가 다시 열리면 이 페이지에서 바로 순번을 받아 드립니다.",
      waiting: "순번대로 입장합니다. 차례가 되면 이 페이지에서 알려 드립니다.",
      next: "곧 입장하실 수 있으니 이 페이지를 열어 두고 기다려 주세요.",
      paused: "주최자가 예매를 잠시 멈췄습니다. 그동안 아무도 입장하지 않으며, 순번은 그대로 유지됩니다.",
      stalled: "더 이상 입장이 진행되지 않습니다. 예매가 다시 열릴 경우를 위해 순번은 유지됩니다.",
      inside: "날짜를 고른 뒤 좌석을 선택해 주세요.",
      over: "다음 분이 좌석을 고르고 있습니다. 선점했거나 결제한 좌석은 그대로 유지됩니다. 새 순번으로 다시 대기하실 수 있습니다.",
      left: "대기를 취소했거나 예매를 마치셨습니다. 새 순번으로 다시 대기하실 수 있습니다.",
      stopped: "",
    },
    number: "내 순번",
    ahead: "내 앞 대기 인원",
    wait: "예상 대기 시간",
    range: rangeKo,
    unsure: "아직 알 수 없습니다",
    progress: "진행 상황",
    kept: "이 페이지를 닫아도 순번은 유지됩니다. 차례가 되기 전에 돌아와 주세요.",
    keptCalled: "지금 페이지를 닫아도 순번은 유지되며, 돌아오시면 입장하실 수 있습니다.",
    trouble: {
      lost: "지금 연결이 끊겨 있습니다.",
      busy: "지금 접속자가 매우 많습니다.",
    },
    placeKept: "순번은 그대로 유지되며, 자동으로 이어집니다.",
    byItself: "자동으로 다시 시도합니다.",
    soldOut: "지금은 남은 좌석이 없습니다. 결제하지 않았거나 취소된 좌석은 다시 나옵니다.",
    sound: "차례가 되면 소리로 알림",
    leave: "대기 취소",
    leaveAsk: (number: string) => `${number}번 순번을 포기하시겠어요? 다시 되돌릴 수 없습니다.`,
    leaveYes: "네, 포기합니다",
    leaveNo: "계속 기다리기",
    again: "다시 대기하기",
    toConcert: "공연 정보로 돌아가기",
    toReservations: "예매 내역",
    toSeats: "좌석 선택",
    titleAhead: (ahead: string) => `앞에 ${ahead}명`,
    titleTurn: "★ 입장하실 차례입니다!",
  },
});
