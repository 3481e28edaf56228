import { text } from "~/shell/messages";
import { Button } from "~/ui/button";
import { text as common } from "~/ui/messages";
import { Page } from "~/ui/page";

/** Stands where a page's file could not be fetched, or a page failed. */
export function Broken() {
  return (
    <Page title={text().broken}>
      <p>{text().brokenWhy}</p>
      <Button press={() => location.reload()}>{common().again}</Button>
    </Page>
  );
}
