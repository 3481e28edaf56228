/** What an account may be made of: the service's own limits, so that a fan hears of a mistake before sending it. */

export const EMAIL_MAX = 190;
export const NAME_MAX = 100;
export const PASSWORD_MIN = 8;
export const PASSWORD_MAX = 128;

const LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
const EMAIL = new RegExp(`^ *[A-Za-z0-9.!#$%&'*+/=?^_\`{|}~-]{1,64}@${LABEL}(?:\\.${LABEL})+ *$`);

export interface Account {
  name: string;
  email: string;
  password: string;
}

export type Mistake = "nameMissing" | "nameLong" | "email" | "passwordShort" | "passwordLong";

/** What has to be put right in each field; nothing where all is well. Characters count as the service counts them. */
export function mistakes({ name, email, password }: Account): Partial<Record<keyof Account, Mistake>> {
  const [names, passwords] = [[...name.trim().normalize("NFC")].length, [...password].length];
  return {
    ...(names < 1 && { name: "nameMissing" as const }),
    ...(names > NAME_MAX && { name: "nameLong" as const }),
    ...((email.length > EMAIL_MAX || !EMAIL.test(email)) && { email: "email" as const }),
    ...(passwords < PASSWORD_MIN && { password: "passwordShort" as const }),
    ...(passwords > PASSWORD_MAX && { password: "passwordLong" as const }),
  };
}
