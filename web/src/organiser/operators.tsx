import type { ComponentChildren } from "preact";
import { useLocation } from "preact-iso";
import { text } from "~/organiser/messages";
import { session } from "~/session/session";
import { Notice } from "~/ui/notice";
import { Page } from "~/ui/page";
import "~/organiser/organiser.css";

/** A page of the organiser's: operators see it, everybody else a sentence about it. */
export function Operators({ title, children }: { title: string; children: () => ComponentChildren }) {
  const { path } = useLocation();
  const words = text();
  const user = session.value?.user;
  if (user?.role !== "operator")
    return (
      <Page title={words.organiser}>
        <Notice kind="info">
          <p>{user ? words.operatorsOnly : words.signInFirst}</p>
          {user ? (
            <a class="button quiet" href="/">
              {words.toConcerts}
            </a>
          ) : (
            <a class="button" href={`/sign-in?next=${encodeURIComponent(path)}`}>
              {words.signIn}
            </a>
          )}
        </Notice>
      </Page>
    );
  return (
    <div class="organiser">
      <Menu path={path} />
      <Page title={title} wide>
        {children()}
      </Page>
    </div>
  );
}

function Menu({ path }: { path: string }) {
  const words = text();
  const link = (to: string, name: string) => (
    <a href={to} aria-current={path === to ? "page" : undefined}>
      {name}
    </a>
  );
  return (
    <nav class="organiser-menu" aria-label={words.menu}>
      {link("/organiser", words.concerts)}
      {link("/organiser/venues", words.venues)}
      {link("/organiser/concerts/new", words.newConcert)}
    </nav>
  );
}
