import { contentHeaders, type HeaderList, isLines } from '../payload/index.ts';
import { decodeText } from '../payload/decode-text.ts';

/** One event of a stream of server-sent events, or one of its lines. */
export interface StreamEvent {
  /** As `event:` names it; empty: nothing does. */
  readonly name: string;
  readonly data: string;
  /** Its end is there: a blank line, or that of the line. */
  readonly isOver: boolean;
}

const BREAK = /\r\n|\n|\r/;
const FIELD = /^(data|event)(?:: ?(.*))?$/;
const RECORD_SEPARATOR = '\u001e';

/**
 * The events that have data, or the lines that are not blank, of a piece of a stream (WHATWG HTML §9.2; the last one may lack its end).
 * @returns `null`: by its headers it is no stream of events or lines, it is compressed, or its bytes are no text
 */
export function readStreamEvents(bytes: Uint8Array, headers: HeaderList): readonly StreamEvent[] | null {
  const { mediaType, encodings, charset } = contentHeaders(headers);
  const isEvents = mediaType === 'text/event-stream';
  if (encodings.length > 0 || (!isEvents && !isLines(mediaType))) return null;
  // Cut in the middle of a character, it is in no charset; what stands before the cut is read all the same.
  const lines = (decodeText(bytes, charset) ?? decodeText(bytes, null))?.split(BREAK);
  if (lines === undefined) return null;
  return isEvents ? eventsOf(lines) : lines.flatMap((line, i) => lineOf(line, i < lines.length - 1));
}

function eventsOf(lines: readonly string[]): readonly StreamEvent[] {
  const events: StreamEvent[] = [];
  let [name, data]: [string, string | null] = ['', null];
  const over = (isOver: boolean): void => {
    if (data !== null) events.push({ name, data, isOver });
    [name, data] = ['', null];
  };
  for (const [i, line] of lines.entries()) {
    // What follows the last break is the beginning of a line.
    if (line === '' && i < lines.length - 1) over(true);
    const [, field, said = ''] = FIELD.exec(line) ?? [];
    if (field === 'data') data = data === null ? said : `${data}\n${said}`;
    else if (field === 'event') name = said.trim();
  }
  over(false);
  return events;
}

function lineOf(line: string, isOver: boolean): readonly StreamEvent[] {
  const data = line.startsWith(RECORD_SEPARATOR) ? line.slice(1) : line;
  return data.trim() === '' ? [] : [{ name: '', data, isOver }];
}
