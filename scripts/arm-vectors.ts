import {
  type CallerSegment,
  dealArm,
  freezeSegment,
  headerText,
  isInSegment,
  murmur3,
  Payload,
  type Ring,
  type RouteCandidate,
  unitHash,
  unitName,
  unitOf,
} from '#libs/traffic';

/*
 * What a client in another language checks itself by (docs/arm-vectors.json): from the bytes of a request to its unit, its segments, its
 * place on the wheel and its arm. Made by the functions that gateways, `resolve` and feedback use; `arm-vectors.test.ts` compares.
 */

const TEXTS = ['', 'a', 'ab', 'abc', 'abcd', 'Hello, world!', 'zoë', '日本', '🙂'];
const SEEDS = [0, 1, 101, 102];
const LONG = 'session-'.repeat(140);
const UNITS = ['ann', 'bob', 'zoë', '日本', '4711', LONG];
const LONGEST = 'a'.repeat(1_000);
/** Blanks around a unit are none of it; those that a header may carry are. */
const WITH_BLANKS = [' ann', 'bob\t', '\r\n4711 \n', 'a b', '\u00a0ann', ` ${'a'.repeat(1_000)} `];
const HEADERS = ['efbbbf616e6e', '616e6e', '7a6fc3ab', '7a6feb', 'e697a5e69cac', 'c328'];
const SALTS = ['salt', 'salt:5b0cb8f6-3f3c-4a3a-9d5e-0d2f6f1c7a11'];

const LISTED: CallerSegment = { from: 'units', units: ['ann', 'zoë', LONG] };
const BY_HEADER: CallerSegment = { from: 'header', name: 'X-Team', values: ['staff', 'zoë'] };
const BY_JSON: CallerSegment = { from: 'json', name: '$.user.plan', values: ['beta', '7', 'true'] };

const BY_NUMBER: CallerSegment = {
  from: 'json',
  name: '$.user.plan',
  values: ['1e21', '1.0', '-0', '2.50', 'null'],
};
const NUMBERS = ['7', '-0', '1.0', '1e3', '1E+21', '1e21', '9007199254740993', '0.10', '1e-7', 'true'];

const ring = (segment: string, share: number, judged: boolean): Ring => ({
  ...{ segment, share, judged, rule: freezeSegment(BY_HEADER) },
});
type Dealing = Pick<RouteCandidate, 'mode' | 'weight' | 'heldBack' | 'rings'>;
const CANDIDATES: readonly Dealing[] = [
  { mode: 'shadow', weight: 10_000 },
  { mode: 'canary', weight: 2_500 },
  { mode: 'canary', weight: 10_000 },
  { mode: 'canary', weight: 2_500, heldBack: true },
  { mode: 'canary', weight: 0, rings: [ring('staff', 5_000, true)] },
  { mode: 'canary', weight: 0, rings: [ring('staff', 10_000, true)] },
  { mode: 'canary', weight: 0, rings: [ring('staff', 8_000, false), ring('pilots', 5_000, true)] },
  { mode: 'canary', weight: 1_000, rings: [ring('staff', 8_000, false), ring('pilots', 5_000, false)] },
  { mode: 'canary', weight: 2_500, heldBack: true, rings: [ring('staff', 8_000, false)] },
];
const MEMBERSHIPS = [[], ['staff'], ['pilots'], ['staff', 'pilots']];

/** The document. Units are hashed by their names (`units`), texts as UTF-8. */
export function armVectors() {
  return {
    murmur3: TEXTS.flatMap((text) => SEEDS.map((seed) => ({ text, seed, hash: murmur3(text, seed) }))),
    units: [...UNITS, LONGEST, ...WITH_BLANKS].map((unit) => ({ unit, name: unitName(unit) })),
    headers: HEADERS.map((hex) => ({ hex, text: headerText(Buffer.from(hex, 'hex').toString('latin1')) })),
    json: NUMBERS.map((json) => ({
      json,
      unit: unitOf({ from: 'json', name: '$.u' }, placesOf(`{"u":${json}}`)),
    })),
    segments: segmentVectors(),
    arms: SALTS.flatMap((salt) => UNITS.map(unitName).flatMap((unit) => armsOf(salt, unit))),
  };
}

const placesOf = (body: string) => ({ header: () => undefined, json: () => new Payload(body).value });

function armsOf(salt: string, unit: string) {
  const hash = unitHash(salt, unit);
  return CANDIDATES.flatMap(({ rings, ...dealing }) =>
    (rings ? MEMBERSHIPS : [[]]).map((segments) => {
      const candidate = { version: 2, url: '', ...dealing, ...(rings ? { rings } : {}) };
      const { arm, isJudged } = dealArm({ candidate }, hash, ({ segment }) =>
        segments.some((one) => one === segment),
      );
      const shown = rings && {
        rings: rings.map(({ segment, share, judged }) => ({ segment, share, judged })),
      };
      return {
        salt,
        unit,
        hash,
        place: hash % 10_000,
        candidate: { ...dealing, ...shown },
        segments,
        arm,
        counts: isJudged,
      };
    }),
  );
}

function segmentVectors() {
  const asked = (
    segment: CallerSegment,
    all: readonly { unit?: string; header?: string; body?: unknown }[],
  ) => ({
    segment,
    frozen: freezeSegment(segment),
    requests: all.map(({ unit = 'u', header, body }) => ({
      ...{
        unit: unitName(unit),
        ...(header === undefined ? {} : { header }),
        ...(body === undefined ? {} : { body }),
      },
      isIn: isInSegment(freezeSegment(segment), {
        unit: unitName(unit),
        header: () => header,
        json: () => body,
      }),
    })),
  });
  const plan = (value: unknown) => ({ body: { user: { plan: value } } });
  return [
    asked(
      LISTED,
      [...UNITS, 'eve'].map((unit) => ({ unit })),
    ),
    asked(
      BY_HEADER,
      ['staff', ' staff ', 'sales, staff', 'Staff', 'staffing', ''].map((header) => ({ header })),
    ),
    asked(BY_NUMBER, [1e21, 1, 0, 2.5, '1e21', '1', 1e20, null, 'null'].map(plan)),
    asked(BY_JSON, ['beta', 7, true, ['free', 'beta'], 'Beta', null, {}].map(plan)),
  ];
}
