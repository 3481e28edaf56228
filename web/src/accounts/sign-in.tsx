import { useEffect, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import "~/accounts/accounts.css";
import { text } from "~/accounts/messages";
import { PasswordField } from "~/accounts/password-field";
import { answer, api } from "~/api/client";
import { beginSession, session } from "~/session/session";
import { useAction } from "~/ui/async";
import { Button } from "~/ui/button";
import { Failure } from "~/ui/failure";
import { Field } from "~/ui/field";
import { Notice } from "~/ui/notice";
import { Page } from "~/ui/page";

/** Where to go after signing in: only ever a path of ours. A browser reads past tabs and line breaks in an address. */
export function nextPath(asked: string | undefined): string {
  return asked && /^\/(?![/\\])\S*$/.test(asked) ? asked : "/";
}

/** Leads on whoever is signed in: by this form, in another tab, or before. */
export function useEntered(next: string | undefined): void {
  const { route } = useLocation();
  const fanId = session.value?.user.id;
  useEffect(() => {
    if (fanId) route(nextPath(next), true);
  }, [fanId]);
}

export function SignIn() {
  const { query } = useLocation();
  useEntered(query.next);
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const enter = useAction(async () => {
    beginSession(await answer(api.POST("/api/v1/sessions", { body: { email, password } })));
  });
  const [missing, setMissing] = useState(false);
  const words = text();
  return (
    <Page title={words.signIn}>
      <form
        class="card narrow"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setMissing(!email || !password);
          if (email && password) enter.run();
        }}
      >
        <Field
          label={words.email}
          type="email"
          autocomplete="username"
          autocapitalize="none"
          required
          value={email}
          change={setEmail}
        />
        <PasswordField autocomplete="current-password" value={password} change={setPassword} />
        {missing && (
          <Notice kind="error">
            <p>{words.incomplete}</p>
          </Notice>
        )}
        <Failure error={enter.error} />
        <Button type="submit" busy={enter.busy}>
          {words.signIn}
        </Button>
        <p>
          {words.noAccount} <a href={`/sign-up?next=${encodeURIComponent(nextPath(query.next))}`}>{words.signUp}</a>
        </p>
      </form>
    </Page>
  );
}
