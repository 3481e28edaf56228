import { answer, api } from "~/api/client";
import { text } from "~/organiser/live/messages";
import { useAction } from "~/ui/async";
import { Button } from "~/ui/button";
import { Failure } from "~/ui/failure";

/** Sales and ledger as files. They are fetched, for a link could not sign the request. */
export function Files({ concertId, name }: { concertId: string; name: string }) {
  const params = { path: { concert_id: concertId } };
  const sales = useAction(async () => {
    const path = "/api/v1/admin/concerts/{concert_id}/sales.csv";
    save(await answer(api.GET(path, { params, parseAs: "blob" })), `${fileName(name)}-sales.csv`);
  });
  const ledger = useAction(async () => {
    const path = "/api/v1/admin/concerts/{concert_id}/ledger.csv";
    save(await answer(api.GET(path, { params, parseAs: "blob" })), `${fileName(name)}-ledger.csv`);
  });
  const words = text();
  return (
    <section class="card">
      <h2>{words.files}</h2>
      <p class="hint">{words.filesHint}</p>
      <Failure error={sales.error ?? ledger.error} />
      <div class="buttons">
        <Button kind="quiet" busy={sales.busy} press={sales.run}>
          {words.sales}
        </Button>
        <Button kind="quiet" busy={ledger.busy} press={ledger.run}>
          {words.ledger}
        </Button>
      </div>
    </section>
  );
}

/** A title as the name of a file: letters and digits of any language, the rest as hyphens. */
export function fileName(title: string): string {
  return (
    title
      .replace(/[^\p{L}\p{N}]+/gu, "-")
      .replace(/^-|-$/g, "")
      .slice(0, 60) || "concert"
  );
}

function save(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // The browser has taken it over by the time anything else is asked for.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
