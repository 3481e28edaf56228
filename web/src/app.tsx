import { ErrorBoundary, LocationProvider, Route, Router, useLocation } from "preact-iso";
import { Concerts } from "~/concerts/list";
import { Header } from "~/shell/header";
import { NotFound } from "~/shell/not-found";
import { page } from "~/shell/page-file";
import { text } from "~/ui/messages";

const ConcertPage = page(() => import("~/concerts/page").then((module) => module.ConcertPage));
const QueuePage = page(() => import("~/queue/page").then((module) => module.QueuePage));
const Seats = page(() => import("~/seats/page").then((module) => module.Seats));
const SignIn = page(() => import("~/accounts/sign-in").then((module) => module.SignIn));
const SignUp = page(() => import("~/accounts/sign-up").then((module) => module.SignUp));
const Organiser = page(() => import("~/organiser/home").then((module) => module.Organiser));
const Venues = page(() => import("~/organiser/venues/venues").then((module) => module.Venues));
const VenuePage = page(() => import("~/organiser/venues/venue").then((module) => module.VenuePage));
const NewConcert = page(() => import("~/organiser/concerts/new").then((module) => module.NewConcert));
const ManagedConcert = page(() => import("~/organiser/concerts/concert").then((module) => module.ManagedConcert));
const LiveSale = page(() => import("~/organiser/live/live").then((module) => module.LiveSale));
const WalletPage = page(() => import("~/wallet/page").then((module) => module.WalletPage));
const CheckoutPage = page(() => import("~/checkout/page").then((module) => module.CheckoutPage));
const ReservationsPage = page(() => import("~/reservations/list").then((module) => module.ReservationsPage));
const ReservationPage = page(() => import("~/reservations/page").then((module) => module.ReservationPage));

/** Every page in its frame. The list of concerts comes with the first file; the others when they are wanted. */
export function App() {
  return (
    <LocationProvider>
      <a class="skip" href="#content">
        {text().skip}
      </a>
      <Header />
      <ErrorBoundary>
        <Pages />
      </ErrorBoundary>
    </LocationProvider>
  );
}

function Pages() {
  const { path } = useLocation();
  if (!isReadable(path)) return <NotFound />;
  return (
    <Router>
      <Route path="/" component={Concerts} />
      <Route path="/concerts/:id" component={ConcertPage} />
      <Route path="/concerts/:id/queue" component={QueuePage} />
      <Route path="/performances/:id/seats" component={Seats} />
      <Route path="/sign-in" component={SignIn} />
      <Route path="/sign-up" component={SignUp} />
      <Route path="/organiser" component={Organiser} />
      <Route path="/organiser/venues" component={Venues} />
      <Route path="/organiser/venues/:id" component={VenuePage} />
      <Route path="/organiser/concerts/new" component={NewConcert} />
      <Route path="/organiser/concerts/:id" component={ManagedConcert} />
      <Route path="/organiser/concerts/:id/live" component={LiveSale} />
      <Route path="/wallet" component={WalletPage} />
      <Route path="/checkout/:hold" component={CheckoutPage} />
      <Route path="/reservations" component={ReservationsPage} />
      <Route path="/reservations/:id" component={ReservationPage} />
      <Route default component={NotFound} />
    </Router>
  );
}

/** Whether the router can decode it: it fails on a path such as `/concerts/%E0`. A call of no use is built away. */
function isReadable(path: string): boolean {
  try {
    return decodeURIComponent(path) !== "";
  } catch {
    return false;
  }
}
