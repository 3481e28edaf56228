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
    showPassword: "Show the password",
    noAccount: "No account yet?",
    incomplete: "Please enter your e-mail and your password.",
    mistakes: {
      nameMissing: "Please enter your name.",
      nameLong: "A name has at most 100 characters.",
      email: "Please enter an e-mail address such as name@example.com, in English letters.",
      passwordShort: "Please choose a password of at least 8 characters.",
      passwordLong: "A password has at most 128 characters.",
    },
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
    showPassword: "비밀번호 표시",
    noAccount: "아직 계정이 없으신가요?",
    incomplete: "이메일과 비밀번호를 입력해 주세요.",
    mistakes: {
      nameMissing: "이름을 입력해 주세요.",
      nameLong: "이름은 100자까지 입력할 수 있습니다.",
      email: "name@example.com과 같은 이메일 주소를 영문으로 입력해 주세요.",
      passwordShort: "비밀번호는 8자 이상이어야 합니다.",
      passwordLong: "비밀번호는 128자까지 입력할 수 있습니다.",
    },
    haveAccount: "이미 계정이 있으신가요?",
  },
});
