import { catalogue } from "~/i18n/catalogue";

export const text = catalogue({
  en: {
    signIn: "Sign in",
    signUp: "Create an account",
    signOut: "Sign out",
    email: "E-mail",
    password: "Password",
    passwordHint: "At least 8 characters.",
    name: "Name",
    noAccount: "No account yet?",
    haveAccount: "Have an account already?",
  },
  ko: {
    signIn: "로그인",
    signUp: "회원가입",
    signOut: "로그아웃",
    email: "이메일",
    password: "비밀번호",
    passwordHint: "8자 이상 입력해 주세요.",
    name: "이름",
    noAccount: "아직 계정이 없으신가요?",
    haveAccount: "이미 계정이 있으신가요?",
  },
});
