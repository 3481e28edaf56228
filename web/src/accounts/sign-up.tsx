import { useState } from "preact/hooks";
import { EmailField } from "~/accounts/email-field";
import { Entry, enter } from "~/accounts/entry";
import { type Account, mistakes } from "~/accounts/limits";
import { text } from "~/accounts/messages";
import { PasswordField } from "~/accounts/password-field";
import { answer, api } from "~/api/client";
import { useAction } from "~/ui/async";
import { Field } from "~/ui/field";

export function SignUp() {
  const [given, setGiven] = useState<Account>({ email: "", password: "", name: "" });
  const [checked, setChecked] = useState(false);
  const action = useAction(async () => {
    await answer(api.POST("/api/v1/users", { body: given }));
    await enter(given.email, given.password);
  });
  const words = text();
  const wrong = mistakes(given);
  const field = (name: keyof Account) => {
    const mistake = checked && wrong[name];
    return {
      value: given[name],
      change: (value: string) => setGiven((before) => ({ ...before, [name]: value })),
      problem: mistake ? words.mistakes[mistake] : null,
    };
  };
  const ready = Object.keys(wrong).length === 0;
  return (
    <Entry way="signUp" ready={ready} checked={() => setChecked(true)} action={action}>
      <Field label={words.name} autocomplete="name" required {...field("name")} />
      <EmailField {...field("email")} />
      <PasswordField hint={words.passwordHint} autocomplete="new-password" {...field("password")} />
    </Entry>
  );
}
