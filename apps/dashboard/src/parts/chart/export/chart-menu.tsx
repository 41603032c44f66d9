import { Download } from 'lucide-react';
import { useRef } from 'react';
import { gateCsv } from './gate-csv.ts';
import { type ExportedChart, gateSvg } from './gate-svg.ts';
import { saveFile } from './save-file.ts';

interface Props {
  readonly name: string;
  readonly drawn: ExportedChart;
  /** As it stands on the page. */
  readonly canvas: () => HTMLCanvasElement | null;
}

/** A chart as a file: for a slide, a page or a spreadsheet. */
export function ChartMenu({ name, drawn, canvas }: Props) {
  const menu = useRef<HTMLDetailsElement>(null);
  const file = name.replaceAll(/[^\w.-]+/g, '-');
  const colour = (variable: string): string =>
    getComputedStyle(menu.current ?? document.body)
      .getPropertyValue(variable)
      .trim();
  const colours = () => ({
    ground: resolved(colour('--card')),
    ink: resolved(colour('--ink')),
    quiet: resolved(colour('--quiet')),
    line: resolved(colour('--line')),
    band: resolved(colour('--band')),
    edge: resolved(colour('--live')),
    margin: resolved(colour('--bad')),
    shade: resolved(colour('--shade')),
  });
  const kinds: readonly (readonly [title: string, save: () => void])[] = [
    [
      'PNG',
      () =>
        void pngOf(canvas(), drawn, colours().ground, colours().ink).then(
          (png) => png && saveFile(`${file}.png`, png),
        ),
    ],
    ['SVG', () => saveFile(`${file}.svg`, new Blob([gateSvg(drawn, colours())], { type: 'image/svg+xml' }))],
    [
      'CSV',
      () =>
        saveFile(
          `${file}.csv`,
          new Blob([gateCsv(drawn.unit, drawn.points, drawn.spans)], { type: 'text/csv' }),
        ),
    ],
  ];
  return (
    <details
      ref={menu}
      className="chart-menu"
      onKeyDown={({ key }) => {
        if (key !== 'Escape' || !menu.current?.open) return;
        menu.current.open = false;
        menu.current.querySelector('summary')?.focus();
      }}
    >
      <summary>
        <Download className="icon" size={16} aria-hidden="true" />
        <span className="hidden">Save the chart of {name}</span>
      </summary>
      <div>
        {kinds.map(([title, save]) => (
          <button
            key={title}
            type="button"
            className="bare"
            onClick={() => {
              save();
              if (menu.current) menu.current.open = false;
            }}
          >
            {title}
          </button>
        ))}
      </div>
    </details>
  );
}

/** `light-dark(…)` as the one of the two that is shown: what stands in a file knows no page. */
function resolved(colour: string): string {
  const probe = document.createElement('span');
  probe.style.color = colour;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

/** The chart with its title above it, and not see-through. */
async function pngOf(
  chart: HTMLCanvasElement | null,
  { title, unit }: ExportedChart,
  ground: string,
  ink: string,
): Promise<Blob | null> {
  if (chart === null) return null;
  const dense = window.devicePixelRatio;
  const above = 34 * dense;
  const whole = document.createElement('canvas');
  whole.width = chart.width;
  whole.height = chart.height + above;
  const context = whole.getContext('2d');
  if (context === null) return null;
  context.fillStyle = ground;
  context.fillRect(0, 0, whole.width, whole.height);
  context.fillStyle = ink;
  context.font = `600 ${14 * dense}px system-ui, sans-serif`;
  context.fillText(`${title} (${unit.title})`, 12 * dense, 22 * dense);
  context.drawImage(chart, 0, above);
  return new Promise((done) => whole.toBlob(done, 'image/png'));
}
