import {
  acceptCompletion,
  autocompletion,
  type CompletionResult,
  completionKeymap,
  startCompletion,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import {
  bracketMatching,
  foldGutter,
  HighlightStyle,
  indentUnit,
  syntaxHighlighting,
} from '@codemirror/language';
import { lintGutter, lintKeymap } from '@codemirror/lint';
import type { Extension } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  hoverTooltip,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { completionsAt } from './completions.ts';
import { isObject, type Schema, schemaAt } from './schema.ts';
import { pathAt, readDocument, valueOf } from './yaml-places.ts';

/** The page's own colours, by their roles. */
const LOOK = EditorView.theme({
  '&': {
    color: 'var(--ink)',
    backgroundColor: 'var(--card)',
    border: '1px solid var(--line-strong)',
    borderRadius: 'var(--radius-m)',
    fontSize: '0.875rem',
    height: '100%',
  },
  '&.cm-focused': { outline: '3px solid var(--accent)', outlineOffset: '2px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55', overflow: 'auto' },
  '.cm-content': { caretColor: 'var(--ink)', padding: '0.5rem 0' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': { backgroundColor: 'var(--sunk)', color: 'var(--quiet)', border: '0' },
  '.cm-activeLine': { backgroundColor: 'var(--shade)' },
  '.cm-activeLineGutter': { backgroundColor: 'transparent', color: 'var(--ink)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--accent-soft)',
  },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--live-soft)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--raised)',
    color: 'var(--ink)',
    border: '1px solid var(--line)',
    borderRadius: 'var(--radius-s)',
    boxShadow: 'var(--shadow-high)',
    maxWidth: 'min(26rem, 90vw)',
    fontSize: '0.8125rem',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)', maxHeight: '16rem' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '0.15rem 0.5rem' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--accent)',
    color: 'var(--on-accent)',
  },
  '.cm-completionInfo': { padding: '0.5rem 0.7rem', fontFamily: 'var(--sans)' },
  '.cm-doc': { padding: '0.5rem 0.7rem', fontFamily: 'var(--sans)' },
  '.cm-doc strong': { fontFamily: 'var(--mono)' },
  '.cm-diagnostic': { padding: '0.35rem 0.6rem', fontFamily: 'var(--sans)', whiteSpace: 'normal' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--bad)' },
  '.cm-diagnostic-warning': { borderLeftColor: 'var(--wait)' },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--bad)',
    textUnderlineOffset: '3px',
  },
  '.cm-lintRange-warning': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--wait)',
    textUnderlineOffset: '3px',
  },
  // The pictures that come with it are data: URLs, which the page's policy forbids.
  '.cm-lint-marker': {
    content: 'normal',
    width: '0.6rem',
    height: '0.6rem',
    margin: '0.35rem 0.1rem',
    borderRadius: '50%',
    backgroundColor: 'var(--wait)',
  },
  '.cm-lint-marker-error': { content: 'normal', borderRadius: '1px', backgroundColor: 'var(--bad)' },
  '.cm-lint-marker-warning': { content: 'normal' },
  '.cm-foldPlaceholder': {
    backgroundColor: 'var(--sunk)',
    border: '1px solid var(--line)',
    color: 'var(--quiet)',
  },
});

/**
 * What is typed over a selection is put there by CodeMirror: Chromium would give it the colours of what was there, by a style attribute that the
 * page's policy refuses (and reports).
 */
const PLAIN_TYPING = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { inputType, data, isComposing } = event;
    if (inputType !== 'insertText' || data === null || isComposing) return false;
    if (view.state.selection.ranges.every(({ empty }) => empty)) return false;
    event.preventDefault();
    view.dispatch(view.state.replaceSelection(data), { userEvent: 'input.type', scrollIntoView: true });
    return true;
  },
});

const WORDS = HighlightStyle.define([
  { tag: [tags.definition(tags.propertyName), tags.propertyName], color: 'var(--accent)' },
  { tag: [tags.string, tags.content], color: 'var(--ink)' },
  { tag: tags.lineComment, color: 'var(--quiet)', fontStyle: 'italic' },
  { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], color: 'var(--quiet)' },
]);

/** Completion, documents, colours and keys of a policy in YAML. */
export function policyLanguage(schema: Schema): Extension {
  return [
    lineNumbers(),
    foldGutter(),
    lintGutter(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    drawSelection(),
    history(),
    bracketMatching(),
    indentUnit.of('  '),
    yaml(),
    syntaxHighlighting(WORDS),
    autocompletion({ override: [(context) => complete(context, schema)], icons: false }),
    documents(schema),
    EditorView.lineWrapping,
    PLAIN_TYPING,
    LOOK,
    // Escape, and then Tab, leaves the editor: CodeMirror's own way.
    keymap.of([
      { key: 'Tab', run: acceptCompletion },
      ...completionKeymap,
      ...lintKeymap,
      ...historyKeymap,
      ...defaultKeymap,
      indentWithTab,
    ]),
  ];
}

interface Asked {
  readonly state: EditorView['state'];
  readonly pos: number;
  readonly explicit: boolean;
}

function complete({ state, pos, explicit }: Asked, schema: Schema): CompletionResult | null {
  const text = state.doc.toString();
  const letter = text.slice(pos - 1, pos);
  // While somebody writes a word, and where they ask.
  if (!explicit && !/[\w{[]/.test(letter) && !/(?:[:,-] |\n\s*- )$/.test(text.slice(0, pos))) return null;
  if (/#[^\n]*$/.test(text.slice(0, pos))) return null;
  const { from, options } = completionsAt(text, pos, schema);
  if (options.length === 0) return null;
  return {
    from,
    validFor: /^[\w.%-]*$/,
    options: options.map(({ label, apply, info, kind }, i) => ({
      label,
      type: kind,
      boost: -i / 100,
      info,
      apply: (view, _completion, start, end) => write(view, apply, [start, end]),
    })),
  };
}

/** Writes what was chosen: of what has braces, the next word stands within them, and its completions are offered at once. */
function write(view: EditorView, apply: string, [from, to]: readonly [number, number]): void {
  const follows = view.state.sliceDoc(to, to + 1) === ':';
  const insert = follows ? apply.replace(/:.*$/s, '') : apply;
  const inside = insert.indexOf('{  }');
  const anchor = from + (inside === -1 ? insert.length : inside + 2);
  view.dispatch({ changes: { from, to, insert }, selection: { anchor }, userEvent: 'input.complete' });
  if (insert.endsWith(': ') || inside !== -1) startCompletion(view);
}

/** What a key, or its value, means: while the pointer is over it. */
const documents = (schema: Schema): Extension =>
  hoverTooltip((view, pos) => {
    const document = readDocument(view.state.doc.toString());
    const at = pathAt(document, pos);
    if (at === null) return null;
    const found = schemaAt(schema, at.path, valueOf(document));
    if (found?.description === undefined) return null;
    return {
      pos,
      above: true,
      create: () => ({ dom: described(String(at.path.at(-1)), found) }),
    };
  });

function described(name: string, { description = '', default: usual }: Schema): HTMLElement {
  const dom = document.createElement('div');
  dom.className = 'cm-doc';
  const title = document.createElement('strong');
  title.textContent = name;
  const words = document.createElement('div');
  const isSaid = usual === undefined || isObject(usual) || description.includes('Default');
  words.textContent = isSaid ? description : `${description} Default ${JSON.stringify(usual)}.`;
  dom.append(title, words);
  return dom;
}
