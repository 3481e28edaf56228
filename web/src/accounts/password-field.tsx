import { useState } from "preact/hooks";
import { text } from "~/accounts/messages";
import { Field } from "~/ui/field";

interface Given {
  autocomplete: "current-password" | "new-password";
  hint?: string;
  problem?: string | null;
  value: string;
  change: (value: string) => void;
}

/** A password, which the fan may look at: on a phone a hidden one is mistyped more often than it is overlooked. */
export function PasswordField({ autocomplete, hint, problem = null, value, change }: Given) {
  const [shown, setShown] = useState(false);
  const words = text();
  return (
    <>
      <Field
        label={words.password}
        type={shown ? "text" : "password"}
        autocomplete={autocomplete}
        autocapitalize="none"
        spellcheck={false}
        required
        value={value}
        change={change}
        problem={problem}
        {...(hint && { hint })}
      />
      <label class="show-password">
        <input type="checkbox" checked={shown} onChange={(event) => setShown(event.currentTarget.checked)} />
        {words.showPassword}
      </label>
    </>
  );
}
