import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { number } from '../../words.ts';
import { axisTimes, chartRange } from './chart-range.ts';
import type { GatePoint } from './gate-point.ts';

const HEIGHT = 180;

/** The interval of a gate closing in on its margin over time. */
export function GateChart({ name, points }: { name: string; points: readonly GatePoint[] }) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const shown = useRef(points);
  shown.current = points;
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
    const made = new uPlot(
      {
        width: element.clientWidth || 320,
        height: HEIGHT,
        legend: { show: false },
        cursor: { show: false },
        scales: { x: { time: true }, y: { range: () => [...chartRange(shown.current)] as [number, number] } },
        axes: [
          { ...axis, space: 80, values: (_self, seconds) => [...axisTimes(seconds)] },
          { ...axis, size: 56, values: (_self, values) => values.map(number) },
        ],
        series: [
          {},
          { stroke: colour('--live'), width: 1 },
          { stroke: colour('--live'), width: 1 },
          { stroke: colour('--ink'), width: 2, points: { show: true, size: 5 } },
          { stroke: colour('--bad'), width: 2, dash: [6, 4] },
        ],
        bands: [{ series: [2, 1], fill: colour('--band') }],
      },
      dataOf(points),
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
  useEffect(() => chart.current?.setData(dataOf(points)), [points]);
  const last = points.at(-1);
  const words = `${name}: between ${number(last?.lower)} and ${number(last?.upper)}, margin ${number(last?.margin)}`;
  return (
    <figure className="gate">
      <div ref={place} className="chart" role="img" aria-label={words} style={{ minHeight: HEIGHT }} />
      <figcaption aria-hidden="true">
        <span className="mark seen" /> seen <span className="mark lies" /> where it lies{' '}
        <span className="mark margin" /> margin {number(last?.margin)}
      </figcaption>
    </figure>
  );
}

const dataOf = (points: readonly GatePoint[]): uPlot.AlignedData => [
  points.map(({ at }) => at / 1_000),
  points.map(({ lower }) => lower),
  points.map(({ upper }) => upper),
  points.map(({ estimate }) => estimate),
  points.map(({ margin }) => margin),
];
