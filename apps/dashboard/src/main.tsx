import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { Link, Route, Router, Switch } from 'wouter';
import { UnderstudyError } from '#libs/client';
import { base } from './base.ts';
import { Audit } from './pages/audit.tsx';
import { Login } from './pages/login.tsx';
import { ModelPage } from './pages/model/model.tsx';
import { Overview } from './pages/overview/overview.tsx';
import { RolloutPage } from './pages/rollout/rollout.tsx';
import { Subscriptions } from './pages/subscriptions.tsx';
import { Tokens } from './pages/tokens.tsx';
import { LoggedIn } from './pages/logged-in.tsx';
import { Shell } from './parts/shell/shell.tsx';
import './styles/index.css';

/** The editor is as large as all else: it is loaded where it is used. */
const Policies = lazy(() => import('./pages/policies/policies.tsx'));
/** Loaded when they are first opened. */
const VersionPage = lazy(() => import('./pages/version/version.tsx'));
const ComparePage = lazy(() => import('./pages/compare/compare.tsx'));
const RegisterPage = lazy(() => import('./pages/register/register.tsx'));
const FleetPage = lazy(() => import('./pages/fleet/fleet.tsx'));

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 1_000,
      // What is refused stays refused; a server that starts again is waited for.
      retry: (count, error) =>
        count < 3 && !(error instanceof UnderstudyError && error.status >= 400 && error.status < 500),
    },
  },
});

function App() {
  return (
    <Switch>
      <Route path="/login" component={Login} />
      <Route>
        <LoggedIn>
          <Shell>
            <Switch>
              <Route path="/" component={Overview} />
              <Route path="/models/:name">
                {({ name }) => <ModelPage key={name} name={decodeURIComponent(name)} />}
              </Route>
              <Route path="/models/:name/versions/:version">
                {({ name, version }) => (
                  <Suspense>
                    <VersionPage
                      key={`${name} ${version}`}
                      model={decodeURIComponent(name)}
                      version={Number(version)}
                    />
                  </Suspense>
                )}
              </Route>
              <Route path="/models/:name/compare">
                {({ name }) => (
                  <Suspense>
                    <ComparePage key={name} model={decodeURIComponent(name)} />
                  </Suspense>
                )}
              </Route>
              <Route path="/register">
                <Suspense>
                  <RegisterPage />
                </Suspense>
              </Route>
              <Route path="/fleet">
                <Suspense>
                  <FleetPage />
                </Suspense>
              </Route>
              <Route path="/rollouts/:id">{({ id }) => <RolloutPage key={id} id={id} />}</Route>
              <Route path="/audit" component={Audit} />
              <Route path="/policies">
                <Suspense fallback={<div className="skeleton" role="status" aria-label="Loading" />}>
                  <Policies />
                </Suspense>
              </Route>
              <Route path="/tokens" component={Tokens} />
              <Route path="/subscriptions" component={Subscriptions} />
              <Route>
                <h1>There is nothing here</h1>
                <p>
                  <Link href="/">Overview</Link>
                </p>
              </Route>
            </Switch>
          </Shell>
        </LoggedIn>
      </Route>
    </Switch>
  );
}

const root = document.getElementById('root');
if (root)
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <Router base={base}>
          <App />
        </Router>
      </QueryClientProvider>
    </StrictMode>,
  );
