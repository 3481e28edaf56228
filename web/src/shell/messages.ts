import { catalogue } from "~/i18n/catalogue";

export const text = catalogue({
  en: {
    home: "Concerts",
    wallet: "Wallet",
    reservations: "My reservations",
    organiser: "Organiser",
    signIn: "Sign in",
    signOut: "Sign out",
    menu: "Main menu",
    otherLanguage: "한국어",
    notFound: "This page does not exist",
    toConcerts: "Go to the concerts",
    broken: "This page could not be opened",
    brokenWhy: "Your place, your seats and your money are safe. Please try again.",
  },
  ko: {
    home: "공연",
    wallet: "지갑",
    reservations: "예매 내역",
    organiser: "주최자",
    signIn: "로그인",
    signOut: "로그아웃",
    menu: "주 메뉴",
    otherLanguage: "English",
    notFound: "없는 페이지입니다",
    toConcerts: "공연 목록으로",
    broken: "페이지를 열지 못했습니다",
    brokenWhy: "대기 순번과 좌석, 결제 내역은 안전합니다. 다시 시도해 주세요.",
  },
});
