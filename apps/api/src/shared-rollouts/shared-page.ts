import { createHash } from 'node:crypto';
import { asText } from '#libs/kernel';
import { byClass, chartSvg } from '#libs/rollout-view';
import { CARD } from './card-svg.ts';
import type { SharedGate, SharedRollout } from './shared-rollout.ts';

/** The colours of `apps/dashboard/src/styles/tokens.css`. */
const STYLE = `:root{color-scheme:light dark;--ink:light-dark(#141922,#e7ebf1);--quiet:light-dark(#535d6b,#a0abb9);--line:light-dark(#dfe3e9,#2b333e);--card:light-dark(#fff,#171b22);--good:light-dark(#0b6b45,#5fd3a1);--bad:light-dark(#b3261e,#ff9d94);--wait:light-dark(#7a4d00,#f3c26b);--live:light-dark(#3346d3,#9fb0ff)}
body{margin:0;background:light-dark(#f5f6f8,#0e1116);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{max-width:60rem;margin:0 auto;padding:1.5rem 1rem 3rem}h1{font-size:1.7rem;margin:0 0 .5rem;overflow-wrap:anywhere}h2{font-size:1.1rem;margin:0}
.state{display:inline-block;padding:.1rem .8rem;border-radius:1rem;border:2px solid;font-weight:600}
section{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:1rem;margin-top:1rem;overflow-wrap:anywhere}
svg{width:100%;height:auto;display:block;margin-top:.5rem}svg text{fill:var(--ink)}p{margin:.3rem 0}.quiet,svg .quiet{color:var(--quiet);fill:var(--quiet)}
.good{color:var(--good)}.bad{color:var(--bad)}.wait{color:var(--wait)}.live{color:var(--live)}
.seen{stroke:var(--ink)}.dot{fill:var(--ink)}.band{fill:var(--live);fill-opacity:.16}.bar{stroke:var(--live);stroke-opacity:.6}.margin{stroke:var(--bad)}.shade{fill:var(--ink);fill-opacity:.05}.line{stroke:var(--line)}`;

/** What the page may do: nothing but show itself, its one style, and its picture. */
export const SHARED_PAGE_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

const TONES: Readonly<Record<SharedGate['verdict'], string>> = {
  pass: 'good',
  fail: 'bad',
  undecided: 'wait',
  no_data: 'quiet',
};
/** How often the page of what still lives is loaded anew. */
const RELOAD_SECONDS = 15;

/**
 * Pure: the page of a rollout for people without a login, with what chats make their preview of (https://ogp.me).
 * @param url of this page, absolute; `base`: of this installation; `expires`: when the link ends, as ISO 8601
 */
export function sharedPage(
  shared: SharedRollout,
  { url, base, expires }: { readonly url: string; readonly base: string; readonly expires: string },
): string {
  const { title, state, tone, serves, because, isLive, gates } = shared;
  const heading = `${title}: ${state}`;
  const about = `${serves} ${because}`;
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex, nofollow"><meta name="referrer" content="no-referrer">
<link rel="icon" href="${asText(base)}/icon.svg" type="image/svg+xml"><title>${asText(heading)} · Understudy</title>
<meta property="og:type" content="website"><meta property="og:site_name" content="Understudy"><meta property="og:title" content="${asText(heading)}"><meta property="og:description" content="${asText(about)}"><meta property="og:url" content="${asText(url)}">
<meta property="og:image" content="${asText(url)}/card.png"><meta property="og:image:type" content="image/png"><meta property="og:image:width" content="${CARD.width}"><meta property="og:image:height" content="${CARD.height}"><meta property="og:image:alt" content="${asText(heading)}"><meta name="twitter:card" content="summary_large_image">
${isLive ? `<meta http-equiv="refresh" content="${RELOAD_SECONDS}">` : ''}<style>${STYLE}</style></head>
<body><main>
<h1>${asText(title)}</h1>
<p><span class="state ${tone}">${asText(state)}</span></p>
<p>${asText(serves)}</p>
<p>${asText(because)}</p>
${gates.map((gate) => gatePart(gate, shared)).join('\n')}
<p class="quiet">A rollout by Understudy, to look at only${isLive ? `; this page loads anew every ${RELOAD_SECONDS} s` : ''}. The link ends on ${asText(expires)}.</p>
</main></body>
</html>
`;
}

function gatePart(gate: SharedGate, { spans, time }: Pick<SharedRollout, 'spans' | 'time'>): string {
  const hasChart = gate.points.some(({ estimate }) => estimate !== null);
  const figures = `seen ${gate.seen}${gate.between === null ? '' : `, lies between ${gate.between}`}, allowed ${gate.allowed}`;
  return `<section><h2>${asText(gate.title)} <span class="${TONES[gate.verdict]}">${asText(gate.words)}</span></h2>
${
  hasChart
    ? `<p class="quiet">${asText(figures)}; ${asText(gate.unit.title)}</p><svg viewBox="0 0 1000 220" role="img" aria-label="${asText(`${gate.title}: ${figures}`)}">${chartSvg({ ...gate, spans, time, paint: byClass }, { x: 0, y: 8, width: 990, height: 200 })}</svg>`
    : ''
}</section>`;
}
