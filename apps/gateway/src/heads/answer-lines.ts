import { type HeadLines, passedAnswer, withOwn } from './head-lines.ts';
import { type AnswerPlace, mapPlaces } from './redirects.ts';

/** Status line, date, framing and connection: what `answerHead` adds. */
const REST_BYTES = 160;
/** What is left out where it finds no room beside long headers: feedback can name the request's id, or its unit. */
const LEFT_OUT = ['x-understudy-receipt', 'x-request-id', 'location', 'content-location', 'refresh'];

/**
 * The header lines of a model server's answer as they go on, with what the gateway says. A caller's long id must not make
 * the answer too large for those in front, and so the model server's failure: then ours give way.
 * @param headers names and values in turn, as the model server sent them; `checkSize` has let them pass
 * @param ours names and values in turn
 * @param most `MAX_ANSWER_HEAD_BYTES`
 */
export function answerLines(
  headers: readonly string[],
  ours: readonly string[],
  at: AnswerPlace,
  most: number,
): HeadLines {
  const passed = passedAnswer(headers);
  let flat = passed.places.length === 0 ? ours : [...mapPlaces(passed.places, at), ...ours];
  let lines = withOwn(passed, flat);
  for (let i = 0; lines.text.length > most - REST_BYTES && i < LEFT_OUT.length; i++) {
    flat = without(flat, LEFT_OUT[i] ?? '');
    lines = withOwn(passed, flat);
  }
  return lines;
}

function without(flat: readonly string[], name: string): string[] {
  const left: string[] = [];
  for (let i = 0; i + 1 < flat.length; i += 2)
    if (flat[i]?.toLowerCase() !== name) left.push(flat[i] ?? '', flat[i + 1] ?? '');
  return left;
}
