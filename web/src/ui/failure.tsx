import { sentence } from "~/api/sentences";
import { text } from "~/ui/messages";
import { Notice } from "~/ui/notice";

/** What went wrong and what to do next; nothing where nothing did. */
export function Failure({ error, again }: { error: unknown; again?: (() => void) | undefined }) {
  if (!error) return null;
  return (
    <Notice kind="error">
      <p>{sentence(error)}</p>
      {again && (
        <button type="button" class="button quiet" onClick={again}>
          {text().again}
        </button>
      )}
    </Notice>
  );
}
