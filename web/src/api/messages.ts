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
      too_many_attempts: "Too many attempts.",
      forbidden: "This needs an organiser's account.",
      not_found: "This does not exist, or it is not yours. Please check the address.",
      conflict: "This does not fit the present state any more. Please reload the page and look again.",
      invalid_request: "Something in this form cannot be taken. Please check what you typed.",
      invalid_plan: "This seating plan cannot be read.",
      body_too_large: "This is too large to be sent.",
      unsupported_media_type: "Files of this kind are not taken.",
      request_timeout: "Sending took too long. Please try again with a better connection.",
      unauthorized: "You are signed out. Please sign in again.",
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
      too_many_attempts: "시도 횟수가 너무 많습니다.",
      forbidden: "주최자 계정이 필요합니다.",
      not_found: "없거나 볼 수 없는 페이지입니다. 주소를 확인해 주세요.",
      conflict: "그사이 상태가 바뀌어 처리할 수 없습니다. 페이지를 새로 고쳐 확인해 주세요.",
      invalid_request: "입력한 내용을 처리할 수 없습니다. 다시 확인해 주세요.",
      invalid_plan: "좌석 배치도를 읽을 수 없습니다.",
      body_too_large: "보내기에 너무 큽니다.",
      unsupported_media_type: "지원하지 않는 파일 형식입니다.",
      request_timeout: "보내는 데 시간이 너무 오래 걸렸습니다. 연결 상태를 확인하고 다시 시도해 주세요.",
      unauthorized: "로그아웃되었습니다. 다시 로그인해 주세요.",
      overloaded: "지금 접속자가 매우 많습니다.",
      unavailable: "잠시 이용할 수 없습니다. 잃어버린 것은 없습니다.",
    },
  },
});
