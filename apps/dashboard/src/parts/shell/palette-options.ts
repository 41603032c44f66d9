import { Box, type LucideIcon, Package, Route, Undo2 } from 'lucide-react';
import type { Model, Rollout } from '../../queries.ts';
import { stateWords } from '../../words.ts';
import { versionHref } from '../version/version-href.ts';
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
/** Found by their model and their number, which no name holds. */
const VERSIONS = 'Versions';

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
    versionsFor(text, known.models, to),
    PAGES.map(({ href, name, Icon }) => ({ key: href, group: 'Pages', name, Icon, run: () => to(href) })),
    [
      {
        key: 'register',
        group: 'Actions',
        name: 'Register a version',
        Icon: Package,
        run: () => to('/register'),
      },
      { key: 'roll back', group: 'Actions', name: 'Roll back…', Icon: Undo2, run: rollBack },
    ],
  ];
  const asked = text.trim().toLowerCase();
  const isFound = ({ name, more }: PaletteOption): boolean =>
    `${name} ${more ?? ''}`.toLowerCase().includes(asked);
  return groups.flatMap((group) =>
    group.filter((one) => one.group === VERSIONS || isFound(one)).slice(0, SHOWN),
  );
}

/** A number behind a part of a model's name asks for that version. */
const NUMBERED = /^(.*\S)\s+v?(\d{1,9})$/;

/** The part of what is typed that is a model's name, as far as that can be told. */
export const modelPart = (text: string): string => NUMBERED.exec(text.trim())?.[1] ?? text.trim();

function versionsFor(
  text: string,
  models: readonly Model[],
  to: (href: string) => void,
): readonly PaletteOption[] {
  const [, part = '', number = ''] = NUMBERED.exec(text.trim()) ?? [];
  if (number === '') return [];
  return models
    .filter(({ name }) => name.toLowerCase().includes(part.toLowerCase()))
    .map(({ name }) => ({
      ...{
        key: `version ${name}`,
        group: 'Versions',
        name: `${name} ${number}`,
        more: `version ${text.trim()}`,
        Icon: Package,
      },
      run: () => to(versionHref(name, Number(number))),
    }));
}
