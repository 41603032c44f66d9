import { type Mutant, pure } from './mutant.ts';

const rollout = (file: string): string => `libs/rollout/src/${file}.ts`;
const ARMS = pure('apps/gateway/src/forward/arm-outcome.test.ts');
const FREEZE = pure('libs/rollout/src/freeze/freeze.test.ts');
const CLOCKS = pure('libs/rollout/src/freeze/clock-changes.test.ts');
const QUERIES = pure('libs/rollout/src/evidence/fill-query.test.ts');
const SAID = 'test/integration/known-secrets.test.ts';

/** Kinds 4, 7, 9 and 10, and those parts of others that are pure. */
export const OF_PURE_CODE: readonly Mutant[] = [
  {
    ...{
      name: 'bearer-is-taken',
      kind: 8,
      undoes: 'an admin token with Bearer before it starts, and lets nobody in',
    },
    ...{ file: 'libs/config/src/reading/kinds.ts', find: '!/^bearer\\s/i.test(text)' },
    ...{
      replace: '!/^bearer$/i.test(text)',
      caughtBy: pure('libs/config/src/reading/misspelt-settings.test.ts'),
    },
  },
  {
    ...{ name: 'misspelt-is-silent', kind: 8, undoes: 'a misspelt setting is ignored without a word' },
    ...{ file: 'libs/config/src/reading/misspelt-settings.ts', find: 'slips <= MOST_SLIPS' },
    ...{
      replace: 'slips < 0',
      caughtBy: pure('libs/config/src/reading/misspelt-settings.test.ts'),
    },
  },
  {
    ...{
      name: 'limit-is-an-answer',
      kind: 4,
      undoes: 'a request that met a limit of the gateway counts as an answer of its arm',
    },
    ...{ file: 'apps/gateway/src/forward/arm-outcome.ts', find: 'if (limitMs !== null) return null;' },
    ...{ replace: '', caughtBy: ARMS },
  },
  {
    ...{
      name: 'unassigned-is-in-an-arm',
      kind: 4,
      undoes: 'a request that found no connection is in an arm',
    },
    ...{ file: 'apps/gateway/src/forward/arm-outcome.ts', find: 'if (!clock.wasHanded) return null;' },
    ...{ replace: '', caughtBy: ARMS },
  },
  {
    ...{ name: 'late-is-lost', kind: 4, undoes: 'an answer that came too late is in no arm' },
    ...{ file: 'apps/gateway/src/forward/arm-outcome.ts', find: 'outcome.failed = true;' },
    ...{ replace: 'return null;', caughtBy: ARMS },
  },
  {
    ...{
      name: 'malformed-token-starts',
      kind: 8,
      undoes: 'an admin token without a valid checksum starts, and answers 401 to everything',
    },
    ...{
      file: 'libs/engine/src/access/setting-token.ts',
      find: "token.startsWith('us_') && !isWellFormedToken(token)",
    },
    ...{ replace: 'false', caughtBy: pure('libs/engine/src/access/setting-token.test.ts') },
  },
  {
    ...{ name: 'freeze-walks-minutes', kind: 9, undoes: 'a freeze window sets the cost of each look' },
    ...{ file: rollout('freeze/freeze'), find: 'opened = at(next, shape.lastOfDay[next.index]);' },
    ...{ replace: 'opened = at(next, pattern.minutes[next.index]);', caughtBy: FREEZE },
  },
  {
    ...{ name: 'query-is-not-quoted', kind: 9, undoes: "a model's name is a part of the query" },
    ...{
      file: rollout('evidence/fill-query'),
      find: "return escaped(isPattern ? value.replace(REGEXP, '\\\\$&') : value, around);",
    },
    ...{ replace: "return isPattern ? value.replace(REGEXP, '\\\\$&') : value;", caughtBy: QUERIES },
  },
  {
    ...{
      name: 'pattern-is-not-quoted',
      kind: 9,
      undoes: "a model's name is a pattern where the query has =~",
    },
    ...{ file: rollout('evidence/fill-query'), find: "isPattern ? value.replace(REGEXP, '\\\\$&') : value" },
    ...{ replace: 'value', caughtBy: QUERIES },
  },
  {
    ...{
      name: 'redacts-as-written-only',
      kind: 10,
      undoes: 'a secret that is written as JSON or in a URL is shown',
    },
    ...{
      file: 'libs/kernel/src/text/redactor.ts',
      find: '...[secret, escaped, JSON.stringify(escaped).slice(1, -1)],',
    },
    ...{ replace: 'secret,', caughtBy: pure('libs/kernel/src/text/known-secrets.test.ts') },
  },
  {
    ...{
      name: 'forgets-url-passwords',
      kind: 10,
      undoes: 'the password of PROMETHEUS_URL is in reasons, events and Slack',
    },
    ...{ file: 'libs/config/src/secrets-of.ts', find: "...secretsInUrl(config.prometheusUrl ?? '')," },
    ...{ replace: '', caughtBy: pure('libs/config/src/metric-sources.test.ts') },
  },
  {
    ...{
      name: 'secret-in-base64',
      kind: 10,
      undoes: 'what a peer repeats of an authorization header is kept',
    },
    ...{
      file: 'libs/kernel/src/text/redactor.ts',
      find: '...[0, 1, 2].flatMap((before) => base64Of(secret, before)),',
    },
    ...{ replace: '', caughtBy: pure('libs/kernel/src/text/known-secrets.test.ts') },
  },
  {
    ...{ name: 'event-keeps-secret', kind: 10, undoes: 'the record, which nobody can mend, keeps a secret' },
    ...{ file: 'libs/db/src/audit/event.store.ts', find: 'canonicalJson(redactDeep(event.data))' },
    ...{ replace: 'canonicalJson(event.data)', caughtBy: pure(SAID, 'no event') },
  },
  {
    ...{ name: 'answer-says-secret', kind: 10, undoes: 'an error that is answered says a secret' },
    ...{
      file: 'apps/api/src/http/problems/problem.ts',
      find: 'const { detail, errors, ...rest } = redactDeep(problemOf(error));',
    },
    ...{
      replace: 'const { detail, errors, ...rest } = problemOf(error);',
      caughtBy: pure(SAID, 'no answer'),
    },
  },
  {
    ...{ name: 'time-in-a-freeze', kind: 'also', undoes: 'a freeze ends an hour off when the clocks change' },
    ...{
      file: rollout('freeze/freeze'),
      find: 'const closes = lastInstantOf(opened + durationMs, timeZone);',
    },
    ...{
      replace:
        'const closes = firstInstantOf(opened, timeZone).at + durationMs + 0 * lastInstantOf(0, timeZone);',
      caughtBy: FREEZE,
    },
  },
  {
    ...{
      name: 'skipped-freeze-never-comes',
      kind: 'also',
      undoes: 'a freeze that lies in the hour that clocks skip does not come on that day',
    },
    ...{ file: rollout('freeze/freeze'), find: 'isSkipped ? Math.max(closes, at + durationMs) : closes' },
    ...{ replace: 'closes', caughtBy: CLOCKS },
  },
  {
    ...{
      name: 'repeated-hour-once',
      kind: 'also',
      undoes: 'a freeze leaves the second of two hours alone that the clock shows twice',
    },
    ...{
      file: rollout('freeze/wall-clock'),
      find: 'return reached(wall, timeZone, earliestAhead);',
    },
    ...{ replace: 'return reached(wall, timeZone, latestShown);', caughtBy: CLOCKS },
  },
  {
    ...{
      name: 'waits-for-nothing',
      kind: 'also',
      undoes: 'nobody is told about how long a step still takes',
    },
    ...{ file: rollout('decide/waiting-for'), find: 'leftMs === null ? because :' },
    ...{
      replace: 'leftMs !== undefined ? because :',
      caughtBy: pure('libs/rollout/src/decide/waiting-for.test.ts'),
    },
  },
  {
    ...{
      name: 'gateways-are-not-named',
      kind: 'also',
      undoes: 'a step that cannot begin does not say which gateways it waits for',
    },
    ...{ file: rollout('decide/decide'), find: "rollout.gatewaysBehind ?? 'waiting" },
    ...{ replace: "null ?? 'waiting", caughtBy: pure('test/integration/step-waits.test.ts') },
  },
  {
    ...{
      name: 'refused-is-tried-again',
      kind: 'also',
      undoes: 'one event that a subscriber refuses holds back its alarms for two days',
    },
    ...{ file: 'libs/engine/src/subscriptions/deliver-events.ts', find: 'if (isRefused || lasts(' },
    ...{
      replace: 'if (lasts(',
      caughtBy: pure('test/integration/subscriptions.test.ts', 'is about that message'),
    },
  },
];
