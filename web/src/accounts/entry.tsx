/** What the two ways to an account have in common. */

import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { useLocation } from "preact-iso";
import "~/accounts/accounts.css";
import { text } from "~/accounts/messages";
import { answer, api } from "~/api/client";
import { beginSession, session } from "~/session/session";
import type { Action } from "~/ui/async";
import { Form } from "~/ui/form";
import { Page } from "~/ui/page";

/** Where to go after signing in: only ever a path of ours. A browser reads past tabs and line breaks in an address. */
export function nextPath(asked: string | undefined): string {
  return asked && /^\/(?![/\\])\S*$/.test(asked) ? asked : "/";
}

export async function enter(email: string, password: string): Promise<void> {
  beginSession(await answer(api.POST("/api/v1/sessions", { body: { email, password } })));
}

interface Given {
  way: "signIn" | "signUp";
  /** Whether everything that was entered can be sent. */
  ready: boolean;
  checked: () => void;
  action: Action<[]>;
  children: ComponentChildren;
}

/** A form that ends in a session, and the way to the other one. Leads on whoever is signed in: by it, in another tab, or before. */
export function Entry({ way, ready, checked, action, children }: Given) {
  const { query, route } = useLocation();
  const next = nextPath(query.next);
  const fanId = session.value?.user.id;
  useEffect(() => {
    if (fanId) route(next, true);
  }, [fanId]);
  const words = text();
  const [question, other, path] =
    way === "signIn" ? [words.noAccount, words.signUp, "/sign-up"] : [words.haveAccount, words.signIn, "/sign-in"];
  return (
    <Page title={words[way]}>
      <div class="entry">
        <Form
          submit={words[way]}
          busy={action.busy}
          error={action.error}
          send={() => {
            checked();
            if (ready) action.run();
          }}
        >
          {children}
        </Form>
        <p>
          {question} <a href={`${path}?next=${encodeURIComponent(next)}`}>{other}</a>
        </p>
      </div>
    </Page>
  );
}
