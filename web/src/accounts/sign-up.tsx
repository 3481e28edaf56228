import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import "~/accounts/accounts.css";
import { type Account, mistakes } from "~/accounts/limits";
import { text } from "~/accounts/messages";
import { PasswordField } from "~/accounts/password-field";
import { nextPath, useEntered } from "~/accounts/sign-in";
import { answer, api } from "~/api/client";
import { beginSession } from "~/session/session";
import { useAction } from "~/ui/async";
import { Button } from "~/ui/button";
import { Failure } from "~/ui/failure";
import { Field } from "~/ui/field";
import { Page } from "~/ui/page";

export function SignUp() {
  const { query } = useLocation();
  useEntered(query.next);
  const [given, setGiven] = useState<Account>({ email: "", password: "", name: "" });
  const enter = useAction(async () => {
    await answer(api.POST("/api/v1/users", { body: given }));
    const { email, password } = given;
    beginSession(await answer(api.POST("/api/v1/sessions", { body: { email, password } })));
  });
  const change = (part: Partial<typeof given>) => setGiven((before) => ({ ...before, ...part }));
  const [checked, setChecked] = useState(false);
  const words = text();
  const wrong = mistakes(given);
  const problem = (field: keyof Account) => {
    const mistake = checked && wrong[field];
    return mistake ? words.mistakes[mistake] : null;
  };
  return (
    <Page title={words.signUp}>
      <form
        class="card narrow"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setChecked(true);
          const first = (["name", "email", "password"] as const).findIndex((field) => wrong[field]);
          if (first === -1) enter.run();
          else event.currentTarget.querySelectorAll<HTMLInputElement>(".field input")[first]?.focus();
        }}
      >
        <Field
          label={words.name}
          autocomplete="name"
          required
          value={given.name}
          change={(name) => change({ name })}
          problem={problem("name")}
        />
        <Field
          label={words.email}
          type="email"
          autocomplete="username"
          autocapitalize="none"
          required
          value={given.email}
          change={(email) => change({ email })}
          problem={problem("email")}
        />
        <PasswordField
          hint={words.passwordHint}
          autocomplete="new-password"
          value={given.password}
          change={(password) => change({ password })}
          problem={problem("password")}
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
