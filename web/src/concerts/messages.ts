import { catalogue } from "~/i18n/catalogue";

export const text = catalogue({
  en: {
    concerts: "Concerts",
    none: "No concert is on sale yet.",
    from: (price: string) => `from ${price}`,
  },
  ko: {
    concerts: "공연",
    none: "아직 판매 중인 공연이 없습니다.",
    from: (price: string) => `${price}부터`,
  },
});
