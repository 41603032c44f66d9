import { useInfiniteQuery } from '@tanstack/react-query';
import { Command } from 'cmdk';
import { Box, Route, Undo2 } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { liveRollouts, modelPages } from '../../overview-queries.ts';
import type { Model, Rollout } from '../../queries.ts';
import { stateWords } from '../../words.ts';
import { PAGES } from './side.tsx';

interface PaletteProps {
  readonly close: () => void;
  readonly rollBack: () => void;
}

/** From anywhere to a page, a model, a live rollout or the way back, by its name and the keyboard. The server looks for models; it has more than are loaded. */
export default function Palette({ close, rollBack }: PaletteProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState('');
  const [, go] = useLocation();
  const models = useInfiniteQuery(modelPages(text.trim())).data?.pages[0]?.items as
    readonly Model[] | undefined;
  const live = useInfiniteQuery(liveRollouts).data?.pages[0]?.items as readonly Rollout[] | undefined;
  useEffect(() => {
    dialog.current?.showModal();
    // The browser would look at the list first.
    dialog.current?.querySelector('input')?.focus();
  }, []);
  const to = (href: string) => (): void => {
    dialog.current?.close();
    go(href);
  };
  const has = (...names: readonly string[]): boolean =>
    names.join(' ').toLowerCase().includes(text.trim().toLowerCase());
  const pages = PAGES.filter(({ name }) => has(name));
  const rollouts = live?.filter(({ model, version }) => has(model, String(version))) ?? [];
  return (
    <dialog
      ref={dialog}
      className="palette"
      aria-label="Go to"
      onClose={close}
      onClick={({ target }) => target === dialog.current && dialog.current.close()}
    >
      <Command label="Go to a page, a model or a rollout" shouldFilter={false} loop>
        <Command.Input
          placeholder="A model, a rollout, a page …"
          value={text}
          onValueChange={setText}
          maxLength={256}
        />
        <Command.List>
          <Command.Empty>Nothing has “{text}” in its name.</Command.Empty>
          <Group heading="Live rollouts" of={rollouts.slice(0, 8)}>
            {({ id, model, version, state }) => (
              <Command.Item key={id} value={`rollout ${id}`} onSelect={to(`/rollouts/${id}`)}>
                <Route className="icon" size={16} aria-hidden="true" /> {model} {version}{' '}
                <span className="quiet">{stateWords(state)}</span>
              </Command.Item>
            )}
          </Group>
          <Group heading="Models" of={models?.slice(0, 8) ?? []}>
            {({ name, primary }) => (
              <Command.Item
                key={name}
                value={`model ${name}`}
                // Until the server has answered, these are those of the text before.
                onSelect={() => has(name) && to(`/models/${encodeURIComponent(name)}`)()}
              >
                <Box className="icon" size={16} aria-hidden="true" /> {name}{' '}
                <span className="quiet">{primary === null ? 'nothing serves' : `version ${primary}`}</span>
              </Command.Item>
            )}
          </Group>
          <Group heading="Pages" of={pages}>
            {({ href, name, Icon }) => (
              <Command.Item key={href} value={`page ${href}`} onSelect={to(href)}>
                <Icon className="icon" size={16} aria-hidden="true" /> {name}
              </Command.Item>
            )}
          </Group>
          {has('roll back') && (
            <Command.Group heading="Actions">
              <Command.Item value="action rollback" onSelect={rollBack}>
                <Undo2 className="icon" size={16} aria-hidden="true" /> Roll back…
              </Command.Item>
            </Command.Group>
          )}
        </Command.List>
      </Command>
    </dialog>
  );
}

interface GroupProps<T> {
  readonly heading: string;
  readonly of: readonly T[];
  readonly children: (one: T) => ReactNode;
}

function Group<T>({ heading, of, children }: GroupProps<T>) {
  return of.length === 0 ? null : <Command.Group heading={heading}>{of.map(children)}</Command.Group>;
}
