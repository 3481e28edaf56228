import { render } from "preact";
import { App } from "~/app";
import { watchTickets } from "~/reservations/offline";
import { watchReleases } from "~/shell/releases";
import "~/styles/base.css";

watchReleases();
watchTickets();
render(<App />, document.body);
