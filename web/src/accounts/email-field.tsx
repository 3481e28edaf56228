import { text } from "~/accounts/messages";
import { Field } from "~/ui/field";

interface Given {
  problem: string | null;
  value: string;
  change: (value: string) => void;
}

export function EmailField(given: Given) {
  return <Field label={text().email} type="email" autocomplete="username" autocapitalize="none" required {...given} />;
}
