import { Refusal } from "~/api/failures";
import { text } from "~/concerts/messages";
import { Page } from "~/ui/page";

/** Whether an answer means that there is no such concert: it is public, so it is nobody else's. */
export function isMissing(error: unknown): boolean {
  return error instanceof Refusal && error.code === "not_found";
}

/** Instead of the page of a concert that is not there: asking again would not help, the list does. */
export function MissingConcert() {
  const words = text();
  return (
    <Page title={words.missing}>
      <p>{words.missingText}</p>
      <p>
        <a class="button" href="/">
          {words.toConcerts}
        </a>
      </p>
    </Page>
  );
}
