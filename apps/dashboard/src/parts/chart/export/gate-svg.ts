import { axisTimes, chartRange, type GatePoint, type GateUnit, type StepSpan } from '#libs/rollout-view';

/** What an exported chart is drawn with: values of the page's tokens. */
export interface ChartColours {
  readonly ground: string;
  readonly ink: string;
  readonly quiet: string;
  readonly line: string;
  readonly band: string;
  readonly edge: string;
  readonly margin: string;
  readonly shade: string;
}

export interface ChartDrawn {
  readonly title: string;
  readonly unit: GateUnit;
  readonly points: readonly GatePoint[];
  readonly spans: readonly StepSpan[];
  readonly time: readonly [from: number, to: number];
}

const [WIDTH, HEIGHT] = [960, 360];
const ROOM = { left: 72, right: 20, top: 64, bottom: 40 };
const TICKS = 5;

/** Letters that XML does not have are left out. */
const escaped = (text: string): string =>
  // eslint-disable-next-line no-control-regex
  text.replace(/[\u0000-\u001f]/g, ' ').replace(/[<>&"']/g, (letter) => `&#${letter.codePointAt(0) ?? 0};`);
const at = (value: number): string => value.toFixed(1);

/** A gate's chart as a picture by itself: the interval closing in on what is allowed, the steps behind it, axes with units. */
export function gateSvg(
  { title, unit, points, spans, time: [from, to] }: ChartDrawn,
  colours: ChartColours,
): string {
  const [low, high] = chartRange(points);
  const [wide, tall] = [WIDTH - ROOM.left - ROOM.right, HEIGHT - ROOM.top - ROOM.bottom];
  const x = (ms: number): number => ROOM.left + (wide * (ms - from)) / Math.max(1, to - from);
  const y = (value: number): number =>
    ROOM.top + tall * (1 - (Math.min(high, Math.max(low, value)) - low) / (high - low));
  const text = (left: number, top: number, words: string, more = ''): string =>
    `<text x="${at(left)}" y="${at(top)}" fill="${colours.quiet}" ${more}>${escaped(words)}</text>`;
  const times = Array.from({ length: TICKS }, (_, i) => from + ((to - from) * i) / (TICKS - 1));
  const labels = axisTimes(times.map((ms) => ms / 1_000));
  const values = Array.from({ length: TICKS }, (_, i) => low + ((high - low) * i) / (TICKS - 1));
  const margin = points.at(-1)?.margin ?? null;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="system-ui, sans-serif" font-size="12">`,
    `<title>${escaped(title)}</title><rect width="${WIDTH}" height="${HEIGHT}" fill="${colours.ground}"/>`,
    `<text x="${ROOM.left}" y="24" fill="${colours.ink}" font-size="16" font-weight="600">${escaped(title)}</text>`,
    text(
      ROOM.left,
      44,
      `${unit.title}; line: seen, band: where it lies, dashed: allowed ${unit.say(margin)}`,
    ),
    ...spans.map((span, i) => {
      const [left, right] = [x(Math.max(from, span.from)), x(Math.min(to, span.to ?? to))];
      if (right <= left) return '';
      const shade =
        i % 2 === 1
          ? `<rect x="${at(left)}" y="${ROOM.top}" width="${at(right - left)}" height="${tall}" fill="${colours.shade}"/>`
          : '';
      return shade + (right - left > 60 ? text(left + 4, ROOM.top + 12, span.label) : '');
    }),
    ...values.map(
      (value) =>
        `<path d="M${ROOM.left} ${at(y(value))}h${wide}" stroke="${colours.line}"/>${text(ROOM.left - 8, y(value) + 4, unit.tick(value), 'text-anchor="end"')}`,
    ),
    ...times.map((ms, i) => text(x(ms), HEIGHT - 16, labels[i] ?? '', 'text-anchor="middle"')),
    bandOf(points, x, y, colours),
    lineOf(points, x, y, colours.ink),
    margin === null
      ? ''
      : `<path d="M${ROOM.left} ${at(y(margin))}h${wide}" stroke="${colours.margin}" stroke-width="2" stroke-dasharray="6 4"/>`,
    '</svg>',
  ].join('\n');
}

type Scale = (value: number) => number;

function bandOf(points: readonly GatePoint[], x: Scale, y: Scale, { band, edge }: ChartColours): string {
  const known = points.filter(({ lower, upper }) => lower !== null && upper !== null);
  if (known.length === 0) return '';
  const over = known.map(({ at: ms, upper }) => `${at(x(ms))},${at(y(upper ?? 0))}`);
  const under = known.map(({ at: ms, lower }) => `${at(x(ms))},${at(y(lower ?? 0))}`);
  return `<polygon points="${[...over, ...under.toReversed()].join(' ')}" fill="${band}" stroke="${edge}"/>`;
}

function lineOf(points: readonly GatePoint[], x: Scale, y: Scale, colour: string): string {
  const known = points.filter(({ estimate }) => estimate !== null);
  const path = known.map(({ at: ms, estimate }) => `${at(x(ms))},${at(y(estimate ?? 0))}`).join(' ');
  return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`;
}
