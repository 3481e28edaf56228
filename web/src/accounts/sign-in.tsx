import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { text } from "~/accounts/messages";
import { answer, api } from "~/api/client";
import { beginSession } from "~/session/session";
import { useAction } from "~/ui/async";
import { Button } from "~/ui/button";
import { Failure } from "~/ui/failure";
import { Field } from "~/ui/field";
import { Page } from "~/ui/page";

/** Where to go after signing in: only ever a path of ours. */
export function nextPath(asked: string | undefined): string {
  return asked && /^\/(?![/\\])/.test(asked) ? asked : "/";
}

export function SignIn() {
  const { query, route } = useLocation();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const enter = useAction(async () => {
    beginSession(await answer(api.POST("/api/v1/sessions", { body: { email, password } })));
    route(nextPath(query.next), true);
  });
  const words = text();
  return (
    <Page title={words.signIn}>
      <form
        class="card narrow"
        onSubmit={(event) => {
          event.preventDefault();
          enter.run();
        }}
      >
        <Field label={words.email} type="email" autocomplete="username" required value={email} change={setEmail} />
        <Field
          label={words.password}
          type="password"
          autocomplete="current-password"
          required
          value={password}
          change={setPassword}
        />
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
