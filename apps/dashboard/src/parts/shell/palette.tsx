import { useInfiniteQuery } from '@tanstack/react-query';
import { Fragment, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { liveRollouts, modelPages } from '../../overview-queries.ts';
import type { Model, Rollout } from '../../queries.ts';
import { stepTo } from './palette-keys.ts';
import { modelPart, optionsFor, type PaletteOption } from './palette-options.ts';

interface PaletteProps {
  readonly close: () => void;
  readonly rollBack: () => void;
}
/**
 * From anywhere to a page, a model, a live rollout or the way back, by its name and the keyboard: a combobox with a list as WAI-ARIA's practices have
 * it. The server looks for models; it has more than are loaded.
 */
export default function Palette({ close, rollBack }: PaletteProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<string | null>(null);
  const [, go] = useLocation();
  const models = useInfiniteQuery(modelPages(modelPart(text))).data?.pages[0]?.items as
    readonly Model[] | undefined;
  const live = useInfiniteQuery(liveRollouts).data?.pages[0]?.items as readonly Rollout[] | undefined;
  useEffect(() => {
    dialog.current?.showModal();
    input.current?.focus();
  }, []);
  const to = (href: string): void => {
    dialog.current?.close();
    go(href);
  };
  const options = optionsFor(text, { models: models ?? [], live: live ?? [] }, to, rollBack);
  const at = Math.max(
    0,
    options.findIndex(({ key }) => key === chosen),
  );
  const pressed = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    const next = stepTo(event.key, at, options.length);
    if (next === null && event.key !== 'Enter') return;
    event.preventDefault();
    if (next === null) options[at]?.run();
    else setChosen(options[next]?.key ?? null);
  };
  return (
    <dialog
      ref={dialog}
      className="palette"
      aria-label="Go to"
      onClose={close}
      onClick={({ target }) => target === dialog.current && dialog.current.close()}
    >
      <input
        ref={input}
        role="combobox"
        aria-label="A page, a model or a rollout"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-autocomplete="list"
        aria-activedescendant={options.length > 0 ? `palette-${at}` : undefined}
        placeholder="A model, a rollout, a page …"
        maxLength={256}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onKeyDown={pressed}
        onChange={(event) => {
          setText(event.target.value);
          setChosen(null);
        }}
      />
      <Options options={options} at={at} choose={setChosen} />
      {options.length === 0 && <p className="nothing">Nothing has “{text}” in its name.</p>}
    </dialog>
  );
}

interface OptionsProps {
  readonly options: readonly PaletteOption[];
  /** The one that Enter runs. */
  readonly at: number;
  readonly choose: (key: string) => void;
}

function Options({ options, at, choose }: OptionsProps) {
  return (
    <div role="listbox" id="palette-list" aria-label="Found" className="options">
      {options.map(({ key, group, name, more, Icon, run }, i) => (
        <Fragment key={key}>
          {options[i - 1]?.group !== group && (
            <div className="group" role="presentation">
              {group}
            </div>
          )}
          <div
            role="option"
            id={`palette-${i}`}
            aria-selected={i === at}
            ref={(element) => {
              if (i === at) element?.scrollIntoView({ block: 'nearest' });
            }}
            onClick={run}
            onPointerMove={() => choose(key)}
          >
            <Icon className="icon" size={16} aria-hidden="true" /> {name}{' '}
            {more !== undefined && <span className="quiet">{more}</span>}
          </div>
        </Fragment>
      ))}
    </div>
  );
}
