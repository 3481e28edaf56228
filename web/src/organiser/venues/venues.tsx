import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { answer, api } from "~/api/client";
import { moment } from "~/i18n/format";
import { Operators } from "~/organiser/operators";
import { text } from "~/organiser/venues/messages";
import { useAction } from "~/ui/async";
import { Field } from "~/ui/field";
import { Form } from "~/ui/form";
import { First, More, usePages } from "~/ui/pages";

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
  const venues = usePages(
    (cursor, signal) =>
      answer(api.GET("/api/v1/admin/venues", { params: { query: cursor ? { cursor } : {} }, signal })),
    [],
  );
  const words = text();
  return (
    <>
      <First pages={venues} none={words.noVenue} />
      <ul class="cards">
        {venues.items?.map((venue) => (
          <li key={venue.id}>
            <a class="card" href={`/organiser/venues/${venue.id}`}>
              <h2>{venue.name}</h2>
              <p class="hint">{words.since(moment(venue.created_at, "date"))}</p>
            </a>
          </li>
        ))}
      </ul>
      <More pages={venues} />
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
    <Form
      submit={words.add}
      busy={add.busy}
      error={add.error}
      send={() => {
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
    </Form>
  );
}
