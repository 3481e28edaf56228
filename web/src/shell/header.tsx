import { useLocation } from "preact-iso";
import { chooseLanguage, language } from "~/i18n/language";
import { lapsed, session } from "~/session/session";
import { signOut } from "~/session/sign-out";
import { text } from "~/shell/messages";
import "~/shell/header.css";

export function Header() {
  const { path, url, route } = useLocation();
  const leave = () => {
    signOut();
    route("/");
  };
  const words = text();
  const user = session.value?.user;
  const other = language.value === "ko" ? "en" : "ko";
  const link = (to: string, name: string) => (
    <a href={to} aria-current={path === to ? "page" : undefined}>
      {name}
    </a>
  );
  return (
    <header class="top">
      <a class="brand" href="/">
        Boxoffice
      </a>
      <nav aria-label={words.menu}>
        {user && link("/wallet", words.wallet)}
        {(user || lapsed.value) && link("/reservations", words.reservations)}
        {user?.role === "operator" && link("/organiser", words.organiser)}
        {user ? (
          <button type="button" class="link" onClick={leave}>
            {words.signOut}
          </button>
        ) : (
          link(path.startsWith("/sign-") ? "/sign-in" : `/sign-in?next=${encodeURIComponent(url)}`, words.signIn)
        )}
      </nav>
      <button type="button" class="link language" lang={other} onClick={() => chooseLanguage(other)}>
        {words.otherLanguage}
      </button>
    </header>
  );
}
