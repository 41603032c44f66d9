import { useEffect, useRef, useState } from 'react';
import { drafts } from './draft.ts';

/**
 * The text on the desk. What is not saved stays in the browser, so that a reload or another page takes nothing of it; what nobody has changed
 * follows the model's policy.
 * @param kept the model's present policy
 */
export function useDraft(model: string, kept: string) {
  const [first] = useState(() => drafts.read(model));
  const [text, setText] = useState(first?.text ?? kept);
  const [began, setBegan] = useState(first?.began ?? kept);
  const [replaced, setReplaced] = useState<string | null>(null);
  const now = useRef({ text, began });
  now.current = { text, began };
  useEffect(() => {
    if (now.current.text !== now.current.began) return;
    setText(kept);
    setBegan(kept);
  }, [kept]);
  const set = (next: string): void => {
    setText(next);
    if (next === kept) drafts.drop(model);
    else drafts.write(model, { text: next, began: now.current.began, at: Date.now() });
  };
  return {
    text,
    set: (next: string): void => {
      setReplaced(null);
      set(next);
    },
    /** Another text in its place, with a way back. */
    replace(next: string): void {
      setReplaced(text === next ? null : text);
      set(next);
    },
    replaced,
    putBack(): void {
      if (replaced !== null) set(replaced);
      setReplaced(null);
    },
    saved(): void {
      drafts.drop(model);
      setBegan(text);
      setReplaced(null);
    },
    isChanged: text !== kept,
    /** The model has another policy than the one that this began from. */
    isOutdated: began !== kept && text !== kept && text !== began,
  };
}
