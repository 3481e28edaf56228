import { catalogue } from "~/i18n/catalogue";

export const text = catalogue({
  en: {
    loading: "Loading …",
    again: "Try again",
    tryNow: "Try now",
    more: "Show more",
    close: "Close",
    skip: "Skip to the content",
  },
  ko: {
    loading: "불러오는 중 …",
    again: "다시 시도",
    tryNow: "지금 다시 시도",
    more: "더 보기",
    close: "닫기",
    skip: "본문으로 건너뛰기",
  },
});
