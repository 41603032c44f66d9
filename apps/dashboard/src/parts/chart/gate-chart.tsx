import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { axisTimes, chartRange, type GatePoint, type GateUnit, type StepSpan } from '#libs/rollout-view';
import { ChartMenu } from './export/chart-menu.tsx';
import { NAMES_HEIGHT, stepShades } from './step-shades.ts';

const HEIGHT = 190;
/** Charts of one page show one moment. */
const TOGETHER = 'gates';

interface Props {
  readonly name: string;
  readonly unit: GateUnit;
  readonly points: readonly GatePoint[];
  readonly spans: readonly StepSpan[];
  /** From when to when all charts of the page are, in ms since 1970. */
  readonly time: readonly [from: number, to: number];
}

/** The interval of a gate closing in on its margin over time, beside the steps that it was judged in. */
export function GateChart({ name, unit, points, spans, time }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const at = useRef<HTMLSpanElement>(null);
  const chart = useRef<uPlot | null>(null);
  const shown = useRef({ unit, points, spans, time });
  shown.current = { unit, points, spans, time };
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const colour = (variable: string): string => getComputedStyle(element).getPropertyValue(variable).trim();
    const axis = {
      stroke: colour('--quiet'),
      grid: { stroke: colour('--line'), width: 1 },
      ticks: { show: false },
      font: '12px system-ui',
    };
    const shades = stepShades(() => shown.current.spans, {
      shade: colour('--shade'),
      words: colour('--quiet'),
    });
    const tell = (plot: uPlot): void => {
      const point = shown.current.points[plot.cursor.idx ?? -1];
      if (at.current) at.current.textContent = point ? pointWords(point, shown.current.unit) : '';
    };
    const made = new uPlot(
      {
        width: element.clientWidth || 320,
        height: HEIGHT,
        padding: [NAMES_HEIGHT, null, null, null],
        legend: { show: false },
        cursor: { sync: { key: TOGETHER }, drag: { x: false, y: false }, points: { size: 7 } },
        scales: {
          x: { time: true, range: () => shown.current.time.map((ms) => ms / 1_000) as [number, number] },
          y: { range: () => [...chartRange(shown.current.points)] as [number, number] },
        },
        axes: [
          { ...axis, space: 90, values: (_self, seconds) => [...axisTimes(seconds)] },
          { ...axis, size: 56, values: (_self, values) => values.map(shown.current.unit.tick) },
        ],
        series: [
          {},
          { stroke: colour('--live'), width: 1, points: { show: false } },
          { stroke: colour('--live'), width: 1, points: { show: false } },
          { stroke: colour('--ink'), width: 2, points: { show: true, size: 4, fill: colour('--ink') } },
          { stroke: colour('--bad'), width: 2, dash: [6, 4], points: { show: false } },
        ],
        bands: [{ series: [2, 1], fill: colour('--band') }],
        hooks: { drawClear: [shades], setCursor: [tell] },
      },
      dataOf(shown.current.points, shown.current.time),
      element,
    );
    chart.current = made;
    const resize = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    resize.observe(element);
    return () => {
      resize.disconnect();
      made.destroy();
    };
    // Its data come below; it is made once.
  }, []);
  useEffect(() => chart.current?.setData(dataOf(points, time)), [points, spans, time]);
  const last = points.at(-1);
  const words = `${name}: between ${unit.say(last?.lower)} and ${unit.say(last?.upper)}, margin ${unit.say(last?.margin)}`;
  return (
    <figure className="gate">
      <ChartMenu
        name={name}
        drawn={{ title: name, unit, points, spans, time }}
        canvas={() => chart.current?.ctx.canvas ?? null}
      />
      <figcaption aria-hidden="true">
        {unit.title} <span className="mark seen" /> seen <span className="mark lies" /> where it lies{' '}
        <span className="mark margin" /> allowed: {unit.say(last?.margin)} <span ref={at} />
      </figcaption>
      <div ref={place} className="chart" role="img" aria-label={words} style={{ minHeight: HEIGHT }} />
    </figure>
  );
}

const pointWords = ({ at, estimate, lower, upper }: GatePoint, unit: GateUnit): string =>
  `· ${axisTimes([at / 1_000, at / 1_000 + 1])[0]}: ${unit.say(estimate)}, between ${unit.say(lower)} and ${unit.say(upper)}`;

/** The margin is a line over all of the time, though the gate was judged in a part of it. */
function dataOf(points: readonly GatePoint[], [, to]: Props['time']): uPlot.AlignedData {
  const last = points.at(-1);
  const all: readonly GatePoint[] =
    last === undefined || last.at >= to
      ? points
      : [...points, { ...last, at: to, estimate: null, lower: null, upper: null }];
  return [
    all.map(({ at }) => at / 1_000),
    all.map(({ lower }) => lower),
    all.map(({ upper }) => upper),
    all.map(({ estimate }) => estimate),
    all.map(({ margin }) => margin),
  ];
}
