import { asText } from '#libs/kernel';
import { byClass, chartSvg } from '#libs/rollout-view';
import { inLines, textSvg } from './card-text.ts';
import type { SharedGate, SharedRollout } from './shared-rollout.ts';

/** What chats and feeds show of a page: 1.91 : 1. https://ogp.me */
export const CARD = { width: 1_200, height: 630 } as const;
const EDGE = 56;
const INNER = CARD.width - 2 * EDGE;

/** The colours of `apps/dashboard/src/styles/tokens.css` by day: a card lies on whatever ground its reader has. */
const STYLE = `text{font-family:'Noto Sans',sans-serif;fill:#141922}.quiet{fill:#535d6b}.bold{font-weight:700}
.seen{stroke:#141922}.dot{fill:#141922}.band{fill:#3346d3;fill-opacity:.14}.bar{stroke:#3346d3;stroke-opacity:.55}.margin{stroke:#b3261e}.shade{fill:#141922;fill-opacity:.04}.line{stroke:#dfe3e9}
.good{fill:#0b6b45}.bad{fill:#b3261e}.wait{fill:#7a4d00}.live{fill:#3346d3}
.on{fill:#fff;font-weight:700}`;

const MARKS: Readonly<Record<SharedGate['verdict'], readonly [mark: string, tone: string]>> = {
  pass: ['✓', 'good'],
  fail: ['×', 'bad'],
  undecided: ['?', 'wait'],
  no_data: ['–', 'quiet'],
};

/** Pure: one picture of how a rollout stands, and of the gate that matters most. */
export function cardSvg(shared: SharedRollout): string {
  const { title, state, tone, serves, because, gates, spans, time } = shared;
  const shown = gates.find((gate) => gate.points.some(({ estimate }) => estimate !== null));
  const pill = 40 + state.length * 15;
  const heading = inLines(title, INNER - pill - 30, 42, 1);
  const why = inLines(because, INNER, 25, 2);
  const top = 150 + 34 * (1 + why.length);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${CARD.width}" height="${CARD.height}" viewBox="0 0 ${CARD.width} ${CARD.height}" role="img" aria-label="${asText(`${title}: ${state}`)}"><style>${STYLE}</style>
<rect width="${CARD.width}" height="${CARD.height}" fill="#ffffff"/><rect class="${tone}" width="${CARD.width}" height="10"/>
${textSvg(heading, { x: EDGE, y: 82, size: 42, className: 'bold' })}
<rect class="${tone}" x="${CARD.width - EDGE - pill}" y="44" width="${pill}" height="50" rx="25"/><text class="on" x="${CARD.width - EDGE - pill / 2}" y="78" font-size="25" text-anchor="middle">${asText(state)}</text>
${textSvg(inLines(serves, INNER, 25, 1), { x: EDGE, y: 140, size: 25, className: 'quiet' })}
${textSvg(why, { x: EDGE, y: 182, size: 25, className: 'plain' })}
${shown ? chartPart(shown, { spans, time }, top) : ''}
${gatesPart(gates)}
<text class="quiet" x="${CARD.width - EDGE}" y="${CARD.height - 26}" font-size="18" text-anchor="end">Understudy</text></svg>`;
}

function chartPart(
  gate: SharedGate,
  { spans, time }: Pick<SharedRollout, 'spans' | 'time'>,
  top: number,
): string {
  const [mark, tone] = MARKS[gate.verdict];
  const words = `seen ${gate.seen}, allowed ${gate.allowed}`;
  return `<text class="${tone} bold" x="${EDGE}" y="${top + 12}" font-size="24">${mark} ${asText(inLines(gate.title, 430, 24, 1)[0] ?? '')}</text>
<text class="quiet" x="${CARD.width - EDGE}" y="${top + 12}" font-size="20" text-anchor="end">${asText(inLines(words, 700, 20, 1)[0] ?? '')}</text>
${chartSvg({ ...gate, spans, time, paint: byClass }, { x: EDGE - 20, y: top + 34, width: INNER + 20, height: 520 - top - 34 })}`;
}

/** The other gates, as far as there is room. */
function gatesPart(gates: readonly SharedGate[]): string {
  const words = gates.map(({ title, verdict }) => [...MARKS[verdict], title] as const);
  let x = EDGE;
  const parts: string[] = [];
  for (const [i, [mark, tone, title]] of words.entries()) {
    const width = 44 + title.length * 11.5;
    if (x + width > CARD.width - EDGE - 130) {
      parts.push(`<text class="quiet" x="${x}" y="580" font-size="20">and ${words.length - i} more</text>`);
      break;
    }
    parts.push(
      `<text class="${tone} bold" x="${x}" y="580" font-size="22">${mark}</text><text class="quiet" x="${x + 24}" y="580" font-size="20">${asText(title)}</text>`,
    );
    x += width;
  }
  return parts.join('');
}
