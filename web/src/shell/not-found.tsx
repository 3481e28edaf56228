import { text } from "~/shell/messages";
import { Page } from "~/ui/page";

export function NotFound() {
  return (
    <Page title={text().notFound}>
      <a href="/">{text().toConcerts}</a>
    </Page>
  );
}
