import { catalogue } from "~/i18n/catalogue";

interface Messages {
  wallet: string;
  balance: string;
  topUp: string;
  topUpBy: (amount: string) => string;
  amount: string;
  quick: string;
  exactly: (amount: string) => string;
  problems: Record<"missing" | "unreadable" | "tooSmall" | "tooLarge", string>;
  toppedUp: (amount: string, balance: string) => string;
  refusedAmount: string;
  asking: (amount: string) => string;
  lost: (amount: string) => string;
  busy: (amount: string) => string;
  history: string;
  noHistory: string;
  kinds: Record<string, string>;
}

export const text = catalogue<Messages>({
  en: {
    wallet: "Wallet",
    balance: "Balance",
    topUp: "Top up",
    topUpBy: (amount) => `Top up ${amount}`,
    amount: "Amount",
    quick: "Quick amounts",
    exactly: (amount) => `Just what is missing: ${amount}`,
    problems: {
      missing: "Please enter an amount.",
      unreadable: "Please enter an amount in digits, such as 50,000.",
      tooSmall: "The amount has to be more than zero.",
      tooLarge: "This is more than can be moved at once.",
    },
    toppedUp: (amount, balance) => `${amount} is in your wallet. Your balance is now ${balance}.`,
    refusedAmount: "Your wallet cannot hold that much. Please choose a smaller amount.",
    asking: (amount) => `Topping up ${amount} …`,
    lost: (amount) =>
      `There is no connection, so we do not know yet whether ${amount} has arrived. We keep asking; it is never charged twice.`,
    busy: (amount) => `A great many people are here right now. Your top-up of ${amount} is tried again by itself.`,
    history: "History",
    noHistory: "Nothing has come in or gone out yet.",
    kinds: { charge: "Top-up", payment: "Payment", refund: "Refund" },
  },
  ko: {
    wallet: "지갑",
    balance: "잔액",
    topUp: "충전하기",
    topUpBy: (amount) => `${amount} 충전하기`,
    amount: "금액",
    quick: "빠른 금액 선택",
    exactly: (amount) => `부족한 금액만 ${amount}`,
    problems: {
      missing: "금액을 입력해 주세요.",
      unreadable: "금액을 숫자로 입력해 주세요. 예: 50,000",
      tooSmall: "0보다 큰 금액을 입력해 주세요.",
      tooLarge: "한 번에 충전할 수 있는 금액을 넘었습니다.",
    },
    toppedUp: (amount, balance) => `${amount}을 충전했습니다. 현재 잔액은 ${balance}입니다.`,
    refusedAmount: "지갑에 담을 수 있는 한도를 넘습니다. 더 적은 금액을 선택해 주세요.",
    asking: (amount) => `${amount} 충전 중 …`,
    lost: (amount) =>
      `연결이 끊겨 ${amount} 충전이 처리되었는지 아직 알 수 없습니다. 계속 확인하고 있으며, 두 번 충전되지 않습니다.`,
    busy: (amount) => `지금 접속자가 매우 많습니다. ${amount} 충전을 자동으로 다시 시도합니다.`,
    history: "이용 내역",
    noHistory: "아직 이용 내역이 없습니다.",
    kinds: { charge: "충전", payment: "결제", refund: "환불" },
  },
});
