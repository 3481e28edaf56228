import "~/styles/tokens.css";
import "~/styles/elements.css";
import "~/styles/cards.css";
import "~/styles/fields.css";
import "~/styles/buttons.css";
import "~/styles/notices.css";

import { render } from "preact";
import { App } from "~/app";
import { watchOperator } from "~/organiser/live/kept";
import { watchTickets } from "~/reservations/offline";
import { watchReleases } from "~/shell/releases";

watchReleases();
watchTickets();
watchOperator();
render(<App />, document.body);
