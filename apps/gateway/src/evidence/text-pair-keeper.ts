import { isRequestId, type TextPair } from '#libs/gateway-protocol';
import { storableText } from '#libs/kernel';
import {
  type ArmSpecs,
  type ModelAnswer,
  type Payload,
  readOutput,
  type Route,
  shortened,
  specsOf,
  type TextsOfPair,
  textsOfPair,
} from '#libs/traffic';
import { blackedOut, redacted } from './sample-keeper.ts';

/** A request of a shadow with both of its answers. */
export interface AnsweredTwice {
  readonly requestId: string;
  /** `null`: it was not kept. */
  readonly request: Payload | null;
  readonly primary: ModelAnswer;
  readonly candidate: ModelAnswer;
}

/** Of all rollouts together. */
const MOST_HELD = 200;
const LONGEST_TEXT = 8_000;

interface Kept {
  /** Pairs that were there to choose from since the last batch. */
  seen: number;
  readonly pairs: TextPair[];
}

/**
 * Keeps a random sample of the text pairs of each shadow until the next batch: each pair has the same chance, whether
 * the two answers agree or not (reservoir sampling, algorithm R of Vitter 1985).
 */
export class TextPairKeeper {
  private held = new Map<string, Kept>();
  private count = 0;

  /** @param random in [0, 1) */
  constructor(private readonly random: () => number) {}

  offer(route: Route, { requestId, request, primary, candidate }: AnsweredTwice): void {
    const { rolloutId, reading } = route;
    const most = reading?.textPairs ?? 0;
    // Without its request nobody can say which answer is better.
    if (rolloutId === null || most === 0 || request === null || !isRequestId(requestId)) return;
    const specs = specsOf(route);
    const texts = textsOfPair(primary, candidate, specs);
    if (texts === null) return;
    const redact = reading?.samples.redact ?? [];
    const known = this.held.get(rolloutId);
    const kept = known ?? { seen: 0, pairs: [] };
    const at = kept.pairs.length < most ? kept.pairs.length : Math.floor(this.random() * (kept.seen + 1));
    kept.seen++;
    if (!known) this.held.set(rolloutId, kept);
    if (at >= most) return;
    if (!canBeShown(texts, primary, candidate, specs, redact)) return;
    if (at === kept.pairs.length) {
      if (this.count >= MOST_HELD) return;
      this.count++;
    }
    kept.pairs[at] = {
      ...{ rolloutId, revision: route.revision, requestId },
      request: bounded(redacted(request, redact)),
      primary: bounded(texts.primary),
      candidate: bounded(texts.candidate),
      identical: texts.primary === texts.candidate,
    };
  }

  drain(): TextPair[] {
    const pairs = [...this.held.values()].flatMap((kept) => kept.pairs);
    this.held = new Map();
    this.count = 0;
    return pairs;
  }
}

/** Storable, and short. */
const bounded = (text: string): string => storableText(shortened(text, LONGEST_TEXT), LONGEST_TEXT);

/**
 * Are the texts the same with what nobody may see blacked out? Texts that are blacked out must not be sent, and would
 * all be alike, so there is nothing to judge.
 */
function canBeShown(
  texts: TextsOfPair,
  primary: ModelAnswer,
  candidate: ModelAnswer,
  specs: ArmSpecs,
  redact: readonly string[],
): boolean {
  if (redact.length === 0) return true;
  const shown = ({ status, payload }: ModelAnswer): Pick<ModelAnswer, 'status' | 'reading'> => {
    const value = blackedOut(payload, redact);
    return { status, reading: (spec) => readOutput(value, spec) };
  };
  const left = textsOfPair(shown(primary), shown(candidate), specs);
  return left?.primary === texts.primary && left.candidate === texts.candidate;
}
