import { forceLinting, setDiagnostics } from '@codemirror/lint';
import { Annotation, EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import schema from '../../../../../docs/policy.schema.json' with { type: 'json' };
import type { Found } from './found.ts';
import type { Schema } from './schema.ts';
import { policyLanguage } from './yaml-language.ts';

/** A change that the page has made: nobody has to tell it. */
const FROM_PAGE = Annotation.define<boolean>();

interface Props {
  readonly text: string;
  readonly changed: (text: string) => void;
  /** What is wrong, and what is warned of, in letters of this text. */
  readonly found: readonly Found[];
  /** Where to go, and how often that was said. */
  readonly goTo: { readonly offset: number; readonly times: number } | null;
}

/**
 * A policy in YAML. It stands in a shadow root: its styles are adopted there by CSSOM, which the page's content security policy allows, where a
 * `<style>` in the page would be refused.
 */
export default function PolicyEditor({ text, changed, found, goTo }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const tell = useRef(changed);
  tell.current = changed;
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
    const made = new EditorView({
      parent: root,
      root,
      state: EditorState.create({
        doc: text,
        extensions: [
          policyLanguage(schema as unknown as Schema),
          EditorView.contentAttributes.of({
            'aria-label': 'Policy, in YAML',
            spellcheck: 'false',
            tabindex: '0',
          }),
          EditorView.updateListener.of((update) => {
            const isOurs = update.transactions.some((one) => one.annotation(FROM_PAGE) === true);
            if (update.docChanged && !isOurs) tell.current(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = made;
    return () => {
      made.destroy();
      view.current = null;
    };
    // Its text comes below; it is made once.
  }, []);
  useEffect(() => {
    const known = view.current?.state.doc.toString();
    if (known === undefined || known === text) return;
    view.current?.dispatch({ changes: changeOf(known, text), annotations: FROM_PAGE.of(true) });
  }, [text]);
  useEffect(() => {
    const made = view.current;
    // What was found in a text of before says nothing of this one's letters.
    if (!made || made.state.doc.toString() !== text) return;
    const { length } = made.state.doc;
    const diagnostics = found.map(({ from, to, severity, message }) => ({
      from: Math.min(from, length),
      to: Math.min(to, length),
      severity,
      message,
    }));
    made.dispatch(setDiagnostics(made.state, diagnostics));
    forceLinting(made);
  }, [found, text]);
  useEffect(() => {
    const made = view.current;
    if (!made || goTo === null) return;
    const anchor = Math.min(goTo.offset, made.state.doc.length);
    made.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) });
    made.focus();
  }, [goTo]);
  return <div ref={place} className="policy-editor" />;
}

/** What differs only, so that the cursor stays where it is. */
function changeOf(before: string, after: string): { from: number; to: number; insert: string } {
  const least = Math.min(before.length, after.length);
  let [start, end] = [0, 0];
  while (start < least && before[start] === after[start]) start++;
  while (end < least - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  return { from: start, to: before.length - end, insert: after.slice(start, after.length - end) };
}
