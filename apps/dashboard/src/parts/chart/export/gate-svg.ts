import { asText } from '#libs/kernel';
import { axisTimes, type ChartDrawn, chartSvg, type Paint } from '#libs/rollout-view';

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

export interface ExportedChart extends Pick<ChartDrawn, 'points' | 'unit' | 'spans' | 'time'> {
  readonly title: string;
}

const [WIDTH, HEIGHT] = [960, 360];
/** As `chartSvg` leaves room for its values on the left. */
const BOX = { x: -18, y: 64, width: 958, height: 256 };
const TICKS = 5;

/** By attributes, as a picture has no style sheet of the page. */
const paintOf =
  ({ ink, quiet, line, band, edge, margin, shade }: ChartColours): Paint =>
  (part) =>
    ({
      seen: `stroke="${ink}"`,
      dot: `fill="${ink}"`,
      bar: `stroke="${edge}"`,
      band: `fill="${band}" stroke="${edge}"`,
      margin: `stroke="${margin}"`,
      shade: `fill="${shade}"`,
      line: `stroke="${line}"`,
      quiet: `fill="${quiet}"`,
    })[part];

/** A gate's chart as a picture by itself: the interval closing in on what is allowed, the steps behind it, axes with units. */
export function gateSvg({ title, ...chart }: ExportedChart, colours: ChartColours): string {
  const { points, unit, time } = chart;
  const [from, to] = time;
  const times = Array.from({ length: TICKS }, (_, i) => from + ((to - from) * i) / (TICKS - 1));
  const labels = axisTimes(times.map((ms) => ms / 1_000)).map((words, i) => {
    const x = 72 + ((BOX.x + BOX.width - 72) * i) / (TICKS - 1);
    return `<text x="${x}" y="${HEIGHT - 16}" fill="${colours.quiet}" text-anchor="middle">${words}</text>`;
  });
  const legend = `${unit.title}; line: seen, band: where it lies, dashed: allowed ${unit.say(points.at(-1)?.margin)}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="system-ui, sans-serif" font-size="12">`,
    `<title>${asText(title)}</title><rect width="${WIDTH}" height="${HEIGHT}" fill="${colours.ground}"/>`,
    `<text x="72" y="24" fill="${colours.ink}" font-size="16" font-weight="600">${asText(title)}</text>`,
    `<text x="72" y="44" fill="${colours.quiet}">${asText(legend)}</text>`,
    chartSvg({ ...chart, paint: paintOf(colours), letters: 12, lines: TICKS }, BOX),
    ...labels,
    '</svg>',
  ].join('\n');
}
