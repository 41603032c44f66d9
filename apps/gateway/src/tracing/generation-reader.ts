import { contentHeaders, type HeaderList, heldUntil, Payload, readGeneration } from '#libs/traffic';
import { GEN_AI, type SpanAttributes } from '#libs/tracing';
import { Hold, MemoryBudget } from '../process/memory-budget.ts';
import { ReadLater } from '../shadow/read-later.ts';
import { KeptEnds } from './kept-ends.ts';

/** Of either end of an answer. The last event of OpenAI's responses has all of the text. */
const KEPT_BYTES = 65_536;
/** All that is kept for spans. It is beside what callers' bodies may take: a span is never worth a caller. */
const MOST_BYTES = 16 * 1_024 * 1_024;
/** Reading takes a sixth of the time at most. */
const PAUSE_MS = 5;
const JSON_LIKE = /[/+]json$/;

/** One answer that is read for its span. */
export interface KeptAnswer {
  add(chunk: Buffer): void;
  /** It has all come. @param done told once, maybe later, with what the span gets */
  read(done: (attributes: SpanAttributes) => void): void;
  /** There is no whole answer. */
  drop(): void;
}

/** Reads what generative models say of their answers (tokens, model, why they ended) for the spans of requests that are recorded. */
export class GenerationReader {
  private readonly memory = new MemoryBudget(MOST_BYTES);
  private readonly later = new ReadLater(PAUSE_MS);

  /** @returns `null`: by its head it is none that could be read */
  open(model: string, status: number, headers: HeaderList): KeptAnswer | null {
    if (status >= 400) return null;
    const until = heldUntil(status, headers, 0);
    const { mediaType } = contentHeaders(headers);
    if (until === 'whole' && mediaType !== '' && !JSON_LIKE.test(mediaType)) return null;
    const hold = new Hold(this.memory, this.memory.shareOf(model));
    const ends = new KeptEnds(until === 'event' || until === 'line' ? until : null, KEPT_BYTES, hold);
    return {
      add: (chunk) => ends.add(chunk),
      drop: () => hold.release(),
      read: (done) => {
        const run = (): void => {
          let attributes: SpanAttributes = {};
          try {
            const bytes = ends.read();
            if (bytes !== null) attributes = attributesOf(new Payload(bytes, headers).value);
          } finally {
            done(attributes);
          }
        };
        if (!this.later.add(run, hold)) done({});
      },
    };
  }

  /** At the end of the process: what waits is read now. */
  flush(): void {
    this.later.flush();
  }
}

/** By OpenTelemetry's conventions for generative AI; empty: the answer is of no generative model. */
function attributesOf(answer: unknown): SpanAttributes {
  const generation = readGeneration(answer);
  if (generation === null) return {};
  const { usage, model, finishReasons } = generation;
  return {
    ...(usage.inputTokens === null ? {} : { [GEN_AI.inputTokens]: usage.inputTokens }),
    ...(usage.outputTokens === null ? {} : { [GEN_AI.outputTokens]: usage.outputTokens }),
    ...(model === null ? {} : { [GEN_AI.responseModel]: model }),
    ...(finishReasons.length === 0 ? {} : { [GEN_AI.finishReasons]: finishReasons }),
  };
}
