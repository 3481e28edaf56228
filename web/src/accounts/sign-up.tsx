import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { text } from "~/accounts/messages";
import { nextPath } from "~/accounts/sign-in";
import { answer, api } from "~/api/client";
import { beginSession } from "~/session/session";
import { useAction } from "~/ui/async";
import { Button } from "~/ui/button";
import { Failure } from "~/ui/failure";
import { Field } from "~/ui/field";
import { Page } from "~/ui/page";

export function SignUp() {
  const { query, route } = useLocation();
  const [given, setGiven] = useState({ email: "", password: "", name: "" });
  const enter = useAction(async () => {
    await answer(api.POST("/api/v1/users", { body: given }));
    const { email, password } = given;
    beginSession(await answer(api.POST("/api/v1/sessions", { body: { email, password } })));
    route(nextPath(query.next), true);
  });
  const change = (part: Partial<typeof given>) => setGiven((before) => ({ ...before, ...part }));
  const words = text();
  return (
    <Page title={words.signUp}>
      <form
        class="card narrow"
        onSubmit={(event) => {
          event.preventDefault();
          enter.run();
        }}
      >
        <Field label={words.name} autocomplete="name" required value={given.name} change={(name) => change({ name })} />
        <Field
          label={words.email}
          type="email"
          autocomplete="username"
          required
          value={given.email}
          change={(email) => change({ email })}
        />
        <Field
          label={words.password}
          hint={words.passwordHint}
          type="password"
          autocomplete="new-password"
          minLength={8}
          required
          value={given.password}
          change={(password) => change({ password })}
        />
        <Failure error={enter.error} />
        <Button type="submit" busy={enter.busy}>
          {words.signUp}
        </Button>
        <p>
          {words.haveAccount} <a href={`/sign-in?next=${encodeURIComponent(nextPath(query.next))}`}>{words.signIn}</a>
        </p>
      </form>
    </Page>
  );
}
