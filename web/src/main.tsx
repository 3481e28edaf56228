import { render } from "preact";
import { App } from "~/app";
import { watchReleases } from "~/shell/releases";
import "~/styles/base.css";

watchReleases();
render(<App />, document.body);
