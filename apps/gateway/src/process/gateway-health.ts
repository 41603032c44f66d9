import type { RouteAge, RouteTable } from '#libs/data-plane';
import type { Health } from '#libs/observe';
import { withoutModels } from '../figures/totals.ts';
import { sharedFigures } from './shared-figures.ts';

/** What a gateway says of itself: to monitors, and to callers, who may see how it goes and not whose models there are. */
export function gatewayHealth(
  metrics: Health['metrics'],
  routes: RouteTable,
  age: RouteAge,
): { readonly health: Health & { details: () => string[] }; readonly shownToCallers: Health } {
  const health = {
    metrics,
    notReady: () => (routes.isFilled ? null : 'no routes yet: the api has not been reached'),
    details: () => [
      `routes were those of the database ${(age.ms / 1_000).toFixed(1)} s ago, as the api has said; it serves by them however old they are`,
    ],
  };
  const shownToCallers = {
    ...health,
    metrics: {
      contentType: metrics.contentType,
      metrics: sharedFigures(async () => withoutModels(await metrics.metrics())),
    },
  };
  return { health, shownToCallers };
}
