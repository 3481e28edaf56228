import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { answer, api } from "~/api/client";
import { isoOf, zone } from "~/organiser/concerts/entered";
import { text } from "~/organiser/concerts/messages";
import { Operators } from "~/organiser/operators";
import { useAction } from "~/ui/async";
import { Field } from "~/ui/field";
import { Form } from "~/ui/form";

export function NewConcert() {
  return <Operators title={text().newConcert}>{() => <ConcertForm />}</Operators>;
}

function ConcertForm() {
  const { route } = useLocation();
  const [title, setTitle] = useState("");
  const [artist, setArtist] = useState("");
  const [description, setDescription] = useState("");
  const [opens, setOpens] = useState("");
  const [tried, setTried] = useState(false);
  const add = useAction(async () => {
    const body = { title, artist, description, sale_opens_at: isoOf(opens) };
    const concert = await answer(api.POST("/api/v1/admin/concerts", { body }));
    route(`/organiser/concerts/${concert.id}`);
  });
  const words = text();
  const missing = (value: string) => (tried && !value.trim() ? words.required : null);
  return (
    <Form
      submit={words.add}
      busy={add.busy}
      error={add.error}
      send={() => {
        setTried(true);
        if (title.trim() && artist.trim()) add.run();
      }}
    >
      <Field label={words.title} required maxLength={200} problem={missing(title)} value={title} change={setTitle} />
      <Field
        label={words.artist}
        required
        maxLength={200}
        problem={missing(artist)}
        value={artist}
        change={setArtist}
      />
      <div class="field">
        <label for="description">{words.description}</label>
        <textarea
          id="description"
          rows={5}
          maxLength={5000}
          aria-describedby="description-hint"
          value={description}
          onInput={(event) => setDescription(event.currentTarget.value)}
        />
        <p id="description-hint" class="hint">
          {words.descriptionHint}
        </p>
      </div>
      <Field
        label={words.opensAt}
        hint={words.opensHint(zone())}
        type="datetime-local"
        value={opens}
        change={setOpens}
      />
    </Form>
  );
}
