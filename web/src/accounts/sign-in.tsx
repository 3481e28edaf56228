import { useState } from "preact/hooks";
import { EmailField } from "~/accounts/email-field";
import { Entry, enter } from "~/accounts/entry";
import { text } from "~/accounts/messages";
import { PasswordField } from "~/accounts/password-field";
import { useAction } from "~/ui/async";

export function SignIn() {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [checked, setChecked] = useState(false);
  const action = useAction(() => enter(email, password));
  const words = text();
  return (
    <Entry way="signIn" ready={Boolean(email && password)} checked={() => setChecked(true)} action={action}>
      <EmailField value={email} change={setEmail} problem={checked && !email ? words.emailMissing : null} />
      <PasswordField
        autocomplete="current-password"
        value={password}
        change={setPassword}
        problem={checked && !password ? words.passwordMissing : null}
      />
    </Entry>
  );
}
