import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useId, useRef, useState } from 'react';
import { modelNamed, modelPages } from '../overview-queries.ts';
import type { Model } from '../queries.ts';

interface ChooseModelProps {
  readonly label?: string;
  /** The name of a model that there is; empty: none is chosen. */
  readonly value: string;
  /** @param typed what stands in the field, which may be no model's name, or a part of one */
  readonly set: (name: string, typed: string) => void;
  readonly required?: boolean;
  /** What an empty field stands for. */
  readonly placeholder?: string;
  /** Which models may be chosen. */
  readonly mayBe?: (model: Model) => boolean;
  /** Hands on what is typed before the server has said whether it is a model: nothing is asked about it, and whoever sends it is told. */
  readonly atOnce?: boolean;
}

const ALL = (): boolean => true;

/**
 * A model by its name: what is typed is looked for by the server, which may have more models than a page could list. What is no model's name is not
 * handed on, and a form with it is not sent.
 */
export function ChooseModel({
  label = 'Model',
  value,
  set,
  required = false,
  placeholder = 'a part of its name',
  mayBe = ALL,
  atOnce = false,
}: ChooseModelProps) {
  const list = useId();
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(value);
  const asked = text.trim();
  const found = useInfiniteQuery(modelPages(asked));
  const named = useInfiniteQuery({ ...modelNamed(asked), enabled: asked !== '' });
  const models = ((found.data?.pages[0]?.items ?? []) as readonly Model[]).filter(mayBe);
  const itself = named.data?.pages[0]?.items as readonly Model[] | undefined;
  // One that this login does not list stays as it is until another one is chosen.
  const isKnown =
    asked === value || [...models, ...(itself ?? [])].some((one) => one.name === asked && mayBe(one));
  const isLooking = !named.isFetched || named.isFetching;
  const name = isKnown || (atOnce && isLooking) ? asked : '';
  useEffect(() => {
    if (name !== value) set(name, asked);
  }, [name, value, asked, set]);
  useEffect(() => {
    const problem = isLooking
      ? `“${asked}” is being looked for. Press again.`
      : `There is no such model here: “${asked}”.`;
    field.current?.setCustomValidity(asked === '' || isKnown || name !== '' ? '' : problem);
  }, [asked, isKnown, isLooking, name]);
  return (
    <label>
      {label}{' '}
      <input
        ref={field}
        list={list}
        required={required}
        placeholder={placeholder}
        maxLength={256}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <datalist id={list}>
        {models.map((one) => (
          <option key={one.name} value={one.name} />
        ))}
      </datalist>
    </label>
  );
}
