import { Box, type LucideIcon, Route, Undo2 } from 'lucide-react';
import type { Model, Rollout } from '../../queries.ts';
import { stateWords } from '../../words.ts';
import { PAGES } from './pages.ts';

/** What somebody may go to, or do. */
export interface PaletteOption {
  readonly key: string;
  readonly group: string;
  readonly name: string;
  readonly more?: string;
  readonly Icon: LucideIcon;
  readonly run: () => void;
}

/** Of each group. */
const SHOWN = 8;

/**
 * What has the text in its name or in what is said of it, by groups.
 * @param known of the server: models are those of the text before until it has answered
 * @param to goes to a page
 */
export function optionsFor(
  text: string,
  known: { readonly models: readonly Model[]; readonly live: readonly Rollout[] },
  to: (href: string) => void,
  rollBack: () => void,
): readonly PaletteOption[] {
  const groups: readonly (readonly PaletteOption[])[] = [
    known.live.map(({ id, model, version, state }) => ({
      ...{ key: id, group: 'Live rollouts', name: `${model} ${version}`, more: stateWords(state) },
      ...{ Icon: Route, run: () => to(`/rollouts/${id}`) },
    })),
    known.models.map(({ name, primary }) => ({
      ...{ key: `model ${name}`, group: 'Models', name, Icon: Box },
      ...{ more: primary === null ? 'nothing serves' : `version ${primary}` },
      run: () => to(`/models/${encodeURIComponent(name)}`),
    })),
    PAGES.map(({ href, name, Icon }) => ({ key: href, group: 'Pages', name, Icon, run: () => to(href) })),
    [{ key: 'roll back', group: 'Actions', name: 'Roll back…', Icon: Undo2, run: rollBack }],
  ];
  const asked = text.trim().toLowerCase();
  return groups.flatMap((group) =>
    group.filter(({ name, more }) => `${name} ${more ?? ''}`.toLowerCase().includes(asked)).slice(0, SHOWN),
  );
}
