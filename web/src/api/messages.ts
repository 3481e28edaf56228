import { catalogue } from "~/i18n/catalogue";

interface Messages {
  lost: string;
  unknown: string;
  retry: (seconds: string) => string;
  /** By the code of the problem document: what happened, and what to do next. docs/api.md lists them. */
  refusals: Record<string, string>;
}

export const messages = catalogue<Messages>({
  en: {
    lost: "There is no connection. Your place and your seats are kept; this page tries again by itself.",
    unknown: "Something went wrong here. Please reload the page.",
    retry: (seconds) => `Please try again in ${seconds} s.`,
    refusals: {
      already_cancelled: "This reservation is cancelled already. The money is back in your wallet.",
      already_paid: "These seats are paid for already. You find the tickets in your reservations.",
      bad_credentials: "E-mail or password is wrong. Please check both.",
      bad_queue_token: "Your place has to be looked up again. Please go back to the queue; your number is kept.",
      body_too_large: "That is too large to be sent. Please choose a smaller file.",
      conflict: "This is not possible at the moment. Please reload the page to see how things stand.",
      email_taken: "There is an account with this e-mail already. Please sign in.",
      forbidden: "This page is for organisers. Please sign in with an organiser’s account.",
      hold_expired: "The time for these seats has run out. Nothing was charged; please choose your seats again.",
      idempotency_key_required: "This could not be sent safely. Nothing was charged; please reload the page.",
      idempotency_key_reused:
        "This was sent before with other contents. Nothing was charged twice; please look at your reservations and wallet.",
      insufficient_balance:
        "There is too little in your wallet. Please top it up, then pay; your seats are kept meanwhile.",
      internal_error: "Something went wrong on our side. Please try again; nothing is charged twice.",
      invalid_plan: "This seating plan cannot be read. Please correct the place that is named, and upload it again.",
      invalid_request: "Some of what was entered cannot be used. Please check it and try again.",
      limit_exceeded: "That is more seats than one person may have here. Please choose fewer.",
      malformed_json: "What was sent could not be read. Please reload the page and try again.",
      method_not_allowed: "This page is out of date. Please reload it.",
      not_admitted: "It is not your turn yet, or your time is over. Please go to the queue.",
      not_found: "This does not exist, or it is not yours. Please go back and choose again.",
      overloaded: "A great many people are here right now. Your place and your seats are kept.",
      request_timeout: "The connection was too slow. Please try again.",
      sale_closed: "This concert is not on sale at the moment. Please look at its page to see when it opens.",
      seat_taken: "Somebody was faster and has taken this seat. Please choose another; nothing was charged.",
      too_many_attempts: "Too many attempts. Please wait a little, and check what you enter.",
      too_many_requests: "Too much is asked from your network at once. Your place and your seats are kept.",
      unauthorized: "You are signed out. Please sign in again.",
      unavailable: "This does not work for a moment. Nothing is lost.",
      unknown_seat: "This seat does not exist in the hall. Please reload the page and choose again.",
      unsupported_media_type: "This kind of file cannot be read. Please choose a JSON or CSV file.",
    },
  },
  ko: {
    lost: "연결이 끊겼습니다. 대기 순번과 좌석은 그대로 유지되며, 자동으로 다시 시도합니다.",
    unknown: "문제가 생겼습니다. 페이지를 새로 고쳐 주세요.",
    retry: (seconds) => `${seconds}초 뒤에 다시 시도해 주세요.`,
    refusals: {
      already_cancelled: "이미 취소된 예매입니다. 금액은 지갑으로 환불되었습니다.",
      already_paid: "이미 결제된 좌석입니다. 예매 내역에서 티켓을 확인해 주세요.",
      bad_credentials: "이메일 또는 비밀번호가 올바르지 않습니다. 다시 확인해 주세요.",
      bad_queue_token: "대기 순번을 다시 확인해야 합니다. 대기 페이지로 돌아가 주세요. 순번은 유지됩니다.",
      body_too_large: "보내기에 너무 큽니다. 더 작은 파일을 선택해 주세요.",
      conflict: "지금은 할 수 없습니다. 페이지를 새로 고쳐 현재 상태를 확인해 주세요.",
      email_taken: "이미 가입된 이메일입니다. 로그인해 주세요.",
      forbidden: "주최자 전용 페이지입니다. 주최자 계정으로 로그인해 주세요.",
      hold_expired: "좌석 선점 시간이 지났습니다. 결제되지 않았으니 좌석을 다시 선택해 주세요.",
      idempotency_key_required: "안전하게 보낼 수 없어 결제하지 않았습니다. 페이지를 새로 고쳐 주세요.",
      idempotency_key_reused:
        "이전에 다른 내용으로 보낸 요청입니다. 두 번 결제되지 않았으니 예매 내역과 지갑을 확인해 주세요.",
      insufficient_balance: "지갑 잔액이 부족합니다. 충전한 뒤 결제해 주세요. 그동안 좌석은 유지됩니다.",
      internal_error: "서비스에 문제가 생겼습니다. 다시 시도해 주세요. 두 번 결제되지 않습니다.",
      invalid_plan: "좌석 배치도를 읽을 수 없습니다. 표시된 곳을 고친 뒤 다시 올려 주세요.",
      invalid_request: "입력한 내용 중 사용할 수 없는 것이 있습니다. 확인한 뒤 다시 시도해 주세요.",
      limit_exceeded: "한 분이 예매할 수 있는 좌석 수를 넘었습니다. 좌석 수를 줄여 주세요.",
      malformed_json: "보낸 내용을 읽을 수 없습니다. 페이지를 새로 고친 뒤 다시 시도해 주세요.",
      method_not_allowed: "오래된 페이지입니다. 새로 고쳐 주세요.",
      not_admitted: "아직 차례가 아니거나 입장 시간이 끝났습니다. 대기 페이지로 가 주세요.",
      not_found: "찾을 수 없거나 본인의 것이 아닙니다. 돌아가서 다시 선택해 주세요.",
      overloaded: "지금 접속자가 매우 많습니다. 대기 순번과 좌석은 유지됩니다.",
      request_timeout: "연결이 너무 느립니다. 다시 시도해 주세요.",
      sale_closed: "지금은 예매할 수 없는 공연입니다. 공연 페이지에서 예매 시작 시간을 확인해 주세요.",
      seat_taken: "다른 분이 먼저 선택한 좌석입니다. 결제되지 않았으니 다른 좌석을 선택해 주세요.",
      too_many_attempts: "시도 횟수가 너무 많습니다. 입력한 내용을 확인하고 잠시 기다려 주세요.",
      too_many_requests: "같은 네트워크에서 한꺼번에 너무 많은 요청이 들어왔습니다. 대기 순번과 좌석은 유지됩니다.",
      unauthorized: "로그아웃되었습니다. 다시 로그인해 주세요.",
      unavailable: "잠시 이용할 수 없습니다. 잃어버린 것은 없습니다.",
      unknown_seat: "없는 좌석입니다. 페이지를 새로 고친 뒤 다시 선택해 주세요.",
      unsupported_media_type: "읽을 수 없는 파일 형식입니다. JSON 또는 CSV 파일을 선택해 주세요.",
    },
  },
});
