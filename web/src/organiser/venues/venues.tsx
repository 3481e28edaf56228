import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { answer, api } from "~/api/client";
import { moment } from "~/i18n/format";
import { Operators } from "~/organiser/operators";
import { useListing } from "~/organiser/paged";
import { text } from "~/organiser/venues/messages";
import { useAction } from "~/ui/async";
import { Button } from "~/ui/button";
import { Failure } from "~/ui/failure";
import { Field } from "~/ui/field";
import { text as common } from "~/ui/messages";

export function Venues() {
  return (
    <Operators title={text().venues}>
      {() => (
        <>
          <VenueList />
          <VenueForm />
        </>
      )}
    </Operators>
  );
}

function VenueList() {
  const { data, error, reload, more } = useListing(
    (cursor, signal) =>
      answer(api.GET("/api/v1/admin/venues", { params: { query: cursor ? { cursor } : {} }, signal })),
    [],
  );
  const words = text();
  return (
    <>
      <Failure error={error} again={reload} />
      {!data && !error && <p aria-busy="true">{common().loading}</p>}
      {data?.length === 0 && <p>{words.noVenue}</p>}
      <ul class="cards">
        {data?.map((venue) => (
          <li key={venue.id}>
            <a class="card" href={`/organiser/venues/${venue.id}`}>
              <h2>{venue.name}</h2>
              <p class="hint">{words.since(moment(venue.created_at, "date"))}</p>
            </a>
          </li>
        ))}
      </ul>
      {more && (
        <Button kind="quiet" press={more}>
          {common().more}
        </Button>
      )}
    </>
  );
}

function VenueForm() {
  const { route } = useLocation();
  const [name, setName] = useState("");
  const [tried, setTried] = useState(false);
  const add = useAction(async () => {
    const venue = await answer(api.POST("/api/v1/admin/venues", { body: { name } }));
    route(`/organiser/venues/${venue.id}`);
  });
  const words = text();
  return (
    <form
      class="card form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (name.trim()) add.run();
      }}
    >
      <h2>{words.newVenue}</h2>
      <Field
        label={words.name}
        required
        maxLength={200}
        problem={tried && !name.trim() ? words.required : null}
        value={name}
        change={setName}
      />
      <Failure error={add.error} />
      <Button type="submit" busy={add.busy}>
        {words.add}
      </Button>
    </form>
  );
}
