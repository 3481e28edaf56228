import { catalogue } from "~/i18n/catalogue";

export const text = catalogue({
  en: {
    timeInside: "Time to choose",
    lastMinute: "One minute left to choose your seats.",
    timeOver: "Your time to choose is over. Join the queue again to go on; seats that you hold can still be paid for.",
    toQueue: "To the queue",
  },
  ko: {
    timeInside: "좌석 선택 남은 시간",
    lastMinute: "좌석을 선택할 시간이 1분 남았습니다.",
    timeOver:
      "좌석 선택 시간이 끝났습니다. 계속하시려면 다시 대기해 주세요. 이미 선점한 좌석은 그대로 결제하실 수 있습니다.",
    toQueue: "대기열로 가기",
  },
});
