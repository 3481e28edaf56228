import { catalogue } from "~/i18n/catalogue";
import type { Action } from "~/organiser/concerts/actions";
import type { Phase } from "~/organiser/phase";

interface Messages {
  newConcert: string;
  manage: string;
  title: string;
  artist: string;
  description: string;
  descriptionHint: string;
  opensAt: string;
  opensHint: (zone: string) => string;
  add: string;
  required: string;
  wrongMoment: string;
  pastMoment: string;
  performances: string;
  noPerformance: string;
  seatCount: (count: string) => string;
  perFan: (count: string) => string;
  asFansSee: string;
  newPerformance: string;
  venue: string;
  plan: string;
  choose: string;
  noVenue: string;
  noPlan: string;
  toVenues: string;
  startsAt: string;
  zone: (zone: string) => string;
  priceOf: (tier: string, seats: string) => string;
  wrongPrice: string;
  seatsPerFan: string;
  seatsPerFanHint: string;
  wrongSeatsPerFan: string;
  addPerformance: string;
  added: string;
  live: string;
  sale: string;
  needsPerformance: string;
  phaseHints: Record<Phase, string>;
  actions: Record<Action, string>;
  questions: Record<Action, string>;
  confirm: Record<Action, string>;
  back: string;
}

export const text = catalogue<Messages>({
  en: {
    newConcert: "New concert",
    manage: "Performances and sale",
    title: "Title",
    artist: "Artist",
    description: "Description",
    descriptionHint: "May be left out. Lines are kept.",
    opensAt: "Opening of the sale",
    opensHint: (zone) =>
      `In your time zone, ${zone}. Fans see a countdown to it; the sale itself opens when you open it. May be left out.`,
    add: "Add the concert",
    required: "Please fill this in.",
    wrongMoment: "Please give a date and a time.",
    pastMoment: "This moment has passed.",
    performances: "Performances",
    noPerformance: "There is no performance yet. Add the first one below.",
    seatCount: (count) => `${count} seats`,
    perFan: (count) => `at most ${count} for each fan`,
    asFansSee: "As fans see it",
    newPerformance: "Add a performance",
    venue: "Venue",
    plan: "Seating plan",
    choose: "Please choose",
    noVenue: "There is no venue yet.",
    noPlan: "This venue has no seating plan yet.",
    toVenues: "To the venues and plans",
    startsAt: "Beginning",
    zone: (zone) => `In your time zone, ${zone}.`,
    priceOf: (tier, seats) => `Price of ${tier} (${seats} seats)`,
    wrongPrice: "Please give an amount of 0 or more.",
    seatsPerFan: "Seats per fan at most",
    seatsPerFanHint: "1 to 100",
    wrongSeatsPerFan: "Please give a whole number from 1 to 100.",
    addPerformance: "Add the performance",
    added: "The performance is added.",
    live: "Live sale",
    sale: "Sale",
    needsPerformance: "Add a performance before you open the sale.",
    phaseHints: {
      scheduled: "The sale has not been opened. Nobody can join the queue yet.",
      open: "The sale is on: fans queue, are let in and buy.",
      paused: "Nobody is being let in. Fans keep their places, and who is inside may finish.",
      closed: "The sale is closed: nobody can join the queue or hold seats.",
    },
    actions: { open: "Open the sale", pause: "Pause", resume: "Resume", close: "Close the sale" },
    questions: {
      open: "Fans can join the queue at once and are let in up to the limit. Open the sale now?",
      pause: "Nobody more is let in until you resume. All places are kept. Pause now?",
      resume: "Admission goes on where it stopped. Resume now?",
      close: "Nobody can join or hold seats any more, and everybody who waits is told. Close the sale now?",
    },
    confirm: { open: "Yes, open", pause: "Yes, pause", resume: "Yes, resume", close: "Yes, close" },
    back: "No, leave it",
  },
  ko: {
    newConcert: "새 공연",
    manage: "회차와 판매 관리",
    title: "제목",
    artist: "아티스트",
    description: "소개",
    descriptionHint: "비워 두셔도 됩니다. 줄바꿈은 그대로 보입니다.",
    opensAt: "판매 시작 시각",
    opensHint: (zone) =>
      `현재 시간대(${zone}) 기준입니다. 관객에게는 남은 시간이 보이며, 실제 판매는 직접 시작하셔야 열립니다. 비워 두셔도 됩니다.`,
    add: "공연 추가",
    required: "입력해 주세요.",
    wrongMoment: "날짜와 시각을 입력해 주세요.",
    pastMoment: "이미 지난 시각입니다.",
    performances: "회차",
    noPerformance: "아직 회차가 없습니다. 아래에서 첫 회차를 추가해 주세요.",
    seatCount: (count) => `${count}석`,
    perFan: (count) => `1인당 최대 ${count}매`,
    asFansSee: "관객 화면 보기",
    newPerformance: "회차 추가",
    venue: "공연장",
    plan: "좌석 배치도",
    choose: "선택해 주세요",
    noVenue: "아직 공연장이 없습니다.",
    noPlan: "이 공연장에는 아직 좌석 배치도가 없습니다.",
    toVenues: "공연장과 좌석 배치도로 가기",
    startsAt: "공연 시작",
    zone: (zone) => `현재 시간대(${zone}) 기준입니다.`,
    priceOf: (tier, seats) => `${tier} 가격 (${seats}석)`,
    wrongPrice: "0 이상의 금액을 입력해 주세요.",
    seatsPerFan: "1인당 최대 매수",
    seatsPerFanHint: "1부터 100까지",
    wrongSeatsPerFan: "1부터 100까지의 정수를 입력해 주세요.",
    addPerformance: "회차 추가",
    added: "회차를 추가했습니다.",
    live: "실시간 판매 현황",
    sale: "판매",
    needsPerformance: "판매를 시작하려면 먼저 회차를 추가해 주세요.",
    phaseHints: {
      scheduled: "아직 판매를 시작하지 않았습니다. 관객이 대기열에 들어올 수 없습니다.",
      open: "판매 중입니다. 관객이 줄을 서서 차례로 입장해 구매하고 있습니다.",
      paused: "입장을 멈춘 상태입니다. 대기 순번은 유지되며, 이미 입장한 관객은 구매를 마칠 수 있습니다.",
      closed: "판매가 끝났습니다. 대기열에 들어오거나 좌석을 선점할 수 없습니다.",
    },
    actions: { open: "판매 시작", pause: "일시 중지", resume: "다시 시작", close: "판매 종료" },
    questions: {
      open: "관객이 바로 대기열에 들어와 정원까지 입장합니다. 지금 판매를 시작할까요?",
      pause: "다시 시작할 때까지 아무도 더 입장하지 않습니다. 순번은 모두 유지됩니다. 지금 멈출까요?",
      resume: "멈춘 곳부터 입장이 이어집니다. 다시 시작할까요?",
      close: "더 이상 대기열에 들어오거나 좌석을 선점할 수 없으며, 기다리던 관객에게 알립니다. 지금 종료할까요?",
    },
    confirm: { open: "네, 시작합니다", pause: "네, 멈춥니다", resume: "네, 다시 시작합니다", close: "네, 종료합니다" },
    back: "아니요, 그대로 둡니다",
  },
});
