import { catalogue } from "~/i18n/catalogue";

interface Messages {
  lost: string;
  unknown: string;
  retry: (seconds: string) => string;
  /** By the code of the problem document; docs/api.md lists them. */
  refusals: Record<string, string>;
}

export const messages = catalogue<Messages>({
  en: {
    lost: "There is no connection. Your place and your seats are kept; this page tries again by itself.",
    unknown: "Something went wrong here. Please reload the page.",
    retry: (seconds) => `Please try again in ${seconds} s.`,
    refusals: {
      bad_credentials: "E-mail or password is wrong. Please check both.",
      email_taken: "There is an account with this e-mail already. Please sign in.",
      not_admitted: "It is not your turn yet. Your place in the line is kept.",
      sale_closed: "This concert is not on sale now.",
      too_many_attempts: "Too many attempts.",
      unauthorized: "You are signed out. Please sign in again.",
      insufficient_balance: "Your wallet holds too little. Please top it up and pay again.",
      hold_expired: "The time for these seats is over. Please choose seats again.",
      seat_taken: "Somebody else has taken these seats. Please choose others.",
      already_paid: "These seats are paid already; the tickets are in your reservations.",
      already_cancelled: "This reservation was cancelled before.",
      limit_exceeded: "That is more seats than one person may have.",
      not_found: "This does not exist, or it belongs to another account.",
      conflict: "This is not possible just now. Please reload the page.",
      invalid_request: "Something that you typed cannot be used. Please check it.",
      request_timeout: "The connection was too slow. Please try again.",
      overloaded: "A great many people are here right now.",
      unavailable: "This does not work for a moment. Nothing is lost.",
    },
  },
  ko: {
    lost: "연결이 끊겼습니다. 대기 순번과 좌석은 그대로 유지되며, 자동으로 다시 시도합니다.",
    unknown: "문제가 생겼습니다. 페이지를 새로 고쳐 주세요.",
    retry: (seconds) => `${seconds}초 뒤에 다시 시도해 주세요.`,
    refusals: {
      bad_credentials: "이메일 또는 비밀번호가 올바르지 않습니다. 다시 확인해 주세요.",
      email_taken: "이미 가입된 이메일입니다. 로그인해 주세요.",
      not_admitted: "아직 차례가 아닙니다. 대기 순번은 그대로 유지됩니다.",
      sale_closed: "지금은 판매 중인 공연이 아닙니다.",
      too_many_attempts: "시도 횟수가 너무 많습니다.",
      unauthorized: "로그아웃되었습니다. 다시 로그인해 주세요.",
      insufficient_balance: "지갑 잔액이 부족합니다. 충전한 뒤 다시 결제해 주세요.",
      hold_expired: "좌석 확보 시간이 끝났습니다. 좌석을 다시 선택해 주세요.",
      seat_taken: "다른 분이 먼저 선택한 좌석입니다. 다른 좌석을 선택해 주세요.",
      already_paid: "이미 결제한 좌석입니다. 예매 내역에서 티켓을 확인해 주세요.",
      already_cancelled: "이미 취소된 예매입니다.",
      limit_exceeded: "1인당 구매할 수 있는 좌석 수를 넘었습니다.",
      not_found: "없거나 다른 계정에 속한 항목입니다.",
      conflict: "지금은 처리할 수 없습니다. 페이지를 새로 고쳐 주세요.",
      invalid_request: "사용할 수 없는 값이 입력되었습니다. 다시 확인해 주세요.",
      request_timeout: "연결이 너무 느립니다. 다시 시도해 주세요.",
      overloaded: "지금 접속자가 매우 많습니다.",
      unavailable: "잠시 이용할 수 없습니다. 잃어버린 것은 없습니다.",
    },
  },
});
