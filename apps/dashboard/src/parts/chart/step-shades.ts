import type uPlot from 'uplot';
import type { StepSpan } from '#libs/rollout-view';

/** Pixels above the plot for the names of the steps. */
export const NAMES_HEIGHT = 18;
/** Pixels that a label wants beside its own letters. */
const ROOM = 8;

/**
 * Draws which step it was behind the lines: every other one is shaded, and each has its name above the plot where there is room.
 * @param spans asked for at each drawing, as they grow
 */
export const stepShades =
  (spans: () => readonly StepSpan[], colours: { readonly shade: string; readonly words: string }) =>
  (plot: uPlot): void => {
    const { ctx, bbox } = plot;
    const right = bbox.left + bbox.width;
    ctx.save();
    ctx.font = `${11 * devicePixelRatio}px system-ui`;
    ctx.textBaseline = 'bottom';
    ctx.textAlign = 'left';
    for (const [i, { label, from, to }] of spans().entries()) {
      const at = (ms: number): number =>
        Math.min(right, Math.max(bbox.left, plot.valToPos(ms / 1_000, 'x', true)));
      const [start, end] = [at(from), to === null ? right : at(to)];
      if (end <= start) continue;
      if (i % 2 === 1) {
        ctx.fillStyle = colours.shade;
        ctx.fillRect(start, bbox.top, end - start, bbox.height);
      }
      ctx.fillStyle = colours.words;
      if (ctx.measureText(label).width + ROOM <= end - start)
        ctx.fillText(label, start + ROOM / 2, bbox.top - 3 * devicePixelRatio);
    }
    ctx.restore();
  };
