import { catalogue } from "~/i18n/catalogue";
import { number } from "~/i18n/format";

interface Messages {
  organiser: string;
  concerts: string;
  venues: string;
  newConcert: string;
  menu: string;
  signInFirst: string;
  signIn: string;
  operatorsOnly: string;
  toConcerts: string;
  none: string;
  sold: (sold: string, total: string) => string;
  noPerformance: string;
  performances: (count: number) => string;
  revenue: (amount: string) => string;
  watch: string;
  manage: string;
  opens: (at: string) => string;
  phases: Record<"scheduled" | "open" | "paused" | "closed", string>;
}

export const text = catalogue<Messages>({
  en: {
    organiser: "Organiser",
    concerts: "Concerts",
    venues: "Venues and plans",
    newConcert: "New concert",
    menu: "Organiser's menu",
    signInFirst: "Please sign in with an organiser's account to see this page.",
    signIn: "Sign in",
    operatorsOnly:
      "This page is for organisers. Your account is a fan's: everything for you is among the concerts. If you organise a concert here, ask for the role of an operator.",
    toConcerts: "Go to the concerts",
    none: "There is no concert yet. Begin with a venue and its seating plan, then add a concert.",
    sold: (sold, total) => `${sold} of ${total} seats sold`,
    noPerformance: "No performance yet",
    performances: (count) => (count === 1 ? "1 performance" : `${number(count)} performances`),
    revenue: (amount) => `${amount} taken`,
    watch: "Live sale",
    manage: "Manage",
    opens: (at) => `Opening announced for ${at}`,
    phases: { scheduled: "Not open yet", open: "On sale", paused: "Paused", closed: "Closed" },
  },
  ko: {
    organiser: "주최자",
    concerts: "공연",
    venues: "공연장과 좌석 배치도",
    newConcert: "새 공연",
    menu: "주최자 메뉴",
    signInFirst: "이 페이지를 보시려면 주최자 계정으로 로그인해 주세요.",
    signIn: "로그인",
    operatorsOnly:
      "주최자를 위한 페이지입니다. 지금 계정은 관객 계정이며, 필요한 것은 모두 공연 목록에 있습니다. 공연을 주최하신다면 운영자 권한을 요청해 주세요.",
    toConcerts: "공연 목록으로",
    none: "아직 공연이 없습니다. 먼저 공연장과 좌석 배치도를 등록한 다음 공연을 추가해 주세요.",
    sold: (sold, total) => `전체 ${total}석 중 ${sold}석 판매`,
    noPerformance: "등록된 회차가 없습니다",
    performances: (count) => `${number(count)}개 회차`,
    revenue: (amount) => `매출 ${amount}`,
    watch: "실시간 판매 현황",
    manage: "공연 관리",
    opens: (at) => `판매 시작 예정: ${at}`,
    phases: { scheduled: "판매 전", open: "판매 중", paused: "일시 중지", closed: "판매 종료" },
  },
});
